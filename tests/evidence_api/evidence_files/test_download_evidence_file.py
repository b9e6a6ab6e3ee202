"""GET /v1/evidence/{id}/files/{n}/content: released files, whole or in part, never run by a browser."""

import hashlib
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import PDF, Scene, code_of, set_state, submit, submit_next, upload

CONTENT = PDF + bytes(range(256)) * 20_000
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'
NAME = "Quyết định số 12; 'bản' 1.pdf"


@pytest.fixture
async def path(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> str:
    """The address of the second of two files of released evidence: `CONTENT`, five parts of the store long."""
    ids = [
        await upload(evidence_api, scene.reporter),
        await upload(evidence_api, scene.reporter, CONTENT, NAME),
    ]
    evidence_id = await submit(evidence_api, scene, *ids)
    await set_state(session, evidence_id)
    return f"/v1/evidence/{evidence_id}/files/2/content"


async def test_a_released_file_comes_whole_as_an_attachment(
    evidence_api: httpx.AsyncClient, scene: Scene, path: str
) -> None:
    response = await evidence_api.get(path, headers=scene.reviewer)
    assert response.status_code == 200
    assert response.content == CONTENT
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-length"] == str(len(CONTENT))
    assert response.headers["etag"] == TAG
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["x-content-type-options"] == "nosniff"
    plain = "Quyet dinh so 12; 'ban' 1.pdf"
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(NAME, safe='')}"
    assert response.headers["content-disposition"] == said
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-0", 0, 0), ("bytes=1500000-2600000", 1_500_000, 2_600_000), ("bytes=-7", len(CONTENT) - 7, None)],
)
async def test_a_range_comes_as_a_part(
    evidence_api: httpx.AsyncClient, scene: Scene, path: str, wanted: str, start: int, end: int | None
) -> None:
    last = len(CONTENT) - 1 if end is None else end
    response = await evidence_api.get(path, headers=scene.reviewer | {"Range": wanted})
    assert response.status_code == 206
    assert response.content == CONTENT[start : last + 1]
    assert response.headers["content-range"] == f"bytes {start}-{last}/{len(CONTENT)}"
    assert response.headers["content-length"] == str(last + 1 - start)
    assert response.headers["etag"] == TAG


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "lines=1-2", "bytes=9-1"])
async def test_other_ranges_give_the_whole(
    evidence_api: httpx.AsyncClient, scene: Scene, path: str, wanted: str
) -> None:
    response = await evidence_api.get(path, headers=scene.reviewer | {"Range": wanted})
    assert response.status_code == 200
    assert response.content == CONTENT


async def test_a_range_behind_the_end_is_refused_with_the_size(
    evidence_api: httpx.AsyncClient, scene: Scene, path: str
) -> None:
    response = await evidence_api.get(path, headers=scene.reviewer | {"Range": f"bytes={len(CONTENT)}-"})
    assert code_of(response) == (416, "range-not-satisfiable")
    assert response.headers["content-range"] == f"bytes */{len(CONTENT)}"


async def test_a_part_is_given_only_of_the_file_begun(evidence_api: httpx.AsyncClient, scene: Scene, path: str) -> None:
    asked = scene.reviewer | {"Range": "bytes=0-9"}
    same = await evidence_api.get(path, headers=asked | {"If-Range": TAG})
    assert same.status_code == 206
    changed = await evidence_api.get(path, headers=asked | {"If-Range": '"another"'})
    assert changed.status_code == 200
    assert changed.content == CONTENT


@pytest.mark.parametrize("state", ["received", "inspected", "scanned", "verified", "refused"])
async def test_nothing_leaves_before_release(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, state: str
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await set_state(session, evidence_id, state)
    response = await evidence_api.get(f"/v1/evidence/{evidence_id}/files/1/content", headers=scene.reporter)
    assert code_of(response) == (409, "evidence-not-released")


async def test_a_new_version_closes_the_file_until_it_is_released(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await set_state(session, evidence_id)
    await submit_next(evidence_api, scene, evidence_id)
    address = f"/v1/evidence/{evidence_id}/files/1/content"
    assert code_of(await evidence_api.get(address, headers=scene.reporter)) == (409, "evidence-not-released")
    await set_state(session, evidence_id, number=2)
    assert (await evidence_api.get(address, headers=scene.reporter)).status_code == 200


async def test_what_is_not_there_for_the_caller(evidence_api: httpx.AsyncClient, scene: Scene, path: str) -> None:
    third = path.replace("/2/", "/3/")
    assert code_of(await evidence_api.get(third, headers=scene.reviewer)) == (404, "file-not-found")
    zeroth = path.replace("/2/", "/0/")
    assert code_of(await evidence_api.get(zeroth, headers=scene.reviewer)) == (422, "validation-failed")
    assert code_of(await evidence_api.get(path, headers=scene.outsider)) == (404, "evidence-not-found")
