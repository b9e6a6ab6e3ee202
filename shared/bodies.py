"""The base of every request and response body."""

from decimal import Decimal
from typing import Annotated
from unicodedata import normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints


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

Percent = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""0–100, a number on the wire."""
