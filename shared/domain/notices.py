"""What organizations are told about evidence and its appraisal, and who has to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.domain.assignment_states import VERDICT_LABELS_VI, Verdict


class NoticeKind(StrEnum):
    """The fact that is told."""

    APPRAISAL_WAITING = "appraisal.waiting"
    APPRAISAL_DECIDED = "appraisal.decided"
    APPRAISAL_WITHDRAWN = "appraisal.withdrawn"
    APPRAISAL_OVERDUE = "appraisal.overdue"
    SUPPLEMENT_REQUESTED = "supplement.requested"
    SUPPLEMENT_EXPIRED = "supplement.expired"
    EVIDENCE_REFUSED = "evidence.refused"
    EVIDENCE_WITHDRAWN = "evidence.withdrawn"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who has to do with a piece of evidence. `reviewers` are the plan's reviewing bodies, lowest level first;
    `superior` is the one above the body whose turn it is or was.
    """

    submitter: UUID
    lead: UUID
    coordinating: Sequence[UUID]
    reviewers: Sequence[UUID]
    superior: UUID | None


def recipients(kind: NoticeKind, parties: Parties, level: int) -> list[UUID]:
    """Whom to tell of a fact at a reviewing level (from 1), each once: those who do the work of its fate, the body
    itself of what it has to do or need not do any more, the levels before and after where they relied on what was.
    """
    working = [parties.submitter, parties.lead, *parties.coordinating]
    own = list(parties.reviewers[level - 1 : level])
    lower = list(parties.reviewers[: level - 1])
    following = list(parties.reviewers[level : level + 1])
    above = [parties.superior] if parties.superior else []
    told = {
        NoticeKind.APPRAISAL_WAITING: own,
        NoticeKind.APPRAISAL_DECIDED: [*working, *lower],
        NoticeKind.APPRAISAL_WITHDRAWN: [*working, *lower, *own, *following],
        NoticeKind.APPRAISAL_OVERDUE: [*working, *own, *above],
        NoticeKind.SUPPLEMENT_REQUESTED: working,
        NoticeKind.SUPPLEMENT_EXPIRED: [*working, *own],
        NoticeKind.EVIDENCE_REFUSED: working,
        NoticeKind.EVIDENCE_WITHDRAWN: [*working, *lower, *own],
    }[kind]
    return list(dict.fromkeys(told))


_WORDS: Mapping[NoticeKind, str] = MappingProxyType(
    {
        NoticeKind.APPRAISAL_WAITING: "Minh chứng chờ cơ quan thẩm định ở cấp {level}.",
        NoticeKind.APPRAISAL_DECIDED: "Cấp thẩm định {level} kết luận: {verdict}.",
        NoticeKind.APPRAISAL_WITHDRAWN: "Cấp thẩm định {level} rút lại kết luận “{verdict}”: {reason}",
        NoticeKind.APPRAISAL_OVERDUE: "Minh chứng đã quá thời hạn thẩm định ở cấp {level} mà chưa có kết luận.",
        NoticeKind.SUPPLEMENT_REQUESTED: "Cấp thẩm định {level} yêu cầu bổ sung, hạn {due_on}: {text}",
        NoticeKind.SUPPLEMENT_EXPIRED: "Hết hạn bổ sung mà cấp thẩm định {level} yêu cầu, chưa có phiên bản mới.",
        NoticeKind.EVIDENCE_REFUSED: "Minh chứng không qua được bước kiểm tra tệp: xem kết quả kiểm tra và nộp lại.",
        NoticeKind.EVIDENCE_WITHDRAWN: "Đơn vị nộp đã rút lại minh chứng: {reason}",
    }
)


def words_of(kind: NoticeKind, facts: Mapping[str, object]) -> str:
    """The notice as people read it."""
    told = dict(facts)
    if "verdict" in told:
        told["verdict"] = VERDICT_LABELS_VI[Verdict(str(told["verdict"]))]
    return _WORDS[kind].format_map(told)
