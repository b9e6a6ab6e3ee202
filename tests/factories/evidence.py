"""Evidence as stored, without its files: what completions and verdicts look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Appraisal, Assignment, Evidence, EvidenceFile, EvidenceVersion, Upload


async def make_evidence(session: AsyncSession, assignment: Assignment, *states: str) -> Evidence:
    """A piece of evidence of the assignment with one version per state, the last one current; released by default."""
    states = states or ("released",)
    evidence = Evidence(
        assignment_id=assignment.id,
        organization_id=assignment.organization_id,
        kind="minutes",
        current_version=len(states),
    )
    session.add(evidence)
    await session.flush()
    for number, state in enumerate(states, start=1):
        session.add(EvidenceVersion(evidence_id=evidence.id, number=number, state=state, submitted_by="tests"))
    await session.flush()
    return evidence


async def add_damaged_file(session: AsyncSession, evidence: Evidence, at: datetime) -> None:
    """A file of the current version whose stored bytes were found to be others."""
    upload = Upload(
        organization_id=evidence.organization_id,
        uploaded_by="tests",
        filename="a.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        storage_key="sha256/00/0",
        damaged_at=at,
    )
    session.add(upload)
    await session.flush()
    current = select(EvidenceVersion.id).where(
        EvidenceVersion.evidence_id == evidence.id, EvidenceVersion.number == evidence.current_version
    )
    version_id = (await session.scalars(current)).one()
    session.add(EvidenceFile(evidence_version_id=version_id, position=1, upload_id=upload.id))
    await session.flush()


async def make_appraisal(
    session: AsyncSession, evidence: Evidence, verdict: str, *, at: datetime, by: UUID, level: int = 1
) -> Appraisal:
    """A verdict on the current version, given at this instant by this organization."""
    appraisal = Appraisal(
        evidence_id=evidence.id,
        evidence_version=evidence.current_version,
        level=level,
        organization_id=by,
        appraised_by="tests",
        verdict=verdict,
        reasons=[],
        comment="",
        decided_at=at,
    )
    session.add(appraisal)
    await session.flush()
    return appraisal
