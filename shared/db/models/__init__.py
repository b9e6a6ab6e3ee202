"""All tables, so that one import knows the whole schema."""

from shared.db.models.amendments import Amendment, AmendmentChange, AssignmentDeadline
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
    Appraisal,
    Evidence,
    EvidenceAssignment,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    LinkSnapshot,
    Upload,
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
    "Evidence",
    "EvidenceAssignment",
    "EvidenceFile",
    "EvidenceFinding",
    "EvidenceVersion",
    "IdempotencyRecord",
    "Indicator",
    "IndicatorTarget",
    "LinkSnapshot",
    "Measurement",
    "Membership",
    "NameCorrection",
    "Organization",
    "OrganizationAlias",
    "OrganizationGroup",
    "OrganizationRename",
    "OrganizationSuccession",
    "OutboxEvent",
    "Plan",
    "PlanImport",
    "PlanViewer",
    "ProgressUpdate",
    "ScheduleTick",
    "Task",
    "TaskGroup",
    "TaskOrganization",
    "TaskViewer",
    "TokenKey",
    "Upload",
    "UsedToken",
    "User",
]
