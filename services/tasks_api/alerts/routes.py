"""Alerts over HTTP."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from services.tasks_api.alerts import operations, policies, queries, replay
from services.tasks_api.alerts.queries import AlertRow
from services.tasks_api.alerts.schemas import (
    AcknowledgementBody,
    AlertAcknowledgementRequest,
    AlertBody,
    AlertedAssignment,
    AlertList,
)
from shared.bodies import Day
from shared.clock import now, today
from shared.domain.alert_rules import RULE_LABELS_VI, AlertRule
from shared.domain.errors import FieldError, Invalid
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage, Page
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])


@router.get("", openapi_extra=requires(policies.READ))
async def list_alerts(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    state: Literal["open", "all"] = "open",
    rule: AlertRule | None = None,
    as_of: Day | None = None,
) -> AlertList:
    """Red alerts the caller may see, latest first; with `as_of`, those of that day, by due day."""
    if as_of:
        if state != "open" or rule:
            message = "không dùng cùng state hay rule"
            raise Invalid("as-of-alone", f"as_of {message}.", errors=[FieldError("as_of", "alone", message)])
        return await _list_as_of(principal, session, page, as_of)
    found = await queries.list_alerts(
        session, principal, open_only=state == "open", rule=rule, after=page.after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    return AlertList(
        items=[_body(row) for row in shown],
        next_cursor=page.next_cursor([shown[-1][0].id]) if len(found) > page.limit else None,
    )


async def _list_as_of(principal: CurrentPrincipal, session: ReadSession, page: Page, as_of: date) -> AlertList:
    after = replay.FIRST
    if page.after:
        due, assignment_id, told = page.after
        after = (date.fromisoformat(due), UUID(assignment_id), told)
    found, last = await replay.list_red(
        session, on=as_of, today=today(), viewer=principal.organization_id, after=after, limit=page.limit
    )
    return AlertList(
        items=[
            AlertBody(
                id=None,
                rule=alert.rule,
                label=RULE_LABELS_VI[alert.rule],
                severity="red",
                since=alert.since,
                opened_on=None,
                closed_on=None,
                assignment=AlertedAssignment.model_validate(alert.assignment),
                acknowledgement=None,
            )
            for alert in found
        ],
        next_cursor=page.next_cursor(list(last)) if last else None,
    )


@router.post(
    "/{alert_id}/acknowledge", status_code=201, response_model=AlertBody, openapi_extra=requires(policies.ACKNOWLEDGE)
)
async def acknowledge_alert(
    alert_id: UUID,
    answer: AlertAcknowledgementRequest,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
) -> Response:
    """Answer for an open alert: what is being done, and by when."""
    await operations.acknowledge_alert(session, principal, alert_id, answer, now=now())
    return await once.answer(_body(await queries.get_alert(session, principal, alert_id)))


def _body(row: AlertRow) -> AlertBody:
    alert, assignment, task, plan, lead, acknowledgement = row
    return AlertBody(
        id=alert.id,
        rule=alert.rule,
        label=RULE_LABELS_VI[AlertRule(alert.rule)],
        severity=alert.severity,
        since=alert.since,
        opened_on=alert.opened_on,
        closed_on=alert.closed_on,
        assignment=AlertedAssignment(
            id=assignment.id,
            task_code=task.code,
            task_title=task.title,
            plan_number=plan.number,
            organization_id=lead.id,
            organization_code=lead.code,
            organization_name=lead.name,
            status=assignment.status,
            percent=float(assignment.percent),
            due_on=assignment.due_on,
        ),
        acknowledgement=AcknowledgementBody.model_validate(acknowledgement) if acknowledgement else None,
    )
