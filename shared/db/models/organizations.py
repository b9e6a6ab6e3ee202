"""The tree of organizations, their other names and codes, and named groups of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class Organization(Identified, Recorded, Versioned, Base):
    """A node of the tree. `path` is every code from the root, `/H19/H19.26041/`, so that a subtree is a
    prefix; `code` has the form of QĐ 20/2020/QĐ-TTg; `admin_code` is the GSO code of an administrative unit
    (2 or 5 digits); `provisional_code` marks a code of ours that awaits the official list; `search_text` is
    `shared.domain.organizations.searchable`.
    """

    __tablename__ = "organizations"
    __table_args__ = (
        Index("ix_organizations_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("ix_organizations_search_text", "search_text", postgresql_ops={"search_text": "text_pattern_ops"}),
    )

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    path: Mapped[str]
    admin_code: Mapped[str | None] = mapped_column(unique=True)
    provisional_code: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class OrganizationAlias(Identified, Base):
    """Another name, abbreviation or code form; `scheme` is `name`, `abbreviation` or `qcvn_102`."""

    __tablename__ = "organization_aliases"
    __table_args__ = (UniqueConstraint("organization_id", "scheme", "value"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    scheme: Mapped[str]
    value: Mapped[str]


class OrganizationGroup(Identified, Recorded, Base):
    """A collective as plans name it, resolved to members on the day of assignment.

    `selector` is a `shared.domain.organizations.GroupSelector`: `{"kinds": [...], "scope": "province" | "ward",
    "relation": "children" | "descendants"}`, read from the province or ward that issued the plan.
    """

    __tablename__ = "organization_groups"

    name: Mapped[str] = mapped_column(unique=True)
    aliases: Mapped[list[str]]
    selector: Mapped[dict[str, object]]


class OrganizationSuccession(Identified, Recorded, Base):
    """From `effective_on`, `receiver_id` carries on what `predecessor_id` did, by the document `instrument`.

    `kind` is a `shared.domain.successions.SuccessionKind`; `task_ids` are the tasks whose work goes to this receiver,
    None where it receives whatever is named for no other; `applied_at` is set once access and work have passed.
    """

    __tablename__ = "organization_successions"
    __table_args__ = (UniqueConstraint("predecessor_id", "receiver_id", "effective_on"),)

    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    effective_on: Mapped[date]
    instrument: Mapped[str]
    task_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    recorded_by: Mapped[str]
    applied_at: Mapped[datetime | None]


class OrganizationRename(Identified, Recorded, Base):
    """From `effective_on` the organization is called `name`, by the document `instrument`.

    `previous_name` is what it was called until `applied_at`; both are set when the name changes in the tree.
    """

    __tablename__ = "organization_renames"
    __table_args__ = (UniqueConstraint("organization_id", "effective_on"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]
    previous_name: Mapped[str | None]
    effective_on: Mapped[date]
    instrument: Mapped[str]
    recorded_by: Mapped[str]
    applied_at: Mapped[datetime | None]
