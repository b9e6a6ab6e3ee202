"""The base of every request and response body."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from shared.domain.calendar import FIRST_DAY, LAST_DAY


class RequestBody(BaseModel):
    """What a caller sends: unknown fields are refused, nothing is coerced silently."""

    model_config = ConfigDict(extra="forbid")


class ResponseBody(BaseModel):
    """What we answer, readable straight from rows."""

    model_config = ConfigDict(from_attributes=True)


def _clean(value: object) -> object:
    return normalize("NFC", value).strip() if isinstance(value, str) else value


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$"), BeforeValidator(_clean)
]
"""Text people wrote: NFC, trimmed, not empty, without NUL (which Postgres cannot store)."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_written(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "not a day")


def _in_our_time(value: date) -> date:
    if FIRST_DAY <= value <= LAST_DAY:
        return value
    raise PydanticCustomError("day_out_of_range", "not a day of our time")


Day = Annotated[date, BeforeValidator(_as_written), AfterValidator(_in_our_time)]
"""A day a caller names, `YYYY-MM-DD` and nothing else: Pydantic alone would read 20260320 as seconds since 1970.

It lies in the years that deadlines are read in: further days are slips of typing, and reckoning with them fails or
takes for ever.
"""


def _no_text(value: object) -> object:
    if isinstance(value, str):
        raise PydanticCustomError("decimal_type", "not a number")
    return value


NUMBER = BeforeValidator(_no_text)
"""Last in an annotation: the value is a number on the wire, never text that reads as one."""

Percent = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""0–100, a number on the wire."""
