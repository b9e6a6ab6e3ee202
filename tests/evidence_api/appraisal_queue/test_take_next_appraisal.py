"""POST /v1/appraisals/next: the next version of the queue with everything a verdict needs, held for the caller."""

from dataclasses import replace
from datetime import timedelta

import httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.models import EvidenceFinding, EvidenceVersion, Upload
from shared.domain.principal import Role
from tests.evidence_api.scene import (
    RELEASED_AT,
    Scene,
    appraise,
    code_of,
    released_evidence,
    trail,
)
from tests.factories.identity import ISSUER, TokenMaker, make_caller, make_member


async def take(api: httpx.AsyncClient, caller: dict[str, str], **headers: str) -> httpx.Response:
    return await api.post("/v1/appraisals/next", headers=caller | headers)


async def test_what_waits_longest_is_taken_whole_and_once(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    later = await released_evidence(evidence_api, session, scene, at=RELEASED_AT + timedelta(days=1))
    first = await released_evidence(evidence_api, session, scene)
    colleague = await make_caller(session, token_maker, scene.helper_team, Role.REVIEWER)
    taken = await take(evidence_api, scene.reviewer)
    assert taken.status_code == 200
    told = taken.json()
    assert told["item"]["evidence_id"] == told["evidence"]["id"] == first
    assert told["item"]["claim"]["mine"] is True
    assert [file["filename"] for file in told["evidence"]["files"]] == ["Quyết định 12.pdf"]
    assert (told["findings"], told["appraisals"], told["supplement_requests"]) == ([], [], [])
    assert (await take(evidence_api, colleague)).json()["item"]["evidence_id"] == later
    assert (await take(evidence_api, colleague)).status_code == 204
    assert len(await trail(session, "appraisal.claimed")) == 2


async def test_the_file_holds_findings_and_earlier_verdicts(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    version = (await session.scalars(select(EvidenceVersion))).one()
    session.add(EvidenceFinding(evidence_version_id=version.id, step="verified", outcome="passed", facts={}))
    await session.commit()
    await appraise(evidence_api, scene.reviewer, evidence_id, "valid_but_poor")
    told = (await take(evidence_api, scene.upper_reviewer)).json()
    assert [(each["level"], each["verdict"]) for each in told["appraisals"]] == [(1, "valid_but_poor")]
    assert (told["item"]["level"], told["item"]["required_output"]) == (2, None)
    assert [(each["step"], each["outcome"]) for each in told["findings"]] == [("verified", "passed")]


async def test_a_repeated_request_gets_the_same_answer(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    none = {"Idempotency-Key": "none"}
    assert [(await take(evidence_api, scene.reviewer, **none)).status_code for _ in range(2)] == [204, 204]
    for _ in range(2):
        await released_evidence(evidence_api, session, scene)
    taken = [(await take(evidence_api, scene.reviewer, **{"Idempotency-Key": "one"})).json() for _ in range(2)]
    assert taken[0] == taken[1]
    assert (await take(evidence_api, scene.reviewer, **none)).status_code == 204


async def test_what_the_caller_submitted_hides_nothing_behind_it(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    mine = await released_evidence(evidence_api, session, scene)
    submitter = (await trail(session, "evidence.submitted"))[0].actor
    await make_member(session, submitter, scene.helper_team, Role.REVIEWER, issuer=ISSUER)
    await session.commit()
    claims = token_maker.claims(submitter, organization=scene.helper_team.code)
    both = {"Authorization": f"Bearer {token_maker.sign(claims)}"}
    refused = await appraise(evidence_api, both, mine)
    assert code_of(refused) == (403, "four-eyes")
    assert (await take(evidence_api, both)).status_code == 204
    colleague = await make_caller(session, token_maker, scene.office, Role.REPORTER)
    other = await released_evidence(evidence_api, session, replace(scene, reporter=colleague))
    assert (await take(evidence_api, both)).json()["item"]["evidence_id"] == other


async def test_what_nobody_can_open_hides_nothing_behind_it(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await released_evidence(evidence_api, session, scene)
    await session.execute(update(Upload).values(damaged_at=now()))
    sound = await released_evidence(evidence_api, session, scene, at=RELEASED_AT + timedelta(days=1))
    assert (await take(evidence_api, scene.reviewer)).json()["item"]["evidence_id"] == sound
    assert (await take(evidence_api, scene.reviewer)).status_code == 204


async def test_only_reviewers_take(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    assert code_of(await take(evidence_api, scene.viewer)) == (403, "role-required")
