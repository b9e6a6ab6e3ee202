"""Requests and answers about appraisals."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from shared.bodies import NUMBER, RequestBody, ResponseBody, Text
from shared.db.models import Appraisal
from shared.domain.appraisal_reasons import REASON_LABELS_VI, AppraisalReason
from shared.domain.assignment_states import VERDICT_LABELS_VI, Verdict


class AppraiseEvidence(RequestBody):
    """A verdict on the version the reviewer has seen; `reasons` unless it is `valid`."""

    verdict: Verdict
    reasons: list[AppraisalReason] = Field(default_factory=list, max_length=len(AppraisalReason))
    comment: Text | None = None
    evidence_version: Annotated[int, Field(ge=1, le=1_000_000), NUMBER]


class WithdrawAppraisal(RequestBody):
    """Why a verdict is taken back: kept beside it."""

    reason: Text


class ReasonBody(ResponseBody):
    """A reason and its Vietnamese words."""

    code: AppraisalReason
    label: str


class AppraisalBody(ResponseBody):
    """A verdict as given. `level` counts the plan's reviewing bodies from 1. `due_on` was the last day its service
    level gave it. One that was withdrawn counts for nothing.
    """

    id: UUID
    evidence_id: UUID
    evidence_version: int
    level: int
    organization_id: UUID
    appraised_by: str
    verdict: Verdict
    label: str
    reasons: list[ReasonBody]
    comment: str
    decided_at: datetime
    due_on: date | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, appraisal: Appraisal) -> Self:
        """The verdict as it is told."""
        reasons = [AppraisalReason(reason) for reason in appraisal.reasons]
        return cls(
            id=appraisal.id,
            evidence_id=appraisal.evidence_id,
            evidence_version=appraisal.evidence_version,
            level=appraisal.level,
            organization_id=appraisal.organization_id,
            appraised_by=appraisal.appraised_by,
            verdict=Verdict(appraisal.verdict),
            label=VERDICT_LABELS_VI[Verdict(appraisal.verdict)],
            reasons=[ReasonBody(code=reason, label=REASON_LABELS_VI[reason]) for reason in reasons],
            comment=appraisal.comment,
            decided_at=appraisal.decided_at,
            due_on=appraisal.due_on,
            withdrawn_at=appraisal.withdrawn_at,
            withdrawn_by=appraisal.withdrawn_by,
            withdrawal_reason=appraisal.withdrawal_reason,
        )


class AppraisalPage(ResponseBody):
    """One page of the verdicts on a piece of evidence, oldest first."""

    items: list[AppraisalBody]
    next_cursor: str | None
