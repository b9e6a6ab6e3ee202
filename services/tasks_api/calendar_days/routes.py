"""The calendar over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.tasks_api.calendar_days import operations, queries
from services.tasks_api.calendar_days.policies import CHANGE, READ
from services.tasks_api.calendar_days.schemas import CalendarDayBody, CalendarDayList, CalendarDayRequest
from shared.bodies import Day
from shared.clock import now
from shared.http.deps import CurrentPrincipal, ExpectedVersion, OfferedVersion, ReadSession, Session, etag
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/calendar-days", tags=["calendar"])


@router.get("", openapi_extra=requires(READ))
async def list_calendar_days(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> CalendarDayList:
    """Days off and days worked instead, earliest first: deadlines that end on a day off end with the next that is
    worked.
    """
    READ.ensure(principal)
    found = await queries.list_days(session, first=first, last=last, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return CalendarDayList(
        items=[CalendarDayBody.model_validate(day) for day in shown],
        next_cursor=page.next_cursor([shown[-1].day.isoformat()]) if len(found) > page.limit else None,
    )


@router.put("/{day}", openapi_extra=requires(CHANGE))
async def set_calendar_day(
    day: Day,
    wanted: CalendarDayRequest,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    response: Response,
) -> CalendarDayBody:
    """Say what a day is; `If-Match` where it is on the list already. Deadlines of open work follow at once."""
    changed = await operations.set_day(
        session,
        principal,
        day,
        kind=wanted.kind,
        name=wanted.name,
        instrument=wanted.instrument,
        expected_version=expected_version,
        now=now(),
    )
    response.headers["ETag"] = etag(changed)
    return CalendarDayBody.model_validate(changed)


@router.delete("/{day}", status_code=204, openapi_extra=requires(CHANGE))
async def remove_calendar_day(
    day: Day, principal: CurrentPrincipal, session: Session, expected_version: ExpectedVersion
) -> None:
    """Make it a day like any other. Deadlines of open work follow at once."""
    await operations.remove_day(session, principal, day, expected_version=expected_version, now=now())
