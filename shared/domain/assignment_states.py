"""The life of an assignment: one table of what may follow what, and the official status derived from it."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shared.domain.errors import Conflict, FieldError, Invalid


class AssignmentStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    AWAITING_APPRAISAL = "awaiting_appraisal"
    NEEDS_COMPLETION = "needs_completion"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


CLOSED = frozenset({AssignmentStatus.COMPLETED, AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED})
"""Where nothing more is proved or appraised."""


class Action(StrEnum):
    """What moves an assignment.

    `appraise_valid` is a verdict below the plan's last reviewing level and leaves the evidence in appraisal;
    `appraise_final_valid` is the last level's. Both also stand for `valid_but_poor`. `withdraw_verdict` takes a refusal
    back: the work is in appraisal as if it had not been sent back. `reopen` takes an acceptance back likewise: what was
    submitted, and when, still stands. Work that was put off or given up is taken up where
    it stood: see `action_resuming`.
    """

    REPORT_PROGRESS = "report_progress"
    SUBMIT_COMPLETION = "submit_completion"
    SUBMIT_NEW_EVIDENCE = "submit_new_evidence"
    APPRAISE_VALID = "appraise_valid"
    APPRAISE_FINAL_VALID = "appraise_final_valid"
    APPRAISE_INVALID = "appraise_invalid"
    SUSPEND = "suspend"
    WITHDRAW_VERDICT = "withdraw_verdict"
    RESUME = "resume"
    RESUME_UNSTARTED = "resume_unstarted"
    RESUME_APPRAISAL = "resume_appraisal"
    RESUME_CORRECTION = "resume_correction"
    CANCEL = "cancel"
    REOPEN = "reopen"


class Verdict(StrEnum):
    VALID = "valid"
    VALID_BUT_POOR = "valid_but_poor"
    INVALID = "invalid"


class OfficialStatus(StrEnum):
    """The fourfold status of the official statistics."""

    COMPLETED_ON_TIME = "completed_on_time"
    COMPLETED_LATE = "completed_late"
    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"


STATUS_LABELS_VI = MappingProxyType(
    {
        AssignmentStatus.NOT_STARTED: "Chưa bắt đầu",
        AssignmentStatus.IN_PROGRESS: "Đang thực hiện",
        AssignmentStatus.AWAITING_APPRAISAL: "Chờ thẩm định",
        AssignmentStatus.NEEDS_COMPLETION: "Chờ hoàn thiện",
        AssignmentStatus.COMPLETED: "Đã hoàn thành",
        AssignmentStatus.SUSPENDED: "Tạm dừng",
        AssignmentStatus.CANCELLED: "Đã hủy",
    }
)

ACTION_LABELS_VI = MappingProxyType(
    {
        Action.REPORT_PROGRESS: "cập nhật tiến độ",
        Action.SUBMIT_COMPLETION: "báo cáo hoàn thành",
        Action.SUBMIT_NEW_EVIDENCE: "nộp minh chứng mới",
        Action.APPRAISE_VALID: "thẩm định đạt",
        Action.APPRAISE_FINAL_VALID: "thẩm định đạt ở cấp cuối",
        Action.APPRAISE_INVALID: "thẩm định không hợp lệ",
        Action.WITHDRAW_VERDICT: "rút lại kết luận không hợp lệ",
        Action.SUSPEND: "tạm dừng",
        Action.RESUME: "tiếp tục thực hiện",
        Action.RESUME_UNSTARTED: "tiếp tục (chưa bắt đầu)",
        Action.RESUME_APPRAISAL: "tiếp tục thẩm định",
        Action.RESUME_CORRECTION: "tiếp tục hoàn thiện",
        Action.CANCEL: "hủy",
        Action.REOPEN: "mở lại",
    }
)

VERDICT_LABELS_VI = MappingProxyType(
    {
        Verdict.VALID: "Hợp lệ",
        Verdict.VALID_BUT_POOR: "Hợp lệ nhưng chất lượng thấp",
        Verdict.INVALID: "Không hợp lệ",
    }
)

OFFICIAL_LABELS_VI = MappingProxyType(
    {
        OfficialStatus.COMPLETED_ON_TIME: "Hoàn thành đúng hạn",
        OfficialStatus.COMPLETED_LATE: "Hoàn thành quá hạn",
        OfficialStatus.IN_PROGRESS: "Đang thực hiện trong hạn",
        OfficialStatus.OVERDUE: "Đang thực hiện quá hạn",
    }
)

_S = AssignmentStatus
_A = Action

_RESUMED = MappingProxyType(
    {
        _A.RESUME: _S.IN_PROGRESS,
        _A.RESUME_UNSTARTED: _S.NOT_STARTED,
        _A.RESUME_APPRAISAL: _S.AWAITING_APPRAISAL,
        _A.RESUME_CORRECTION: _S.NEEDS_COMPLETION,
    }
)

# Whatever is not listed is refused.
TRANSITIONS = MappingProxyType(
    {
        (_S.NOT_STARTED, _A.REPORT_PROGRESS): _S.IN_PROGRESS,
        (_S.NOT_STARTED, _A.SUBMIT_COMPLETION): _S.AWAITING_APPRAISAL,
        (_S.NOT_STARTED, _A.SUSPEND): _S.SUSPENDED,
        (_S.NOT_STARTED, _A.CANCEL): _S.CANCELLED,
        (_S.IN_PROGRESS, _A.REPORT_PROGRESS): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.SUBMIT_COMPLETION): _S.AWAITING_APPRAISAL,
        (_S.IN_PROGRESS, _A.SUSPEND): _S.SUSPENDED,
        (_S.IN_PROGRESS, _A.CANCEL): _S.CANCELLED,
        (_S.AWAITING_APPRAISAL, _A.SUBMIT_NEW_EVIDENCE): _S.AWAITING_APPRAISAL,
        (_S.AWAITING_APPRAISAL, _A.APPRAISE_VALID): _S.AWAITING_APPRAISAL,
        (_S.AWAITING_APPRAISAL, _A.APPRAISE_FINAL_VALID): _S.COMPLETED,
        (_S.AWAITING_APPRAISAL, _A.APPRAISE_INVALID): _S.NEEDS_COMPLETION,
        (_S.AWAITING_APPRAISAL, _A.SUSPEND): _S.SUSPENDED,
        (_S.AWAITING_APPRAISAL, _A.CANCEL): _S.CANCELLED,
        (_S.NEEDS_COMPLETION, _A.REPORT_PROGRESS): _S.NEEDS_COMPLETION,
        (_S.NEEDS_COMPLETION, _A.SUBMIT_COMPLETION): _S.AWAITING_APPRAISAL,
        (_S.NEEDS_COMPLETION, _A.SUBMIT_NEW_EVIDENCE): _S.AWAITING_APPRAISAL,
        (_S.NEEDS_COMPLETION, _A.WITHDRAW_VERDICT): _S.AWAITING_APPRAISAL,
        (_S.NEEDS_COMPLETION, _A.SUSPEND): _S.SUSPENDED,
        (_S.NEEDS_COMPLETION, _A.CANCEL): _S.CANCELLED,
        (_S.COMPLETED, _A.REOPEN): _S.AWAITING_APPRAISAL,
        **{(_S.SUSPENDED, action): status for action, status in _RESUMED.items()},
        (_S.SUSPENDED, _A.CANCEL): _S.CANCELLED,
        # A later amendment may name a lead again that an earlier one had replaced.
        **{(_S.CANCELLED, action): status for action, status in _RESUMED.items()},
    }
)


def action_resuming(status: AssignmentStatus) -> Action:
    """What takes up again work that was put off or given up in a status; RESUME for one that nobody works in."""
    return next((action for action, resumed in _RESUMED.items() if resumed is status), Action.RESUME)


def next_status(status: AssignmentStatus, action: Action) -> AssignmentStatus:
    """The status after the action. Raises Conflict("transition-not-allowed") for a pair not in the table."""
    following = TRANSITIONS.get((status, action))
    if following is None:
        raise Conflict(
            "transition-not-allowed",
            f"Nhiệm vụ đang ở trạng thái “{STATUS_LABELS_VI[status]}” nên không thể {ACTION_LABELS_VI[action]}.",
            facts={"status": status.value, "action": action.value},
        )
    return following


def ensure_completion_is_proved(released_evidence: int) -> None:
    """Raises Invalid("evidence-required") unless at least one piece of released evidence is attached."""
    if released_evidence < 1:
        raise _evidence_required("Báo cáo hoàn thành phải kèm ít nhất một minh chứng đã được kiểm tra.")


def ensure_progress_is_acceptable(previous: Decimal, percent: Decimal, reason: str | None) -> None:
    """Raises Invalid: `percent-out-of-range`, `evidence-required` (100 is a completion), `reason-required`."""
    if not percent.is_finite() or not 0 <= percent <= 100:
        detail = "Tỷ lệ hoàn thành phải từ 0 đến 100."
        raise Invalid("percent-out-of-range", detail, errors=[FieldError("percent", "percent-out-of-range", detail)])
    if percent == 100:
        raise _evidence_required("Tỷ lệ 100% chỉ được ghi nhận qua báo cáo hoàn thành có kèm minh chứng.")
    if percent < previous and not (reason or "").strip():
        raise _reason_required("Tỷ lệ hoàn thành giảm so với lần cập nhật trước thì phải nêu lý do.")


def _evidence_required(detail: str) -> Invalid:
    return Invalid("evidence-required", detail, errors=[FieldError("evidence_ids", "evidence-required", detail)])


def _reason_required(detail: str) -> Invalid:
    return Invalid("reason-required", detail, errors=[FieldError("reason", "reason-required", detail)])


def overdue_from(status: AssignmentStatus, due: date | None, submitted_on: date | None) -> date | None:
    """The first day on which the assignment is overdue while nothing changes; None when it never will be.

    `due` is the enforced day. What was submitted in time is not overdue while it is in appraisal.
    """
    if due is None or status in CLOSED:
        return None
    if status is _S.AWAITING_APPRAISAL and submitted_on is not None and submitted_on <= due:
        return None
    return due + timedelta(days=1)


def official_status(
    status: AssignmentStatus,
    due: date | None,
    completed_on: date | None,
    submitted_on: date | None,
    on: date,
) -> OfficialStatus | None:
    """The official status on a day, from the facts as of that day; None for suspended and cancelled work.

    The lead answers for the day it submitted the evidence that was accepted, not for how long appraisal took.
    Raises ValueError for completed work with neither day.
    """
    if status in {_S.SUSPENDED, _S.CANCELLED}:
        return None
    if status is _S.COMPLETED:
        finished_on = submitted_on or completed_on
        if finished_on is None:
            raise ValueError("completed work has a day of submission or of completion")
        late = due is not None and finished_on > due
        return OfficialStatus.COMPLETED_LATE if late else OfficialStatus.COMPLETED_ON_TIME
    overdue = overdue_from(status, due, submitted_on)
    return OfficialStatus.OVERDUE if overdue and overdue <= on else OfficialStatus.IN_PROGRESS
