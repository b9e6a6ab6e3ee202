"""Reads of tasks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, Task, TaskOrganization
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal
from shared.domain.text import fold


async def get_task(session: AsyncSession, principal: Principal, task_id: UUID) -> Task:
    """The task, as far as the caller may know of it; NotFound otherwise."""
    task = await session.scalar(select(Task).where(Task.id == task_id, visible(principal, Task)))
    if task is None:
        raise NotFound("task-not-found", "Không tìm thấy nhiệm vụ này.")
    return task


async def list_tasks(
    session: AsyncSession,
    principal: Principal,
    *,
    plan_id: UUID | None,
    group_id: UUID | None,
    lead: str | None,
    coordinating: str | None,
    text: str | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[Task]:
    """One page of visible tasks in the order of their plans. `lead` and `coordinating` are codes; `text` is
    looked for with or without marks.
    """
    statement = select(Task).where(visible(principal, Task)).order_by(Task.plan_id, Task.position, Task.id).limit(limit)
    if plan_id:
        statement = statement.where(Task.plan_id == plan_id)
    if group_id:
        statement = statement.where(Task.group_id == group_id)
    for role, code in (("lead", lead), ("coordinating", coordinating)):
        if code:
            named = exists().where(
                TaskOrganization.task_id == Task.id,
                TaskOrganization.role == role,
                TaskOrganization.organization_id == Organization.id,
                Organization.code == code,
            )
            statement = statement.where(named)
    if text:
        statement = statement.where(Task.search_text.contains(fold(text), autoescape=True))
    if after:
        plan, position, task = after
        key = tuple_(Task.plan_id, Task.position, Task.id)
        statement = statement.where(key > tuple_(UUID(plan), int(position), UUID(task)))
    return (await session.scalars(statement)).all()
