"""Plans over HTTP."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from services.tasks_api.plans import operations, policies, queries
from services.tasks_api.plans.schemas import ActivatedPlan, ClarityShare, PlanBody, PlanClarity, PlanList, UnclearTask
from shared.clock import now, today
from shared.domain.clarity import Clarity, shares, unclear
from shared.http.deps import CurrentPrincipal, ExpectedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/plans", tags=["plans"])


@router.get("", openapi_extra=requires(policies.READ))
async def list_plans(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    state: Literal["draft", "active"] | None = None,
) -> PlanList:
    """Plans the caller may see, newest first."""
    found = await queries.list_plans(session, principal, state=state, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return PlanList(
        items=[PlanBody.model_validate(plan) for plan in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.get("/{plan_id}", openapi_extra=requires(policies.READ))
async def get_plan(plan_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response) -> PlanBody:
    """One plan."""
    plan = await queries.get_plan(session, principal, plan_id)
    response.headers["ETag"] = etag(plan)
    return PlanBody.model_validate(plan)


@router.post("/{plan_id}/activate", response_model=ActivatedPlan, openapi_extra=requires(policies.ACTIVATE))
async def activate_plan(
    plan_id: UUID,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Put a draft into force and open its assignments."""
    activation = await operations.activate_plan(
        session, principal, plan_id, expected_version=expected_version, on=today(), now=now()
    )
    body = ActivatedPlan(
        plan=PlanBody.model_validate(activation.plan),
        assignments_opened=activation.opened,
        tasks_without_lead=activation.without_lead,
    )
    return await once.answer(body, status=200, etag=etag(activation.plan))


@router.get("/{plan_id}/clarity", openapi_extra=requires(policies.READ))
async def get_plan_clarity(
    plan_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> PlanClarity:
    """Which of its questions (“6 rõ”) the plan's tasks answer, and what each unclear task lacks, in their order."""
    plan = await queries.get_plan(session, principal, plan_id)
    asked = [Clarity(question) for question in plan.clarity]
    told = [(task, unclear(facts, asked)) for task, facts in await queries.list_task_facts(session, principal, plan)]
    first = int(page.after[0]) if page.after else 0
    waiting = [(task, missing) for task, missing in told if missing and task.position > first]
    shown = waiting[: page.limit]
    return PlanClarity(
        plan_id=plan.id,
        tasks=len(told),
        clear=sum(not missing for _, missing in told),
        questions=[ClarityShare.model_validate(share) for share in shares([missing for _, missing in told], asked)],
        items=[
            UnclearTask(task_id=task.id, code=task.code, title=task.title, missing=list(missing))
            for task, missing in shown
        ],
        next_cursor=page.next_cursor([shown[-1][0].position]) if len(waiting) > page.limit else None,
    )
