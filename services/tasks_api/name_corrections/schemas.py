"""What callers get about the meaning of names."""

from datetime import datetime
from uuid import UUID

from shared.bodies import ResponseBody


class NameCorrectionBody(ResponseBody):
    """In plans of the issuer `text` means the organization with this code, or the group of this name."""

    id: UUID
    issuer: str
    text: str
    organization: str | None
    group: str | None
    corrected_by: str
    corrected_at: datetime


class NameCorrectionList(ResponseBody):
    """One page, the latest first."""

    items: list[NameCorrectionBody]
    next_cursor: str | None
