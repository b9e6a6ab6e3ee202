"""Requests and answers about evidence."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.evidence_api.evidence.rules import EvidenceKind, VersionState
from shared.bodies import Day, RequestBody, ResponseBody, Text
from shared.db.models import Evidence, EvidenceFinding, EvidenceVersion
from shared.domain.evidence_reuse import MESSAGES_VI, outcome_of

ShortText = Annotated[Text, Field(max_length=500)]


class DocumentBody(RequestBody):
    """Number, date and issuer of a document, as printed on it."""

    number: ShortText
    issued_on: Day
    issuer: ShortText


class SubmitVersion(RequestBody):
    """A new version: uploads of the caller's own organization, in reading order."""

    document: DocumentBody | None = None
    upload_ids: list[UUID] = Field(min_length=1, max_length=20)
    reuse_reason: Annotated[Text, Field(max_length=2000)] | None = None
    """Why it rightly holds what was submitted for another assignment before."""


class SubmitEvidence(SubmitVersion):
    """The first version of a new piece of evidence."""

    assignment_id: UUID
    kind: EvidenceKind


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
    files: list[FileBody]


class VersionBody(SubmissionBody):
    """One version of a piece of evidence."""

    number: int

    @classmethod
    def of(cls, version: EvidenceVersion, files: list[FileBody]) -> Self:
        """The version as it is told."""
        return cls(number=version.number, **_submission(version, files))


class EvidenceBody(SubmissionBody):
    """A piece of evidence as its current version shows it."""

    id: UUID
    assignment_id: UUID
    organization_id: UUID
    kind: EvidenceKind
    created_at: datetime
    current_version: int

    @classmethod
    def of(cls, evidence: Evidence, current: EvidenceVersion, files: list[FileBody]) -> Self:
        """The evidence as it is told; `files` are those of its current version."""
        return cls(
            id=evidence.id,
            assignment_id=evidence.assignment_id,
            organization_id=evidence.organization_id,
            kind=EvidenceKind(evidence.kind),
            created_at=evidence.created_at,
            current_version=current.number,
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
        "files": files,
    }


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
        self.outcome = outcome_of(reused=bool(reuses), declared=reason is not None)
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
