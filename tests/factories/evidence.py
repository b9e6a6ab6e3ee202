"""Evidence as stored, without its files: what completions and verdicts look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Appraisal, Assignment, Evidence, EvidenceVersion


async def make_evidence(session: AsyncSession, assignment: Assignment, *states: str) -> Evidence:
    """A piece of evidence of the assignment with one version per state, the last one current; released by default."""
    states = states or ("released",)
    evidence = Evidence(
        assignment_id=assignment.id,
        organization_id=assignment.organization_id,
        kind="signed_document",
        current_version=len(states),
    )
    session.add(evidence)
    await session.flush()
    for number, state in enumerate(states, start=1):
        session.add(EvidenceVersion(evidence_id=evidence.id, number=number, state=state, submitted_by="tests"))
    await session.flush()
    return evidence


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
