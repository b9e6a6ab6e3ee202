"""The base of every request and response body."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isclose
from typing import Annotated
from unicodedata import normalize

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.text import one_line


class RequestBody(BaseModel):
    """What a caller sends: unknown fields are refused, nothing is coerced silently."""

    model_config = ConfigDict(extra="forbid")


class ResponseBody(BaseModel):
    """What we answer, readable straight from rows."""

    model_config = ConfigDict(from_attributes=True)


def _clean(value: object) -> object:
    return normalize("NFC", value).strip() if isinstance(value, str) else value


Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]*[^\x00\x1c-\x1f\s][^\x00]*$"),
    BeforeValidator(_clean),
]
"""Text people wrote: NFC, trimmed, not empty, without NUL (which Postgres cannot store)."""


def _on_one_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


Line = Annotated[Text, BeforeValidator(_on_one_line)]
"""Text of one line: without line breaks, control and invisible characters."""

PersonName = Annotated[Text, StringConstraints(max_length=200)]
"""What people call somebody."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,255}$")]
"""What an issuer is called, or calls somebody: compared as it is, so nothing is trimmed or composed."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_written(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "not a day")


def _in_our_time(value: date) -> date:
    if FIRST_DAY <= value <= LAST_DAY:
        return value
    raise PydanticCustomError("day_out_of_range", "not a day of our time")


_YEARS = f"^(199[0-9]|20[0-9]{{2}}|{LAST_DAY.year})-[01][0-9]-[0-3][0-9]$"

Day = Annotated[
    date, BeforeValidator(_as_written), AfterValidator(_in_our_time), Field(json_schema_extra={"pattern": _YEARS})
]
"""A day a caller names, `YYYY-MM-DD` and nothing else: Pydantic alone would read 20260320 as seconds since 1970.

It lies in the years that deadlines are read in: further days are slips of typing, and reckoning with them fails or
takes for ever.
"""


_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
_INSTANT = re.compile(f"{_DAY.pattern}[Tt ]{_CLOCK}")


def _as_rfc_3339(value: object) -> object:
    if isinstance(value, str) and not _INSTANT.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "not an instant")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_rfc_3339)]
"""An instant a caller names, as RFC 3339 writes it: Pydantic alone would read 0.5 as seconds since 1970."""


@dataclass(frozen=True, slots=True)
class NeverNull:
    """Tells the contract that an optional field is left out and never null; a validator has to see to it."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Without the branch for null."""
        told = handler(core)
        (only,) = (kind for kind in told.pop("anyOf") if kind != {"type": "null"})
        told.update(only)
        return told


def _no_text(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("decimal_type", "not a number")
    return value


NUMBER = BeforeValidator(_no_text)
"""Last in an annotation: the value is a number on the wire, never text that reads as one."""


def _meant(value: object) -> object:
    if isinstance(value, float) and isclose(value, round(value, 2), rel_tol=1e-12):
        return round(value, 2) + 0.0  # and no zero below zero
    return value


HUNDREDTHS = BeforeValidator(_meant)
"""Before `NUMBER`: two decimals as computers reckon them, so that 57 × 0.01 is 0.57."""

Percent = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""0–100, a number on the wire."""
