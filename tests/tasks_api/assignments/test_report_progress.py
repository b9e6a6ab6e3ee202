"""How far the work has come: told by those who do it, added and never rewritten."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import (
    Assignment,
    AssignmentTransition,
    AuditEntry,
    Organization,
    OutboxEvent,
    ProgressUpdate,
)
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment
from tests.tasks_api.assignments.reporting import Caller, report


@pytest.fixture
async def assignment(session: AsyncSession) -> Assignment:
    return await make_assignment(session)


@pytest.fixture
async def lead(session: AsyncSession, assignment: Assignment) -> Organization:
    return await session.get_one(Organization, assignment.organization_id)


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker, lead: Organization) -> Caller:
    return await make_caller(session, token_maker, lead, Role.REPORTER)


async def list_updates(session: AsyncSession) -> list[ProgressUpdate]:
    return list(await session.scalars(select(ProgressUpdate).order_by(ProgressUpdate.id)))


async def ensure_nothing_changed(session: AsyncSession, assignment: Assignment) -> None:
    await session.refresh(assignment)
    assert (assignment.status, assignment.percent, assignment.version) == ("not_started", Decimal(0), 1)
    assert await list_updates(session) == []
    assert (await session.scalars(select(OutboxEvent))).all() == []
    assert (await session.scalars(select(AuditEntry))).all() == []


async def test_the_first_report_starts_the_work(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, lead: Organization, reporter: Caller
) -> None:
    answer = await report(tasks_api, reporter, assignment, 40.25, narrative="  Đã dự thảo, đang lấy ý kiến.  ")

    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"] == '"2"'
    (update,) = await list_updates(session)
    body = answer.json()
    assert body == {
        "id": str(update.id),
        "assignment_id": str(assignment.id),
        "percent": 40.25,
        "narrative": "Đã dự thảo, đang lấy ý kiến.",
        "reason": None,
        "as_of": today().isoformat(),
        "recorded_at": body["recorded_at"],
        "status": "in_progress",
        "version": 2,
    }
    assert (update.percent, update.narrative) == (Decimal("40.25"), "Đã dự thảo, đang lấy ý kiến.")
    assert (update.as_of, update.organization_id) == (today(), lead.id)
    await session.refresh(assignment)
    assert (assignment.status, assignment.percent, assignment.version) == ("in_progress", Decimal("40.25"), 2)


async def test_a_report_leaves_its_fact_its_trail_and_its_history(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, lead: Organization, reporter: Caller
) -> None:
    answer = await report(tasks_api, reporter, assignment)

    event = (await session.scalars(select(OutboxEvent))).one()
    assert (event.type, event.payload) == (
        "assignment.changed",
        {"assignment_id": str(assignment.id), "status": "in_progress"},
    )
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.target_type, entry.target_id) == (
        "assignment.progress_reported",
        "assignments",
        assignment.id,
    )
    assert (entry.before, entry.after) == (
        {"status": "not_started", "percent": 0.0},
        {"status": "in_progress", "percent": 40.0},
    )
    assert entry.request_id == answer.headers["X-Request-Id"]
    assert (entry.organization_id, entry.actor) == (lead.id, (await list_updates(session))[0].actor)
    steps = await session.scalars(select(AssignmentTransition).order_by(AssignmentTransition.id))
    assert [(step.action, step.to_status, step.organization_id) for step in steps] == [
        ("open", "not_started", None),
        ("report_progress", "in_progress", lead.id),
    ]


async def test_reports_are_added_and_none_is_rewritten(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    for percent in (10, 10, 55):
        assert (await report(tasks_api, reporter, assignment, percent, narrative=f"{percent}%")).status_code == 201

    updates = await list_updates(session)
    assert [(update.percent, update.narrative) for update in updates] == [
        (Decimal(10), "10%"),
        (Decimal(10), "10%"),
        (Decimal(55), "55%"),
    ]
    steps = (await session.scalars(select(AssignmentTransition.action))).all()
    assert sorted(steps) == ["open", "report_progress"]


async def test_lagging_days_follow_the_report(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    before = assignment.lagging_from
    assert before is not None

    await report(tasks_api, reporter, assignment, 40)
    await session.refresh(assignment)

    assert assignment.lagging_from is not None
    assert assignment.lagging_from > before
    assert assignment.overdue_from == date(2027, 1, 1)


async def test_progress_may_fall_with_a_reason(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    await report(tasks_api, reporter, assignment, 60)

    refused = await report(tasks_api, reporter, assignment, 59.99)
    blank = await report(tasks_api, reporter, assignment, 50, reason="  ")
    told = await report(tasks_api, reporter, assignment, 50, reason="Phải làm lại phần khảo sát.")

    assert (refused.status_code, refused.json()["code"]) == (422, "reason-required")
    assert [error["place"] for error in refused.json()["errors"]] == ["reason"]
    assert blank.status_code == 422
    assert (told.status_code, told.json()["reason"]) == (201, "Phải làm lại phần khảo sát.")
    assert [update.percent for update in await list_updates(session)] == [Decimal(60), Decimal(50)]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"percent": 101}, "validation-failed", "percent"),
    ({"percent": 100.01}, "validation-failed", "percent"),
    ({"percent": -1}, "validation-failed", "percent"),
    ({"percent": 33.333}, "validation-failed", "percent"),
    ({"percent": "abc"}, "validation-failed", "percent"),
    ({"percent": "40"}, "validation-failed", "percent"),
    ({"percent": None}, "validation-failed", "percent"),
    ({"percent": [40]}, "validation-failed", "percent"),
    ({"percent": True}, "validation-failed", "percent"),
    ({"percent": 100}, "evidence-required", "evidence_ids"),
    ({"narrative": ""}, "validation-failed", "narrative"),
    ({"narrative": None}, "validation-failed", "narrative"),
    ({"narrative": "x" * 10_001}, "validation-failed", "narrative"),
    ({"as_of": (today() + timedelta(days=2)).isoformat()}, "as-of-in-future", "as_of"),
    ({"as_of": "0001-01-01"}, "validation-failed", "as_of"),
    ({"as_of": "1989-12-31"}, "validation-failed", "as_of"),
    ({"as_of": "2026-02-30"}, "validation-failed", "as_of"),
    ({"as_of": "20/3/2026"}, "validation-failed", "as_of"),
    ({"as_of": "2026-03-20T08:00:00"}, "validation-failed", "as_of"),
    ({"as_of": "2026-03-20T00:00:00"}, "validation-failed", "as_of"),
    ({"as_of": "20260320"}, "validation-failed", "as_of"),
    ({"as_of": 1773964800}, "validation-failed", "as_of"),
    ({"status": "completed"}, "validation-failed", "status"),
]


@pytest.mark.parametrize(("changes", "code", "place"), REFUSED, ids=[str(row[0])[:60] for row in REFUSED])
async def test_a_report_that_cannot_be_is_refused_and_changes_nothing(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    assignment: Assignment,
    reporter: Caller,
    changes: dict[str, Any],
    code: str,
    place: str,
) -> None:
    answer = await report(tasks_api, reporter, assignment, **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert [error["place"] for error in answer.json()["errors"]] == [place]
    await ensure_nothing_changed(session, assignment)


@pytest.mark.parametrize("percent", [0, 0.01, 99.99, 40.5])
async def test_every_percent_below_100_with_two_decimals_is_taken_as_it_is(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller, percent: float
) -> None:
    answer = await report(tasks_api, reporter, assignment, percent)

    assert (answer.status_code, answer.json()["percent"]) == (201, percent)
    assert [update.percent for update in await list_updates(session)] == [Decimal(str(percent))]


async def test_figures_of_an_earlier_day_are_said_to_be_so(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    answer = await report(tasks_api, reporter, assignment, as_of="2026-03-01")

    assert answer.json()["as_of"] == "2026-03-01"
    assert (await list_updates(session))[0].as_of == date(2026, 3, 1)


@pytest.mark.parametrize(("version", "status"), [(None, 201), ('"1"', 201), ('"2"', 412), ("1", 412)])
async def test_a_version_that_is_offered_must_be_the_current_one(
    tasks_api: httpx.AsyncClient, assignment: Assignment, reporter: Caller, version: str | None, status: int
) -> None:
    answer = await report(tasks_api, reporter | ({"If-Match": version} if version else {}), assignment)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("not_started", True),
        ("in_progress", True),
        ("needs_completion", True),
        ("awaiting_appraisal", False),
        ("completed", False),
        ("suspended", False),
        ("cancelled", False),
    ],
)
async def test_only_work_in_hand_takes_reports(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    assignment: Assignment,
    reporter: Caller,
    status: str,
    allowed: bool,
) -> None:
    assignment.status = status
    await session.commit()

    answer = await report(tasks_api, reporter, assignment)

    if allowed:
        expected = "needs_completion" if status == "needs_completion" else "in_progress"
        assert (answer.status_code, answer.json()["status"]) == (201, expected)
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "transition-not-allowed")
        assert await list_updates(session) == []
