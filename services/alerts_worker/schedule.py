"""What happens by the clock. A tick is a row that commits with its work: none is missed, none done by two replicas."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.jobs import evaluate_all_alerts
from services.alerts_worker.amendments.jobs import apply_amendments
from services.alerts_worker.appraisal_waits.jobs import escalate_appraisals, expire_supplements
from services.alerts_worker.cycles.jobs import open_next_cycles
from services.alerts_worker.evidence_checks.jobs import resume_checks
from services.alerts_worker.idle_accounts.jobs import deactivate_idle_accounts
from services.alerts_worker.metrics import WorkerMetrics
from services.alerts_worker.stopping import pause
from services.alerts_worker.successions.jobs import apply_successions
from services.alerts_worker.upload_collection.jobs import collect_uploads
from shared import clock
from shared.db.models import AccessChange, ScheduleTick, UsedToken
from shared.db.session import Sessions
from shared.log import get_logger
from shared.settings import Settings

logger = get_logger(__name__)

LOOK_SECONDS = 1.0
KEEP_TICKS = timedelta(days=30)
KEEP_ACCESS_CHANGES = timedelta(hours=1)
KEEP_USED_TOKENS = timedelta(hours=1)
"""After they are refused for their age: the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class ScheduledRule:
    """`tick` names the present span of time; the rule is carried out once in each.

    What it does outside the database it does `afterwards`, in transactions of its own: whatever fails there waits for
    the next tick.
    """

    name: str
    tick: Callable[[datetime, Settings], str]
    carry_out: Callable[[AsyncSession, datetime], Awaitable[None]] | None = None
    afterwards: Callable[[Sessions, datetime], Awaitable[None]] | None = None


def _every_alert_interval(now: datetime, settings: Settings) -> str:
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % settings.alert_interval, UTC).isoformat()


def _every_day(_now: datetime, _settings: Settings) -> str:
    return clock.today().isoformat()


def _every_hour(now: datetime, _settings: Settings) -> str:
    return now.replace(minute=0, second=0, microsecond=0).isoformat()


def _every_half_minute(now: datetime, _settings: Settings) -> str:
    return now.replace(second=now.second - now.second % 30, microsecond=0).isoformat()


async def forget_old_ticks(session: AsyncSession, now: datetime) -> None:
    """Ticks only matter while their span lasts."""
    await session.execute(delete(ScheduleTick).where(ScheduleTick.taken_at < now - KEEP_TICKS))


async def forget_used_tokens(session: AsyncSession, now: datetime) -> None:
    """A token that is refused for its age needs no memory of its use."""
    await session.execute(delete(UsedToken).where(UsedToken.expires_at < now - KEEP_USED_TOKENS))


async def forget_access_changes(session: AsyncSession, now: datetime) -> None:
    """Whoever remembers callers looks again within seconds. A fresh row tells those that count them of the deletion."""
    await session.execute(delete(AccessChange).where(AccessChange.changed_at < now - KEEP_ACCESS_CHANGES))
    await session.execute(insert(AccessChange).values(changed_at=now))


RULES = (
    ScheduledRule("apply_successions", _every_day, apply_successions),
    ScheduledRule("apply_amendments", _every_hour, apply_amendments),
    ScheduledRule("open_next_cycles", _every_day, open_next_cycles),
    ScheduledRule("expire_supplements", _every_day, expire_supplements),
    ScheduledRule("escalate_appraisals", _every_day, escalate_appraisals),
    ScheduledRule("evaluate_all_alerts", _every_alert_interval, evaluate_all_alerts),
    ScheduledRule("resume_checks", _every_half_minute, resume_checks),
    ScheduledRule("deactivate_idle_accounts", _every_day, deactivate_idle_accounts),
    ScheduledRule("forget_old_ticks", _every_day, forget_old_ticks),
    ScheduledRule("forget_used_tokens", _every_hour, forget_used_tokens),
    ScheduledRule("forget_access_changes", _every_day, forget_access_changes),
    ScheduledRule("collect_uploads", _every_hour, afterwards=collect_uploads),
)


async def take_tick(session: AsyncSession, rule: str, tick: str, *, now: datetime) -> bool:
    """True when the tick is ours: nobody took it, nor will while our transaction lasts."""
    statement = (
        insert(ScheduleTick)
        .values(rule=rule, tick=tick, taken_at=now)
        .on_conflict_do_nothing()
        .returning(ScheduleTick.tick)
    )
    return (await session.execute(statement)).one_or_none() is not None


async def carry_out_due(
    sessions: Sessions,
    settings: Settings,
    seen: Mapping[str, str],
    *,
    now: datetime,
    rules: Sequence[ScheduledRule] = RULES,
    metrics: WorkerMetrics | None = None,
) -> dict[str, str]:
    """Carry out every rule whose present tick nobody has taken; returns the ticks that need no second look.

    `seen` is what the last call returned. A rule that fails leaves no tick and is tried again.
    """
    present = {}
    for rule in rules:
        tick = rule.tick(now, settings)
        if seen.get(rule.name) != tick:
            try:
                async with sessions.begin() as session:
                    taken = await take_tick(session, rule.name, tick, now=now)
                    if taken and rule.carry_out is not None:
                        await rule.carry_out(session, now)
                if taken and rule.afterwards is not None:
                    await rule.afterwards(sessions, now)
                if metrics is not None:
                    metrics.count_tick(rule.name, now)
            except Exception:
                # The others have nothing to do with it, and a server that is away comes back.
                logger.exception("scheduled rule failed", rule=rule.name, tick=tick)
                continue
        present[rule.name] = tick
    return present


async def keep(sessions: Sessions, settings: Settings, stop: asyncio.Event, metrics: WorkerMetrics) -> None:
    """Look at the clock until asked to stop."""
    seen: Mapping[str, str] = {}
    while not stop.is_set():
        seen = await carry_out_due(sessions, settings, seen, now=clock.now(), metrics=metrics)
        await pause(stop, LOOK_SECONDS)
