"""Writes of appraisals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisals import queries
from services.evidence_api.appraisals.policies import ensure_may_appraise, ensure_may_withdraw
from services.evidence_api.appraisals.rules import (
    ensure_explained,
    ensure_free,
    ensure_not_asked,
    ensure_reasoned,
    ensure_sound,
    ensure_withdrawable,
    next_level,
)
from services.evidence_api.appraisals.schemas import AppraiseEvidence
from services.evidence_api.evidence.queries import get_evidence_for_update
from services.evidence_api.evidence.rules import ensure_stands
from shared import audit, outbox
from shared.db.calendar import load_calendar
from shared.db.ids import new_id
from shared.db.models import Appraisal
from shared.domain.principal import Principal
from shared.domain.service_levels import ServiceLevels
from shared.events import AppraisalDecided, AppraisalWithdrawn
from shared.settings import get_settings


async def appraise_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, opinion: AppraiseEvidence, *, now: datetime
) -> Appraisal:
    """Give the caller's organization's verdict on the version it names; the assignment follows by the event.

    Raises NotFound, and what the rules of this concept raise.
    """
    evidence = await get_evidence_for_update(session, principal, evidence_id)
    ensure_may_appraise(principal)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    ensure_reasoned(opinion.verdict, opinion.reasons)
    ensure_explained(opinion.reasons, opinion.comment)
    level = next_level(await queries.get_case(session, evidence), principal, opinion.evidence_version)
    ensure_sound(damaged=await queries.is_current_damaged(session, evidence))
    pending, claim = await queries.get_pending_for_update(session, evidence.id)
    ensure_free(claim, principal, now)
    ensure_not_asked(pending.supplement)
    levels = ServiceLevels(get_settings().appraisal_days, await load_calendar(session))
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
        decided_at=now,
        waiting_since=pending.since,
        due_on=levels.decide_by(pending.since, level),
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


async def withdraw_appraisal(
    session: AsyncSession, principal: Principal, appraisal_id: UUID, reason: str, *, now: datetime
) -> Appraisal:
    """Take a verdict of the caller's level back: the version waits for it again, and the assignment follows by the
    event.

    Raises NotFound, and what `rules.ensure_withdrawable` raises.
    """
    appraisal = await queries.get_appraisal(session, principal, appraisal_id)
    evidence = await get_evidence_for_update(session, principal, appraisal.evidence_id)
    ensure_may_withdraw(principal)
    await session.refresh(appraisal)
    ensure_withdrawable(
        await queries.get_case(session, evidence),
        level=appraisal.level,
        version=appraisal.evidence_version,
        withdrawn=appraisal.withdrawn_at is not None,
        organization_id=principal.organization_id,
    )
    appraisal.withdrawn_at, appraisal.withdrawn_by, appraisal.withdrawal_reason = now, principal.subject, reason
    outbox.add(session, AppraisalWithdrawn(appraisal_id=appraisal.id, assignment_id=evidence.assignment_id))
    audit.record(
        session,
        principal,
        "appraisal.withdrawn",
        appraisal,
        before={"verdict": appraisal.verdict, "level": appraisal.level},
        after={
            "evidence_id": str(evidence.id),
            "evidence_version": appraisal.evidence_version,
            "withdrawn_at": now.isoformat(),
            "reason": reason,
        },
    )
    await session.flush()
    return appraisal
