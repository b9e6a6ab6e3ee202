"""By when a submitter may be asked to add something."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from shared.domain.errors import Conflict, FieldError, Forbidden, Invalid


class SupplementState(StrEnum):
    """`open` until the next version comes or the day is over; `withdrawn` where the body took it back, or the submitter
    the evidence.
    """

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def ensure_acceptable_day(due_on: date, today: date, most_days: int) -> None:
    """Raises Invalid: `supplement-day-past` (the submitter needs a day at least), `supplement-day-too-far`."""
    if due_on <= today:
        raise _refused("supplement-day-past", "Hạn bổ sung phải sau ngày hôm nay.")
    if due_on > today + timedelta(days=most_days):
        raise _refused("supplement-day-too-far", f"Hạn bổ sung không được quá {most_days} ngày kể từ hôm nay.")


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(code, detail, errors=[FieldError("due_on", code, detail)])


def state_of(
    evidence_version: int, current_version: int, *, withdrawn: bool, expired: bool, evidence_withdrawn: bool
) -> SupplementState:
    """What became of a request for more about a version: what ended it stays its end, whatever the evidence becomes."""
    if withdrawn:
        return SupplementState.WITHDRAWN
    if expired:
        return SupplementState.EXPIRED
    if current_version > evidence_version:
        return SupplementState.ANSWERED
    return SupplementState.WITHDRAWN if evidence_withdrawn else SupplementState.OPEN


def ensure_withdrawable(
    state: SupplementState, *, level: int, reviewers: Sequence[UUID], organization_id: UUID
) -> None:
    """A request still open may be taken back by whoever stands at its level.

    Raises Forbidden("not-your-level"), Conflict("supplement-not-open").
    """
    if organization_id not in reviewers[level - 1 : level]:
        raise Forbidden("not-your-level", "Chỉ cơ quan thẩm định ở chính cấp đó được rút lại yêu cầu bổ sung.")
    if state is not SupplementState.OPEN:
        raise Conflict(
            "supplement-not-open",
            f"Yêu cầu bổ sung {_ENDED_VI[state]} nên không cần rút lại.",
            facts={"state": state.value},
        )


_ENDED_VI = {
    SupplementState.ANSWERED: "đã được đáp ứng",
    SupplementState.EXPIRED: "đã hết hạn",
    SupplementState.WITHDRAWN: "đã được rút lại hoặc minh chứng đã rút",
}
