"""What callers send and get about measurements."""

from datetime import date, datetime
from math import isclose
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.tasks_api.indicators.schemas import Figure, Reason
from shared.bodies import NUMBER, RequestBody, ResponseBody, Text
from shared.domain.indicators import Standing
from shared.domain.periods import PeriodKind, find_period
from shared.domain.targets import Comparator

LARGEST = 10**15
Code = Annotated[str, StringConstraints(min_length=2, max_length=35, pattern=r"^[^\x00]*$")]


def _known(value: str) -> str:
    if find_period(value) is None:
        raise PydanticCustomError("period_unknown", "not a period")
    return value


PeriodText = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "pattern": "^(199[0-9]|20[0-9]{2})(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$"}),
]
"""`2026`, `2026-H1`, `2026-Q1` or `2026-01`."""


def _meant(value: object) -> object:
    """Six decimals as computers reckon them."""
    return round(value, 6) if isinstance(value, float) and isclose(value, round(value, 6), rel_tol=1e-12) else value


Measured = Annotated[
    Figure,
    Field(ge=-LARGEST, le=LARGEST, decimal_places=6),
    BeforeValidator(_meant),
    NUMBER,
    WithJsonSchema({"type": "number", "minimum": -LARGEST, "maximum": LARGEST, "multipleOf": 0.000001}),
]
Weight = Annotated[
    Figure,
    Field(ge=0, le=LARGEST, decimal_places=6),
    BeforeValidator(_meant),
    NUMBER,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": LARGEST, "multipleOf": 0.000001}),
]


class MeasurementRequest(RequestBody):
    """A figure of the organization with this code. `weight` is what it counts by where means are weighted; to correct
    a figure needs a `reason`.
    """

    organization: Code
    period: PeriodText
    value: Measured
    weight: Weight | None = None
    note: Annotated[Text, StringConstraints(max_length=2000)] | None = None
    reason: Reason | None = None


class MeasuringBody(ResponseBody):
    """Whose figure it is."""

    id: UUID
    code: str
    name: str


class MeasurementBody(ResponseBody):
    """A figure of an organization for a period; the highest `revision` counts."""

    id: UUID
    indicator_id: UUID
    organization: MeasuringBody
    period: str
    starts_on: date
    ends_on: date
    value: Figure
    weight: Figure | None
    note: str | None
    source: Literal["manual", "lgsp"]
    revision: int
    reason: str | None
    actor: str
    recorded_at: datetime


class MeasurementList(ResponseBody):
    """One page of measurements."""

    items: list[MeasurementBody]
    next_cursor: str | None


class BulkBody(ResponseBody):
    """What a file of figures came to; `rows` are all of them."""

    rows: int
    new: int
    corrected: int
    unchanged: int


class TargetInForce(ResponseBody):
    """The target a figure is held against: its year's, else the plan's as a whole, else that of the next year named."""

    year: int | None
    target_text: str | None
    comparator: Comparator
    value: Figure | None
    value_to: Figure | None


class PeriodProgress(ResponseBody):
    """A period: the organization's own figure (`measured`), or one made of those below it (`aggregated`).

    `children_expected` are the organizations right below that exist in the period, `children_reported` those among them
    with a figure, their own or from below. `gap` is what is missing to the target.
    """

    period: str
    starts_on: date
    ends_on: date
    value: Figure | None
    basis: Literal["measured", "aggregated"] | None
    children_expected: int
    children_reported: int
    target: TargetInForce | None
    standing: Standing
    gap: Figure | None


class ProgressBody(ResponseBody):
    """How far an organization has come in a year, period by period."""

    indicator_id: UUID
    organization: MeasuringBody
    year: int
    period_kind: PeriodKind
    periods: list[PeriodProgress]
