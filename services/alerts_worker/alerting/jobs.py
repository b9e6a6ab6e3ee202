"""When alerts are evaluated: on a schedule, and as soon as something they depend on happened."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting import operations
from shared import clock
from shared.events import AssignmentChanged, PlanActivated
from shared.log import get_logger

logger = get_logger(__name__)


async def evaluate_all_alerts(session: AsyncSession, now: datetime) -> None:
    """Catch what only the passing of days changes, and whatever an event did not bring."""
    evaluation = await operations.evaluate_all(session, on=clock.today(), now=now)
    logger.info("alerts evaluated", opened=evaluation.opened, closed=evaluation.closed)


async def evaluate_assignment(session: AsyncSession, event: AssignmentChanged, now: datetime) -> None:
    """The facts of one assignment changed."""
    await operations.evaluate_assignment(session, event.assignment_id, on=clock.today(), now=now)


async def evaluate_plan(session: AsyncSession, event: PlanActivated, now: datetime) -> None:
    """A plan came into force, perhaps long after its first deadlines."""
    await operations.evaluate_plan(session, event.plan_id, on=clock.today(), now=now)
