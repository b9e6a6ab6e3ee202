"""Reporting progress: appended, judged by the state table, remembered, told to others."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import Assignment, AssignmentTransition, AuditEntry, OutboxEvent, ProgressUpdate
from tests.tasks_api.assignments.conftest import Headers, Scene


async def report(client: httpx.AsyncClient, scene: Scene, headers: Headers, **fields: Any) -> httpx.Response:
    body = {"percent": 40, "narrative": "Đã dự thảo"} | fields
    return await client.post(f"{scene.url}/progress", json=body, headers=headers)


async def updates(session: AsyncSession) -> list[Decimal]:
    return list((await session.scalars(select(ProgressUpdate.percent).order_by(ProgressUpdate.id))).all())


async def test_progress_is_recorded_with_its_history_trail_and_fact(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    response = await report(tasks_api, scene, scene.reporter, percent=40.5)
    assert response.status_code == 201
    body = response.json()
    assert (body["status"], body["percent"], body["as_of"]) == ("in_progress", 40.5, today().isoformat())
    assert response.headers["ETag"] == f'"{body["version"]}"' == '"2"'

    assignment = await session.get_one(Assignment, scene.assignment.id, populate_existing=True)
    assert (assignment.status, assignment.percent) == ("in_progress", Decimal("40.50"))
    assert await updates(session) == [Decimal("40.50")]
    steps = select(AssignmentTransition.to_status).where(AssignmentTransition.from_status == "not_started")
    assert (await session.scalars(steps)).all() == ["in_progress"]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == assignment.id))).one()
    assert entry.action == "assignment.progress_reported"
    assert (entry.before, entry.after) == (
        {"status": "not_started", "percent": 0.0},
        {"status": "in_progress", "percent": 40.5},
    )
    assert entry.request_id == response.headers["X-Request-Id"]
    event = (await session.scalars(select(OutboxEvent).where(OutboxEvent.type == "assignment.changed"))).one()
    assert event.payload == {"assignment_id": str(assignment.id), "status": "in_progress"}


async def test_updates_are_appended_and_never_overwritten(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    for percent in (10, 55):
        assert (await report(tasks_api, scene, scene.reporter, percent=percent)).status_code == 201
    assert await updates(session) == [10, 55]
    history = (await tasks_api.get(f"{scene.url}/history", headers=scene.viewer)).json()
    assert [update["percent"] for update in history["progress"]] == [10, 55]
    assert [step["to_status"] for step in history["transitions"]] == ["not_started", "in_progress"]


async def test_progress_falls_only_with_a_reason(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await report(tasks_api, scene, scene.reporter, percent=60)
    refused = await report(tasks_api, scene, scene.reporter, percent=30)
    assert (refused.status_code, refused.json()["code"]) == (422, "reason-required")
    assert await updates(session) == [60]
    assert (await report(tasks_api, scene, scene.reporter, percent=30, reason="Phải làm lại")).status_code == 201
    assert await updates(session) == [60, 30]


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"percent": 101}, "validation-failed", "percent"),
        ({"percent": -1}, "validation-failed", "percent"),
        ({"percent": 1.234}, "validation-failed", "percent"),
        ({"percent": "nhiều"}, "validation-failed", "percent"),
        ({"percent": None}, "validation-failed", "percent"),
        ({"percent": 100}, "evidence-required", "evidence_ids"),
        ({"narrative": ""}, "validation-failed", "narrative"),
        ({"narrative": "NUL \x00"}, "validation-failed", "narrative"),
        ({"narrative": ["a"]}, "validation-failed", "narrative"),
        ({"unknown": 1}, "validation-failed", "unknown"),
        ({"as_of": "31/12/2026"}, "validation-failed", "as_of"),
        ({"as_of": "9999-12-31"}, "as-of-in-future", "as_of"),
    ],
)
async def test_a_wrong_report_is_refused_by_name_and_nothing_is_kept(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    scene: Scene,
    fields: dict[str, Any],
    code: str,
    place: str,
) -> None:
    refused = await report(tasks_api, scene, scene.reporter, **fields)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert place in {error["place"] for error in refused.json()["errors"]}
    assert await updates(session) == []
    assignment = await session.get_one(Assignment, scene.assignment.id, populate_existing=True)
    assert (assignment.status, assignment.version) == ("not_started", 1)


async def test_only_the_lead_reports_and_outsiders_know_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    for headers, expected in (
        (scene.outsider, (404, "assignment-not-found")),
        (scene.viewer, (403, "role-required")),
        (scene.helper, (403, "not-your-organization")),
        ({}, (401, "token-missing")),
    ):
        refused = await report(tasks_api, scene, headers)
        assert (refused.status_code, refused.json()["code"]) == expected
    assert await updates(session) == []


async def test_a_stale_version_is_refused_where_one_is_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    seen = (await tasks_api.get(scene.url, headers=scene.reporter)).headers["ETag"]
    assert (await report(tasks_api, scene, scene.reporter | {"If-Match": seen}, percent=10)).status_code == 201
    stale = await report(tasks_api, scene, scene.reporter | {"If-Match": seen}, percent=20)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-stale")
    never_given = await report(tasks_api, scene, scene.reporter | {"If-Match": '"x"'}, percent=20)
    assert never_given.status_code == 412
    assert await updates(session) == [10]


async def test_one_key_has_one_effect_and_another_body_under_it_is_refused(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    headers = scene.reporter | {"Idempotency-Key": "k-1"}
    first = await report(tasks_api, scene, headers)
    again = await report(tasks_api, scene, headers)
    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])
    other = await report(tasks_api, scene, headers, percent=41)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await updates(session) == [40]


async def test_figures_may_speak_of_an_earlier_day(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    day = (today() - timedelta(days=3)).isoformat()
    assert (await report(tasks_api, scene, scene.reporter, as_of=day)).json()["as_of"] == day


@pytest.mark.parametrize("status", ["awaiting_appraisal", "completed", "suspended", "cancelled"])
async def test_the_state_table_decides_who_may_still_report(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str
) -> None:
    scene.assignment.status = status
    await session.commit()
    refused = await report(tasks_api, scene, scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (409, "transition-not-allowed")
    assert await updates(session) == []
