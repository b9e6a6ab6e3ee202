"""Everyone who must know is told: the submitter, who leads and coordinates what it proves, the body whose turn it is,
and the levels around it.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.notices import queries
from services.alerts_worker.notices.operations import Matter, tell
from shared.db.calendar import load_calendar
from shared.db.models import Appraisal, Evidence, SupplementRequest
from shared.domain.assignment_states import Verdict
from shared.domain.notices import NoticeKind
from shared.events import (
    AppraisalDecided,
    AppraisalOverdue,
    AppraisalWithdrawn,
    AssignmentResumed,
    EvidenceDamaged,
    EvidenceRefused,
    EvidenceReleased,
    EvidenceWithdrawn,
    SupplementExpired,
    SupplementRequested,
    SupplementWithdrawn,
)


async def tell_waiting(session: AsyncSession, event: EvidenceReleased, now: datetime) -> None:
    """A version waits for its first verdict."""
    await _tell_awaited(session, Matter(event.evidence_id, event.version, 1), now)


async def tell_resumed(session: AsyncSession, event: AssignmentResumed, now: datetime) -> None:
    """Evidence of work that was taken up again waits for its verdict again."""
    for pending in await queries.list_pending(session, event.assignment_id):
        matter = Matter(pending.evidence_id, pending.evidence_version, pending.level)
        await tell(session, NoticeKind.APPRAISAL_WAITING, matter, {}, now=now)


async def tell_decided(session: AsyncSession, event: AppraisalDecided, now: datetime) -> None:
    """A verdict was given, and unless it is the last or refuses, the next level has to act."""
    appraisal = await session.get_one(Appraisal, event.appraisal_id)
    matter = Matter(appraisal.evidence_id, appraisal.evidence_version, appraisal.level)
    facts: dict[str, object] = {
        "appraisal_id": str(appraisal.id),
        "verdict": appraisal.verdict,
        "reasons": appraisal.reasons,
        "comment": appraisal.comment,
    }
    await tell(session, NoticeKind.APPRAISAL_DECIDED, matter, facts, now=now)
    if appraisal.verdict != Verdict.INVALID:
        following = Matter(appraisal.evidence_id, appraisal.evidence_version, appraisal.level + 1)
        await _tell_awaited(session, following, now)


async def tell_withdrawn(session: AsyncSession, event: AppraisalWithdrawn, now: datetime) -> None:
    """A verdict was taken back."""
    appraisal = await session.get_one(Appraisal, event.appraisal_id)
    matter = Matter(appraisal.evidence_id, appraisal.evidence_version, appraisal.level)
    facts: dict[str, object] = {
        "appraisal_id": str(appraisal.id),
        "verdict": appraisal.verdict,
        "reason": appraisal.withdrawal_reason,
    }
    await tell(session, NoticeKind.APPRAISAL_WITHDRAWN, matter, facts, now=now)


async def tell_refused(session: AsyncSession, event: EvidenceRefused, now: datetime) -> None:
    """A version did not pass its checks."""
    await tell(session, NoticeKind.EVIDENCE_REFUSED, Matter(event.evidence_id, event.version, 1), {}, now=now)


async def tell_damaged(session: AsyncSession, event: EvidenceDamaged, now: datetime) -> None:
    """A file of evidence can no longer be opened: whoever counts on its current version has to act. What was decided on
    it stands.
    """
    evidence = await session.get_one(Evidence, event.evidence_id)
    if event.version == evidence.current_version and evidence.withdrawn_at is None:
        level = await queries.count_passed(session, evidence.id, event.version) + 1
        await tell(session, NoticeKind.EVIDENCE_DAMAGED, Matter(evidence.id, event.version, level), {}, now=now)


async def tell_evidence_withdrawn(session: AsyncSession, event: EvidenceWithdrawn, now: datetime) -> None:
    """Evidence was taken back: whoever judged it or was to judge it has nothing more to do."""
    evidence = await session.get_one(Evidence, event.evidence_id)
    level = await queries.count_passed(session, evidence.id, evidence.current_version) + 1
    matter = Matter(evidence.id, evidence.current_version, level)
    facts: dict[str, object] = {"reason": evidence.withdrawal_reason}
    await tell(session, NoticeKind.EVIDENCE_WITHDRAWN, matter, facts, now=now)


async def tell_overdue(session: AsyncSession, event: AppraisalOverdue, now: datetime) -> None:
    """A reviewing body is silent for too long."""
    matter = Matter(event.evidence_id, event.version, event.level)
    await tell(session, NoticeKind.APPRAISAL_OVERDUE, matter, {}, now=now)


async def tell_requested(session: AsyncSession, event: SupplementRequested, now: datetime) -> None:
    """The submitter is asked for more."""
    request = await queries.get_request(session, event.supplement_request_id)
    due_on = (await load_calendar(session)).enforced_due(request.named_on)
    facts: dict[str, object] = {"text": request.text, "due_on": f"{due_on:%d/%m/%Y}"}
    await tell(session, NoticeKind.SUPPLEMENT_REQUESTED, _about(request), facts, now=now)


async def tell_expired(session: AsyncSession, event: SupplementExpired, now: datetime) -> None:
    """What was asked for did not come."""
    request = await queries.get_request(session, event.supplement_request_id)
    await tell(session, NoticeKind.SUPPLEMENT_EXPIRED, _about(request), {}, now=now)


async def tell_request_withdrawn(session: AsyncSession, event: SupplementWithdrawn, now: datetime) -> None:
    """The submitter need not add what it was asked for."""
    request = await queries.get_request(session, event.supplement_request_id)
    facts: dict[str, object] = {"reason": request.withdrawal_reason}
    await tell(session, NoticeKind.SUPPLEMENT_WITHDRAWN, _about(request), facts, now=now)


async def _tell_awaited(session: AsyncSession, matter: Matter, now: datetime) -> None:
    """Facts come late: what waits no longer, or not yet again, is not told."""
    if await queries.is_awaited(session, matter.evidence_id, matter.version, matter.level):
        await tell(session, NoticeKind.APPRAISAL_WAITING, matter, {}, now=now)


def _about(request: SupplementRequest) -> Matter:
    return Matter(request.evidence_id, request.evidence_version, request.level)
