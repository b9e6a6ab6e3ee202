"""Amendments come into force: the plan's text, its assignments and their alerts, all at once or not at all.

Here and not in `tasks_api`, where they are put on record: who records one may see less than it changes.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import evaluate_plan
from services.alerts_worker.alerting.queries import close_alerts, lock_all
from services.alerts_worker.amendments import queries
from services.alerts_worker.amendments.following import Following
from services.alerts_worker.amendments.tasks import rewrite
from shared import audit, outbox
from shared.db.models import Amendment, Organization, Plan
from shared.events import PlanAmended
from shared.tracking.opening import list_leads


async def apply_due(session: AsyncSession, actor: audit.Actor, *, on: date, now: datetime) -> int:
    """Apply every recorded amendment in force by `on` and not applied yet, oldest first; returns how many."""
    due = await queries.list_due(session, on)
    if due:
        await lock_all(session)  # before any assignment, in the order in which evaluations lock
    for amendment in due:
        await _apply(session, actor, amendment, on=on, now=now)
    return len(due)


async def _apply(session: AsyncSession, actor: audit.Actor, amendment: Amendment, *, on: date, now: datetime) -> None:
    plan = await session.get_one(Plan, amendment.plan_id, with_for_update=True)
    issuer = await session.get_one(Organization, plan.issuer_id)
    led = await list_leads(session, await queries.list_tasks(session, plan.id), issuer, on)
    done = await rewrite(session, plan, amendment, on=on)
    other = done.with_changed("leads")
    before = {task.id: led.get(task.id, {}) for task in other}
    after = await list_leads(session, other, issuer, on)
    following = Following(session, actor, plan, amendment, on=on, now=now)
    opened = await following.follow(done, before, after)
    amendment.state, amendment.applied_at = "in_force", now
    told: dict[str, object] = {
        "amendment_id": str(amendment.id),
        "number": amendment.number,
        "effective_on": amendment.effective_on.isoformat(),
        "tasks": len(done.fields),
        "assignments_opened": opened,
    }
    audit.record(session, actor, "plan.amended", plan, after=told)
    outbox.add(session, PlanAmended(plan_id=plan.id, amendment_id=amendment.id))
    await session.flush()
    # What is red by the new term too counts from another day: the old alert ends here, and a new one opens.
    if outdated := await queries.list_outdated_alerts(session, following.moved):
        await close_alerts(session, outdated, on=on, now=now)
    await evaluate_plan(session, plan.id, on=on, now=now)
