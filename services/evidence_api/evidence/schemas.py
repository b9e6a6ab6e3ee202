"""Requests and answers about evidence."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.evidence_api.evidence.rules import EvidenceKind, VersionState
from shared.bodies import Day, RequestBody, ResponseBody, Text
from shared.db.models import Evidence, EvidenceFinding, EvidenceVersion
from shared.domain.evidence_reuse import MESSAGES_VI, WHOLE, outcome_of

ReasonText = Annotated[Text, Field(max_length=2000)]
ShortText = Annotated[Text, Field(max_length=500)]


class DocumentBody(RequestBody):
    """Number, date and issuer of a document, as printed on it."""

    number: ShortText
    issued_on: Day
    issuer: ShortText


class SubmitVersion(RequestBody):
    """A new version: uploads of the caller's own organization, in reading order; of a `link`, the public `url` alone.

    `effective_on` is when the product took effect, whenever it is submitted.
    """

    document: DocumentBody | None = None
    effective_on: Day | None = None
    upload_ids: list[UUID] = Field(default_factory=list, min_length=1, max_length=20)
    url: Annotated[Text, Field(max_length=2000)] | None = None
    reuse_reason: ReasonText | None = None
    """Why it rightly holds what was submitted for another assignment before."""


class SubmitEvidence(SubmitVersion):
    """The first version of a new piece of evidence."""

    assignment_id: UUID
    kind: EvidenceKind


class LinkEvidence(RequestBody):
    """A further assignment that the evidence proves."""

    assignment_id: UUID


class WithdrawEvidence(RequestBody):
    """Why the evidence is taken back."""

    reason: ReasonText


class WithdrawalBody(ResponseBody):
    """When, by whom and why evidence was taken back."""

    withdrawn_at: datetime
    withdrawn_by: str
    reason: str


class FileBody(ResponseBody):
    """The n-th file of a version, from 1: the `n` of `/files/{n}/content`."""

    position: int
    filename: str
    media_type: str
    size: int
    sha256: str


class SubmissionBody(ResponseBody):
    """What was submitted at once. `released_at` is when it passed its checks."""

    state: VersionState
    submitted_by: str
    submitted_at: datetime
    released_at: datetime | None
    document: DocumentBody | None
    reuse_reason: str | None
    effective_on: date | None
    url: str | None
    files: list[FileBody]


class VersionBody(SubmissionBody):
    """One version of a piece of evidence."""

    number: int

    @classmethod
    def of(cls, version: EvidenceVersion, files: list[FileBody]) -> Self:
        """The version as it is told."""
        return cls(number=version.number, **_submission(version, files))


class EvidenceBody(SubmissionBody):
    """A piece of evidence as its current version shows it.

    `assignment_ids` are those it proves, of those the caller may see, the one it was submitted for first;
    `assignment_id` is the first of them.
    """

    id: UUID
    assignment_id: UUID
    assignment_ids: list[UUID]
    organization_id: UUID
    kind: EvidenceKind
    created_at: datetime
    current_version: int
    withdrawal: WithdrawalBody | None

    @classmethod
    def of(
        cls, evidence: Evidence, current: EvidenceVersion, files: list[FileBody], assignment_ids: Sequence[UUID]
    ) -> Self:
        """The evidence as it is told; `files` are those of its current version."""
        return cls(
            id=evidence.id,
            assignment_id=assignment_ids[0],
            assignment_ids=list(assignment_ids),
            organization_id=evidence.organization_id,
            kind=EvidenceKind(evidence.kind),
            created_at=evidence.created_at,
            current_version=current.number,
            withdrawal=_withdrawal(evidence),
            **_submission(current, files),
        )


def _submission(version: EvidenceVersion, files: list[FileBody]) -> dict[str, Any]:
    return {
        "state": version.state,
        "submitted_by": version.submitted_by,
        "submitted_at": version.created_at,
        "released_at": version.released_at,
        "document": _document(version),
        "reuse_reason": version.reuse_reason,
        "effective_on": version.effective_on,
        "url": version.link_url,
        "files": files,
    }


def _withdrawal(evidence: Evidence) -> WithdrawalBody | None:
    if evidence.withdrawn_at is None or evidence.withdrawn_by is None or evidence.withdrawal_reason is None:
        return None
    return WithdrawalBody(
        withdrawn_at=evidence.withdrawn_at, withdrawn_by=evidence.withdrawn_by, reason=evidence.withdrawal_reason
    )


def _document(version: EvidenceVersion) -> DocumentBody | None:
    if version.document_number is None or version.document_issued_on is None or version.document_issuer is None:
        return None
    return DocumentBody(
        number=version.document_number, issued_on=version.document_issued_on, issuer=version.document_issuer
    )


class FindingBody(ResponseBody):
    """A fact that a check established about the current version.

    `position` is the file's, 0 where the version as a whole is meant; `message` says the fact in Vietnamese.
    """

    version: int
    position: int
    step: str
    tool: str
    tool_version: str
    policy_version: int
    outcome: str
    message: str
    facts: dict[str, object]
    found_at: datetime

    @classmethod
    def of(cls, version: EvidenceVersion, finding: EvidenceFinding) -> Self:
        """The finding as it was recorded."""
        return cls(
            version=version.number,
            position=finding.position,
            step=finding.step,
            tool=finding.tool,
            tool_version=finding.tool_version,
            policy_version=finding.policy_version,
            outcome=finding.outcome,
            message=finding.message,
            facts=finding.facts,
            found_at=finding.found_at,
        )

    def add_reuses(self, reuses: list[dict[str, object]], reason: str | None) -> None:
        """Tell of the earlier uses that are known by now, beside the reason declared for them."""
        whole = self.facts.get(WHOLE) is not False
        self.outcome = outcome_of(reused=bool(reuses), declared=reason is not None, whole=whole)
        self.message = MESSAGES_VI[self.outcome]
        self.facts = {**self.facts, "reuses": reuses, "declared_reason": reason}


class EvidencePage(ResponseBody):
    """One page of evidence, oldest first."""

    items: list[EvidenceBody]
    next_cursor: str | None


class VersionPage(ResponseBody):
    """One page of versions, oldest first."""

    items: list[VersionBody]
    next_cursor: str | None


class FindingPage(ResponseBody):
    """All findings on the current version: never more than there are files and checks."""

    items: list[FindingBody]
    next_cursor: None = None
