"""A reviewing body asks for more before it gives its verdict."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisals.queries import get_case, get_pending_for_update
from services.evidence_api.appraisals.rules import ensure_free, ensure_not_asked, next_level
from services.evidence_api.evidence.queries import get_evidence_for_update
from services.evidence_api.evidence.rules import ensure_stands
from services.evidence_api.supplement_requests.policies import ensure_may_request
from services.evidence_api.supplement_requests.rules import ensure_acceptable_day
from services.evidence_api.supplement_requests.schemas import RequestSupplement
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import SupplementRequest
from shared.domain.principal import Principal
from shared.events import SupplementRequested
from shared.settings import get_settings


async def request_supplement(
    session: AsyncSession,
    principal: Principal,
    evidence_id: UUID,
    wanted: RequestSupplement,
    *,
    on: date,
    now: datetime,
) -> SupplementRequest:
    """Let the version wait for its submitter: until the next version, or until the day is over.

    Raises NotFound, what `ensure_acceptable_day` raises, and what a verdict would be refused for.
    """
    evidence = await get_evidence_for_update(session, principal, evidence_id)
    ensure_may_request(principal)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    ensure_acceptable_day(wanted.due_on, on, get_settings().supplement_days)
    level = next_level(await get_case(session, evidence), principal, wanted.evidence_version)
    pending, claim = await get_pending_for_update(session, evidence.id)
    ensure_free(claim, principal, now)
    ensure_not_asked(pending.supplement)
    request = SupplementRequest(
        id=new_id(),
        evidence_id=evidence.id,
        evidence_version=wanted.evidence_version,
        level=level,
        organization_id=principal.organization_id,
        requested_by=principal.subject,
        text=wanted.text,
        named_on=wanted.due_on,
        requested_at=now,
    )
    session.add(request)
    outbox.add(session, SupplementRequested(supplement_request_id=request.id, assignment_id=evidence.assignment_id))
    after: dict[str, object] = {
        "evidence_id": str(evidence.id),
        "evidence_version": request.evidence_version,
        "level": level,
        "text": request.text,
        "due_on": request.named_on.isoformat(),
    }
    audit.record(session, principal, "supplement.requested", request, after=after)
    await session.flush()
    return request
