"""Identifiers: UUIDv7 (RFC 9562), so that rows made later sort later and indexes grow at one end."""

import os
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=number)


def first_id_at(instant: datetime) -> UUID:
    """No identifier made at `instant` or later, by a clock that agrees, sorts before this one."""
    milliseconds = max(0, int(instant.timestamp() * 1000))
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80)
