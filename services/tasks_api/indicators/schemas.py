"""What callers send and get about indicators and their targets."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints

from shared.bodies import RequestBody, ResponseBody, Text
from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.indicators import Aggregation, Direction
from shared.domain.targets import Comparator

Figure = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""A number on the wire."""
Year = Annotated[int, Field(ge=FIRST_DAY.year, lt=LAST_DAY.year)]
Unit = Annotated[Text, StringConstraints(max_length=100)]
Reason = Annotated[Text, StringConstraints(max_length=1000)]


class TargetBody(ResponseBody):
    """What is to be reached in `year`, or by the plan as a whole where it is null."""

    id: UUID
    year: int | None
    target_text: str | None
    comparator: Comparator
    value: Figure | None
    value_to: Figure | None
    revision: int
    superseded_at: datetime | None
    actor: str
    reason: str | None
    created_at: datetime


class TargetList(ResponseBody):
    """Every target there ever was, by year; of each year the newest first."""

    items: list[TargetBody]


class IndicatorBody(ResponseBody):
    """A figure the plan promises. `direction` says which way is better, `aggregation` how the figures of several
    organizations make one; `source` is the place in the document; `state` is `active`, or `cancelled` once
    an amendment gave it up.
    """

    id: UUID
    plan_id: UUID
    position: int
    state: Literal["active", "cancelled"]
    no: str
    text: str
    group_text: str | None
    unit: str | None
    direction: Direction
    aggregation: Aggregation
    lead_text: str | None
    source: dict[str, Any] | None
    version: int


class IndicatorWithTargets(IndicatorBody):
    """An indicator with the targets that count, by year; that of the plan as a whole last."""

    targets: list[TargetBody]


class IndicatorList(ResponseBody):
    """One page of indicators."""

    items: list[IndicatorBody]
    next_cursor: str | None


class IndicatorChange(RequestBody):
    """What the figure means. What is left out stays, and so does what is null; but `unit` null takes the unit away."""

    unit: Unit | None = None
    direction: Direction | None = None
    aggregation: Aggregation | None = None


class TargetRequest(RequestBody):
    """A target in the words of the plan (`≥ 90`, `25-30`, `Thuộc nhóm 05 tỉnh`); without `year` of the plan as a whole.

    To correct the target of a year needs a `reason`.
    """

    year: Year | None = None
    target_text: Annotated[Text, StringConstraints(max_length=300)]
    reason: Reason | None = None
