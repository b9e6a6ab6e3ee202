"""GET and DELETE on /v1/uploads: what an organization has sent, how much room it takes, and how to free it."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import ResumableUpload, Upload, UploadUsage
from shared.settings import get_settings
from tests.evidence_api.scene import PDF, Scene, code_of, submit, trail
from tests.evidence_api.uploads.tus import TUS, append, begun, offset_of


async def send(api: httpx.AsyncClient, scene: Scene, content: bytes = PDF) -> str:
    """The id of a whole file."""
    response = await api.post("/v1/uploads", params={"filename": "a.pdf"}, content=content, headers=scene.reporter)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def usage(session: AsyncSession, scene: Scene) -> int:
    statement = select(UploadUsage.size).where(UploadUsage.organization_id == scene.office.id)
    return await session.scalar(statement) or 0


async def test_what_waits_is_listed_with_the_room_that_is_taken(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    used = await send(evidence_api, scene)
    await submit(evidence_api, scene, used)
    path = await begun(evidence_api, scene.reporter, 1000)
    await append(evidence_api, scene.reporter, path, 0, PDF)
    whole = await send(evidence_api, scene, PDF + b"other")
    headers = scene.reporter
    first = (await evidence_api.get("/v1/uploads", params={"limit": 1}, headers=headers)).json()
    second = (await evidence_api.get("/v1/uploads", params={"cursor": first["next_cursor"]}, headers=headers)).json()
    (one,), (other,) = first["items"], second["items"]
    assert (one["id"], one["state"], one["received"]) == (whole, "whole", len(PDF) + 5)
    assert (other["id"], other["state"], other["received"]) == (path.rpartition("/")[2], "unfinished", len(PDF))
    assert (other["size"], other["media_type"], other["sha256"]) == (1000, None, None)
    assert second["next_cursor"] is None
    assert first["used_bytes"] == 1000 + 2 * len(PDF) + 5
    assert first["quota_bytes"] == get_settings().upload_quota
    for caller, status in ((scene.outsider, 200), (scene.viewer, 403)):
        answer = await evidence_api.get("/v1/uploads", headers=caller)
        assert answer.status_code == status
        assert not answer.json().get("items")


async def test_an_upload_is_told_however_far_it_has_come(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    path = await begun(evidence_api, scene.reporter, len(PDF))
    unfinished = await evidence_api.get(path, headers=scene.reporter)
    await append(evidence_api, scene.reporter, path, 0, PDF)
    whole = await evidence_api.get(path, headers=scene.reporter)
    row = await session.get_one(Upload, UUID(path.rpartition("/")[2]))
    await submit(evidence_api, scene, str(row.id))
    used = await evidence_api.get(path, headers=scene.reporter)
    assert [each.json()["state"] for each in (unfinished, whole, used)] == ["unfinished", "whole", "used"]
    assert len({each.headers["ETag"] for each in (unfinished, whole, used)}) == 3
    told = whole.json()
    assert (told["filename"], told["media_type"], told["sha256"]) == (row.filename, row.media_type, row.sha256)
    expires_at = row.created_at + timedelta(days=get_settings().unused_upload_days)
    assert told["expires_at"] == expires_at.isoformat().replace("+00:00", "Z")
    assert used.json()["expires_at"] is None
    for caller, status in ((scene.outsider, 404), (scene.viewer, 403), ({}, 401)):
        assert (await evidence_api.get(path, headers=caller)).status_code == status
    assert await offset_of(evidence_api, scene.reporter, path) == len(PDF)


async def test_a_file_that_no_evidence_uses_is_taken_back(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    by_tus = await begun(evidence_api, scene.reporter, len(PDF))
    await append(evidence_api, scene.reporter, by_tus, 0, PDF)
    plain = f"/v1/uploads/{await send(evidence_api, scene)}"
    for path, headers in ((by_tus, TUS), (plain, {})):
        stale = {"If-Match": '"unfinished-0"'}
        assert code_of(await evidence_api.delete(path, headers=scene.reporter | headers | stale)) == (
            412,
            "version-stale",
        )
        seen = {"If-Match": (await evidence_api.get(path, headers=scene.reporter)).headers["ETag"]}
        refused = await evidence_api.delete(path, headers=scene.outsider | headers)
        assert code_of(refused) == (404, "upload-not-found")
        assert (await evidence_api.delete(path, headers=scene.reporter | headers | seen)).status_code == 204
        assert (await evidence_api.delete(path, headers=scene.reporter | headers)).status_code == 404
        assert (await evidence_api.head(path, headers=scene.reporter | TUS)).status_code == 404
    assert await usage(session, scene) == 0
    for table in (Upload, ResumableUpload):
        assert (await session.scalars(select(table.id))).all() == []
    assert len(await trail(session, "upload.removed")) == 2


async def test_what_was_taken_back_is_sent_anew_under_its_key(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    headers = scene.reporter | {"Idempotency-Key": "one"}
    sent = [
        await evidence_api.post("/v1/uploads", params={"filename": "a.pdf"}, content=PDF, headers=headers)
        for _ in range(2)
    ]
    first = sent[0].json()["id"]
    assert sent[1].content == sent[0].content
    await evidence_api.delete(f"/v1/uploads/{first}", headers=scene.reporter)
    again = await evidence_api.post("/v1/uploads", params={"filename": "a.pdf"}, content=PDF, headers=headers)
    assert (again.status_code, again.json()["id"] != first) == (201, True)
    assert (await evidence_api.get(f"/v1/uploads/{again.json()['id']}", headers=scene.reporter)).status_code == 200


async def test_evidence_keeps_its_files(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    used = await send(evidence_api, scene)
    await submit(evidence_api, scene, used)
    refused = await evidence_api.delete(f"/v1/uploads/{used}", headers=scene.reporter)
    assert code_of(refused) == (409, "upload-in-use")
    assert await usage(session, scene) == len(PDF)
    unknown = await evidence_api.delete(f"/v1/uploads/{uuid4()}", headers=scene.reporter)
    assert code_of(unknown) == (404, "upload-not-found")
