"""Reads of plans."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Plan, Task, TaskOrganization
from shared.db.visibility import visible
from shared.domain.clarity import Lead, TaskFacts
from shared.domain.deadlines import DeadlineKind
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def get_plan(session: AsyncSession, principal: Principal, plan_id: UUID, *, lock: bool = False) -> Plan:
    """The plan, as far as the caller may know of it; NotFound otherwise."""
    statement = select(Plan).where(Plan.id == plan_id, visible(principal, Plan))
    plan = await session.scalar(statement.with_for_update() if lock else statement)
    if plan is None:
        raise NotFound("plan-not-found", "Không tìm thấy kế hoạch này.")
    return plan


async def list_plans(
    session: AsyncSession, principal: Principal, *, state: str | None, after: Sequence[str], limit: int
) -> Sequence[Plan]:
    """One page of visible plans, newest first."""
    statement = select(Plan).where(visible(principal, Plan)).order_by(Plan.id.desc()).limit(limit)
    if state:
        statement = statement.where(Plan.state == state)
    if after:
        statement = statement.where(Plan.id < UUID(after[0]))
    return (await session.scalars(statement)).all()


async def list_task_facts(session: AsyncSession, principal: Principal, plan: Plan) -> list[tuple[Task, TaskFacts]]:
    """Every visible task of a plan in its order, with what clarity is judged by."""
    leads: dict[UUID, list[Lead]] = {}
    of_plan = select(TaskOrganization.task_id, TaskOrganization.officer).join(Task, Task.id == TaskOrganization.task_id)
    for task_id, officer in await session.execute(
        of_plan.where(Task.plan_id == plan.id, TaskOrganization.role == "lead")
    ):
        leads.setdefault(task_id, []).append(Lead(known=True, officer=officer))
    statement = select(Task).where(Task.plan_id == plan.id, visible(principal, Task)).order_by(Task.position)
    return [
        (
            task,
            TaskFacts(
                title=task.title,
                product=task.required_output,
                deadline_known=task.deadline_kind != DeadlineKind.UNKNOWN,
                leads=leads.get(task.id, ()),
                reviewed=bool(plan.reviewing_organization_ids),
                texts=(task.kpi, task.general_task),
            ),
        )
        for task in await session.scalars(statement)
    ]
