"""POST /v1/evidence/{id}/versions: evidence is amended by adding, never by overwriting."""

from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Evidence, EvidenceVersion
from shared.domain.principal import Role
from tests.evidence_api.scene import (
    DOCUMENT,
    Caller,
    Scene,
    add_assignment,
    code_of,
    complete_on,
    payloads,
    released_evidence,
    set_status,
    submit,
    submit_next,
    trail,
    upload,
)
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization


async def post(
    api: httpx.AsyncClient, scene: Scene, evidence_id: str, caller: Caller | None = None, **headers: str
) -> httpx.Response:
    body: dict[str, Any] = {"upload_ids": [await upload(api, scene.reporter)]}
    sent = (caller or scene.reporter) | {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=sent)


async def test_a_new_version_is_received_and_the_old_one_stays(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    response = await post(evidence_api, scene, evidence_id)
    assert response.status_code == 201
    assert response.headers["ETag"] == '"2"'
    told = response.json()
    assert (told["id"], told["current_version"], told["state"]) == (evidence_id, 2, "received")
    assert [file["position"] for file in told["files"]] == [1]
    versions = (await session.scalars(select(EvidenceVersion).order_by(EvidenceVersion.number))).all()
    assert [(version.number, version.state) for version in versions] == [(1, "released"), (2, "received")]
    assert (await payloads(session, "evidence.submitted"))[-1] == {"evidence_id": evidence_id, "version": 2}
    assert [entry.after and entry.after["version"] for entry in await trail(session, "evidence.submitted")] == [1, 2]


async def test_if_match_is_honoured_when_sent(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    assert (await post(evidence_api, scene, evidence_id, if_match='"1"')).status_code == 201
    assert code_of(await post(evidence_api, scene, evidence_id, if_match='"1"')) == (412, "version-stale")
    evidence = await session.get_one(Evidence, UUID(evidence_id))
    assert (evidence.current_version, evidence.version) == (2, 2)


async def test_closed_work_takes_no_new_version(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await set_status(session, scene.assignment, "suspended")
    assert code_of(await post(evidence_api, scene, evidence_id)) == (409, "assignment-closed")
    assert await session.scalar(select(func.count()).select_from(EvidenceVersion)) == 1


async def test_who_may_not_add_a_version(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await submit(evidence_api, scene)
    beside = await make_caller(session, token_maker, scene.helper_team, Role.REPORTER)
    refusals = {
        (403, "role-required"): scene.viewer,
        (403, "not-lead"): beside,
        (404, "evidence-not-found"): scene.outsider,
    }
    for refusal, caller in refusals.items():
        assert code_of(await post(evidence_api, scene, evidence_id, caller)) == refusal
    assert code_of(await post(evidence_api, scene, str(uuid4()))) == (404, "evidence-not-found")


async def test_what_the_work_of_another_lead_stands_on_is_replaced_by_its_submitter_alone(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    other = await make_organization(session, parent=scene.ward)
    second = await add_assignment(session, scene, other)
    ward = await make_caller(session, token_maker, scene.ward, Role.REPORTER)
    evidence_id = await submit(evidence_api, scene, caller=ward)
    assert (await post(evidence_api, scene, evidence_id)).status_code == 201, "all that it proves is the office's"
    body = {"assignment_id": str(second.id)}
    await evidence_api.post(f"/v1/evidence/{evidence_id}/assignments", json=body, headers=ward)
    await complete_on(session, second, "awaiting_appraisal", evidence_id)
    assert code_of(await post(evidence_api, scene, evidence_id)) == (403, "not-submitter")
    own = {"upload_ids": [await upload(evidence_api, ward)]}
    sent = await evidence_api.post(f"/v1/evidence/{evidence_id}/versions", json=own, headers=ward)
    assert sent.status_code == 201


async def test_foreign_uploads_are_refused(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    foreign = await upload(evidence_api, scene.outsider)
    response = await evidence_api.post(
        f"/v1/evidence/{evidence_id}/versions", json={"upload_ids": [foreign]}, headers=scene.reporter
    )
    assert code_of(response) == (422, "uploads-unknown")


async def test_versions_count_on(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    await submit_next(evidence_api, scene, evidence_id)
    await submit_next(evidence_api, scene, evidence_id)
    statement = select(EvidenceVersion.number).order_by(EvidenceVersion.number)
    assert list(await session.scalars(statement)) == [1, 2, 3]


async def test_a_next_version_keeps_what_it_does_not_say_anew(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    path, other = f"/v1/evidence/{evidence_id}/versions", DOCUMENT | {"number": "13/QĐ-UBND"}
    said: list[dict[str, Any]] = [{"effective_on": "2026-01-15"}, {}, {"document": other}, {"effective_on": None}]
    told = []
    for each in said:
        body = {"upload_ids": [await upload(evidence_api, scene.reporter)]} | each
        answer = (await evidence_api.post(path, json=body, headers=scene.reporter)).json()
        told.append((answer["document"], answer["effective_on"]))
    assert told == [(DOCUMENT, "2026-01-15"), (DOCUMENT, "2026-01-15"), (other, "2026-01-15"), (other, None)]
    body = {"upload_ids": [await upload(evidence_api, scene.reporter)], "document": None}
    refused = await evidence_api.post(path, json=body, headers=scene.reporter)
    assert code_of(refused) == (422, "document-required")
