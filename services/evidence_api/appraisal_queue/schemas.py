"""Answers about the queue of a reviewing body."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.evidence_api.appraisals.schemas import AppraisalBody
from services.evidence_api.evidence.schemas import EvidenceBody, FindingBody
from services.evidence_api.supplement_requests.schemas import SupplementRequestBody
from shared.bodies import ResponseBody


class QueueState(StrEnum):
    """`pending` waits for the caller's organization, `supplement` for the submitter that it asked for more; `escalated`
    for a body below, whose silence was told to the caller's; `decided` are the verdicts the caller's gave.
    """

    PENDING = "pending"
    SUPPLEMENT = "supplement"
    ESCALATED = "escalated"
    DECIDED = "decided"


class QueueOrder(StrEnum):
    """`risk`: the gravest findings first, and what waits longest among equals; `age`: what waits longest first."""

    RISK = "risk"
    AGE = "age"


class Holder(StrEnum):
    """Who holds a version: the caller, anybody of the body, or nobody."""

    ME = "me"
    ANYONE = "anyone"
    NOBODY = "nobody"


class SupplementMark(StrEnum):
    """The submitter is being asked for more, did not answer in time, or has answered with this version."""

    OPEN = "open"
    EXPIRED = "expired"
    ANSWERED = "answered"


class ClaimBody(ResponseBody):
    """Who of the body holds a version, and until when."""

    claimed_by: str
    name: str | None
    mine: bool
    until: datetime


class QueuedEvidence(ResponseBody):
    """A version of evidence before a reviewing body, and what it proves.

    `age_days` are the days it has waited there since `waiting_since`, or waited until the verdict in `appraisal`.
    `decide_by` is the last day of the service level; nothing but an escalation follows when it is `overdue`.
    """

    evidence_id: UUID
    evidence_version: int
    kind: str
    level: int
    reviewing_organization_id: UUID
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
    risk: int
    waiting_since: datetime
    age_days: int
    decide_by: date | None
    overdue: bool
    escalated_at: datetime | None
    supplement: SupplementMark | None
    claim: ClaimBody | None
    appraisal: AppraisalBody | None


class QueuePage(ResponseBody):
    """One page: what waits, in the order asked for; or what was decided, latest first."""

    items: list[QueuedEvidence]
    next_cursor: str | None


class AppraisalFile(ResponseBody):
    """Everything a reviewer needs for a verdict, in one answer: the place in the queue, the evidence with its files and
    declared document, what the checks found, earlier verdicts and what was asked of the submitter, oldest first.
    """

    item: QueuedEvidence
    evidence: EvidenceBody
    findings: list[FindingBody]
    appraisals: list[AppraisalBody]
    supplement_requests: list[SupplementRequestBody]
