"""POST /v1/evidence: uploads become version 1 of a proof."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import Evidence, EvidenceFile, EvidenceVersion
from shared.domain.principal import Role
from tests.evidence_api.scene import DOCUMENT, Caller, Scene, code_of, payloads, set_status, submit, trail, upload
from tests.factories.identity import TokenMaker, make_caller


async def post(api: httpx.AsyncClient, scene: Scene, caller: Caller | None = None, **changes: Any) -> httpx.Response:
    """Submit one new file of the reporter's, unless `changes` say otherwise; None leaves a field out."""
    body: dict[str, Any] = {"assignment_id": str(scene.assignment.id), "kind": "signed_document", "document": DOCUMENT}
    body |= changes
    if "upload_ids" not in body:
        body["upload_ids"] = [await upload(api, scene.reporter)]
    return await api.post("/v1/evidence", json=body, headers=caller or scene.reporter)


async def test_evidence_begins_with_version_one_received(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    ids = [await upload(evidence_api, scene.reporter, filename=f"Trang {number}.pdf") for number in (1, 2)]
    said = DOCUMENT | {"number": "12/QĐ-\u202eUBND", "issuer": "UBND\nphường"}
    response = await post(evidence_api, scene, document=said, upload_ids=ids)
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    told = response.json()
    assert (told["current_version"], told["state"], told["released_at"]) == (1, "received", None)
    assert (told["kind"], told["organization_id"]) == ("signed_document", str(scene.office.id))
    assert told["document"] == DOCUMENT
    assert [(file["position"], file["filename"]) for file in told["files"]] == [(1, "Trang 1.pdf"), (2, "Trang 2.pdf")]

    evidence = await session.get_one(Evidence, UUID(told["id"]))
    assert (evidence.assignment_id, evidence.organization_id) == (scene.assignment.id, scene.office.id)
    version = (await session.scalars(select(EvidenceVersion))).one()
    assert (version.evidence_id, version.number, version.state) == (evidence.id, 1, "received")
    assert (version.document_number, str(version.document_issued_on)) == ("12/QĐ-UBND", "2026-02-20")
    files = (await session.scalars(select(EvidenceFile).order_by(EvidenceFile.position))).all()
    assert [str(file.upload_id) for file in files] == ids
    assert await payloads(session, "evidence.submitted") == [{"evidence_id": told["id"], "version": 1}]
    (entry,) = await trail(session, "evidence.submitted")
    assert (entry.target_id, entry.actor) == (evidence.id, version.submitted_by)
    assert entry.after is not None
    assert entry.after["upload_ids"] == ids


@pytest.mark.parametrize("status", ["not_started", "in_progress", "awaiting_appraisal", "needs_completion"])
async def test_work_in_course_takes_evidence(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str
) -> None:
    await set_status(session, scene.assignment, status)
    assert (await post(evidence_api, scene)).status_code == 201


@pytest.mark.parametrize("status", ["completed", "suspended", "cancelled"])
async def test_closed_work_takes_none(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str
) -> None:
    await set_status(session, scene.assignment, status)
    assert code_of(await post(evidence_api, scene)) == (409, "assignment-closed")
    assert await session.scalar(select(func.count()).select_from(Evidence)) == 0
    assert await payloads(session, "evidence.submitted") == []


async def test_one_above_the_lead_may_submit_with_its_own_uploads(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    head = await make_caller(session, token_maker, scene.ward, Role.APPROVER)
    borrowed = await post(evidence_api, scene, head, upload_ids=[await upload(evidence_api, scene.reporter)])
    assert code_of(borrowed) == (422, "uploads-unknown")
    own = await post(evidence_api, scene, head, upload_ids=[await upload(evidence_api, head)])
    assert own.status_code == 201
    assert own.json()["organization_id"] == str(scene.ward.id)


async def test_who_may_not_submit(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    beside = await make_caller(session, token_maker, scene.helper_team, Role.REPORTER)
    refusals = {
        (403, "role-required"): scene.viewer,
        (403, "not-lead"): beside,
        (404, "assignment-not-found"): scene.outsider,
    }
    for refusal, caller in refusals.items():
        assert code_of(await post(evidence_api, scene, caller)) == refusal
    assert code_of(await post(evidence_api, scene, assignment_id=str(uuid4()))) == (404, "assignment-not-found")


async def test_uploads_that_are_not_ones_own_are_named(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    own, others, unknown = (
        await upload(evidence_api, scene.reporter),
        await upload(evidence_api, scene.outsider),
        str(uuid4()),
    )
    response = await post(evidence_api, scene, upload_ids=[own, others, unknown])
    assert code_of(response) == (422, "uploads-unknown")
    problem = response.json()
    assert [error["place"] for error in problem["errors"]] == ["upload_ids.1", "upload_ids.2"]
    assert others in problem["detail"]
    assert unknown in problem["detail"]
    assert own not in problem["detail"]
    assert await session.scalar(select(func.count()).select_from(Evidence)) == 0


async def test_an_upload_may_not_be_named_twice(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    one = await upload(evidence_api, scene.reporter)
    assert code_of(await post(evidence_api, scene, upload_ids=[one, one])) == (422, "uploads-repeated")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"upload_ids": []}, "upload_ids"),
        ({"upload_ids": [str(uuid4()) for _ in range(21)]}, "upload_ids"),
        ({"upload_ids": ["x"]}, "upload_ids.0"),
        ({"kind": "website"}, "kind"),
        ({"document": {"number": "1/QĐ"}}, "document.issued_on"),
        ({"document": DOCUMENT | {"number": " \u200b"}}, "document.number"),
        ({"document": DOCUMENT | {"issued_on": "20/2/2026"}}, "document.issued_on"),
        ({"document": DOCUMENT | {"issued_on": "2026-02-20T00:00:00Z"}}, "document.issued_on"),
        ({"document": DOCUMENT | {"issued_on": "1989-12-31"}}, "document.issued_on"),
        ({"document": DOCUMENT | {"issued_on": "9999-12-31"}}, "document.issued_on"),
        ({"state": "released"}, "state"),
    ],
)
async def test_malformed_submissions_name_the_field(
    evidence_api: httpx.AsyncClient, scene: Scene, changes: dict[str, Any], place: str
) -> None:
    response = await post(evidence_api, scene, **changes)
    assert code_of(response) == (422, "validation-failed")
    assert place in [error["place"] for error in response.json()["errors"]]


async def test_a_document_is_issued_before_it_proves_anything(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    refused = await post(evidence_api, scene, document=DOCUMENT | {"issued_on": tomorrow})
    assert code_of(refused) == (422, "document-in-future")
    assert [error["place"] for error in refused.json()["errors"]] == ["document.issued_on"]
    assert (await post(evidence_api, scene, document=DOCUMENT | {"issued_on": today().isoformat()})).status_code == 201


async def test_the_day_the_product_took_effect_is_its_own_and_has_come(
    evidence_api: httpx.AsyncClient, scene: Scene
) -> None:
    taken = await post(evidence_api, scene, effective_on="2026-01-15")
    assert (taken.status_code, taken.json()["effective_on"]) == (201, "2026-01-15")
    assert (await post(evidence_api, scene)).json()["effective_on"] is None
    assert (await post(evidence_api, scene, effective_on=today().isoformat())).status_code == 201
    refused = await post(evidence_api, scene, effective_on=(today() + timedelta(days=1)).isoformat())
    assert code_of(refused) == (422, "effective-in-future")
    assert [error["place"] for error in refused.json()["errors"]] == ["effective_on"]


async def test_the_same_key_submits_once(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    ids = [await upload(evidence_api, scene.reporter)]
    keyed = scene.reporter | {"Idempotency-Key": "k"}
    first = await post(evidence_api, scene, keyed, upload_ids=ids)
    again = await post(evidence_api, scene, keyed, upload_ids=ids)
    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), '"1"')
    other = await post(evidence_api, scene, keyed, upload_ids=ids, kind="photo")
    assert code_of(other) == (422, "idempotency-key-reused")
    assert await session.scalar(select(func.count()).select_from(Evidence)) == 1


async def test_two_submissions_are_two_pieces_of_evidence(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    assert await submit(evidence_api, scene) != await submit(evidence_api, scene)


async def test_a_public_address_waits_to_be_fetched(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    link = {"assignment_id": str(scene.assignment.id), "kind": "link", "url": "https://phường.vn/tin?id=đ"}
    response = await evidence_api.post("/v1/evidence", json=link, headers=scene.reporter)
    assert response.status_code == 201, response.text
    told = response.json()
    assert (told["url"], told["files"], told["state"]) == ("https://xn--phng-rib8295b.vn/tin?id=%C4%91", [], "received")
    fact = {"evidence_id": told["id"], "version": 1, "organization_id": str(scene.office.id)}
    assert await payloads(session, "evidence.link_submitted") == [fact]
    assert await payloads(session, "evidence.submitted") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "link"}, "link-without-files"),
        ({"kind": "link", "upload_ids": None}, "link-url-required"),
        ({"kind": "photo", "upload_ids": None}, "uploads-required"),
        ({"kind": "photo", "url": "https://example.vn/"}, "url-of-link-only"),
        ({"kind": "link", "upload_ids": None, "url": "ftp://example.vn/"}, "url-scheme"),
        ({"kind": "link", "upload_ids": None, "url": "http://127.1/"}, "url-host"),
    ],
)
async def test_files_and_addresses_do_not_mix(
    evidence_api: httpx.AsyncClient, scene: Scene, changes: dict[str, Any], code: str
) -> None:
    body = {"assignment_id": str(scene.assignment.id), "upload_ids": [await upload(evidence_api, scene.reporter)]}
    sent = {name: value for name, value in (body | changes).items() if value is not None}
    assert code_of(await evidence_api.post("/v1/evidence", json=sent, headers=scene.reporter)) == (422, code)
