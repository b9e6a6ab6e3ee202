"""All tables, so that one import knows the whole schema."""

from shared.db.models.amendments import Amendment, AmendmentChange, AssignmentDeadline
from shared.db.models.appraisals import Appraisal, Notice, PendingAppraisal, SupplementRequest
from shared.db.models.assignments import (
    Alert,
    AlertAcknowledgement,
    Assignment,
    AssignmentTransfer,
    AssignmentTransition,
    AssignmentViewer,
    CompletionEvidence,
    PlanViewer,
    ProgressUpdate,
    TaskViewer,
)
from shared.db.models.audit import AuditCheckpoint, AuditEntry, AuditKey, AuditLeaf, AuditNode, AuditPending
from shared.db.models.base import Base
from shared.db.models.evidence import (
    Evidence,
    EvidenceAssignment,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    LinkSnapshot,
    Upload,
)
from shared.db.models.fingerprints import (
    DocumentFingerprint,
    EvidenceReuse,
    EvidenceReuseOrigin,
    PictureFingerprint,
    TextFingerprint,
)
from shared.db.models.identity import AccessChange, Client, Membership, TokenKey, UsedToken, User
from shared.db.models.indicators import Indicator, IndicatorTarget, Measurement
from shared.db.models.messaging import Delivery, OutboxEvent, ScheduleTick
from shared.db.models.names import NameCorrection
from shared.db.models.organizations import (
    Organization,
    OrganizationAlias,
    OrganizationGroup,
    OrganizationRename,
    OrganizationSuccession,
)
from shared.db.models.plans import Plan, PlanImport, TaskGroup
from shared.db.models.records import CalendarChange, CalendarDay, IdempotencyRecord
from shared.db.models.tasks import Task, TaskOrganization
from shared.db.models.uploads import ResumableUpload, UploadPart, UploadUsage

__all__ = [
    "AccessChange",
    "Alert",
    "AlertAcknowledgement",
    "Amendment",
    "AmendmentChange",
    "Appraisal",
    "Assignment",
    "AssignmentDeadline",
    "AssignmentTransfer",
    "AssignmentTransition",
    "AssignmentViewer",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditKey",
    "AuditLeaf",
    "AuditNode",
    "AuditPending",
    "Base",
    "CalendarChange",
    "CalendarDay",
    "Client",
    "CompletionEvidence",
    "Delivery",
    "DocumentFingerprint",
    "Evidence",
    "EvidenceAssignment",
    "EvidenceFile",
    "EvidenceFinding",
    "EvidenceReuse",
    "EvidenceReuseOrigin",
    "EvidenceVersion",
    "IdempotencyRecord",
    "Indicator",
    "IndicatorTarget",
    "LinkSnapshot",
    "Measurement",
    "Membership",
    "NameCorrection",
    "Notice",
    "Organization",
    "OrganizationAlias",
    "OrganizationGroup",
    "OrganizationRename",
    "OrganizationSuccession",
    "OutboxEvent",
    "PendingAppraisal",
    "PictureFingerprint",
    "Plan",
    "PlanImport",
    "PlanViewer",
    "ProgressUpdate",
    "ResumableUpload",
    "ScheduleTick",
    "SupplementRequest",
    "Task",
    "TaskGroup",
    "TaskOrganization",
    "TaskViewer",
    "TextFingerprint",
    "TokenKey",
    "Upload",
    "UploadPart",
    "UploadUsage",
    "UsedToken",
    "User",
]
