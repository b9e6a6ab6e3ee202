"""POST /v1/evidence/{id}/assignments: one piece of evidence proves several assignments of a plan."""

from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment
from shared.domain.principal import Role
from tests.evidence_api.scene import (
    Caller,
    Scene,
    add_assignment,
    appraise,
    code_of,
    payloads,
    released_evidence,
    set_status,
    submit,
    submit_next,
    trail,
)
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization


async def link(
    api: httpx.AsyncClient, caller: Caller, evidence_id: str, assignment: Assignment, **headers: str
) -> httpx.Response:
    sent = caller | {name.replace("_", "-"): value for name, value in headers.items()}
    body: dict[str, Any] = {"assignment_id": str(assignment.id)}
    return await api.post(f"/v1/evidence/{evidence_id}/assignments", json=body, headers=sent)


async def list_ids(api: httpx.AsyncClient, caller: Caller, assignment: Assignment) -> list[str]:
    response = await api.get(f"/v1/evidence?assignment_id={assignment.id}", headers=caller)
    return [each["id"] for each in response.json()["items"]]


async def test_linked_evidence_is_listed_with_both(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, second = await submit(evidence_api, scene), await add_assignment(session, scene)
    response = await link(evidence_api, scene.reporter, evidence_id, second)
    assert (response.status_code, response.headers["ETag"]) == (201, '"2"')
    assert response.json()["assignment_ids"] == [str(scene.assignment.id), str(second.id)]
    assert response.json()["assignment_id"] == str(scene.assignment.id)
    for assignment in (scene.assignment, second):
        assert await list_ids(evidence_api, scene.viewer, assignment) == [evidence_id]
    told = {"evidence_id": evidence_id, "assignment_id": str(second.id)}
    assert await payloads(session, "evidence.linked") == [told]
    (entry,) = await trail(session, "evidence.linked")
    assert entry.after == {"assignment_id": str(second.id)}


async def test_who_knows_the_further_assignment_alone_sees_the_evidence_and_nothing_of_the_first(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    other = await make_organization(session, parent=scene.ward)
    beside = await make_caller(session, token_maker, other, Role.REPORTER)
    above = await make_caller(session, token_maker, scene.ward, Role.REPORTER)
    second = await add_assignment(session, scene, lead=other)
    evidence_id = await submit(evidence_api, scene, caller=above)
    address = f"/v1/evidence/{evidence_id}"
    assert code_of(await evidence_api.get(address, headers=beside)) == (404, "evidence-not-found")
    assert (await link(evidence_api, above, evidence_id, second)).status_code == 201
    told = await evidence_api.get(address, headers=beside)
    assert told.json()["assignment_ids"] == [str(second.id)]
    assert str(scene.assignment.id) not in told.text
    assert await list_ids(evidence_api, beside, second) == [evidence_id]
    first = await evidence_api.get(f"/v1/evidence?assignment_id={scene.assignment.id}", headers=beside)
    assert code_of(first) == (404, "assignment-not-found")


async def test_appraisal_goes_on_for_what_is_still_open(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, second = await released_evidence(evidence_api, session, scene), await add_assignment(session, scene)
    assert (await link(evidence_api, scene.reporter, evidence_id, second)).status_code == 201
    await set_status(session, scene.assignment, "completed")
    queue = await evidence_api.get("/v1/appraisals", headers=scene.reviewer)
    assert [each["assignment_id"] for each in queue.json()["items"]] == [str(second.id)]
    assert (await appraise(evidence_api, scene.reviewer, evidence_id)).status_code == 201


async def test_a_new_version_is_taken_while_any_assignment_is_open(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, second = await submit(evidence_api, scene), await add_assignment(session, scene)
    assert (await link(evidence_api, scene.reporter, evidence_id, second)).status_code == 201
    await set_status(session, scene.assignment, "completed")
    await submit_next(evidence_api, scene, evidence_id)


async def test_what_it_may_not_be_linked_to(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, second = await submit(evidence_api, scene), await add_assignment(session, scene)
    elsewhere = await make_assignment(session, issuer=scene.ward, lead=scene.office)
    hidden = await make_assignment(session)
    beside = await add_third(session, scene)
    await session.commit()
    refusals = {
        (409, "evidence-already-linked"): scene.assignment,
        (409, "evidence-of-another-plan"): elsewhere,
        (404, "assignment-not-found"): hidden,
        (403, "not-lead"): beside,
    }
    for refusal, assignment in refusals.items():
        assert code_of(await link(evidence_api, scene.reporter, evidence_id, assignment)) == refusal
    await set_status(session, second, "suspended")
    assert code_of(await link(evidence_api, scene.reporter, evidence_id, second)) == (409, "assignment-closed")


async def add_third(session: AsyncSession, scene: Scene) -> Assignment:
    """Work that the scene's office knows, because it helps, and does not lead."""
    lead = await make_organization(session, parent=scene.ward)
    return await make_assignment(session, issuer=scene.ward, lead=lead, coordinating=[scene.office])


async def test_who_may_not_link(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id, second = await submit(evidence_api, scene), await add_assignment(session, scene)
    above = await make_caller(session, token_maker, scene.ward, Role.REPORTER)
    refusals = {
        (403, "role-required"): scene.viewer,
        (403, "not-submitter"): above,
        (404, "evidence-not-found"): scene.outsider,
    }
    for refusal, caller in refusals.items():
        assert code_of(await link(evidence_api, caller, evidence_id, second)) == refusal
    missing = await link(evidence_api, scene.reporter, str(uuid4()), second)
    assert code_of(missing) == (404, "evidence-not-found")


async def test_a_link_sent_twice_under_one_key_is_one(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, second = await submit(evidence_api, scene), await add_assignment(session, scene)
    key = {"Idempotency_Key": "gan-1"}
    first = await link(evidence_api, scene.reporter, evidence_id, second, **key)
    again = await link(evidence_api, scene.reporter, evidence_id, second, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await trail(session, "evidence.linked")) == 1
