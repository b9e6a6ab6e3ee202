"""Reads of amendments and what they change."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Amendment, AmendmentChange, Indicator, Plan, Task
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal
from shared.tracking.cells import Cells, load_cells


async def list_amendments(
    session: AsyncSession, plan: Plan, *, after: Sequence[str], limit: int
) -> Sequence[Amendment]:
    """One page of the amendments of a plan that the caller may see, newest record first."""
    statement = select(Amendment).where(Amendment.plan_id == plan.id).order_by(Amendment.id.desc()).limit(limit)
    if after:
        statement = statement.where(Amendment.id < UUID(after[0]))
    return (await session.scalars(statement)).all()


async def get_amendment(session: AsyncSession, plan: Plan, amendment_id: UUID) -> Amendment:
    """One amendment of a plan that the caller may see; NotFound otherwise."""
    statement = select(Amendment).where(Amendment.id == amendment_id, Amendment.plan_id == plan.id)
    amendment = await session.scalar(statement)
    if amendment is None:
        raise NotFound("amendment-not-found", "Không tìm thấy văn bản điều chỉnh này của kế hoạch.")
    return amendment


async def find_same_amendment(session: AsyncSession, plan: Plan, number: str, issued_on: date) -> Amendment | None:
    """The amendment of a plan with this number and date."""
    statement = select(Amendment).where(
        Amendment.plan_id == plan.id, Amendment.number == number, Amendment.issued_on == issued_on
    )
    return await session.scalar(statement)


async def list_changes(
    session: AsyncSession, principal: Principal, amendment: Amendment
) -> Sequence[Row[AmendmentChange, str | None, str | None]]:
    """What an amendment changes, as far as the caller may know, each with its task's code or its indicator's number."""
    statement = (
        select(AmendmentChange, Task.code, Indicator.no)
        .outerjoin(Task, Task.id == AmendmentChange.task_id)
        .outerjoin(Indicator, Indicator.id == AmendmentChange.indicator_id)
        .where(AmendmentChange.amendment_id == amendment.id, visible(principal, AmendmentChange))
        .order_by(AmendmentChange.position)
    )
    return (await session.execute(statement)).all()


async def list_task_history(
    session: AsyncSession, task: Task, *, after: Sequence[str], limit: int
) -> Sequence[Row[AmendmentChange, Amendment]]:
    """One page of what amendments did, or will do, to a task that the caller may see; newest record first."""
    statement = (
        select(AmendmentChange, Amendment)
        .join(Amendment, Amendment.id == AmendmentChange.amendment_id)
        .where(AmendmentChange.task_id == task.id)
        .order_by(AmendmentChange.id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(AmendmentChange.id < UUID(after[0]))
    return (await session.execute(statement)).all()


async def load_standing(session: AsyncSession, plan: Plan) -> dict[UUID, Cells]:
    """The cells of every task of a plan, in the plan's order."""
    statement = select(Task).where(Task.plan_id == plan.id).order_by(Task.position, Task.id)
    return await load_cells(session, (await session.scalars(statement)).all())


async def list_codes_to_come(session: AsyncSession, plan: Plan) -> list[tuple[UUID | None, str | None]]:
    """The codes that recorded amendments will give to tasks, or to new ones (None); those they give up lose theirs."""
    statement = (
        select(AmendmentChange.task_id, AmendmentChange.field, AmendmentChange.after)
        .join(Amendment, Amendment.id == AmendmentChange.amendment_id)
        .where(
            Amendment.plan_id == plan.id,
            Amendment.state == "draft",
            AmendmentChange.field.in_(("task", "code", "state")),
        )
        .where(AmendmentChange.indicator_id.is_(None))
    )
    told: list[tuple[UUID | None, str | None]] = []
    for task_id, field, after in (await session.execute(statement)).all():
        said: Any = after
        if field != "state":
            told.append((task_id, said["code"] if field == "task" else said))
        elif said == "cancelled":
            told.append((task_id, None))
    return told
