"""Reviewers hold what they are judging, so that two of one body do not read the same file."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisal_queue import queries
from services.evidence_api.appraisal_queue.policies import ensure_may_claim
from services.evidence_api.appraisals.queries import find_pending_for_update, get_case, get_pending_for_update
from services.evidence_api.appraisals.rules import (
    claimed_until,
    ensure_free,
    ensure_not_asked,
    ensure_reviews,
    next_level,
)
from services.evidence_api.evidence.queries import get_evidence_for_update
from services.evidence_api.evidence.rules import ensure_stands
from shared import audit
from shared.db.models import Evidence, PendingAppraisal
from shared.domain.principal import Principal
from shared.settings import get_settings


async def claim_evidence(session: AsyncSession, principal: Principal, evidence_id: UUID, *, now: datetime) -> None:
    """Hold the version that waits for the caller's body, or go on holding it.

    Raises NotFound, Conflict("claimed-by-other"), and what a verdict would be refused for.
    """
    evidence = await get_evidence_for_update(session, principal, evidence_id)
    ensure_may_claim(principal)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    next_level(await get_case(session, evidence), principal, evidence.current_version)
    pending, claim = await get_pending_for_update(session, evidence.id)
    ensure_free(claim, principal, now)
    ensure_not_asked(pending.supplement)
    await _hold(session, principal, evidence, pending, now)


async def release_claim(session: AsyncSession, principal: Principal, evidence_id: UUID, *, now: datetime) -> None:
    """Let others have what the caller holds. Nothing happens where nobody holds it.

    Raises NotFound, Forbidden("not-reviewer"), Conflict("claimed-by-other").
    """
    evidence = await get_evidence_for_update(session, principal, evidence_id)
    ensure_may_claim(principal)
    ensure_reviews(await get_case(session, evidence), principal)
    found = await find_pending_for_update(session, evidence.id)
    if found is None:
        return
    pending, claim = found
    ensure_free(claim, principal, now)
    if claim is None or claim.until <= now:
        return
    before: dict[str, object] = {"claimed_until": claim.until.isoformat()}
    pending.claimed_by = pending.claimed_by_issuer = pending.claimed_until = None
    audit.record(session, principal, "appraisal.claim_released", evidence, before=before)
    await session.flush()


async def take_next_appraisal(session: AsyncSession, principal: Principal, *, now: datetime) -> UUID | None:
    """Hold the first version of the queue that is free; its evidence, or None when nothing waits."""
    ensure_may_claim(principal)
    pending = await queries.take_next(session, principal, now)
    if pending is None:
        return None
    evidence = await session.get_one(Evidence, pending.evidence_id)
    await _hold(session, principal, evidence, pending, now)
    return evidence.id


async def _hold(
    session: AsyncSession, principal: Principal, evidence: Evidence, pending: PendingAppraisal, now: datetime
) -> None:
    pending.claimed_by, pending.claimed_by_issuer = principal.subject, principal.client
    pending.claimed_until = claimed_until(now, get_settings().appraisal_claim)
    after: dict[str, object] = {
        "evidence_version": pending.evidence_version,
        "level": pending.level,
        "claimed_until": pending.claimed_until.isoformat(),
    }
    audit.record(session, principal, "appraisal.claimed", evidence, after=after)
    await session.flush()
