"""A tick is taken once by however many replicas, and not at all by work that failed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.schedule import (
    KEEP_TICKS,
    KEEP_USED_TOKENS,
    RULES,
    ScheduledRule,
    carry_out_due,
    forget_old_ticks,
    forget_used_tokens,
    take_tick,
)
from shared import outbox
from shared.db.ids import new_id
from shared.db.models import Assignment, OutboxEvent, ScheduleTick, UsedToken
from shared.db.session import Sessions
from shared.events import AlertOpened
from shared.settings import Settings
from tests.committed.ledger import NOW
from tests.factories.tracking import make_organization, make_plan, make_task


async def publish(session: AsyncSession, now: datetime) -> None:
    """Work that can be counted."""
    outbox.add(session, AlertOpened(alert_id=new_id()))
    await session.flush()


async def break_down(session: AsyncSession, now: datetime) -> None:
    await publish(session, now)
    raise RuntimeError("hỏng")


def the_hour(now: datetime, settings: Settings) -> str:
    return now.strftime("%H")


def hourly(name: str, carry_out: Callable[[AsyncSession, datetime], Awaitable[None]] = publish) -> ScheduledRule:
    return ScheduledRule(name, the_hour, carry_out)


async def count_work(sessions: Sessions) -> int:
    async with sessions() as session:
        return len((await session.scalars(select(OutboxEvent.id))).all())


async def list_ticks(sessions: Sessions) -> list[tuple[str, str]]:
    async with sessions() as session:
        rows = (await session.execute(select(ScheduleTick.rule, ScheduleTick.tick))).all()
    return sorted((row.rule, row.tick) for row in rows)


async def test_replicas_carry_out_a_tick_once(committed: Sessions, settings: Settings) -> None:
    rules = [hourly("publish")]
    looks = (carry_out_due(committed, settings, {}, now=NOW, rules=rules) for _ in range(5))
    assert await asyncio.gather(*looks) == [{"publish": "03"}] * 5
    assert await count_work(committed) == 1
    await carry_out_due(committed, settings, {}, now=NOW + timedelta(hours=1), rules=rules)
    assert await count_work(committed) == 2


async def test_a_tick_seen_is_not_asked_for_again(committed: Sessions, settings: Settings) -> None:
    rules = [hourly("publish")]
    seen = await carry_out_due(committed, settings, {}, now=NOW, rules=rules)
    assert seen == {"publish": "03"}
    assert await carry_out_due(committed, settings, seen, now=NOW, rules=rules) == seen


async def test_a_rule_that_fails_leaves_no_tick_and_stops_no_other(committed: Sessions, settings: Settings) -> None:
    rules = [hourly("broken", break_down), hourly("publish")]
    seen = await carry_out_due(committed, settings, {}, now=NOW, rules=rules)
    assert seen == {"publish": "03"}
    assert await list_ticks(committed) == [("publish", "03")]
    assert await count_work(committed) == 1
    await carry_out_due(committed, settings, seen, now=NOW, rules=[hourly("broken")])
    assert await list_ticks(committed) == [("broken", "03"), ("publish", "03")]


@pytest.mark.parametrize(("seconds", "tick"), [(0, "03:00"), (299, "03:00"), (300, "03:05")])
def test_alerts_are_evaluated_once_in_every_interval(seconds: int, tick: str) -> None:
    (rule,) = [rule for rule in RULES if rule.name == "evaluate_all_alerts"]
    found = rule.tick(NOW + timedelta(seconds=seconds), Settings(alert_interval=300))
    assert found == f"2026-03-02T{tick}:00+00:00"


async def test_old_ticks_are_forgotten(committed: Sessions) -> None:
    async with committed.begin() as session:
        await take_tick(session, "old", "1", now=NOW - KEEP_TICKS - timedelta(seconds=1))
        await take_tick(session, "young", "1", now=NOW - KEEP_TICKS)
        await forget_old_ticks(session, NOW)
    assert await list_ticks(committed) == [("young", "1")]


async def test_used_tokens_are_forgotten_when_no_clock_accepts_them_any_more(committed: Sessions) -> None:
    async with committed.begin() as session:
        for jti, expired in (("old", KEEP_USED_TOKENS + timedelta(seconds=1)), ("young", KEEP_USED_TOKENS)):
            session.add(UsedToken(issuer="client:lgsp", jti=jti, expires_at=NOW - expired))
        await session.flush()
        await forget_used_tokens(session, NOW)
        assert (await session.scalars(select(UsedToken.jti))).all() == ["young"]


async def test_the_schedule_opens_cycles_and_raises_their_alerts(committed: Sessions, settings: Settings) -> None:
    async with committed.begin() as session:
        issuer = await make_organization(session, kind="ward")
        plan = await make_plan(session, issuer, starts_on=date(2020, 1, 1), ends_on=None)
        plan.state = "active"
        await make_task(session, plan, issuer, start=date(2020, 1, 1), due=date(2020, 3, 2))
    await carry_out_due(committed, settings, {}, now=NOW)
    async with committed() as session:
        assert len((await session.scalars(select(Assignment.id))).all()) == 1
        events = (await session.scalars(select(OutboxEvent.type))).all()
    assert events == ["alert.opened", "alert.opened"], "overdue and lagging"
