"""tus under an `Idempotency-Key`: the same request begins one upload, and what is answered again is true."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import IdempotencyRecord, ResumableUpload, Upload
from tests.evidence_api.scene import PDF, Scene, code_of
from tests.evidence_api.uploads.tus import PATCH, TUS, append, create, metadata, offset_of

CONTENT = PDF + b"x" * 10_000


async def send_along(
    api: httpx.AsyncClient, scene: Scene, content: bytes, length: int = len(CONTENT)
) -> httpx.Response:
    told = {"Upload-Length": str(length), "Upload-Metadata": metadata(filename="a.pdf"), "Idempotency-Key": "one"}
    return await api.post("/v1/uploads", content=content, headers=scene.reporter | PATCH | told)


async def test_an_announcement_sent_again_tells_how_much_has_arrived(
    evidence_api: httpx.AsyncClient, scene: Scene
) -> None:
    first = await create(evidence_api, scene.reporter, 100, Idempotency_Key="one")
    await append(evidence_api, scene.reporter, "/v1/" + first.headers["Location"], 0, PDF[:10])
    again = await create(evidence_api, scene.reporter, 100, Idempotency_Key="one")
    assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
    assert (again.headers["Upload-Offset"], again.json()["received"]) == ("10", 10)
    other = await create(evidence_api, scene.reporter, 101, Idempotency_Key="one")
    assert code_of(other) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("first", [5000, len(CONTENT)], ids=["begun", "whole"])
async def test_other_bytes_under_the_same_key_are_refused(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, first: int
) -> None:
    begun = await send_along(evidence_api, scene, CONTENT[:first])
    assert begun.headers["Upload-Offset"] == str(first)
    for content in (CONTENT, CONTENT[:first], CONTENT[:200]):
        again = await send_along(evidence_api, scene, content)
        assert (again.status_code, again.headers["Location"]) == (201, begun.headers["Location"])
        assert again.headers["Upload-Offset"] == str(first)
    for content in (CONTENT[: first - 1] + b"y", b"y" + CONTENT[1:]):
        assert code_of(await send_along(evidence_api, scene, content)) == (422, "idempotency-key-reused")
    assert code_of(await send_along(evidence_api, scene, CONTENT + b"y")) == (413, "upload-overrun")
    assert await session.scalar(select(func.count()).select_from(ResumableUpload)) == 1


@pytest.mark.parametrize("end", ["refused", "given up"])
async def test_what_is_gone_is_begun_anew(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, end: str
) -> None:
    content = PDF if end == "given up" else b"\x7fELF" + b"\0" * 5000
    first = await send_along(evidence_api, scene, content, len(content) + 1)
    if end == "refused":
        assert first.status_code == 415
    else:
        await evidence_api.delete("/v1/" + first.headers["Location"], headers=scene.reporter | TUS)
    again = await send_along(evidence_api, scene, content, len(content) + 1)
    if end == "refused":
        assert code_of(again) == (415, "file-type-refused")
        return
    assert again.headers["Location"] != first.headers["Location"]
    assert await offset_of(evidence_api, scene.reporter, "/v1/" + again.headers["Location"]) == len(PDF)
    third = await send_along(evidence_api, scene, content, len(content) + 1)
    assert third.headers["Location"] == again.headers["Location"]
    assert await session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 1


async def test_parts_are_joined_once_under_a_key(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    part = await create(evidence_api, scene.reporter, len(PDF), Upload_Concat="partial")
    await append(evidence_api, scene.reporter, "/v1/" + part.headers["Location"], 0, PDF)
    told = {"Upload-Concat": f"final;{part.headers['Location']}", "Upload-Metadata": metadata(filename="a.pdf")}
    headers = scene.reporter | TUS | told | {"Idempotency-Key": str(uuid4())}
    first = await evidence_api.post("/v1/uploads", headers=headers)
    again = await evidence_api.post("/v1/uploads", headers=headers)
    assert first.status_code == 201, first.text
    assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
    assert again.headers["Upload-Offset"] == str(len(PDF))
    assert await session.scalar(select(func.count()).select_from(Upload)) == 1
