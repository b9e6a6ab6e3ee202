"""Tasks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.tasks_api.tasks import policies, queries
from services.tasks_api.tasks.schemas import TaskBody, TaskList
from shared.http.deps import CurrentPrincipal, ReadSession, etag
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])

Code = Annotated[str | None, Query(min_length=3, max_length=35)]


@router.get("", openapi_extra=requires(policies.READ))
async def list_tasks(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    plan: UUID | None = None,
    group: UUID | None = None,
    lead: Code = None,
    coordinating: Code = None,
    text: Annotated[str | None, Query(min_length=2, max_length=200)] = None,
) -> TaskList:
    """Tasks the caller may see, in the order of their plans."""
    found = await queries.list_tasks(
        session,
        principal,
        plan_id=plan,
        group_id=group,
        lead=lead,
        coordinating=coordinating,
        text=text,
        after=page.after,
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    last = shown[-1] if len(found) > page.limit else None
    return TaskList(
        items=[TaskBody.model_validate(task) for task in shown],
        next_cursor=page.next_cursor([last.plan_id, last.position, last.id]) if last else None,
    )


@router.get("/{task_id}", openapi_extra=requires(policies.READ))
async def get_task(task_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response) -> TaskBody:
    """One task."""
    task = await queries.get_task(session, principal, task_id)
    response.headers["ETag"] = etag(task)
    return TaskBody.model_validate(task)
