"""GET /v1/assignments/{id}/evidence-archive: all that was released, with hashes that can be checked offline."""

import asyncio
import gc
import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import httpx
import obstore
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.app import create_app
from services.evidence_api.evidence_archives.rules import ArchivedFile, ensure_fits
from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import Upload
from shared.db.session import Sessions
from shared.domain.errors import TooLarge
from shared.storage import get_store
from tests.conftest import client_of
from tests.evidence_api.scene import (
    PDF,
    Scene,
    appraise,
    code_of,
    payloads,
    set_state,
    submit,
    submit_next,
    trail,
    upload,
)

LARGE = PDF + bytes(range(256)) * 12_000


async def fetch(api: httpx.AsyncClient, scene: Scene, caller: dict[str, str]) -> httpx.Response:
    return await api.get(f"/v1/assignments/{scene.assignment.id}/evidence-archive", headers=caller)


@pytest.fixture
async def evidence_id(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> str:
    """Two files of one name in a released version, and a version that is still being checked."""
    names = ("Quyết định: 12.pdf", "Quyết định: 12.pdf")
    ids = [
        await upload(evidence_api, scene.reporter, content, name)
        for name, content in zip(names, (PDF, LARGE), strict=True)
    ]
    made = await submit(evidence_api, scene, *ids)
    await set_state(session, made)
    assert (await appraise(evidence_api, scene.reviewer, made)).status_code == 201
    await submit_next(evidence_api, scene, made)
    return made


async def test_what_was_released_can_be_checked_offline(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, evidence_id: str, tmp_path: Path
) -> None:
    response = await fetch(evidence_api, scene, scene.reviewer)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/zip")
    assert response.headers["content-disposition"].startswith("attachment; ")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
        names = archive.namelist()
    files = [f"001/phien-ban-1/{number:02d} Quyết định_ 12.pdf" for number in (1, 2)]
    assert names == ["MANIFEST.json", "SHA256SUMS", *files]
    assert [(tmp_path / name).read_bytes() for name in files] == [PDF, LARGE]
    command = ["sha256sum", "-c", "--strict", "SHA256SUMS"]  # as whoever gets the archive would
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)  # noqa: ASYNC221
    assert checked.returncode == 0, checked.stdout
    told = json.loads((tmp_path / "MANIFEST.json").read_text())
    assert told["assignment_id"] == str(scene.assignment.id)
    assert [(each["path"], each["sha256"]) for each in told["files"]] == [
        (name, hashlib.sha256(content).hexdigest()) for name, content in zip(files, (PDF, LARGE), strict=True)
    ]
    first = told["files"][0]
    assert (first["evidence_id"], first["version"], first["filename"]) == (evidence_id, 1, "Quyết định: 12.pdf")
    assert [(each["level"], each["verdict"]) for each in first["verdicts"]] == [(1, "valid")]
    (entry,) = await trail(session, "evidence_archive.read")
    assert (entry.target_id, entry.organization_id) == (scene.assignment.id, scene.helper_team.id)


async def test_what_is_known_to_be_damaged_is_told_and_left_out(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, evidence_id: str
) -> None:
    digest = hashlib.sha256(LARGE).hexdigest()
    await session.execute(update(Upload).where(Upload.sha256 == digest).values(damaged_at=now()))
    await session.commit()
    response = await fetch(evidence_api, scene, scene.reviewer)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        told = json.loads(archive.read("MANIFEST.json"))
        assert len(archive.namelist()) == 3
        assert digest not in archive.read("SHA256SUMS").decode()
    assert [(each["damaged"], each["path"] is None) for each in told["files"]] == [(False, False), (True, True)]


async def test_an_archive_with_bytes_that_differ_is_no_archive(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, evidence_id: str
) -> None:
    digest = hashlib.sha256(LARGE).hexdigest()
    await obstore.put_async(get_store(), f"sha256/{digest[:2]}/{digest}", LARGE[:-1] + b"\x00")
    try:
        response = await fetch(evidence_api, scene, scene.reviewer)
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(response.content))
        await obstore.delete_async(get_store(), f"sha256/{digest[:2]}/{digest}")
        response = await fetch(evidence_api, scene, scene.reviewer)
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(response.content))
    finally:
        await obstore.put_async(get_store(), f"sha256/{digest[:2]}/{digest}", LARGE)
    doubted = str(await session.scalar(select(Upload.id).where(Upload.sha256 == digest)))
    assert await payloads(session, "stored_file.doubted") == [{"upload_id": doubted}] * 2


async def test_a_reader_that_goes_away_leaves_nothing_open(
    sessions: Sessions, session: AsyncSession, evidence_api: httpx.AsyncClient, scene: Scene, evidence_id: str
) -> None:
    app = create_app()
    client_of(app, sessions)
    gone = asyncio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])
    sent: list[Any] = []

    async def receive() -> Any:
        message = next(asked, None)
        if message is None:
            await gone.wait()
        return message or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) == 4:  # the head, manifest and sums, the first file, a piece of the second
            gone.set()
            await asyncio.Event().wait()

    path = f"/v1/assignments/{scene.assignment.id}/evidence-archive"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in scene.reviewer.items()],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    await app(scope, receive, send)
    assert len(sent) == 4
    gc.collect()  # what was left open complains here, and fails the test


async def test_work_without_evidence_has_an_archive_without_files(
    evidence_api: httpx.AsyncClient, scene: Scene
) -> None:
    response = await fetch(evidence_api, scene, scene.viewer)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["MANIFEST.json", "SHA256SUMS"]


async def test_strangers_learn_nothing(evidence_api: httpx.AsyncClient, scene: Scene, evidence_id: str) -> None:
    assert code_of(await fetch(evidence_api, scene, scene.outsider)) == (404, "assignment-not-found")


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a/b\\c:d\x07\n.pdf", "a_b_c_d__.pdf"),
        (f"{'ế' * 84}.pdf", f"{'ế' * 82}.pdf"),
        (f"{'x' * 254}", "x" * 252),
        ("..", "tep"),
    ],
    ids=["separators", "long", "long without a type", "nothing"],
)
def test_a_name_unpacks_on_every_file_system(filename: str, name: str) -> None:
    assert made_of(1, filename=filename).path == f"001/phien-ban-1/01 {name}"
    assert len(f"01 {name}".encode()) <= 255


def test_more_than_the_limit_is_fetched_singly() -> None:
    ensure_fits([], 0)
    files = [made_of(7), made_of(4, damaged=True)]
    ensure_fits(files, 7)
    with pytest.raises(TooLarge) as refused:
        ensure_fits(files, 6)
    assert refused.value.facts == {"size": 7, "limit": 6}


def made_of(size: int, *, damaged: bool = False, filename: str = "x") -> ArchivedFile:
    return ArchivedFile(
        upload_id=new_id(),
        piece=1,
        evidence_id="x",
        kind="photo",
        withdrawn=False,
        version=1,
        position=1,
        filename=filename,
        media_type="x",
        size=size,
        sha256="x",
        storage_key="x",
        damaged=damaged,
        document_number=None,
        effective_on=None,
        submitted_at=now(),
        verdicts=[],
    )
