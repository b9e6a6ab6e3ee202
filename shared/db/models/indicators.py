"""Indicators of plans, their targets and what was measured; corrections are new rows."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned

FIGURE = Numeric(24, 6)


class Indicator(Identified, Recorded, Versioned, Base):
    """A figure the plan promises; see `shared.domain.indicators` for `direction` and `aggregation`.

    `group_text` is the heading it stands under, `source` the place in the document as of tasks.
    `state` is `active` until an amendment gives it up: `cancelled`.
    """

    __tablename__ = "indicators"
    __table_args__ = (Index("ix_indicators_plan_id_position", "plan_id", "position"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="active", server_default="active")
    no: Mapped[str]
    text: Mapped[str]
    group_text: Mapped[str | None]
    unit: Mapped[str | None]
    direction: Mapped[str]
    aggregation: Mapped[str]
    lead_text: Mapped[str | None]
    source: Mapped[dict[str, object] | None]
    search_text: Mapped[str]


class IndicatorTarget(Identified, Recorded, Base):
    """What is to be reached in `year`, or by the plan as a whole: verbatim, and as a comparator with values.

    The newest revision of a year counts: the one that nothing has superseded.
    """

    __tablename__ = "indicator_targets"
    __table_args__ = (
        UniqueConstraint("indicator_id", "year", "revision", postgresql_nulls_not_distinct=True),
        Index("ix_indicator_targets_current", "indicator_id", "year", postgresql_where="superseded_at IS NULL"),
    )

    indicator_id: Mapped[UUID] = mapped_column(ForeignKey("indicators.id"))
    year: Mapped[int | None]
    target_text: Mapped[str | None]
    comparator: Mapped[str]
    value: Mapped[Decimal | None] = mapped_column(FIGURE)
    value_to: Mapped[Decimal | None] = mapped_column(FIGURE)
    revision: Mapped[int] = mapped_column(default=1)
    superseded_at: Mapped[datetime | None]
    actor: Mapped[str]
    reason: Mapped[str | None]


class Measurement(Identified, Base):
    """One organization's figure for a period (`shared.domain.periods`). The newest revision counts, found by the
    unique index read backwards.
    """

    __tablename__ = "measurements"
    __table_args__ = (
        UniqueConstraint(
            "indicator_id",
            "organization_id",
            "period_kind",
            "period_starts_on",
            "revision",
            name="uq_measurements_revision",
        ),
    )

    indicator_id: Mapped[UUID] = mapped_column(ForeignKey("indicators.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    period_kind: Mapped[str]
    period_starts_on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(FIGURE)
    weight: Mapped[Decimal | None] = mapped_column(FIGURE)
    note: Mapped[str | None]
    source: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str | None]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
