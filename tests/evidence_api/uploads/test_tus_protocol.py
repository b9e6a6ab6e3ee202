"""tus on /v1/uploads, header by header: what is told, and what is refused with nothing changed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads.protocol import read_checksum, read_concat, read_metadata, read_number
from shared.clock import now
from shared.db.models import ResumableUpload, Upload
from shared.domain.errors import DomainError
from shared.settings import get_settings
from tests.evidence_api.scene import PDF, Scene, code_of
from tests.evidence_api.uploads.tus import PATCH, TUS, append, begun, create, metadata, offset_of


async def test_capabilities_are_told_to_anybody(evidence_api: httpx.AsyncClient) -> None:
    for path in ("/v1/uploads", f"/v1/uploads/{uuid4()}"):
        response = await evidence_api.options(path)
        assert response.status_code == 204
        assert response.headers["Tus-Version"] == "1.0.0"
        assert response.headers["Tus-Max-Size"] == str(get_settings().upload_limit)
        assert "concatenation" in response.headers["Tus-Extension"].split(",")
        assert response.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_another_version_is_refused(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    path = await begun(evidence_api, scene.reporter, 100)
    for method, target in (("POST", "/v1/uploads"), ("HEAD", path), ("PATCH", path), ("DELETE", path)):
        response = await evidence_api.request(
            method, target, headers=scene.reporter | PATCH | {"Tus-Resumable": "0.2.2"}
        )
        assert response.status_code == 412, method
        assert response.headers["Tus-Version"] == "1.0.0"
    without = await evidence_api.head(path, headers=scene.reporter)
    assert without.status_code == 412


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"Content-Type": "application/octet-stream"}, (415, "content-type-unsupported")),
        ({"Upload-Offset": "1"}, (409, "offset-mismatch")),
        ({"Upload-Offset": "-1"}, (400, "tus-header-malformed")),
        ({"Upload-Offset": "0x0"}, (400, "tus-header-malformed")),
        ({"Upload-Checksum": "crc32 AAAAAA=="}, (400, "checksum-unsupported")),
        ({"Upload-Checksum": "sha1 ???"}, (400, "checksum-unsupported")),
        ({"Upload-Checksum": "sha1 AAAA"}, (400, "checksum-unsupported")),
    ],
)
async def test_a_part_that_is_refused_changes_nothing(
    evidence_api: httpx.AsyncClient, scene: Scene, changes: dict[str, str], refusal: tuple[int, str]
) -> None:
    path = await begun(evidence_api, scene.reporter, len(PDF))
    headers = scene.reporter | PATCH | {"Upload-Offset": "0"} | changes
    assert code_of(await evidence_api.patch(path, content=PDF, headers=headers)) == refusal
    assert await offset_of(evidence_api, scene.reporter, path) == 0


async def test_more_than_announced_is_refused(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    path = await begun(evidence_api, scene.reporter, len(PDF))
    assert code_of(await append(evidence_api, scene.reporter, path, 0, PDF + b"x")) == (413, "upload-overrun")

    async def undeclared() -> AsyncIterator[bytes]:
        yield PDF[:5]
        yield PDF

    assert code_of(await append(evidence_api, scene.reporter, path, 0, undeclared())) == (413, "upload-overrun")
    assert await offset_of(evidence_api, scene.reporter, path) == 0


@pytest.mark.parametrize(
    ("length", "headers", "refusal"),
    [
        (0, {}, (422, "file-empty")),
        (300 << 20, {}, (413, "file-too-large")),
        (5, {"Upload_Metadata": ""}, (422, "filename-invalid")),
        (5, {"Upload_Metadata": "filename ?"}, (400, "tus-header-malformed")),
        (5, {"Upload_Metadata": metadata(filename="a.pdf", sha256="00")}, (422, "digest-malformed")),
        (5, {"Upload_Metadata": metadata(filename="a.pdf", captured_at="hôm qua")}, (422, "captured-at-malformed")),
        (
            5,
            {"Upload_Metadata": metadata(filename="a.pdf", captured_at="2999-01-01T00:00:00Z")},
            (422, "captured-in-future"),
        ),
        (
            5,
            {"Upload_Metadata": metadata(filename="a.pdf", captured_at="0001-01-01T00:00:00+14:00")},
            (422, "captured-too-early"),
        ),
        (5, {"Repr_Digest": "sha-512=:AAAA:"}, (422, "digest-unsupported")),
        (5, {"Upload_Defer_Length": "1"}, (400, "upload-length-required")),
        (5, {"Upload_Concat": "final;"}, (400, "tus-header-malformed")),
        (5, {"Upload_Concat": "other"}, (400, "tus-header-malformed")),
    ],
)
async def test_what_is_not_announced_properly_is_refused(
    evidence_api: httpx.AsyncClient, scene: Scene, length: int, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    assert code_of(await create(evidence_api, scene.reporter, length, **headers)) == refusal


async def test_the_moment_of_capture_is_kept_beside_that_of_receipt(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    told = metadata(filename="a.pdf", captured_at="2026-03-01T08:00:00+07:00")
    path = await begun(evidence_api, scene.reporter, len(PDF), Upload_Metadata=told)
    await append(evidence_api, scene.reporter, path, 0, PDF)
    row = await session.get_one(Upload, UUID(path.rpartition("/")[2]))
    assert row.captured_at is not None
    assert row.captured_at.isoformat() == "2026-03-01T01:00:00+00:00"
    assert row.created_at > row.captured_at
    expected = {"2026-03-01T01:00:00Z": 201, "2999-03-01T01:00:00Z": 422, "0001-01-01T00:00:00+14:00": 422, "x": 422}
    for captured_at, status in expected.items():
        query = {"filename": "a.pdf", "captured_at": captured_at}
        response = await evidence_api.post("/v1/uploads", params=query, content=PDF, headers=scene.reporter)
        assert response.status_code == status
    assert response.json()["code"] == "validation-failed"


async def test_those_that_may_only_post_say_which_method_they_mean(
    evidence_api: httpx.AsyncClient, scene: Scene
) -> None:
    path = await begun(evidence_api, scene.reporter, 2 * len(PDF))
    override = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    response = await evidence_api.post(path, content=PDF, headers=scene.reporter | PATCH | override)
    assert (response.status_code, response.headers["Upload-Offset"]) == (204, str(len(PDF)))
    override = {"X-HTTP-Method-Override": "DELETE"}
    assert (await evidence_api.post(path, headers=scene.reporter | TUS | override)).status_code == 204


async def test_a_part_has_no_name_whatever_it_is_called(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    told = metadata(filename="a\0b.pdf")
    path = await begun(evidence_api, scene.reporter, 5, Upload_Concat="partial", Upload_Metadata=told)
    head = await evidence_api.head(path, headers=scene.reporter | TUS)
    assert (head.headers["Upload-Concat"], head.headers["Upload-Metadata"]) == ("partial", told)


async def test_an_expired_upload_is_gone(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    path = await begun(evidence_api, scene.reporter, 100)
    await session.execute(update(ResumableUpload).values(expires_at=now() - timedelta(seconds=1)))
    await session.commit()
    assert (await evidence_api.head(path, headers=scene.reporter | TUS)).status_code == 410
    assert code_of(await append(evidence_api, scene.reporter, path, 0, PDF)) == (410, "upload-expired")
    listed = (await evidence_api.get("/v1/uploads", headers=scene.reporter)).json()
    assert ([item["id"] for item in listed["items"]], listed["used_bytes"]) == ([path.rpartition("/")[2]], 100)
    assert (await evidence_api.delete(path, headers=scene.reporter | TUS)).status_code == 204
    assert (await evidence_api.get("/v1/uploads", headers=scene.reporter)).json()["used_bytes"] == 0


async def test_others_learn_nothing_of_an_upload(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    path = await begun(evidence_api, scene.reporter, len(PDF))
    for caller, status in ((scene.outsider, 404), (scene.viewer, 403), ({}, 401)):
        assert (await evidence_api.head(path, headers=caller | TUS)).status_code == status
        assert (await append(evidence_api, caller, path, 0, PDF)).status_code == status
        refused = await evidence_api.delete(path, headers=caller | TUS)
        assert refused.status_code == status
        assert refused.headers["Tus-Resumable"] == "1.0.0"
    assert await offset_of(evidence_api, scene.reporter, path) == 0


def test_metadata_is_read_as_it_was_meant() -> None:
    assert read_metadata(None) == {}
    assert read_metadata("filename 4bqibmguUERG,is_confidential") == {"filename": "Ảnh.PDF", "is_confidential": ""}


@pytest.mark.parametrize("header", ["a b c", "a YQ==,a YQ==", ",", "a YQ", "a /w==", "a " + "Y" * 5000])
def test_metadata_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(DomainError):
        read_metadata(header)


@pytest.mark.parametrize("header", ["", " 1", "1.0", "+1", "9" * 19, "１"])
def test_a_number_is_digits(header: str) -> None:
    with pytest.raises(DomainError):
        read_number("Upload-Length", header)


def test_uploads_to_join_are_named_by_any_address() -> None:
    one, other = uuid4(), uuid4()
    for place in (f"/v1/uploads/{one}", f"uploads/{one}"):
        header = f"final;{place} https://example.vn/api/v1/uploads/{other}"
        assert read_concat(header).joined == (one, other)
    assert read_checksum(None) is None
    with pytest.raises(DomainError):
        read_concat(f"final;/v1/uploads/{one} /v1/uploads/{one}")
