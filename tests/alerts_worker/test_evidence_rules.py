"""What checks say of files, and when a version may be relied on."""

import hashlib

import pytest

from services.alerts_worker.evidence_checks.rules import FileReading, StoredContent, agrees, examine

PDF = b"%PDF-1.7\n"
SHA = hashlib.sha256(PDF).hexdigest()


def reading(
    *, position: int = 1, media_type: str = "application/pdf", sha256: str = SHA, size: int = 9, lost: bool = False
) -> FileReading:
    content = None if lost else StoredContent(size=len(PDF), sha256=SHA, head=PDF)
    return FileReading(position=position, media_type=media_type, size=size, sha256=sha256, content=content)


@pytest.mark.parametrize(
    ("files", "state", "outcomes"),
    [
        pytest.param(
            [reading()],
            "released",
            [("inspected", "passed"), ("scanned", "not_configured"), ("verified", "passed")],
            id="as uploaded",
        ),
        pytest.param([reading(), reading(position=2, lost=True)], "refused", [("inspected", "missing")], id="one lost"),
        pytest.param([], "refused", [("inspected", "missing")], id="no file at all"),
        pytest.param(
            [reading(sha256="0" * 64)],
            "refused",
            [("inspected", "passed"), ("scanned", "not_configured"), ("verified", "mismatch")],
            id="other bytes",
        ),
    ],
)
def test_examine(files: list[FileReading], state: str, outcomes: list[tuple[str, str]]) -> None:
    examination = examine(files)
    assert examination.state == state
    assert [(finding.step, finding.outcome) for finding in examination.findings] == outcomes


def test_facts_name_what_differs() -> None:
    files = [reading(media_type="image/png", size=10), reading(position=2, sha256="0" * 64)]
    inspected, _, verified = examine(files).findings
    assert inspected.facts["files"] == [
        {"position": 1, "media_type": "image/png", "size": 10, "type_agrees": False, "size_agrees": False},
        {"position": 2, "media_type": "application/pdf", "size": 9, "type_agrees": True, "size_agrees": True},
    ]
    assert verified.facts["files"] == [
        {"position": 1, "sha256": SHA, "intact": True},
        {"position": 2, "sha256": "0" * 64, "intact": False, "found_sha256": SHA},
    ]


@pytest.mark.parametrize(
    ("media_type", "head", "expected"),
    [
        ("application/pdf", b"%PDF-1.4", True),
        ("application/pdf", b"PK\x03\x04", False),
        ("application/vnd.oasis.opendocument.text", b"PK\x03\x04", True),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"%PDF-", False),
        ("image/jpeg", b"\xff\xd8\xff\xe0", True),
        ("image/png", b"\x89PNG\r\n\x1a\n", True),
        ("image/webp", b"RIFF....WEBP", True),
        ("image/webp", b"RIFF....WAVE", False),
        ("image/heic", b"\x00\x00\x00\x18ftypheic", True),
        ("video/mp4", b"\x00\x00\x00\x18moov", False),
        ("text/plain", "Biên bản họp".encode(), True),
        ("text/plain", "Biên bản họ".encode()[:-1], True),
        ("text/plain", b"\xff\xfe", False),
        ("text/plain", b"a\x00b", False),
        ("model/gltf", b"glTF", None),
    ],
)
def test_content_begins_as_its_type_does(media_type: str, head: bytes, expected: bool | None) -> None:
    assert agrees(media_type, head) is expected
