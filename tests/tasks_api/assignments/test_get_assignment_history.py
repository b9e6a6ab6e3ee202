"""All an assignment went through, for those who may see it."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories.evidence import make_evidence
from tests.tasks_api.assignments.conftest import Scene


async def test_changes_of_status_and_reports_are_told_oldest_first(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence = await make_evidence(session, scene.assignment)
    await session.commit()
    for percent, more in ((10, {}), (55, {}), (40, {"reason": "Phải làm lại một phần."})):
        report = {"percent": percent, "narrative": f"Được {percent}%", "as_of": "2026-03-01"} | more
        assert (await tasks_api.post(f"{scene.url}/progress", json=report, headers=scene.reporter)).status_code == 201
    claim = {"evidence_ids": [str(evidence.id)]}
    assert (await tasks_api.post(f"{scene.url}/completion", json=claim, headers=scene.reporter)).status_code == 201

    history = (await tasks_api.get(f"{scene.url}/history", headers=scene.viewer)).json()

    assert [(step["from_status"], step["to_status"], step["action"]) for step in history["transitions"]] == [
        (None, "not_started", "open"),
        ("not_started", "in_progress", "report_progress"),
        ("in_progress", "awaiting_appraisal", "submit_completion"),
    ]
    assert [step["organization_id"] for step in history["transitions"]] == [None, *[str(scene.lead.id)] * 2]
    assert [(update["percent"], update["reason"], update["as_of"]) for update in history["progress"]] == [
        (10, None, "2026-03-01"),
        (55, None, "2026-03-01"),
        (40, "Phải làm lại một phần.", "2026-03-01"),
    ]
    assert len({update["actor"] for update in history["progress"]}) == 1


@pytest.mark.parametrize("suffix", ["", "/history"])
async def test_what_one_may_not_know_of_is_not_found(tasks_api: httpx.AsyncClient, scene: Scene, suffix: str) -> None:
    unknown = f"/v1/assignments/{uuid4()}{suffix}"
    for url, headers in ((unknown, scene.reporter), (f"{scene.url}{suffix}", scene.outsider)):
        answer = await tasks_api.get(url, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "assignment-not-found")
    assert (await tasks_api.get(f"{scene.url}{suffix}")).status_code == 401
    assert (await tasks_api.get(f"{scene.url}{suffix}", headers=scene.helper)).status_code == 200


async def test_the_etag_is_the_version_one_edits(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    seen = await tasks_api.get(scene.url, headers=scene.reporter)
    report = {"percent": 10, "narrative": "x"}

    edited = await tasks_api.post(
        f"{scene.url}/progress", json=report, headers=scene.reporter | {"If-Match": seen.headers["ETag"]}
    )

    assert edited.status_code == 201
    assert (await tasks_api.get(scene.url, headers=scene.reporter)).headers["ETag"] == edited.headers["ETag"] == '"2"'


async def test_an_unknown_organization_is_not_found_as_a_filter(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    answer = await tasks_api.get("/v1/assignments", params={"organization": str(uuid4())}, headers=scene.reporter)

    assert (answer.status_code, answer.json()["code"]) == (404, "organization-not-found")
