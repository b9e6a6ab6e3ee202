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


class ReasonBody(ResponseBody):
    """A reason and its Vietnamese words."""

    code: AppraisalReason
    label: str


class AppraisalBody(ResponseBody):
    """A verdict as given. `level` counts the plan's reviewing bodies from 1."""

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
        )


class AppraisalPage(ResponseBody):
    """One page of the verdicts on a piece of evidence, oldest first."""

    items: list[AppraisalBody]
    next_cursor: str | None


class QueuedEvidence(ResponseBody):
    """A version of evidence before a reviewing body, and what it proves.

    `age_days` are the days it has waited since its release, or waited until the verdict in `appraisal`.
    """

    evidence_id: UUID
    evidence_version: int
    kind: str
    level: int
    assignment_id: UUID
    organization_id: UUID
    organization_name: str
    plan_number: str
    plan_title: str
    task_code: str
    task_title: str
    required_output: str | None
    due_on: date | None
    released_at: datetime
    age_days: int
    appraisal: AppraisalBody | None


class QueuePage(ResponseBody):
    """One page: what waits, longest first; or what was decided, latest first."""

    items: list[QueuedEvidence]
    next_cursor: str | None
