"""Rules of appraisal: whose turn it is, who may never judge, and what a verdict must say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.appraisal_reasons import AppraisalReason
from shared.domain.assignment_states import CLOSED, STATUS_LABELS_VI, AssignmentStatus, Verdict
from shared.domain.calendar import VIETNAM, local_date
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
    those that stand on this very version, in the order of levels.
    """

    version: int
    status: AssignmentStatus
    released: bool
    refused: bool
    submitters: Collection[Submitter]
    submitter_path: str
    reviewers: Sequence[UUID]
    verdicts: Sequence[Verdict]


def ensure_reasoned(verdict: Verdict, reasons: Sequence[AppraisalReason]) -> None:
    """Raises Invalid("reasons-required") for a verdict that finds fault without saying which."""
    if verdict is not Verdict.VALID and not reasons:
        detail = "Kết luận không hợp lệ hoặc chất lượng thấp phải nêu ít nhất một lý do."
        raise Invalid("reasons-required", detail, errors=[FieldError("reasons", "reasons-required", detail)])


def ensure_explained(reasons: Collection[AppraisalReason], comment: str | None) -> None:
    """Raises Invalid("comment-required") for another reason than those of the catalogue that nobody can read."""
    if AppraisalReason.OTHER in reasons and not comment:
        detail = "Chọn “lý do khác” thì phải nêu lý do đó trong ý kiến."
        raise Invalid("comment-required", detail, errors=[FieldError("comment", "comment-required", detail)])


def ensure_reviews(case: Case, reviewer: Principal) -> None:
    """Raises Forbidden("not-reviewer") for a body that the plan does not name."""
    if reviewer.organization_id not in case.reviewers:
        raise Forbidden("not-reviewer", "Cơ quan của bạn không phải cơ quan thẩm định của kế hoạch này.")


def next_level(case: Case, reviewer: Principal, version: int) -> int:
    """The level, from 1, at which `reviewer` may now judge `version`.

    Raises Forbidden: `not-reviewer`, `four-eyes`, `reviewer-below-submitter`; Conflict: `assignment-closed`,
    `evidence-version-changed`, `evidence-refused`, `evidence-not-released`, `already-appraised`, `not-your-turn`.
    """
    ensure_reviews(case, reviewer)
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
    if case.refused:
        detail = "Minh chứng đã bị từ chối khi kiểm tra tệp: đơn vị phải nộp phiên bản mới thì mới thẩm định được."
        raise Conflict("evidence-refused", detail)
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


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody of the reviewing body, a subject of an issuer, holds a version until an instant."""

    subject: str
    issuer: str
    until: datetime
    name: str

    def is_of(self, reviewer: Principal) -> bool:
        """Whether it is the reviewer's own."""
        return (self.subject, self.issuer) == (reviewer.subject, reviewer.client)


def ensure_free(claim: Claim | None, reviewer: Principal, at: datetime) -> None:
    """Raises Conflict("claimed-by-other") while somebody else holds the version."""
    if claim and claim.until > at and not claim.is_of(reviewer):
        until = claim.until.astimezone(VIETNAM)
        raise Conflict(
            "claimed-by-other",
            f"“{claim.name}” đang giữ minh chứng này để thẩm định, đến {until:%H:%M} ngày {until:%d/%m/%Y}.",
            facts={"claimed_by": claim.subject, "name": claim.name, "claimed_until": claim.until.isoformat()},
        )


def ensure_not_asked(supplement: str | None) -> None:
    """Raises Conflict("supplement-open") while the submitter still has time to add what it was asked for."""
    if supplement == "open":
        raise Conflict(
            "supplement-open",
            "Đơn vị nộp đang còn hạn bổ sung theo yêu cầu: chờ phiên bản mới hoặc hết hạn bổ sung rồi thẩm định.",
        )


def ensure_sound(*, damaged: bool) -> None:
    """Raises Conflict("evidence-damaged") where a file is no longer what was submitted: nobody can look at it."""
    if damaged:
        raise Conflict(
            "evidence-damaged",
            "Tệp lưu trữ của phiên bản này đã bị hỏng, không mở được nữa nên không kết luận được: "
            "đơn vị nộp cần nộp lại tệp thành phiên bản mới.",
        )


def claimed_until(at: datetime, seconds: int) -> datetime:
    """When a claim made at an instant ends."""
    return at + timedelta(seconds=seconds)


def ensure_withdrawable(case: Case, *, level: int, version: int, withdrawn: bool, organization_id: UUID) -> None:
    """A verdict on `version` may be taken back by whoever stands at its level, before anybody relied on it.

    Completed work returns to appraisal by it. Raises Forbidden("not-your-level"); Conflict: `appraisal-withdrawn`,
    `evidence-version-changed`, `later-level-decided`, `assignment-closed`.
    """
    if organization_id not in case.reviewers[level - 1 : level]:
        raise Forbidden("not-your-level", "Chỉ cơ quan thẩm định ở chính cấp đó được rút lại kết luận.")
    if withdrawn:
        raise Conflict("appraisal-withdrawn", "Kết luận này đã được rút lại.")
    if version != case.version:
        raise Conflict(
            "evidence-version-changed",
            f"Minh chứng đã có phiên bản {case.version}: kết luận về phiên bản cũ không còn hiệu lực.",
            facts={"current": case.version, "named": version},
        )
    if len(case.verdicts) > level:
        raise Conflict(
            "later-level-decided", "Cấp thẩm định sau đã kết luận dựa trên kết luận này nên không rút lại được."
        )
    if case.status in CLOSED - {AssignmentStatus.COMPLETED}:
        raise Conflict(
            "assignment-closed",
            f"Nhiệm vụ đang ở trạng thái “{STATUS_LABELS_VI[case.status]}” nên không rút lại kết luận.",
            facts={"status": case.status.value},
        )
