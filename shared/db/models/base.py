"""What every table has in common."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.ids import new_id

type_names = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Tables keep instants aware (UTC) and free-form facts as `jsonb`, where none is NULL and never JSON's null."""

    metadata = MetaData(naming_convention=type_names)
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        dict[str, object]: JSONB(none_as_null=True),
        list[dict[str, object]]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
    }


class Identified:
    """A UUIDv7 primary key made by us, known before the row is written."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Recorded:
    """The instant the row was written."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Versioned:
    """An optimistic lock: `version` is the `ETag`, raised by one on every change."""

    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
