"""Asked about a past day, the record answers what was shown that day, whatever happened since."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.alerts.replay import list_red
from shared import audit
from shared.clock import today
from shared.db.models import Assignment, CompletionEvidence, Evidence, ProgressUpdate
from shared.domain.alert_rules import AlertRule, red_alerts
from shared.domain.assignment_states import TRANSITIONS, Action, AssignmentStatus
from shared.domain.principal import Role
from shared.tracking.moving import facts_of, move
from shared.tracking.opening import open_begun_cycles
from tests.factories.evidence import make_appraisal, make_evidence
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization, make_plan, make_task

ACTOR = audit.System("tests")
FIRST_DAY = date(2025, 1, 6)
DUE = date(2025, 2, 14)
VERDICTS = {Action.APPRAISE_INVALID: "invalid", Action.APPRAISE_VALID: "valid", Action.APPRAISE_FINAL_VALID: "valid"}
ENDINGS = {Action.APPRAISE_FINAL_VALID, Action.SUSPEND, Action.CANCEL}
"""Left for the last days, or few lives would hold anything red."""
STEPS = [action for action in Action if action is not Action.REOPEN]


def instant(day: date, hour: int) -> datetime:
    """An hour of the business day: 1 is 18:00 UTC of the day before."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 7)


async def open_assignment(session: AsyncSession, *, due: date | None = DUE) -> Assignment:
    ward = await make_organization(session, kind="ward")
    plan = await make_plan(session, ward, starts_on=FIRST_DAY, ends_on=None)
    plan.state = "active"
    await make_task(session, plan, ward, due=due, start=FIRST_DAY)
    opened = await open_begun_cycles(session, plan, ACTOR, on=FIRST_DAY, now=instant(FIRST_DAY, 1))
    return opened[0]


async def name_in_completion(session: AsyncSession, evidence: Evidence, now: datetime) -> None:
    """Let the completion stand on this evidence too, as from now."""
    row = CompletionEvidence(
        assignment_id=evidence.assignment_id, evidence_id=evidence.id, evidence_version=1, submitted_at=now
    )
    session.add(row)
    await session.flush()


async def take(
    session: AsyncSession, assignment: Assignment, action: Action, day: date, hour: int, percent: int
) -> None:
    """Let one thing happen as the services let it happen, with the record it leaves."""
    now = instant(day, hour)
    if action is Action.REPORT_PROGRESS:
        assignment.percent = Decimal(percent)
        session.add(
            ProgressUpdate(
                assignment_id=assignment.id,
                percent=percent,
                narrative="…",
                as_of=day - timedelta(days=5),
                actor="tests",
                organization_id=assignment.organization_id,
                recorded_at=now,
            )
        )
    if action in VERDICTS:
        verdict = "valid_but_poor" if VERDICTS[action] == "valid" and percent % 3 == 0 else VERDICTS[action]
        evidence = await make_evidence(session, assignment)
        await name_in_completion(session, evidence, now)
        await make_appraisal(session, evidence, verdict, at=now, by=assignment.organization_id)
        assignment.verdict, assignment.verdict_on = verdict, day
    move(session, assignment, action, ACTOR, now=now)
    await session.flush()


async def live(
    session: AsyncSession, assignment: Assignment, seed: int, days: int
) -> Mapping[date, frozenset[AlertRule]]:
    """A random life; what was red at the end of each of its days."""
    chance = random.Random(seed)
    shown: dict[date, frozenset[AlertRule]] = {}
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        for hour in sorted(chance.sample(range(1, 24), chance.choice([0, 0, 0, 1, 2]))):
            status = AssignmentStatus(assignment.status)
            possible = [action for action in STEPS if (status, action) in TRANSITIONS]
            if number < days - 20:
                possible = [action for action in possible if action not in ENDINGS]
            if possible:
                await take(session, assignment, chance.choice(possible), day, hour, chance.randrange(100))
        shown[day] = red_alerts(facts_of(assignment), day)
    return shown


async def replayed(session: AsyncSession, assignment: Assignment, on: date) -> frozenset[AlertRule]:
    found, _ = await list_red(session, on=on, today=today(), viewer=assignment.organization_id, limit=10)
    return frozenset(alert.rule for alert in found)


async def test_every_day_of_a_life_is_replayed_as_it_was_lived(session: AsyncSession) -> None:
    seen: set[AlertRule] = set()
    for seed in range(5):
        assignment = await open_assignment(session)
        shown = await live(session, assignment, seed, days=80)

        assert {day: await replayed(session, assignment, day) for day in shown} == shown, seed
        seen = seen.union(*shown.values())
    assert seen == set(AlertRule)


async def test_without_a_deadline_only_quality_is_ever_red(session: AsyncSession) -> None:
    assignment = await open_assignment(session, due=None)

    shown = await live(session, assignment, 5, days=60)

    assert {day: await replayed(session, assignment, day) for day in shown} == shown
    assert frozenset().union(*shown.values()) <= {AlertRule.POOR_QUALITY}


async def test_a_day_ends_at_midnight_in_viet_nam(session: AsyncSession) -> None:
    assignment = await open_assignment(session)
    last_hour = DUE + timedelta(days=1)
    assert await replayed(session, assignment, DUE) == {AlertRule.LAGGING}

    await take(session, assignment, Action.SUBMIT_COMPLETION, last_hour, 0, 0)

    assert await replayed(session, assignment, DUE) == {AlertRule.LAGGING}
    assert await replayed(session, assignment, last_hour) == {AlertRule.OVERDUE}


async def test_figures_count_from_the_day_they_were_reported_not_the_day_they_speak_of(session: AsyncSession) -> None:
    assignment = await open_assignment(session)
    day = FIRST_DAY + timedelta(days=30)

    await take(session, assignment, Action.REPORT_PROGRESS, day, 9, 99)

    assert await replayed(session, assignment, day - timedelta(days=1)) == {AlertRule.LAGGING}
    assert await replayed(session, assignment, day) == frozenset()


async def test_completed_work_is_shown_whole_though_its_evidence_was_poor(session: AsyncSession) -> None:
    assignment = await open_assignment(session)
    day = FIRST_DAY + timedelta(days=3)
    for hour, action in enumerate((Action.REPORT_PROGRESS, Action.SUBMIT_COMPLETION, Action.APPRAISE_FINAL_VALID), 8):
        await take(session, assignment, action, day, hour, 30)

    (alert,), _ = await list_red(session, on=day, today=today(), viewer=assignment.organization_id, limit=10)

    assert alert.rule is AlertRule.POOR_QUALITY
    assert (alert.assignment["status"], alert.assignment["percent"]) == ("completed", 100.0)


async def test_only_verdicts_on_what_the_completion_stood_on_count(session: AsyncSession) -> None:
    assignment = await open_assignment(session, due=None)
    first, second, unrelated = [await make_evidence(session, assignment) for _ in range(3)]
    days = [FIRST_DAY + timedelta(days=number) for number in range(7)]
    by = assignment.organization_id

    await take(session, assignment, Action.SUBMIT_COMPLETION, days[0], 9, 0)
    await name_in_completion(session, first, instant(days[0], 9))
    await make_appraisal(session, first, "invalid", at=instant(days[1], 9), by=by)
    move(session, assignment, Action.APPRAISE_INVALID, ACTOR, now=instant(days[1], 10))
    await make_appraisal(session, unrelated, "valid", at=instant(days[2], 9), by=by)
    await take(session, assignment, Action.SUBMIT_COMPLETION, days[4], 9, 0)
    assert await replayed(session, assignment, days[3]) == {AlertRule.POOR_QUALITY}

    await session.execute(delete(CompletionEvidence).where(CompletionEvidence.assignment_id == assignment.id))
    await name_in_completion(session, second, instant(days[4], 9))
    await make_appraisal(session, second, "valid", at=instant(days[5], 9), by=by)
    move(session, assignment, Action.APPRAISE_FINAL_VALID, ACTOR, now=instant(days[5], 10))
    await make_appraisal(session, unrelated, "invalid", at=instant(days[6], 9), by=by, level=2)
    await session.flush()

    poor = [day for day in days if AlertRule.POOR_QUALITY in await replayed(session, assignment, day)]
    assert poor == days[1:5], "what was sent back stays poor until what was submitted next is judged"


async def test_before_it_was_opened_nothing_was_shown(session: AsyncSession) -> None:
    assignment = await open_assignment(session)

    assert await replayed(session, assignment, FIRST_DAY - timedelta(days=1)) == frozenset()
    assert await replayed(session, assignment, date(1, 1, 1)) == frozenset()


async def test_today_and_later_are_answered_from_the_facts_as_they_stand(session: AsyncSession) -> None:
    assignment = await open_assignment(session)

    for day in (today(), today() + timedelta(days=1), date(9999, 12, 31)):
        assert await replayed(session, assignment, day) == {AlertRule.OVERDUE, AlertRule.LAGGING}


async def pages_of(client: httpx.AsyncClient, caller: dict[str, str], limit: int) -> Sequence[list[tuple[str, str]]]:
    pages, cursor = [], None
    while True:
        query = {"as_of": DUE.isoformat(), "limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/alerts", params=query, headers=caller)).json()
        pages.append([(item["assignment"]["id"], item["rule"]) for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 7])
async def test_pages_hold_what_was_asked_for_though_an_assignment_has_several_alerts(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, limit: int
) -> None:
    province = await make_organization(session, kind="province")
    expected = set()
    for _ in range(3):
        ward = await make_organization(session, parent=province, kind="ward")
        plan = await make_plan(session, ward, starts_on=FIRST_DAY, ends_on=None)
        await make_task(session, plan, ward, due=DUE - timedelta(days=7), start=FIRST_DAY)
        (assignment,) = await open_begun_cycles(session, plan, ACTOR, on=FIRST_DAY, now=instant(FIRST_DAY, 1))
        expected |= {(str(assignment.id), "overdue"), (str(assignment.id), "lagging")}
    caller = await make_caller(session, token_maker, province, Role.VIEWER)

    pages = await pages_of(tasks_api, caller, limit)

    listed = [alert for page in pages for alert in page]
    assert len(listed) == len(expected)
    assert set(listed) == expected
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit
    assert (await session.scalars(select(Assignment.version))).all() == [1, 1, 1]
