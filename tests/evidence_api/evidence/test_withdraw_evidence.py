"""POST /v1/evidence/{id}/withdraw: taken back with a reason, never deleted, never what an approval stands on."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.operations import take_back
from shared.clock import now
from shared.db.models import Evidence
from shared.db.succession import pass_on
from shared.domain.principal import Role
from tests.evidence_api.scene import (
    Caller,
    Scene,
    appraise,
    code_of,
    complete_on,
    payloads,
    released_evidence,
    submit,
    submit_next,
    succeed_office,
    trail,
    upload,
)
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization


async def withdraw(
    api: httpx.AsyncClient, caller: Caller, evidence_id: str, reason: str = "Nộp nhầm tệp", **headers: str
) -> httpx.Response:
    sent = caller | {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.post(f"/v1/evidence/{evidence_id}/withdraw", json={"reason": reason}, headers=sent)


async def test_what_is_withdrawn_stays_readable_with_the_reason(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    response = await withdraw(evidence_api, scene.reporter, evidence_id)
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    told = response.json()["withdrawal"]
    assert told["reason"] == "Nộp nhầm tệp"
    assert told["withdrawn_by"]
    address = f"/v1/evidence/{evidence_id}"
    assert (await evidence_api.get(address, headers=scene.reviewer)).json()["withdrawal"] == told
    file = await evidence_api.get(f"{address}/files/1/content", headers=scene.reviewer)
    assert file.status_code == 200
    listed = await evidence_api.get(f"/v1/evidence?assignment_id={scene.assignment.id}", headers=scene.reviewer)
    assert [each["withdrawal"] for each in listed.json()["items"]] == [told]
    assert await payloads(session, "evidence.withdrawn") == [{"evidence_id": evidence_id}]
    (entry,) = await trail(session, "evidence.withdrawn")
    assert entry.after == {"version": 1, "reason": "Nộp nhầm tệp"}


async def test_what_is_withdrawn_is_not_appraised_amended_linked_or_withdrawn_again(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    assert (await withdraw(evidence_api, scene.reporter, evidence_id)).status_code == 200
    refused = (409, "evidence-withdrawn")
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id)) == refused
    body = {"upload_ids": [await upload(evidence_api, scene.reporter)]}
    amended = await evidence_api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=scene.reporter)
    assert code_of(amended) == refused
    link = {"assignment_id": str(scene.assignment.id)}
    linked = await evidence_api.post(f"/v1/evidence/{evidence_id}/assignments", json=link, headers=scene.reporter)
    assert code_of(linked) == refused
    assert code_of(await withdraw(evidence_api, scene.reporter, evidence_id)) == refused
    queue = await evidence_api.get("/v1/appraisals", headers=scene.reviewer)
    assert queue.json()["items"] == []


@pytest.mark.parametrize(
    ("status", "companions", "refusal"),
    [
        ("completed", 1, "evidence-approved"),
        ("awaiting_appraisal", 0, "evidence-in-appraisal"),
        ("awaiting_appraisal", 1, None),
        ("needs_completion", 0, None),
    ],
)
async def test_what_a_completion_stands_on(
    evidence_api: httpx.AsyncClient,
    session: AsyncSession,
    scene: Scene,
    status: str,
    companions: int,
    refusal: str | None,
) -> None:
    ids = [await released_evidence(evidence_api, session, scene) for _ in range(1 + companions)]
    await complete_on(session, scene.assignment, status, *ids)
    response = await withdraw(evidence_api, scene.reporter, ids[0])
    assert response.status_code == (409 if refusal else 200)
    if refusal:
        assert code_of(response) == (409, refusal)
        assert (await session.get_one(Evidence, UUID(ids[0]))).withdrawn_at is None


async def test_accepted_evidence_is_replaced_once_its_verdict_is_withdrawn(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    given = (await appraise(evidence_api, scene.reviewer, evidence_id)).json()["id"]
    await complete_on(session, scene.assignment, "completed", evidence_id)
    refused = await withdraw(evidence_api, scene.reporter, evidence_id)
    assert code_of(refused) == (409, "evidence-approved")
    assert "rút lại kết luận" in refused.json()["detail"]
    path, body = f"/v1/appraisals/{given}/withdraw", {"reason": "Xem nhầm tệp"}
    assert (await evidence_api.post(path, json=body, headers=scene.reviewer)).status_code == 200
    await take_back(session, scene.assignment.id, UUID(given), now=now())
    await session.commit()
    refused = await withdraw(evidence_api, scene.reporter, evidence_id)
    assert code_of(refused) == (409, "evidence-in-appraisal")
    await submit_next(evidence_api, scene, evidence_id)


async def test_the_last_piece_that_stands_is_kept_for_the_appraisal(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    ids = [await released_evidence(evidence_api, session, scene) for _ in range(2)]
    await complete_on(session, scene.assignment, "awaiting_appraisal", *ids)
    assert (await withdraw(evidence_api, scene.reporter, ids[0])).status_code == 200
    assert code_of(await withdraw(evidence_api, scene.reporter, ids[1])) == (409, "evidence-in-appraisal")


async def test_who_may_not_withdraw(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await submit(evidence_api, scene)
    above = await make_caller(session, token_maker, scene.ward, Role.REPORTER)
    refusals = {
        (403, "role-required"): scene.viewer,
        (403, "not-submitter"): above,
        (404, "evidence-not-found"): scene.outsider,
    }
    for refusal, caller in refusals.items():
        assert code_of(await withdraw(evidence_api, caller, evidence_id)) == refusal
    assert code_of(await withdraw(evidence_api, scene.reporter, str(uuid4()))) == (404, "evidence-not-found")


async def test_whoever_takes_over_the_duties_withdraws_and_nobody_above(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await submit(evidence_api, scene)
    ward = await make_organization(session, parent=scene.province, kind="ward")
    heir = await make_organization(session, parent=ward)
    await succeed_office(session, scene, heir)
    above, successor = [await make_caller(session, token_maker, each, Role.REPORTER) for each in (ward, heir)]
    await pass_on(session, scene.office.id, heir.id)
    assert code_of(await withdraw(evidence_api, above, evidence_id)) == (403, "not-submitter")
    assert (await withdraw(evidence_api, successor, evidence_id)).status_code == 200


async def test_a_reason_and_the_version_seen_count(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    assert code_of(await withdraw(evidence_api, scene.reporter, evidence_id, "  ")) == (422, "validation-failed")
    assert code_of(await withdraw(evidence_api, scene.reporter, evidence_id, if_match='"7"')) == (412, "version-stale")
    assert (await withdraw(evidence_api, scene.reporter, evidence_id, if_match='"1"')).status_code == 200


async def test_a_withdrawal_sent_twice_is_one(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    key = {"Idempotency_Key": "rut-1"}
    first = await withdraw(evidence_api, scene.reporter, evidence_id, **key)
    again = await withdraw(evidence_api, scene.reporter, evidence_id, **key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(await trail(session, "evidence.withdrawn")) == 1
