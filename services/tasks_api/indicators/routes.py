"""Indicators and their targets over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.tasks_api.indicators import operations, policies, queries
from services.tasks_api.indicators.schemas import (
    IndicatorBody,
    IndicatorChange,
    IndicatorList,
    IndicatorWithTargets,
    TargetBody,
    TargetList,
    TargetRequest,
)
from shared.clock import now
from shared.db.models import Indicator
from shared.http.deps import CurrentPrincipal, ExpectedVersion, OfferedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/indicators", tags=["indicators"])


@router.get("", openapi_extra=requires(policies.READ))
async def list_indicators(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    plan: UUID | None = None,
    text: Annotated[str | None, Query(min_length=2, max_length=200)] = None,
) -> IndicatorList:
    """Indicators of the plans the caller may see, in the order of their plans."""
    found = await queries.list_indicators(
        session, principal, plan_id=plan, text=text, after=page.after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    last = shown[-1] if len(found) > page.limit else None
    return IndicatorList(
        items=[IndicatorBody.model_validate(indicator) for indicator in shown],
        next_cursor=page.next_cursor([last.plan_id, last.position, last.id]) if last else None,
    )


@router.get("/{indicator_id}", openapi_extra=requires(policies.READ))
async def get_indicator(
    indicator_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> IndicatorWithTargets:
    """One indicator with the targets that count."""
    indicator = await queries.get_indicator(session, principal, indicator_id)
    response.headers["ETag"] = etag(indicator)
    return await _with_targets(session, indicator)


@router.patch("/{indicator_id}", openapi_extra=requires(policies.DEFINE))
async def change_indicator(
    indicator_id: UUID,
    wanted: IndicatorChange,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    response: Response,
) -> IndicatorWithTargets:
    """Say in which unit the figure is, which way is better, and how the figures of several organizations make one."""
    indicator = await operations.change_indicator(
        session, principal, indicator_id, wanted, expected_version=expected_version
    )
    response.headers["ETag"] = etag(indicator)
    return await _with_targets(session, indicator)


@router.get("/{indicator_id}/targets", openapi_extra=requires(policies.READ))
async def list_indicator_targets(indicator_id: UUID, principal: CurrentPrincipal, session: ReadSession) -> TargetList:
    """Every target there ever was, with who set it and why."""
    indicator = await queries.get_indicator(session, principal, indicator_id)
    found = await queries.list_targets(session, indicator.id, history=True)
    return TargetList(items=[TargetBody.model_validate(target) for target in found])


@router.post(
    "/{indicator_id}/targets",
    status_code=201,
    response_model=TargetBody,
    responses={200: {"model": TargetBody, "description": "Mục tiêu đã đúng như vậy"}},
    openapi_extra=requires(policies.DEFINE),
)
async def set_indicator_target(
    indicator_id: UUID,
    wanted: TargetRequest,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Add the target of a year, or correct it with a reason."""
    indicator, target, is_new = await operations.set_target(
        session, principal, indicator_id, wanted, expected_version=expected_version, now=now()
    )
    return await once.answer(TargetBody.model_validate(target), status=201 if is_new else 200, etag=etag(indicator))


async def _with_targets(session: Session, indicator: Indicator) -> IndicatorWithTargets:
    found = await queries.list_targets(session, indicator.id)
    body = IndicatorBody.model_validate(indicator)
    return IndicatorWithTargets(**body.model_dump(), targets=[TargetBody.model_validate(target) for target in found])
