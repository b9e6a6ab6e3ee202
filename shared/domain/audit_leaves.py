"""The bytes of a trail entry that the audit tree is built over: the same from the database and from an export.

Facts before and after are kept by Postgres as `jsonb`, which normalises them (order of keys, doubled keys, `1e2`); what
is encoded is what it gives back. Numbers stay as they are written: `1.10` is not `1.1`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.domain.merkle import hash_leaf

FORMAT = "theodoi.audit/v1"
FIELDS = (
    "action",
    "actor",
    "address",
    "after",
    "before",
    "client",
    "id",
    "occurred_at",
    "organization_id",
    "request_id",
    "target_id",
    "target_type",
)
"""What an entry says. A field added later needs another `FORMAT`."""


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number exactly as it is written."""

    text: str

    def __int__(self) -> int:
        return int(self.text)


def read_json(text: str) -> Any:
    """Objects, lists, strings, booleans and None as Python has them, and numbers as `Number`."""
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def write_json(value: Any) -> str:
    """Compact JSON with sorted keys and every letter as it is; the reverse of `read_json`."""
    match value:
        case Number(text=text):
            return text
        case dict():
            return "{" + ",".join(f"{_quoted(key)}:{write_json(value[key])}" for key in sorted(value)) + "}"
        case list() | tuple():
            return "[" + ",".join(map(write_json, value)) + "]"
        case _:
            return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_instant(instant: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_instant(text: str) -> datetime:
    """The reverse of `write_instant`; ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def encode_entry(entry: Mapping[str, Any]) -> str:
    """The text of a leaf: the entry's `FIELDS`, and the format they are written in. KeyError without one of them."""
    return write_json({"format": FORMAT, **{field: entry[field] for field in FIELDS}})


def hash_entry(entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry as a leaf of the tree."""
    return hash_leaf(encode_entry(entry).encode())
