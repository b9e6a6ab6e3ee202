"""Complete is claimed with released evidence, or not at all."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.ids import new_id
from shared.db.models import Assignment, AuditEntry, CompletionEvidence
from tests.factories.tracking import make_assignment
from tests.tasks_api.assignments.conftest import Headers, Scene, make_evidence


async def claim(client: httpx.AsyncClient, scene: Scene, *evidence_ids: object, headers: Headers) -> httpx.Response:
    body = {"evidence_ids": [str(evidence_id) for evidence_id in evidence_ids]}
    return await client.post(f"{scene.url}/completion", json=body, headers=headers)


async def test_released_evidence_brings_the_work_to_appraisal(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence = await make_evidence(session, scene.assignment)
    response = await claim(tasks_api, scene, evidence.id, headers=scene.reporter)
    assert response.status_code == 201
    assert (response.json()["status"], response.json()["submitted_on"]) == (
        "awaiting_appraisal",
        today().isoformat(),
    )
    kept = (await session.scalars(select(CompletionEvidence))).one()
    assert (kept.assignment_id, kept.evidence_id, kept.evidence_version) == (scene.assignment.id, evidence.id, 1)
    actions = select(AuditEntry.action).where(AuditEntry.target_id == scene.assignment.id)
    assert (await session.scalars(actions)).all() == ["assignment.completion_submitted"]


@pytest.mark.parametrize("state", ["none", "received", "scanned", "refused", "unknown", "elsewhere"])
async def test_without_released_evidence_of_this_work_completion_is_refused(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, state: str
) -> None:
    if state == "none":
        evidence_ids: list[object] = []
    elif state == "unknown":
        evidence_ids = [new_id()]
    elif state == "elsewhere":
        other = await make_assignment(session, issuer=scene.ward, lead=scene.lead)
        evidence_ids = [(await make_evidence(session, other)).id]
    else:
        evidence_ids = [(await make_evidence(session, scene.assignment, state=state)).id]
    refused = await claim(tasks_api, scene, *evidence_ids, headers=scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (422, "evidence-required")
    assignment = await session.get_one(Assignment, scene.assignment.id, populate_existing=True)
    assert (assignment.status, assignment.submitted_on) == ("not_started", None)
    assert (await session.scalars(select(CompletionEvidence))).all() == []


async def test_one_unreleased_piece_among_released_ones_is_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    good = await make_evidence(session, scene.assignment)
    waiting = await make_evidence(session, scene.assignment, state="inspected")
    refused = await claim(tasks_api, scene, good.id, waiting.id, headers=scene.reporter)
    assert refused.status_code == 422
    assert [error["place"] for error in refused.json()["errors"]] == [str(waiting.id)]


async def test_a_claim_after_a_refusal_replaces_the_evidence_it_stands_on(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    first = await make_evidence(session, scene.assignment)
    await claim(tasks_api, scene, first.id, headers=scene.reporter)
    assignment = await session.get_one(Assignment, scene.assignment.id, populate_existing=True)
    assignment.status = "needs_completion"
    await session.commit()
    second = await make_evidence(session, scene.assignment)
    assert (await claim(tasks_api, scene, second.id, headers=scene.reporter)).status_code == 201
    kept = await session.scalars(select(CompletionEvidence.evidence_id))
    assert kept.all() == [second.id]


async def test_only_the_lead_claims(tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence = await make_evidence(session, scene.assignment)
    for headers, expected in (
        (scene.outsider, (404, "assignment-not-found")),
        (scene.viewer, (403, "role-required")),
        (scene.helper, (403, "not-your-organization")),
    ):
        refused = await claim(tasks_api, scene, evidence.id, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == expected


@pytest.mark.parametrize("status", ["awaiting_appraisal", "completed", "suspended", "cancelled"])
async def test_the_state_table_decides_what_may_be_claimed(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str
) -> None:
    evidence = await make_evidence(session, scene.assignment)
    scene.assignment.status = status
    await session.commit()
    refused = await claim(tasks_api, scene, evidence.id, headers=scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (409, "transition-not-allowed")
