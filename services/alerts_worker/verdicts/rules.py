"""What the verdicts given so far mean for a submitted completion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.domain.appraisal_reasons import REASON_LABELS_VI, AppraisalReason
from shared.domain.assignment_states import Action, AssignmentStatus, Verdict

_PASSING = frozenset({Verdict.VALID, Verdict.VALID_BUT_POOR})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict of the reviewing body at `level` (from 1) on one exact version of evidence."""

    evidence_id: UUID
    version: int
    level: int
    verdict: Verdict
    reasons: Sequence[str]
    comment: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The step to take, and the reason to record for it."""

    action: Action
    reason: str | None


def decide(submitted: Mapping[UUID, int], judgements: Sequence[Judgement], levels: int) -> Outcome | None:
    """The step that verdicts on the submitted versions (evidence → version) call for; None while some are missing.

    One `invalid` sends the work back. It is complete when every submitted version has passed every one of the
    plan's reviewing levels. Verdicts on other versions count for nothing: an approval binds what was seen.
    """
    counted = [judgement for judgement in judgements if submitted.get(judgement.evidence_id) == judgement.version]
    refused = [judgement for judgement in counted if judgement.verdict is Verdict.INVALID]
    if refused:
        words = (word for judgement in refused for word in (*_labels(judgement), judgement.comment))
        return Outcome(Action.APPRAISE_INVALID, "; ".join(dict.fromkeys(filter(None, words))) or None)
    passed = {(judgement.evidence_id, judgement.level) for judgement in counted if judgement.verdict in _PASSING}
    owed = {(evidence_id, level) for evidence_id in submitted for level in range(1, levels + 1)}
    # Nothing owed would be an approval by silence.
    if owed and owed <= passed:
        return Outcome(Action.APPRAISE_FINAL_VALID, None)
    return None


def undo(
    status: AssignmentStatus, submitted: Mapping[UUID, int], judgements: Sequence[Judgement], levels: int
) -> Action | None:
    """The step that a withdrawal calls for, from the verdicts that are left; None when the work stands where they put
    it. Completed work that they no longer carry is in appraisal again; a refusal that none of them gave is taken back.
    """
    outcome = decide(submitted, judgements, levels)
    left = outcome.action if outcome else None
    if status is AssignmentStatus.COMPLETED and left is not Action.APPRAISE_FINAL_VALID:
        return Action.REOPEN
    if status is AssignmentStatus.NEEDS_COMPLETION and left is not Action.APPRAISE_INVALID:
        return Action.WITHDRAW_VERDICT
    return None


def _labels(judgement: Judgement) -> list[str]:
    """The reasons as people read them in the history."""
    return [REASON_LABELS_VI[AppraisalReason(reason)] for reason in judgement.reasons]
