"""Facts other parts act on. They leave through the outbox, named in the past tense; payloads are JSON."""

from dataclasses import asdict, dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts. `type` is stable: it is stored and published."""

    type: ClassVar[str]

    def payload(self) -> dict[str, object]:
        """The fact's fields as JSON values."""
        return {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class PlanActivated(Event):
    """A plan came into force and its first assignments are open."""

    type: ClassVar[str] = "plan.activated"
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class AssignmentChanged(Event):
    """Status, percent or verdict of an assignment changed, so its alerts may open or close."""

    type: ClassVar[str] = "assignment.changed"
    assignment_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class EvidenceSubmitted(Event):
    """A version of evidence was handed in and waits for its checks."""

    type: ClassVar[str] = "evidence.submitted"
    evidence_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class EvidenceChecksResumed(Event):
    """The checks of a version go on: they had stopped because they take long, or wait for what was away."""

    type: ClassVar[str] = "evidence.checks_resumed"
    evidence_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class LinkSubmitted(Event):
    """A version of evidence that is a public address was handed in by an organization, and waits to be fetched."""

    type: ClassVar[str] = "evidence.link_submitted"
    evidence_id: UUID
    version: int
    organization_id: UUID


@dataclass(frozen=True, slots=True)
class EvidenceReleased(Event):
    """A version passed its checks: it may be downloaded and relied on."""

    type: ClassVar[str] = "evidence.released"
    evidence_id: UUID
    version: int
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class EvidenceRefused(Event):
    """A version did not pass its checks, or what its address showed was not taken: nothing more comes of it."""

    type: ClassVar[str] = "evidence.refused"
    evidence_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class EvidenceReuseFound(Event):
    """A version that was compared before was met in an earlier submission that was compared after it."""

    type: ClassVar[str] = "evidence.reuse_found"
    evidence_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class EvidenceLinked(Event):
    """Evidence submitted for one assignment proves another one too."""

    type: ClassVar[str] = "evidence.linked"
    evidence_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class EvidenceWithdrawn(Event):
    """Evidence was taken back: it proves nothing any more."""

    type: ClassVar[str] = "evidence.withdrawn"
    evidence_id: UUID


@dataclass(frozen=True, slots=True)
class StoredFileDoubted(Event):
    """Somebody who read a stored file found that its bytes are not those submitted, or are gone."""

    type: ClassVar[str] = "stored_file.doubted"
    upload_id: UUID


@dataclass(frozen=True, slots=True)
class EvidenceDamaged(Event):
    """Stored bytes of a version are changed or lost: it can no longer be read."""

    type: ClassVar[str] = "evidence.damaged"
    evidence_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class AppraisalDecided(Event):
    """A reviewing body gave its verdict on a version of evidence."""

    type: ClassVar[str] = "appraisal.decided"
    appraisal_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class AppraisalWithdrawn(Event):
    """A reviewing body took its verdict back: it counts for nothing, and the version waits for it again."""

    type: ClassVar[str] = "appraisal.withdrawn"
    appraisal_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class AppraisalOverdue(Event):
    """A reviewing body has not given its verdict on a version within its service level."""

    type: ClassVar[str] = "appraisal.overdue"
    evidence_id: UUID
    version: int
    level: int
    organization_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class SupplementRequested(Event):
    """A reviewing body asks the submitter for more before it gives its verdict."""

    type: ClassVar[str] = "supplement.requested"
    supplement_request_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class SupplementExpired(Event):
    """What a reviewing body asked for did not come in time: the version waits for its verdict again."""

    type: ClassVar[str] = "supplement.expired"
    supplement_request_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class AlertOpened(Event):
    """A red alert appeared."""

    type: ClassVar[str] = "alert.opened"
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class AlertClosed(Event):
    """A red alert's condition cleared."""

    type: ClassVar[str] = "alert.closed"
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class SuccessionRecorded(Event):
    """One organization succeeds another from a day on, which may have come already."""

    type: ClassVar[str] = "succession.recorded"
    succession_id: UUID


@dataclass(frozen=True, slots=True)
class AssignmentTransferred(Event):
    """The work of one organization became another's, by a succession: the receiver should know what it owes."""

    type: ClassVar[str] = "assignment.transferred"
    assignment_id: UUID
    from_organization_id: UUID
    to_organization_id: UUID


@dataclass(frozen=True, slots=True)
class RenameRecorded(Event):
    """An organization is called otherwise from a day on, which may have come already."""

    type: ClassVar[str] = "rename.recorded"
    rename_id: UUID


@dataclass(frozen=True, slots=True)
class CalendarChanged(Event):
    """A day became a working day or ceased to be one, so deadlines may move; `day` as `YYYY-MM-DD`."""

    type: ClassVar[str] = "calendar.changed"
    day: str


@dataclass(frozen=True, slots=True)
class MeasurementsRecorded(Event):
    """Figures of an indicator are new or corrected: `count` of them at once."""

    type: ClassVar[str] = "measurements.recorded"
    indicator_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class AmendmentRecorded(Event):
    """A plan is to change from a day on, which may have come already."""

    type: ClassVar[str] = "amendment.recorded"
    amendment_id: UUID


@dataclass(frozen=True, slots=True)
class PlanAmended(Event):
    """An amendment came into force: tasks changed, and with them the terms and states of assignments."""

    type: ClassVar[str] = "plan.amended"
    plan_id: UUID
    amendment_id: UUID


EVENTS: dict[str, type[Event]] = {event.type: event for event in Event.__subclasses__()}
"""Every fact by its stored type; `tests/architecture` holds subscriptions against it."""


def read_event(event_type: str, payload: dict[str, object]) -> Event:
    """The fact a stored row stands for. Raises KeyError for a type this version does not know."""
    kind = EVENTS[event_type]
    fields = kind.__dataclass_fields__
    return kind(**{name: _read(fields[name].type, value) for name, value in payload.items()})


def _read(annotation: object, value: object) -> object:
    return UUID(str(value)) if annotation is UUID else value
