"""How far an upload has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

State = Literal["unfinished", "whole", "used"]


def tag_of(state: State, received: int) -> str:
    """The `ETag` of an upload that has come so far."""
    return f'"{state}-{received}"'


@dataclass(frozen=True, slots=True)
class Standing:
    """An upload as its organization sees it. Sizes in bytes; type and hash are known of whole files, `used_at` of those
    that are part of evidence; what is not goes at `expires_at`. What is `partial` is to be joined, and has no name.
    """

    id: UUID
    partial: bool
    filename: str
    media_type: str | None
    size: int
    received: int
    sha256: str | None
    captured_at: datetime | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None

    @property
    def state(self) -> State:
        """Whether it has arrived, and is part of evidence."""
        if self.sha256 is None:
            return "unfinished"
        return "whole" if self.used_at is None else "used"
