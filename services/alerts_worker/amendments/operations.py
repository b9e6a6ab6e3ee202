"""Amendments come into force: the plan's text, its assignments and their alerts, all at once or not at all.

Here and not in `tasks_api`, where they are put on record: who records one may see less than it changes.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import evaluate_plan
from services.alerts_worker.alerting.queries import close_alerts, lock_all
from services.alerts_worker.amendments import queries
from services.alerts_worker.amendments.failures import explain
from services.alerts_worker.amendments.following import Following
from services.alerts_worker.amendments.indicators import concerns_indicator, rewrite_indicators
from services.alerts_worker.amendments.tasks import rewrite
from shared import audit, outbox
from shared.db.models import Amendment, Organization, Plan
from shared.events import PlanAmended
from shared.log import get_logger
from shared.tracking.opening import list_leads

logger = get_logger(__name__)


async def apply_due(session: AsyncSession, actor: audit.Actor, *, on: date, now: datetime) -> int:
    """Apply every recorded amendment in force by `on` and not applied yet, oldest first; returns how many.

    One that cannot be applied is left as it was, says why, and is tried again with the next; later ones of its plan
    wait for it, for they were written on top of it.
    """
    due = await queries.list_due(session, on)
    if due:
        await lock_all(session)  # before any assignment, in the order in which evaluations lock
    waiting: set[UUID] = set()
    applied = 0
    for amendment in due:
        if amendment.plan_id not in waiting and await _try(session, actor, amendment, on=on, now=now):
            applied += 1
        else:
            waiting.add(amendment.plan_id)
    return applied


async def _try(session: AsyncSession, actor: audit.Actor, amendment: Amendment, *, on: date, now: datetime) -> bool:
    amendment_id = amendment.id
    try:
        async with session.begin_nested():
            await _apply(session, actor, amendment, on=on, now=now)
    except Exception as error:  # whatever it is, the amendments of other plans have nothing to do with it
        logger.exception("amendment failed", amendment_id=str(amendment_id))
        await session.refresh(amendment)  # raises when the server is away: then all is tried again
        amendment.failure = explain(error)
        await session.flush()
        return False
    return True


async def _apply(session: AsyncSession, actor: audit.Actor, amendment: Amendment, *, on: date, now: datetime) -> None:
    plan = await session.get_one(Plan, amendment.plan_id, with_for_update=True)
    issuer = await session.get_one(Organization, plan.issuer_id)
    led = await list_leads(session, await queries.list_tasks(session, plan.id), issuer, on)
    changes = await queries.list_changes(session, amendment)
    of_indicators = [change for change in changes if concerns_indicator(change)]
    await rewrite_indicators(session, actor, plan, amendment, of_indicators, now=now)
    of_tasks = [change for change in changes if not concerns_indicator(change)]
    done = await rewrite(session, plan, amendment, of_tasks, on=on)
    other = done.with_changed("leads")
    before = {task.id: led.get(task.id, {}) for task in other}
    after = await list_leads(session, other, issuer, on)
    following = Following(session, actor, plan, amendment, on=on, now=now)
    opened = await following.follow(done, before, after)
    amendment.state, amendment.applied_at, amendment.failure = "in_force", now, None
    told: dict[str, object] = {
        "amendment_id": str(amendment.id),
        "number": amendment.number,
        "effective_on": amendment.effective_on.isoformat(),
        "tasks": len(done.fields),
        "indicators": len({change.indicator_id for change in of_indicators}),
        "assignments_opened": opened,
    }
    audit.record(session, actor, "plan.amended", plan, after=told)
    outbox.add(session, PlanAmended(plan_id=plan.id, amendment_id=amendment.id))
    await session.flush()
    # What is red by the new term too counts from another day: the old alert ends here, and a new one opens.
    if outdated := await queries.list_outdated_alerts(session, following.moved):
        await close_alerts(session, outdated, on=on, now=now)
    await evaluate_plan(session, plan.id, on=on, now=now)
