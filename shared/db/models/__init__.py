"""All tables, so that one import knows the whole schema."""

from shared.db.models.amendments import Amendment, AmendmentChange, AssignmentDeadline
from shared.db.models.assignments import (
    Alert,
    AlertAcknowledgement,
    Assignment,
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
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    Upload,
)
from shared.db.models.identity import AccessChange, Client, Membership, TokenKey, UsedToken, User
from shared.db.models.messaging import Delivery, OutboxEvent, ScheduleTick
from shared.db.models.organizations import Organization, OrganizationAlias, OrganizationGroup, OrganizationSuccession
from shared.db.models.plans import Indicator, Plan, PlanImport, TaskGroup
from shared.db.models.records import CalendarDay, IdempotencyRecord
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
    "AssignmentTransition",
    "AssignmentViewer",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditKey",
    "AuditLeaf",
    "AuditNode",
    "AuditPending",
    "Base",
    "CalendarDay",
    "Client",
    "CompletionEvidence",
    "Delivery",
    "Evidence",
    "EvidenceFile",
    "EvidenceFinding",
    "EvidenceVersion",
    "IdempotencyRecord",
    "Indicator",
    "Membership",
    "Organization",
    "OrganizationAlias",
    "OrganizationGroup",
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
