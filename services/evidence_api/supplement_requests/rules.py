"""By when a submitter may be asked to add something."""

from datetime import date, timedelta
from enum import StrEnum

from shared.domain.errors import FieldError, Invalid


class SupplementState(StrEnum):
    """`open` until the next version comes or the day is over."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"


def ensure_acceptable_day(due_on: date, today: date, most_days: int) -> None:
    """Raises Invalid: `supplement-day-past` (the submitter needs a day at least), `supplement-day-too-far`."""
    if due_on <= today:
        raise _refused("supplement-day-past", "Hạn bổ sung phải sau ngày hôm nay.")
    if due_on > today + timedelta(days=most_days):
        raise _refused("supplement-day-too-far", f"Hạn bổ sung không được quá {most_days} ngày kể từ hôm nay.")


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(code, detail, errors=[FieldError("due_on", code, detail)])


def state_of(evidence_version: int, current_version: int, *, expired: bool) -> SupplementState:
    """What became of a request for more about a version."""
    if expired:
        return SupplementState.EXPIRED
    return SupplementState.ANSWERED if current_version > evidence_version else SupplementState.OPEN
