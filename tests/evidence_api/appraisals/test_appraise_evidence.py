"""POST /v1/evidence/{id}/appraisals: a verdict on the exact version seen."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.app import create_app
from shared.db.models import Appraisal, Assignment, Evidence, EvidenceVersion, TokenKey
from shared.db.session import create_engine, create_sessions
from shared.domain.principal import Role
from shared.settings import get_settings
from tests.committed.ledger import until
from tests.committed.locks import count_waiting
from tests.conftest import client_of
from tests.evidence_api.scene import (
    Scene,
    appraise,
    code_of,
    make_scene,
    payloads,
    released_evidence,
    set_state,
    set_status,
    submit,
    submit_next,
    trail,
    upload,
)
from tests.factories.identity import ISSUER, KID, TokenMaker, make_caller, make_member


async def test_a_verdict_is_kept_told_and_sent_on(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    reasons = ["not_signed", "incomplete", "not_signed"]
    response = await appraise(evidence_api, scene.reviewer, evidence_id, "invalid", reasons=reasons)
    assert response.status_code == 201
    told = response.json()
    assert (told["verdict"], told["label"], told["level"], told["evidence_version"]) == (
        "invalid",
        "Không hợp lệ",
        1,
        1,
    )
    assert [reason["code"] for reason in told["reasons"]] == ["not_signed", "incomplete"]
    assert told["reasons"][0]["label"] == "Chưa ký, chưa đóng dấu hoặc chữ ký số không hợp lệ"
    assert (told["comment"], told["organization_id"]) == ("Đã xem", str(scene.helper_team.id))

    row = await session.get_one(Appraisal, UUID(told["id"]))
    assert (row.verdict, row.level, row.reasons) == ("invalid", 1, ["not_signed", "incomplete"])
    assert await payloads(session, "appraisal.decided") == [
        {"appraisal_id": told["id"], "assignment_id": str(scene.assignment.id)}
    ]
    (entry,) = await trail(session, "appraisal.decided")
    assert (entry.target_id, entry.actor, entry.organization_id) == (row.id, row.appraised_by, scene.helper_team.id)
    assert entry.after == {
        "evidence_id": evidence_id,
        "evidence_version": 1,
        "level": 1,
        "verdict": "invalid",
        "reasons": ["not_signed", "incomplete"],
    }


async def test_a_verdict_changes_neither_evidence_nor_assignment_itself(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await appraise(evidence_api, scene.reviewer, evidence_id, "invalid")
    assignment = await session.get_one(Assignment, scene.assignment.id, populate_existing=True)
    assert (assignment.status, assignment.verdict) == ("not_started", None)
    assert (await session.get_one(Evidence, UUID(evidence_id))).version == 1


async def test_evidence_of_several_files_is_judged_as_one(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    ids = [await upload(evidence_api, scene.reporter) for _ in range(3)]
    evidence_id = await submit(evidence_api, scene, *ids)
    await set_state(session, evidence_id)
    assert (await appraise(evidence_api, scene.reviewer, evidence_id)).status_code == 201


async def test_levels_follow_in_the_order_of_the_plan(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    early = await appraise(evidence_api, scene.upper_reviewer, evidence_id)
    assert code_of(early) == (409, "not-your-turn")
    assert (await appraise(evidence_api, scene.reviewer, evidence_id, "valid_but_poor")).json()["level"] == 1
    again = await appraise(evidence_api, scene.reviewer, evidence_id)
    assert code_of(again) == (409, "already-appraised")
    assert (await appraise(evidence_api, scene.upper_reviewer, evidence_id)).json()["level"] == 2
    done = await appraise(evidence_api, scene.upper_reviewer, evidence_id)
    assert code_of(done) == (409, "already-appraised")
    assert len(await payloads(session, "appraisal.decided")) == 2


async def test_after_invalid_only_a_new_version_is_judged(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await appraise(evidence_api, scene.reviewer, evidence_id, "invalid")
    for caller in (scene.reviewer, scene.upper_reviewer):
        assert code_of(await appraise(evidence_api, caller, evidence_id)) == (409, "already-appraised")
    await submit_next(evidence_api, scene, evidence_id)
    unchecked = await appraise(evidence_api, scene.reviewer, evidence_id, evidence_version=2)
    assert code_of(unchecked) == (409, "evidence-not-released")
    await set_state(session, evidence_id, number=2)
    response = await appraise(evidence_api, scene.reviewer, evidence_id, evidence_version=2)
    assert (response.status_code, response.json()["level"]) == (201, 1)


async def test_a_version_replaced_meanwhile_is_not_judged(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await submit_next(evidence_api, scene, evidence_id)
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id)) == (409, "evidence-version-changed")


@pytest.mark.parametrize("status", ["completed", "suspended", "cancelled"])
async def test_evidence_of_closed_work_is_neither_asked_for_nor_judged(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await set_status(session, scene.assignment, status)
    pending = (await evidence_api.get("/v1/appraisals", headers=scene.reviewer)).json()
    assert pending["items"] == []
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id)) == (409, "assignment-closed")


@pytest.mark.parametrize("state", ["received", "inspected", "scanned", "verified", "refused"])
async def test_only_released_evidence_is_judged(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, state: str
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await set_state(session, evidence_id, state)
    code = "evidence-refused" if state == "refused" else "evidence-not-released"
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id)) == (409, code)


async def test_nobody_judges_what_he_submitted(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    same_person = await submitter_as_reviewer(session, scene, token_maker, ISSUER)
    assert code_of(await appraise(evidence_api, same_person, evidence_id)) == (403, "four-eyes")
    assert await session.scalar(select(func.count()).select_from(Appraisal)) == 0


async def test_nobody_judges_what_he_submitted_before_somebody_else_did(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    first = await submitter_as_reviewer(session, scene, token_maker, ISSUER)
    colleague = await make_caller(session, token_maker, scene.office, Role.REPORTER)
    body = {"upload_ids": [await upload(evidence_api, colleague)]}
    await evidence_api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=colleague)
    await set_state(session, evidence_id, number=2)
    refused = await appraise(evidence_api, first, evidence_id, evidence_version=2)
    assert code_of(refused) == (403, "four-eyes")


async def test_a_namesake_of_another_issuer_is_somebody_else(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    other = "https://other.test"
    session.add(TokenKey(issuer=other, kid=KID, algorithm="ES256", public_key=token_maker.public_key))
    namesake = await submitter_as_reviewer(session, scene, token_maker, other)
    response = await appraise(evidence_api, namesake, evidence_id)
    assert response.status_code == 201, response.text


async def submitter_as_reviewer(
    session: AsyncSession, scene: Scene, token_maker: TokenMaker, issuer: str
) -> dict[str, str]:
    """A reviewer whom this issuer calls by the name of who submitted the only version there is."""
    subject = (await session.scalars(select(EvidenceVersion))).one().submitted_by
    await make_member(session, subject, scene.helper_team, Role.REVIEWER, issuer=issuer)
    await session.commit()
    claims = token_maker.claims(subject, iss=issuer, organization=scene.helper_team.code)
    return {"Authorization": f"Bearer {token_maker.sign(claims)}"}


async def test_a_body_below_the_submitter_does_not_judge(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    head = await make_caller(session, token_maker, scene.ward, Role.APPROVER)
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, head), caller=head)
    await set_state(session, evidence_id)
    refused = await appraise(evidence_api, scene.reviewer, evidence_id)
    assert code_of(refused) == (403, "reviewer-below-submitter")


async def test_the_submitter_is_who_submitted_the_current_version(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    head = await make_caller(session, token_maker, scene.ward, Role.APPROVER)
    body = {"upload_ids": [await upload(evidence_api, head)]}
    await evidence_api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=head)
    await set_state(session, evidence_id, number=2)
    refused = await appraise(evidence_api, scene.reviewer, evidence_id, evidence_version=2)
    assert code_of(refused) == (403, "reviewer-below-submitter")


async def test_who_may_not_judge(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    refusals: dict[tuple[int, str], dict[str, str]] = {
        (403, "role-required"): scene.reporter,
        (403, "not-reviewer"): await make_caller(session, token_maker, scene.ward, Role.REVIEWER),
        (404, "evidence-not-found"): scene.outsider,
    }
    for refusal, caller in refusals.items():
        assert code_of(await appraise(evidence_api, caller, evidence_id)) == refusal
    assert code_of(await appraise(evidence_api, scene.reviewer, str(uuid4()))) == (404, "evidence-not-found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verdict": "invalid", "reasons": []}, "reasons-required"),
        ({"verdict": "valid_but_poor", "reasons": []}, "reasons-required"),
        ({"verdict": "approved"}, "validation-failed"),
        ({"verdict": "invalid", "reasons": ["because"]}, "validation-failed"),
        ({"evidence_version": 0}, "validation-failed"),
        ({"evidence_version": None}, "validation-failed"),
        ({"level": 2}, "validation-failed"),
    ],
)
async def test_what_a_verdict_must_say(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, changes: dict[str, Any], code: str
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id, **changes)) == (422, code)
    assert await payloads(session, "appraisal.decided") == []


async def test_a_comment_may_be_left_out(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    body = {"verdict": "valid", "evidence_version": 1}
    response = await evidence_api.post(f"/v1/evidence/{evidence_id}/appraisals", json=body, headers=scene.reviewer)
    assert (response.status_code, response.json()["comment"], response.json()["reasons"]) == (201, "", [])


async def test_the_same_key_decides_once(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    keyed = scene.reviewer | {"Idempotency-Key": "k"}
    first = await appraise(evidence_api, keyed, evidence_id)
    again = await appraise(evidence_api, keyed, evidence_id)
    assert (again.status_code, again.json()) == (201, first.json())
    assert await session.scalar(select(func.count()).select_from(Appraisal)) == 1


async def test_two_verdicts_at_once_are_one(committed_url: str, token_maker: TokenMaker) -> None:
    """Two reviewers of one body press the button together: the second finds the level taken."""

    async def both_wait(onlooker: AsyncSession) -> bool:
        return await count_waiting(onlooker) == 2

    engine = create_engine(committed_url, get_settings(), application="tests")
    sessions = create_sessions(engine)
    async with client_of(create_app(), sessions) as api, sessions() as session:
        scene = await make_scene(session, token_maker)
        colleague = await make_caller(session, token_maker, scene.helper_team, Role.REVIEWER)
        evidence_id = await released_evidence(api, session, scene)
        async with sessions.begin() as holder:
            await holder.execute(select(Evidence).where(Evidence.id == UUID(evidence_id)).with_for_update())
            verdicts = [
                asyncio.create_task(appraise(api, scene.reviewer, evidence_id)),
                asyncio.create_task(appraise(api, colleague, evidence_id, "invalid")),
            ]
            await until(both_wait, sessions)
        answers = [await verdict for verdict in verdicts]
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert await session.scalar(select(func.count()).select_from(Appraisal)) == 1
    await engine.dispose()
