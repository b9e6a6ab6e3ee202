"""A row in every table that row-level security protects, all hanging on the assignment of the onlookers' scene."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import (
    Alert,
    AlertAcknowledgement,
    Amendment,
    AmendmentChange,
    Appraisal,
    Assignment,
    AssignmentDeadline,
    AssignmentTransfer,
    AuditEntry,
    Client,
    CompletionEvidence,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceReuse,
    EvidenceReuseOrigin,
    EvidenceVersion,
    IdempotencyRecord,
    Indicator,
    IndicatorTarget,
    LinkSnapshot,
    Measurement,
    NameCorrection,
    Notice,
    Organization,
    OrganizationSuccession,
    PendingAppraisal,
    Plan,
    ProgressUpdate,
    ResumableUpload,
    SupplementRequest,
    TaskGroup,
    TokenKey,
    Upload,
    UploadPart,
    UploadUsage,
    UsedToken,
)
from shared.domain.principal import Principal, Role
from tests.db.onlookers import FOLLOWED, Tree
from tests.factories.identity import make_member

UPWARDS = {"province", "ward"}
OF_LEAD = {"province", "ward", "lead"}

SEEN: Mapping[str, set[str]] = {
    "plans": FOLLOWED,
    "plan_imports": UPWARDS,
    "name_corrections": UPWARDS,
    "task_groups": FOLLOWED,
    "indicators": FOLLOWED,
    "indicator_targets": FOLLOWED,
    "measurements": OF_LEAD,
    "tasks": FOLLOWED,
    "task_organizations": FOLLOWED,
    "assignments": FOLLOWED,
    "assignment_viewers": FOLLOWED,
    "task_viewers": FOLLOWED,
    "plan_viewers": FOLLOWED,
    "assignment_transfers": FOLLOWED,
    "assignment_transitions": FOLLOWED,
    "assignment_deadlines": FOLLOWED,
    "amendments": FOLLOWED,
    "amendment_changes": FOLLOWED,
    "progress_updates": FOLLOWED,
    "completion_evidence": FOLLOWED,
    "alerts": FOLLOWED,
    "alert_acknowledgements": FOLLOWED,
    "uploads": FOLLOWED,  # part of the evidence
    "resumable_uploads": {"lead"},  # on their way they are nobody's above
    "upload_parts": {"lead"},
    "upload_usage": {"lead"},
    "evidence": FOLLOWED,
    "evidence_assignments": FOLLOWED,
    "evidence_versions": FOLLOWED,
    "link_snapshots": FOLLOWED,
    "evidence_files": FOLLOWED,
    "evidence_findings": FOLLOWED,
    "evidence_reuses": FOLLOWED,
    "evidence_reuse_origins": FOLLOWED,  # here both versions are of one assignment
    "appraisals": FOLLOWED,
    "pending_appraisals": {"reviewer's province", "reviewer"},
    "supplement_requests": FOLLOWED,
    "notices": {"lead"},
    "audit_entries": OF_LEAD,
    "idempotency_records": set(),  # the very caller's alone
    "users": OF_LEAD,
    "memberships": OF_LEAD,
    "token_keys": OF_LEAD,
    "used_tokens": set(),  # the very system's alone
    "clients": OF_LEAD,
}
"""Who of the onlookers sees the rows of each table, all of which lie around the lead's assignment."""

UNREADABLE = {
    "outbox_events",
    "deliveries",
    "text_fingerprints",
    "picture_fingerprints",
    "document_fingerprints",
}
"""Protected too; the services have no right to read them at all."""

OPEN = {
    "organizations": "names and codes of public bodies",
    "organization_aliases": "names and codes of public bodies",
    "organization_groups": "names that plans use",
    "organization_renames": "decided by published instruments",
    "organization_successions": "decided by published instruments",
    "calendar_changes": "public holidays",
    "calendar_days": "public holidays",
    "audit_pending": "identifiers of entries; only the worker may read",
    "audit_leaves": "hashes of entries",
    "audit_nodes": "hashes of hashes",
    "audit_keys": "public keys",
    "audit_checkpoints": "signed for everybody",
    "schedule_ticks": "no data of anybody; only the worker may read",
    "access_changes": "that something changed, not what",
}
"""Not protected, and why that harms nobody."""


async def fill(session: AsyncSession, tree: Tree) -> None:
    """Add what the scene of the onlookers lacks."""
    assignment = (await session.scalars(select(Assignment))).one()
    evidence = (await session.scalars(select(Evidence))).one()
    alert = (await session.scalars(select(Alert))).one()
    upload = (await session.scalars(select(Upload))).one()
    plan = (await session.scalars(select(Plan))).one()
    lead, day = tree["lead"], date(2026, 3, 1)
    succession = OrganizationSuccession(
        predecessor_id=tree["ward"].id,
        receiver_id=lead.id,
        kind="split",
        effective_on=day,
        instrument="x",
        recorded_by="tests",
    )
    session.add(succession)
    version = EvidenceVersion(evidence_id=evidence.id, number=1, submitted_by="tests")
    indicator = Indicator(
        plan_id=plan.id, position=1, no="1", text="x", direction="higher", aggregation="sum", search_text="x"
    )
    amendment = Amendment(
        plan_id=plan.id, number="x", issued_on=day, reason="x", effective_on=day, state="in_force", recorded_by="tests"
    )
    unfinished = ResumableUpload(
        organization_id=lead.id,
        uploaded_by="tests",
        length=2,
        received=1,
        metadata_text="",
        filename="x.pdf",
        expires_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    session.add_all([version, indicator, amendment, unfinished])
    await session.flush()
    reuse = EvidenceReuse(evidence_version_id=version.id, position=1, kind="same_bytes", measure=1)
    session.add(reuse)
    await session.flush()
    session.add(EvidenceReuseOrigin(reuse_id=reuse.id, evidence_version_id=version.id, position=1))
    session.add_all(
        [
            AssignmentTransfer(
                assignment_id=assignment.id,
                from_organization_id=tree["ward"].id,
                to_organization_id=lead.id,
                succession_id=succession.id,
                effective_on=day,
                transferred_at=datetime(2026, 3, 1, tzinfo=UTC),
            ),
            UploadPart(resumable_upload_id=unfinished.id, starts_at=0, size=1, storage_key="incoming/x"),
            UploadUsage(organization_id=lead.id, size=2),
            TaskGroup(plan_id=plan.id, no="I", title="x", position=1),
            NameCorrection(
                issuer_id=plan.issuer_id, folded="x", text="x", organization_id=lead.id, corrected_by="tests"
            ),
            IndicatorTarget(indicator_id=indicator.id, comparator="=", actor="tests"),
            Measurement(
                indicator_id=indicator.id,
                organization_id=lead.id,
                period_kind="year",
                period_starts_on=date(2026, 1, 1),
                value=1,
                source="manual",
                actor="tests",
            ),
            ProgressUpdate(
                assignment_id=assignment.id,
                percent=1,
                narrative="x",
                as_of=day,
                actor="tests",
                organization_id=lead.id,
            ),
            AmendmentChange(
                amendment_id=amendment.id, position=1, task_id=assignment.task_id, field="title", after="x"
            ),
            AssignmentDeadline(assignment_id=assignment.id, number=0, from_on=day, starts_on=day, roadmap=[]),
            CompletionEvidence(assignment_id=assignment.id, evidence_id=evidence.id, evidence_version=1),
            AlertAcknowledgement(alert_id=alert.id, acknowledged_by="tests", organization_id=lead.id, note="x"),
            EvidenceFile(evidence_version_id=version.id, position=1, upload_id=upload.id),
            LinkSnapshot(
                evidence_version_id=version.id,
                url="x",
                address="x",
                status=200,
                headers={},
                sha256="x",
                fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
            ),
            EvidenceFinding(evidence_version_id=version.id, step="type", outcome="good", facts={}),
            Appraisal(
                evidence_id=evidence.id,
                evidence_version=1,
                level=1,
                organization_id=tree["reviewer"].id,
                appraised_by="tests",
                verdict="valid",
                reasons=[],
                comment="",
            ),
            SupplementRequest(
                evidence_id=evidence.id,
                evidence_version=1,
                level=1,
                organization_id=tree["reviewer"].id,
                requested_by="tests",
                text="x",
                named_on=day,
            ),
            Notice(
                organization_id=lead.id,
                kind="appraisal.decided",
                assignment_id=assignment.id,
                evidence_id=evidence.id,
                evidence_version=1,
                facts={},
            ),
            AuditEntry(
                actor="tests",
                client="tests",
                organization_id=lead.id,
                action="x",
                target_type="x",
                target_id=new_id(),
            ),
            IdempotencyRecord(caller="nobody", key="x", request_sha256="x"),
            UsedToken(issuer="client:x", jti="x", expires_at=datetime(2026, 3, 1, tzinfo=UTC)),
        ]
    )
    client = Client(issuer="client:x", name="x", organization_id=lead.id, scopes=[], registered_by="tests")
    session.add(client)
    await session.flush()
    session.add(TokenKey(issuer="client:x", kid="x", algorithm="ES256", public_key="x", client_id=client.id))
    await session.flush()
    pending = PendingAppraisal(
        evidence_id=evidence.id,
        evidence_version=1,
        level=1,
        organization_id=tree["reviewer"].id,
        assignment_id=assignment.id,
        plan_id=plan.id,
        lead_id=lead.id,
        risk=0,
        since=datetime(2026, 3, 1, tzinfo=UTC),
    )
    session.add(pending)  # last: the database takes away what no verdict is awaited for
    await make_member(session, "somebody", lead, Role.VIEWER)
    await session.commit()


def principal(organization: Organization) -> Principal:
    """A caller of the organization who holds every role: the wall knows none."""
    return Principal(
        subject=f"person-{uuid4().hex[:8]}",
        client="tests",
        organization_id=organization.id,
        organization_path=organization.path,
        roles=frozenset(Role),
    )
