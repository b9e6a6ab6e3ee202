"""Writes of plans."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.plans import queries
from services.tasks_api.plans.policies import ensure_may_activate
from shared import audit, outbox
from shared.db.models import Organization, Plan
from shared.domain.errors import Conflict
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.events import PlanActivated
from shared.tracking.opening import list_tasks_without_lead, open_begun_cycles, record_opened


@dataclass(frozen=True, slots=True)
class Activation:
    """The plan in force, how many assignments that opened, and the codes of the tasks nobody leads."""

    plan: Plan
    opened: int
    without_lead: list[str]


async def activate_plan(
    session: AsyncSession,
    principal: Principal,
    plan_id: UUID,
    *,
    expected_version: int,
    on: date,
    now: datetime,
) -> Activation:
    """Put a draft into force: one assignment per lead organization for every cycle begun by `on`."""
    plan = await queries.get_plan(session, principal, plan_id, lock=True)
    ensure_may_activate(principal, await session.get_one(Organization, plan.issuer_id))
    ensure_current(plan.version, expected_version)
    if plan.state != "draft":
        raise Conflict("plan-already-active", "Kế hoạch này đã được kích hoạt.")
    plan.state = "active"
    plan.activated_at = now
    plan.version += 1
    opened = await open_begun_cycles(session, plan, principal, on=on, now=now)
    record_opened(session, principal, opened)
    after: dict[str, object] = {"state": plan.state, "assignments": len(opened)}
    audit.record(session, principal, "plan.activated", plan, before={"state": "draft"}, after=after)
    outbox.add(session, PlanActivated(plan_id=plan.id))
    await session.flush()
    return Activation(plan, len(opened), await list_tasks_without_lead(session, plan, on=on))
