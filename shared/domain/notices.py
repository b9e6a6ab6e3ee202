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
    """Whom to tell of a fact at a reviewing level (from 1), each once: those who did the work of its fate, the body
    itself of what happened to it, and the level before or after where it has to act or was relied on.
    """
    doing = [parties.submitter, parties.lead]
    own = list(parties.reviewers[level - 1 : level])
    lower = list(parties.reviewers[: level - 1])
    above = [parties.superior] if parties.superior else []
    told = {
        NoticeKind.APPRAISAL_WAITING: own,
        NoticeKind.APPRAISAL_DECIDED: [*doing, *parties.coordinating, *lower],
        NoticeKind.APPRAISAL_WITHDRAWN: [*doing, *parties.coordinating, *lower],
        NoticeKind.APPRAISAL_OVERDUE: [*own, *above],
        NoticeKind.SUPPLEMENT_REQUESTED: doing,
        NoticeKind.SUPPLEMENT_EXPIRED: [*doing, *own],
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
    }
)


def words_of(kind: NoticeKind, facts: Mapping[str, object]) -> str:
    """The notice as people read it."""
    told = dict(facts)
    if "verdict" in told:
        told["verdict"] = VERDICT_LABELS_VI[Verdict(str(told["verdict"]))]
    return _WORDS[kind].format_map(told)
