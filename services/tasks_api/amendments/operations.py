"""Writes of amendments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.amendments import queries
from services.tasks_api.amendments.policies import ensure_may_record
from services.tasks_api.amendments.rules import Draft, ensure_dates, settle
from services.tasks_api.amendments.schemas import AmendmentRequest
from services.tasks_api.amendments.wishes import drafts_of
from services.tasks_api.plans.queries import get_plan
from services.tasks_api.plans.terms import ensure_term
from shared import audit, outbox
from shared.clock import today
from shared.db.ids import new_id
from shared.db.models import Amendment, AmendmentChange, Organization, Plan
from shared.domain.errors import Conflict
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.events import AmendmentRecorded

Standing = Mapping[UUID, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Instrument:
    """The document that amends a plan, and since when."""

    number: str
    issued_on: date
    reason: str
    effective_on: date
    plan_import_id: UUID | None = None


async def record_amendment(
    session: AsyncSession, principal: Principal, plan_id: UUID, wanted: AmendmentRequest, *, expected_version: int
) -> Amendment:
    """Put an amendment on record. The worker applies it as a whole: at once, or on the day it is in force.

    Raises Invalid or Conflict as `settle` says, and Conflict: `plan-not-active`, `amendment-exists`.
    """
    plan = await get_plan(session, principal, plan_id, lock=True)
    ensure_may_record(principal, await session.get_one(Organization, plan.issuer_id))
    ensure_current(plan.version, expected_version)
    standing = await queries.load_standing(session, plan)
    drafts = await drafts_of(session, plan, standing, wanted.changes)
    instrument = Instrument(wanted.number, wanted.issued_on, wanted.reason, wanted.effective_on)
    return await record(session, principal, plan, instrument, standing, drafts)


async def record(
    session: AsyncSession,
    principal: Principal,
    plan: Plan,
    instrument: Instrument,
    standing: Standing,
    drafts: Sequence[Draft],
) -> Amendment:
    """`record_amendment` for a locked plan and changes that are known cell by cell; the caller may amend the plan."""
    if plan.state != "active":
        raise Conflict("plan-not-active", "Chỉ điều chỉnh được kế hoạch đã kích hoạt.")
    if await queries.find_same_amendment(session, plan, instrument.number, instrument.issued_on):
        raise Conflict(
            "amendment-exists",
            f"Văn bản điều chỉnh số {instrument.number} ngày {instrument.issued_on:%d/%m/%Y} đã được ghi nhận.",
        )
    ensure_dates(plan.issued_on, instrument.issued_on, instrument.effective_on, on=today())
    settled = settle(drafts, standing, await queries.list_codes_to_come(session, plan))
    _ensure_terms(plan, settled)
    amendment = Amendment(
        id=new_id(),
        plan_id=plan.id,
        number=instrument.number,
        issued_on=instrument.issued_on,
        reason=instrument.reason,
        effective_on=instrument.effective_on,
        state="draft",
        recorded_by=principal.subject,
        plan_import_id=instrument.plan_import_id,
    )
    session.add(amendment)
    await session.flush()
    session.add_all(
        AmendmentChange(
            amendment_id=amendment.id,
            position=position,
            task_id=draft.task_id,
            indicator_id=draft.indicator_id,
            field=draft.field,
            before=draft.before,
            after=draft.after,
        )
        for position, draft in enumerate(settled, start=1)
    )
    plan.version += 1
    audit.record(session, principal, "amendment.recorded", amendment, after=_told(plan, instrument, settled))
    outbox.add(session, AmendmentRecorded(amendment_id=amendment.id))
    await session.flush()
    return amendment


def _ensure_terms(plan: Plan, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        if draft.field == "ends_on":
            ensure_term(plan.issued_on, plan.starts_on, date.fromisoformat(draft.after) if draft.after else None)


def _told(plan: Plan, instrument: Instrument, drafts: Sequence[Draft]) -> dict[str, object]:
    """What is changed stands in `amendment_changes`, which nobody changes but the worker."""
    return {
        "plan_id": str(plan.id),
        "number": instrument.number,
        "issued_on": instrument.issued_on.isoformat(),
        "reason": instrument.reason,
        "effective_on": instrument.effective_on.isoformat(),
        "changes": [
            {
                "task_id": str(draft.task_id) if draft.task_id else None,
                "field": draft.field,
                **({"indicator_id": str(draft.indicator_id)} if draft.indicator_id else {}),
            }
            for draft in drafts
        ],
    }
