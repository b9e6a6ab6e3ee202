"""Rules of appraisal: whose turn it is, who may never judge, and what a verdict must say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain.appraisal_reasons import AppraisalReason
from shared.domain.assignment_states import CLOSED, STATUS_LABELS_VI, AssignmentStatus, Verdict
from shared.domain.calendar import local_date
from shared.domain.errors import Conflict, FieldError, Forbidden, Invalid
from shared.domain.principal import Principal


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who submitted a version: a subject is a person only together with its issuer; None where that was not kept."""

    subject: str
    issuer: str | None

    def may_be(self, reviewer: Principal) -> bool:
        """Whether this is, or cannot be told from, the reviewer."""
        return self.subject == reviewer.subject and self.issuer in {None, reviewer.client}


@dataclass(frozen=True, slots=True)
class Case:
    """The current version of evidence as its appraisal stands. `submitters` are those of every version so far.

    `status` is that of the assignment. `reviewers` are the plan's reviewing bodies, lowest level first; `verdicts`
    those already given on this very version, in the order of levels.
    """

    version: int
    status: AssignmentStatus
    released: bool
    submitters: Collection[Submitter]
    submitter_path: str
    reviewers: Sequence[UUID]
    verdicts: Sequence[Verdict]


def ensure_reasoned(verdict: Verdict, reasons: Sequence[AppraisalReason]) -> None:
    """Raises Invalid("reasons-required") for a verdict that finds fault without saying which."""
    if verdict is not Verdict.VALID and not reasons:
        detail = "Kết luận không hợp lệ hoặc chất lượng thấp phải nêu ít nhất một lý do."
        raise Invalid("reasons-required", detail, errors=[FieldError("reasons", "reasons-required", detail)])


def next_level(case: Case, reviewer: Principal, version: int) -> int:
    """The level, from 1, at which `reviewer` may now judge `version`.

    Raises Forbidden: `not-reviewer`, `four-eyes`, `reviewer-below-submitter`; Conflict: `assignment-closed`,
    `evidence-version-changed`, `evidence-not-released`, `already-appraised`, `not-your-turn`.
    """
    if reviewer.organization_id not in case.reviewers:
        raise Forbidden("not-reviewer", "Cơ quan của bạn không phải cơ quan thẩm định của kế hoạch này.")
    if case.status in CLOSED:
        raise Conflict(
            "assignment-closed",
            f"Nhiệm vụ đang ở trạng thái “{STATUS_LABELS_VI[case.status]}” nên không thẩm định thêm minh chứng.",
            facts={"status": case.status.value},
        )
    if version != case.version:
        raise Conflict(
            "evidence-version-changed",
            f"Minh chứng hiện là phiên bản {case.version}: hãy xem phiên bản này rồi thẩm định.",
            facts={"current": case.version, "named": version},
        )
    _ensure_independent(case, reviewer)
    if not case.released:
        raise Conflict("evidence-not-released", "Minh chứng chưa kiểm tra xong nên chưa thẩm định được.")
    return _level_of_turn(case, reviewer.organization_id)


def _ensure_independent(case: Case, reviewer: Principal) -> None:
    if any(submitter.may_be(reviewer) for submitter in case.submitters):
        raise Forbidden("four-eyes", "Người nộp minh chứng không được tự thẩm định: cần một người khác.")
    path = reviewer.organization_path
    if path != case.submitter_path and path.startswith(case.submitter_path):
        raise Forbidden(
            "reviewer-below-submitter", "Cơ quan cấp dưới không được thẩm định minh chứng của cơ quan cấp trên nộp."
        )


def _level_of_turn(case: Case, organization_id: UUID) -> int:
    passed = len(case.verdicts)
    if Verdict.INVALID in case.verdicts:
        raise Conflict("already-appraised", "Phiên bản này đã bị kết luận không hợp lệ: chờ đơn vị nộp phiên bản mới.")
    if organization_id not in case.reviewers[passed:]:
        raise Conflict("already-appraised", "Phiên bản này đã được cơ quan của bạn thẩm định xong.")
    if case.reviewers[passed] != organization_id:
        raise Conflict("not-your-turn", "Chưa đến lượt cơ quan của bạn: cấp thẩm định trước chưa có kết luận.")
    return passed + 1


def days_waiting(released_at: datetime, until: datetime) -> int:
    """Calendar days in Viet Nam from the release to `until`: what was released today waits 0 days."""
    return (local_date(until) - local_date(released_at)).days
