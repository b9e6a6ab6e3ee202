"""Writes of appraisals."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisals import queries
from services.evidence_api.appraisals.policies import ensure_may_appraise
from services.evidence_api.appraisals.rules import ensure_reasoned, next_level
from services.evidence_api.appraisals.schemas import AppraiseEvidence
from services.evidence_api.evidence.queries import get_evidence_for_update
from services.evidence_api.evidence.rules import ensure_stands
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Appraisal
from shared.domain.principal import Principal
from shared.events import AppraisalDecided


async def appraise_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, opinion: AppraiseEvidence
) -> Appraisal:
    """Give the caller's organization's verdict on the version it names; the assignment follows by the event.

    Raises NotFound, and what `rules.ensure_reasoned` and `rules.next_level` raise.
    """
    evidence = await get_evidence_for_update(session, principal, evidence_id)
    ensure_may_appraise(principal)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    ensure_reasoned(opinion.verdict, opinion.reasons)
    level = next_level(await queries.get_case(session, evidence), principal, opinion.evidence_version)
    appraisal = Appraisal(
        id=new_id(),
        evidence_id=evidence.id,
        evidence_version=opinion.evidence_version,
        level=level,
        organization_id=principal.organization_id,
        appraised_by=principal.subject,
        verdict=opinion.verdict,
        reasons=list(dict.fromkeys(opinion.reasons)),
        comment=opinion.comment or "",
    )
    session.add(appraisal)
    outbox.add(session, AppraisalDecided(appraisal_id=appraisal.id, assignment_id=evidence.assignment_id))
    audit.record(
        session,
        principal,
        "appraisal.decided",
        appraisal,
        after={
            "evidence_id": str(evidence.id),
            "evidence_version": appraisal.evidence_version,
            "level": level,
            "verdict": appraisal.verdict,
            "reasons": appraisal.reasons,
        },
    )
    await session.flush()
    return appraisal
