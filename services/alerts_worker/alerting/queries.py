"""Where the red alerts that are open differ from the assignments' alert days, and the writes that end the difference.

One pass reads `assignments` once, in parallel where Postgres can, because it writes nothing; only differences are
written, each with its fact in the same statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, text, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import OURS, System, actor_name
from shared.db.models import Alert, Assignment
from shared.domain.alert_rules import AlertRule
from shared.events import AlertClosed, AlertOpened

_EVALUATION = 0x7EDA1E27
"""Key of the advisory lock of all evaluations."""

_ACTOR = {"actor": actor_name(System("evaluate_alerts")), "client": OURS}
"""Of the trail, which bulk statements write themselves: one entry an alert, as everywhere."""


@dataclass(frozen=True, slots=True)
class Met:
    """A rule that an assignment meets since a day without having an open alert for it."""

    assignment_id: UUID
    rule: str
    since: date


@dataclass(frozen=True, slots=True)
class Scope:
    """Which assignments are looked at, and which alerts are theirs."""

    assignments: ColumnElement[bool]
    alerts: ColumnElement[bool]


EVERYTHING = Scope(true(), true())


def within_plan(plan_id: UUID) -> Scope:
    """The assignments of a plan."""
    of_plan = select(Assignment.id).where(Assignment.plan_id == plan_id)
    return Scope(Assignment.plan_id == plan_id, Alert.assignment_id.in_(of_plan))


def only(assignment_id: UUID) -> Scope:
    """One assignment."""
    return Scope(Assignment.id == assignment_id, Alert.assignment_id == assignment_id)


async def lock_all(session: AsyncSession) -> None:
    """Until the end of the transaction, no other evaluation runs."""
    await session.execute(select(func.pg_advisory_xact_lock(_EVALUATION)))


async def lock_one(session: AsyncSession, assignment_id: UUID) -> None:
    """Until the end of the transaction, nobody else evaluates the assignment, and its facts stand still.

    Without this, one evaluation could open an alert from facts that a second, already finished, saw replaced.
    """
    statement = select(func.pg_advisory_xact_lock_shared(_EVALUATION)).where(Assignment.id == assignment_id)
    await session.execute(statement.with_for_update(key_share=True, of=Assignment))


async def list_differences(
    session: AsyncSession, scope: Scope, *, on: date, limit: int
) -> tuple[list[Met], list[UUID]]:
    """What must open as of a day, and the alerts that must close; no more than `limit` of both together."""
    days = {
        AlertRule.OVERDUE: Assignment.overdue_from,
        AlertRule.LAGGING: Assignment.lagging_from,
        AlertRule.POOR_QUALITY: Assignment.poor_quality_from,
    }
    # Not VALUES: SQLAlchemy cannot cache it, and would compile the statement anew for every event.
    rules = union_all(
        *(
            select(literal(rule.value).label("rule"), day.label("since")).correlate(Assignment)
            for rule, day in days.items()
        )
    ).lateral("rules")
    met = (
        select(Assignment.id.label("assignment_id"), rules.c.rule, rules.c.since)
        .join(rules, true())
        .where(scope.assignments, or_(*(day <= on for day in days.values())), rules.c.since <= on)
        .subquery("met")
    )
    opened = (
        select(Alert.id, Alert.assignment_id, Alert.rule)
        .where(scope.alerts, Alert.closed_on.is_(None))
        .subquery("opened")
    )
    same = and_(met.c.assignment_id == opened.c.assignment_id, met.c.rule == opened.c.rule)
    statement = (
        select(met.c.assignment_id, met.c.rule, met.c.since, opened.c.id)
        .select_from(met.join(opened, same, full=True))
        .where(or_(met.c.assignment_id.is_(None), opened.c.id.is_(None)))
        .limit(limit)
    )
    rows = (await session.execute(statement)).all()
    to_open = [Met(row.assignment_id, row.rule, row.since) for row in rows if row.id is None]
    return to_open, [row.id for row in rows if row.id is not None]


_OPEN = text("""
    WITH opened AS (
        INSERT INTO alerts (id, assignment_id, rule, severity, since, opened_on, opened_at)
        SELECT uuid_v7(), met.assignment_id, met.rule, 'red', met.since, :day, :now
        FROM unnest(CAST(:assignment_ids AS uuid[]), CAST(:rules AS text[]), CAST(:sinces AS date[]))
             AS met (assignment_id, rule, since)
        ON CONFLICT (assignment_id, rule) WHERE closed_on IS NULL DO NOTHING
        RETURNING id, assignment_id, rule, since
    ), published AS (
        INSERT INTO outbox_events (id, type, payload)
        SELECT uuid_v7(), :event, jsonb_build_object('alert_id', id) FROM opened
    ), recorded AS (
        INSERT INTO audit_entries (id, actor, client, action, target_type, target_id, after)
        SELECT uuid_v7(), :actor, :client, :event, 'alerts', id,
               jsonb_build_object('assignment_id', assignment_id, 'rule', rule, 'since', since)
        FROM opened
    )
    SELECT count(*) FROM opened
""")

_CLOSE = text("""
    WITH closed AS (
        UPDATE alerts SET closed_on = :day, closed_at = :now
        WHERE id = ANY (CAST(:alert_ids AS uuid[])) AND closed_on IS NULL
        RETURNING id
    ), published AS (
        INSERT INTO outbox_events (id, type, payload)
        SELECT uuid_v7(), :event, jsonb_build_object('alert_id', id) FROM closed
    ), recorded AS (
        INSERT INTO audit_entries (id, actor, client, action, target_type, target_id, before, after)
        SELECT uuid_v7(), :actor, :client, :event, 'alerts', id,
               '{"closed_on": null}', jsonb_build_object('closed_on', CAST(:day AS date))
        FROM closed
    )
    SELECT count(*) FROM closed
""")


async def open_alerts(session: AsyncSession, met: Sequence[Met], *, on: date, now: datetime) -> int:
    """Open an alert for each, unless one is open already, and publish `alert.opened`; returns how many."""
    parameters = {
        "assignment_ids": [each.assignment_id for each in met],
        "rules": [each.rule for each in met],
        "sinces": [each.since for each in met],
        "day": on,
        "now": now,
        "event": AlertOpened.type,
        **_ACTOR,
    }
    return int((await session.execute(_OPEN, parameters)).scalar_one())


async def close_alerts(session: AsyncSession, alert_ids: Sequence[UUID], *, on: date, now: datetime) -> int:
    """Close the alerts that are still open and publish `alert.closed`; returns how many."""
    parameters = {"alert_ids": list(alert_ids), "day": on, "now": now, "event": AlertClosed.type, **_ACTOR}
    return int((await session.execute(_CLOSE, parameters)).scalar_one())
