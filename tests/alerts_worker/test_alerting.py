"""Red alerts open and close as days pass and facts change; one open per assignment and rule."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import (
    Evaluation,
    evaluate_all,
    evaluate_assignment,
    evaluate_plan,
)
from shared.db.models import Alert, Assignment, AuditEntry
from tests.alerts_worker.cases import list_payloads
from tests.factories.tracking import make_assignment, make_organization

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 4))


async def with_days(
    session: AsyncSession, overdue: date | None = None, lagging: date | None = None, poor: date | None = None
) -> Assignment:
    """An assignment whose rules are met from these days."""
    assignment = await make_assignment(session)
    assignment.overdue_from, assignment.lagging_from, assignment.poor_quality_from = overdue, lagging, poor
    await session.flush()
    return assignment


async def list_alerts(session: AsyncSession) -> Sequence[Alert]:
    statement = select(Alert).order_by(Alert.opened_on, Alert.rule).execution_options(populate_existing=True)
    return (await session.scalars(statement)).all()


async def list_open(session: AsyncSession) -> set[tuple[object, str]]:
    return {(alert.assignment_id, alert.rule) for alert in await list_alerts(session) if alert.closed_on is None}


async def test_a_rule_opens_an_alert_on_its_day_and_not_before(session: AsyncSession) -> None:
    assignment = await with_days(session, overdue=DAYS[1])
    assert await evaluate_all(session, on=DAYS[0], now=NOW) == Evaluation(0, 0)
    assert await evaluate_all(session, on=DAYS[2], now=NOW) == Evaluation(1, 0)
    (alert,) = await list_alerts(session)
    assert (alert.assignment_id, alert.rule, alert.severity) == (assignment.id, "overdue", "red")
    assert (alert.since, alert.opened_on, alert.opened_at, alert.closed_on) == (DAYS[1], DAYS[2], NOW, None)
    assert await list_payloads(session, "alert.opened") == [{"alert_id": str(alert.id)}]


async def test_an_open_alert_is_not_opened_again(session: AsyncSession) -> None:
    await with_days(session, overdue=DAYS[0], lagging=DAYS[0])
    assert await evaluate_all(session, on=DAYS[0], now=NOW) == Evaluation(2, 0)
    assert await evaluate_all(session, on=DAYS[3], now=NOW) == Evaluation(0, 0)
    assert len(await list_payloads(session, "alert.opened")) == 2


@pytest.mark.parametrize("later", [None, DAYS[3]], ids=["never", "later"])
async def test_an_alert_closes_itself_when_its_condition_clears(session: AsyncSession, later: date | None) -> None:
    assignment = await with_days(session, overdue=DAYS[0], poor=DAYS[0])
    await evaluate_all(session, on=DAYS[0], now=NOW)
    assignment.overdue_from = later
    await session.flush()
    assert await evaluate_all(session, on=DAYS[1], now=NOW) == Evaluation(0, 1)
    overdue, poor = await list_alerts(session)
    assert (overdue.rule, overdue.closed_on, overdue.closed_at) == ("overdue", DAYS[1], NOW)
    assert (poor.rule, poor.closed_on) == ("poor_quality", None)
    assert await list_payloads(session, "alert.closed") == [{"alert_id": str(overdue.id)}]


async def test_a_condition_met_again_opens_a_new_alert_and_the_old_is_kept(session: AsyncSession) -> None:
    assignment = await with_days(session, lagging=DAYS[0])
    await evaluate_all(session, on=DAYS[0], now=NOW)
    assignment.lagging_from = None
    await session.flush()
    await evaluate_all(session, on=DAYS[1], now=NOW)
    assignment.lagging_from = DAYS[2]
    await session.flush()
    assert await evaluate_all(session, on=DAYS[2], now=NOW) == Evaluation(1, 0)
    assert [(alert.opened_on, alert.closed_on) for alert in await list_alerts(session)] == [
        (DAYS[0], DAYS[1]),
        (DAYS[2], None),
    ]


async def test_one_assignment_is_evaluated_alone(session: AsyncSession) -> None:
    one, other = await with_days(session, overdue=DAYS[0]), await with_days(session, overdue=DAYS[0])
    await evaluate_assignment(session, other.id, on=DAYS[0], now=NOW)
    assert await list_open(session) == {(other.id, "overdue")}
    one.overdue_from = other.overdue_from = None
    one.lagging_from = DAYS[0]
    await session.flush()
    assert await evaluate_assignment(session, one.id, on=DAYS[0], now=NOW) == Evaluation(1, 0)
    assert await list_open(session) == {(one.id, "lagging"), (other.id, "overdue")}


async def test_one_plan_is_evaluated_alone(session: AsyncSession) -> None:
    one, other = await with_days(session, overdue=DAYS[0]), await with_days(session, overdue=DAYS[0])
    assert await evaluate_plan(session, one.plan_id, on=DAYS[0], now=NOW) == Evaluation(1, 0)
    assert await list_open(session) == {(one.id, "overdue")}
    await evaluate_plan(session, other.plan_id, on=DAYS[0], now=NOW)
    one.overdue_from = other.overdue_from = None
    await session.flush()
    assert await evaluate_plan(session, one.plan_id, on=DAYS[1], now=NOW) == Evaluation(0, 1)
    assert await list_open(session) == {(other.id, "overdue")}


@pytest.mark.parametrize("seed", range(5))
async def test_after_any_pass_the_open_alerts_are_the_met_rules(session: AsyncSession, seed: int) -> None:
    chance = random.Random(seed)
    issuer = await make_organization(session, kind="ward")
    assignments = [await make_assignment(session, issuer=issuer) for _ in range(8)]
    for step in range(4):
        on = DAYS[0] + timedelta(days=step)
        for assignment in chance.sample(assignments, 5):
            assignment.overdue_from = chance.choice((None, *DAYS))
            assignment.lagging_from = chance.choice((None, *DAYS))
            assignment.poor_quality_from = chance.choice((None, *DAYS))
        await session.flush()
        before = await list_open(session)
        evaluation = await evaluate_all(session, on=on, now=NOW)
        met = {
            (assignment.id, rule)
            for assignment in assignments
            for rule, since in (
                ("overdue", assignment.overdue_from),
                ("lagging", assignment.lagging_from),
                ("poor_quality", assignment.poor_quality_from),
            )
            if since is not None and since <= on
        }
        assert await list_open(session) == met
        assert evaluation == Evaluation(len(met - before), len(before - met))
    published = len(await list_payloads(session, "alert.opened")), len(await list_payloads(session, "alert.closed"))
    alerts = await list_alerts(session)
    assert published == (len(alerts), len([alert for alert in alerts if alert.closed_on]))


async def test_every_alert_that_opens_or_closes_leaves_its_trail(session: AsyncSession) -> None:
    assignment = await make_assignment(session)
    await evaluate_all(session, on=date(2030, 1, 1), now=datetime(2030, 1, 1, tzinfo=UTC))
    assignment.overdue_from = None
    await session.flush()
    await evaluate_all(session, on=date(2030, 1, 2), now=datetime(2030, 1, 2, tzinfo=UTC))
    alert = (await session.scalars(select(Alert).where(Alert.rule == "overdue"))).one()
    opened, closed = (
        await session.scalars(
            select(AuditEntry).where(AuditEntry.target_id == alert.id).order_by(AuditEntry.action.desc())
        )
    ).all()
    assert (opened.actor, opened.client, opened.target_type) == ("system:evaluate_alerts", "theodoi", "alerts")
    assert opened.after == {"assignment_id": str(assignment.id), "rule": "overdue", "since": alert.since.isoformat()}
    assert (closed.before, closed.after) == ({"closed_on": None}, {"closed_on": "2030-01-02"})
    assert (opened.action, closed.action) == ("alert.opened", "alert.closed")
