"""Measurements over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.tasks_api.indicators.queries import get_indicator
from services.tasks_api.indicators.schemas import Reason, Year
from services.tasks_api.measurements import bulk, operations, policies, progress, queries
from services.tasks_api.measurements.bulk_rows import CSV, NDJSON
from services.tasks_api.measurements.queries import Filters
from services.tasks_api.measurements.schemas import (
    BulkBody,
    MeasurementBody,
    MeasurementList,
    MeasurementRequest,
    MeasuringBody,
    ProgressBody,
)
from services.tasks_api.organizations.queries import require_by_code
from shared.bodies import Day
from shared.clock import now, today
from shared.db.models import Measurement, Organization
from shared.domain.errors import UnsupportedFile
from shared.domain.periods import Period, PeriodKind
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/indicators/{indicator_id}", tags=["measurements"])

Code = Annotated[str, Query(min_length=2, max_length=35)]
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {"schema": {"type": "string", "format": "binary"}},
            CSV: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/measurements", openapi_extra=requires(policies.READ))
async def list_measurements(
    indicator_id: UUID,
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    organization: Code | None = None,
    period_kind: PeriodKind | None = None,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
    history: bool = False,
) -> MeasurementList:
    """Figures of the caller's organization and those below it, of all for who issued the plan. `from` and `to` bound
    the first days of periods; with `history`, what was corrected is told too.
    """
    indicator = await get_indicator(session, principal, indicator_id)
    policies.READ.ensure(principal)
    named = await require_by_code(session, organization, "organization") if organization else None
    filters = Filters(named.id if named else None, period_kind, first, last, history)
    found = await queries.list_measurements(
        session, principal, indicator.id, filters, after=page.after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    cursor = None
    if len(found) > page.limit:
        end = shown[-1].Measurement
        cursor = page.next_cursor([end.organization_id, end.period_kind, end.period_starts_on, end.revision])
    return MeasurementList(items=[_body(*row) for row in shown], next_cursor=cursor)


@router.post(
    "/measurements",
    status_code=201,
    response_model=MeasurementBody,
    responses={200: {"model": MeasurementBody, "description": "Số liệu đã đúng như vậy"}},
    openapi_extra=requires(policies.RECORD),
)
async def record_measurement(
    indicator_id: UUID,
    wanted: MeasurementRequest,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
) -> Response:
    """Record a figure, or correct one with a reason; the same again changes nothing."""
    measurement, organization, is_new = await operations.record_measurement(
        session, principal, indicator_id, wanted, on=today(), now=now()
    )
    return await once.answer(_body(measurement, organization), status=201 if is_new else 200)


@router.post(
    "/measurements/bulk",
    status_code=201,
    response_model=BulkBody,
    responses={200: {"model": BulkBody, "description": "Mọi số liệu đã đúng như vậy"}},
    openapi_extra=requires(policies.RECORD, **_FILE),
)
async def record_measurements(
    indicator_id: UUID,
    request: Request,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
    reason: Annotated[Reason | None, Query()] = None,
) -> Response:
    """Record a file of at most 100,000 figures, whole or not at all: NDJSON, or CSV with `,` or `;`, sent raw.

    Each row has `organization` (code), `period` (`2026`, `2026-H1`, `2026-Q1`, `2026-01`), `value` with a decimal
    point, and may have `weight`, `note` and `reason`. Rows that tell what is known change nothing; others correct it,
    which needs a reason of their own or `reason`.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in {NDJSON, CSV}:
        raise UnsupportedFile("media-type-unsupported", f"Chỉ nhận tệp {NDJSON} hoặc {CSV}: hãy ghi ở Content-Type.")
    content = await request.body()
    told = await bulk.record_measurements(
        session, principal, indicator_id, content, media_type, reason=reason, on=today(), now=now()
    )
    body = BulkBody.model_validate(told)
    return await once.answer(body, status=200 if told.unchanged == told.rows else 201)


@router.get("/progress", openapi_extra=requires(policies.READ))
async def get_indicator_progress(
    indicator_id: UUID,
    principal: CurrentPrincipal,
    session: ReadSession,
    organization: Code,
    period_kind: PeriodKind = PeriodKind.YEAR,
    year: Annotated[Year | None, Query()] = None,
) -> ProgressBody:
    """How far an organization has come in a year, this one unless said: its own figures, or those below it made one,
    against the target in force.
    """
    return await progress.get_progress(
        session, principal, indicator_id, organization, kind=period_kind, year=year or today().year
    )


def _body(measurement: Measurement, organization: Organization) -> MeasurementBody:
    period = Period(measurement.period_starts_on, PeriodKind(measurement.period_kind))
    return MeasurementBody(
        id=measurement.id,
        indicator_id=measurement.indicator_id,
        organization=MeasuringBody.model_validate(organization),
        period=str(period),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        value=measurement.value,
        weight=measurement.weight,
        note=measurement.note,
        source="lgsp" if measurement.source == "lgsp" else "manual",
        revision=measurement.revision,
        reason=measurement.reason,
        actor=measurement.actor,
        recorded_at=measurement.recorded_at,
    )
