"""Amendments of plans over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.amendments import operations, queries
from services.tasks_api.amendments.policies import READ, RECORD
from services.tasks_api.amendments.schemas import (
    AmendmentBody,
    AmendmentDetail,
    AmendmentList,
    AmendmentRequest,
    ChangeBody,
    TaskChangeBody,
    TaskHistory,
)
from services.tasks_api.plans.queries import get_plan
from services.tasks_api.tasks.queries import get_task
from shared.db.models import Amendment, AmendmentChange
from shared.domain.principal import Principal
from shared.http.deps import CurrentPrincipal, ExpectedVersion, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["amendments"])


@router.get("/plans/{plan_id}/amendments", openapi_extra=requires(READ))
async def list_amendments(
    plan_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> AmendmentList:
    """The amendments of a plan, newest record first."""
    READ.ensure(principal)
    plan = await get_plan(session, principal, plan_id)
    found = await queries.list_amendments(session, plan, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return AmendmentList(
        items=[AmendmentBody.model_validate(amendment) for amendment in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.get("/plans/{plan_id}/amendments/{amendment_id}", openapi_extra=requires(READ))
async def get_amendment(
    plan_id: UUID, amendment_id: UUID, principal: CurrentPrincipal, session: ReadSession
) -> AmendmentDetail:
    """One amendment with what it changes: each cell before and after."""
    READ.ensure(principal)
    plan = await get_plan(session, principal, plan_id)
    return await _detail(session, principal, await queries.get_amendment(session, plan, amendment_id))


@router.post(
    "/plans/{plan_id}/amendments", status_code=201, response_model=AmendmentDetail, openapi_extra=requires(RECORD)
)
async def record_amendment(
    plan_id: UUID,
    wanted: AmendmentRequest,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Record a document that amends a plan in force. It is applied as a whole: on its day, or at once when that has
    come.
    """
    amendment = await operations.record_amendment(
        session, principal, plan_id, wanted, expected_version=expected_version
    )
    return await once.answer(await _detail(session, principal, amendment))


@router.get("/tasks/{task_id}/history", openapi_extra=requires(READ))
async def get_task_history(
    task_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> TaskHistory:
    """What amendments of the plan did, or will do, to a task; newest record first."""
    READ.ensure(principal)
    task = await get_task(session, principal, task_id)
    found = await queries.list_task_history(session, task, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return TaskHistory(
        items=[
            TaskChangeBody(**_change(change, task.code).model_dump(), amendment=AmendmentBody.model_validate(amendment))
            for change, amendment in shown
        ],
        next_cursor=page.next_cursor([shown[-1][0].id]) if len(found) > page.limit else None,
    )


async def _detail(session: AsyncSession, principal: Principal, amendment: Amendment) -> AmendmentDetail:
    changes = await queries.list_changes(session, principal, amendment)
    body = AmendmentBody.model_validate(amendment)
    return AmendmentDetail(**body.model_dump(), changes=[_change(*each) for each in changes])


def _change(change: AmendmentChange, code: str | None, indicator_no: str | None = None) -> ChangeBody:
    return ChangeBody(
        task_id=change.task_id,
        task_code=code,
        indicator_id=change.indicator_id,
        indicator_no=indicator_no,
        field=change.field,
        before=change.before,
        after=change.after,
    )
