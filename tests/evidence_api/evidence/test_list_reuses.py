"""GET /v1/evidence/{id}/findings tells of earlier uses: where, as far as the caller may see; else only that it was."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import EvidenceFinding, EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion
from shared.domain.evidence_reuse import STEP
from shared.domain.principal import Role
from tests.evidence_api.scene import Scene, submit, upload
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization


async def version_of(session: AsyncSession, evidence_id: str) -> EvidenceVersion:
    statement = select(EvidenceVersion).where(EvidenceVersion.evidence_id == UUID(evidence_id))
    return (await session.scalars(statement)).one()


async def reuse(session: AsyncSession, later: str, earlier: str, kind: str = "near_picture") -> None:
    """The later evidence holds what the earlier one held, as the worker records it."""
    version, origin = await version_of(session, later), await version_of(session, earlier)
    recorded = EvidenceReuse(evidence_version_id=version.id, position=1, kind=kind, measure=0.9312)
    session.add(recorded)
    await session.flush()
    session.add(EvidenceReuseOrigin(reuse_id=recorded.id, evidence_version_id=origin.id, position=1))
    await session.commit()


async def compared(session: AsyncSession, evidence_id: str) -> None:
    version = await version_of(session, evidence_id)
    session.add(EvidenceFinding(evidence_version_id=version.id, step=STEP, position=1, outcome="unmatched", facts={}))
    await session.commit()


async def finding(api: httpx.AsyncClient, caller: dict[str, str], evidence_id: str) -> dict[str, Any]:
    response = await api.get(f"/v1/evidence/{evidence_id}/findings", headers=caller)
    assert response.status_code == 200, response.text
    (told,) = response.json()["items"]
    assert isinstance(told, dict)
    return told


async def foreign_evidence(
    api: httpx.AsyncClient, session: AsyncSession, maker: TokenMaker, scene: Scene
) -> tuple[str, str, str]:
    """Evidence of another branch of the province: its id, its assignment's, the name of its organization."""
    branch = await make_organization(session, parent=scene.province, kind="ward", name="Xã Ở Rất Xa")
    assignment = await make_assignment(session, issuer=branch, lead=branch)
    reporter = await make_caller(session, maker, branch, Role.REPORTER)
    body = {
        "assignment_id": str(assignment.id),
        "kind": "photo",
        "upload_ids": [await upload(api, reporter)],
    }
    response = await api.post("/v1/evidence", json=body, headers=reporter)
    assert response.status_code == 201, response.text
    return response.json()["id"], str(assignment.id), "Xã Ở Rất Xa"


async def test_an_appraiser_follows_an_earlier_use_they_may_see(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    earlier, later = await submit(evidence_api, scene), await submit(evidence_api, scene)
    await compared(session, later)
    await reuse(session, later, earlier)
    told = await finding(evidence_api, scene.reviewer, later)
    assert told["outcome"] == "reused"
    (use,) = told["facts"]["reuses"]
    assert (use["evidence_id"], use["evidence_version"], use["file_position"]) == (earlier, 1, 1)
    assert (use["position"], use["kind"], use["measure"]) == (1, "near_picture", 0.931)
    assert use["assignment_id"] == str(scene.assignment.id)
    assert use["text"].startswith(
        "Tệp số 1: Ảnh gần như trùng (93 %) với minh chứng do Phòng Văn hóa - Xã hội nộp ngày "
    )


async def test_an_appraiser_of_another_branch_learns_only_that_it_exists(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    first, first_assignment, name = await foreign_evidence(evidence_api, session, token_maker, scene)
    second, second_assignment, _ = await foreign_evidence(evidence_api, session, token_maker, scene)
    later = await submit(evidence_api, scene)
    await compared(session, later)
    for earlier in (first, second):
        await reuse(session, later, earlier)
    response = await evidence_api.get(f"/v1/evidence/{later}/findings", headers=scene.reviewer)
    secrets = (first, second, first_assignment, second_assignment, name)
    assert not [secret for secret in secrets if secret in response.text]
    told = await finding(evidence_api, scene.reviewer, later)
    assert told["outcome"] == "reused"
    assert told["facts"]["reuses"] == [
        {
            "position": 1,
            "kind": "near_picture",
            "measure": 0.931,
            "elsewhere": True,
            "text": "Tệp số 1: Ảnh gần như trùng (93 %) với minh chứng đã nộp ở nơi khác, ngoài phạm vi bạn được xem.",
        }
    ]


async def test_who_sees_both_branches_sees_where_and_the_rest_is_told_once(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    foreign, foreign_assignment, name = await foreign_evidence(evidence_api, session, token_maker, scene)
    near, later = await submit(evidence_api, scene), await submit(evidence_api, scene)
    await compared(session, later)
    await reuse(session, later, near, "same_text")
    await reuse(session, later, foreign)
    above = await finding(evidence_api, scene.upper_reviewer, later)
    assert [use.get("assignment_id") for use in above["facts"]["reuses"]] == [
        foreign_assignment,
        str(scene.assignment.id),
    ]
    assert name in above["facts"]["reuses"][0]["text"]
    beside = await finding(evidence_api, scene.reviewer, later)
    assert [use.get("evidence_id") for use in beside["facts"]["reuses"]] == [near, None]


async def test_a_declared_reason_stands_beside_the_finding(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    earlier = await submit(evidence_api, scene)
    body = {
        "assignment_id": str(scene.assignment.id),
        "kind": "photo",
        "upload_ids": [await upload(evidence_api, scene.reporter)],
        "reuse_reason": "Một hội nghị phục vụ hai nhiệm vụ",
    }
    response = await evidence_api.post("/v1/evidence", json=body, headers=scene.reporter)
    assert response.json()["reuse_reason"] == "Một hội nghị phục vụ hai nhiệm vụ"
    later = response.json()["id"]
    await compared(session, later)
    assert (await finding(evidence_api, scene.reviewer, later))["outcome"] == "unmatched"
    await reuse(session, later, earlier)
    told = await finding(evidence_api, scene.reviewer, later)
    assert told["outcome"] == "reuse_declared"
    assert told["facts"]["declared_reason"] == "Một hội nghị phục vụ hai nhiệm vụ"


async def test_a_reason_is_not_too_long(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    body = {"upload_ids": [await upload(evidence_api, scene.reporter)], "reuse_reason": "x" * 2001}
    evidence_id = await submit(evidence_api, scene)
    response = await evidence_api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=scene.reporter)
    assert response.status_code == 422
