"""Service levels of reviewing bodies over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.evidence_api.appraisal_queue.queries import get_path
from services.evidence_api.appraisal_statistics import policies, queries
from services.evidence_api.appraisal_statistics.rules import ensure_span, summarize
from services.evidence_api.appraisal_statistics.schemas import (
    AppraisalStatistics,
    AppraisalStatisticsPage,
    ReviewingBody,
)
from shared.bodies import Day
from shared.clock import today
from shared.db.calendar import load_calendar
from shared.domain.service_levels import ServiceLevels
from shared.http.deps import CurrentPrincipal, ReadSession
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires
from shared.settings import get_settings

router = APIRouter(prefix="/v1/appraisal-statistics", tags=["appraisals"])

USUAL_DAYS = 30


@router.get("", openapi_extra=requires(policies.READ))
async def get_appraisal_statistics(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    to: Day | None = None,
    organization: UUID | None = None,
) -> AppraisalStatisticsPage:
    """How bodies of the caller's subtree keep to their service level, from one day to another (the last 30 days unless
    said otherwise). `organization` means it and all below it.
    """
    on = today()
    to = to or on
    from_ = from_ or to - timedelta(days=USUAL_DAYS)
    ensure_span(from_, to)
    path = await get_path(session, organization) if organization else None
    after = str(page.after[0]) if page.after else None
    found = await queries.list_bodies(session, principal, path, after=after, limit=page.limit + 1)
    bodies = found[: page.limit]
    ids = [body.id for body in bodies]
    levels = ServiceLevels(get_settings().appraisal_days, await load_calendar(session))
    decided = await queries.load_decided(session, ids, from_, to)
    received = await queries.count_received(session, ids, from_, to)
    waiting = await queries.load_waiting(session, ids, levels, on)
    items = []
    for body in bodies:
        kept, now = summarize(decided.get(body.id, ()), levels.calendar), waiting.get(body.id, queries.NOTHING)
        items.append(
            AppraisalStatistics(
                organization=ReviewingBody.model_validate(body),
                received=received.get(body.id, 0),
                decided=kept.decided,
                within=kept.within,
                late=kept.late,
                waiting=now.waiting,
                overdue=now.overdue,
                with_submitter=now.with_submitter,
                median_days=kept.median_days,
                slow_days=kept.slow_days,
            )
        )
    cursor = page.next_cursor([bodies[-1].path]) if len(found) > page.limit else None
    return AppraisalStatisticsPage(from_on=from_, to_on=to, items=items, next_cursor=cursor)
