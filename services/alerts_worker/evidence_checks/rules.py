"""What the checks of a version of evidence establish, and whether it may be relied on."""

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

RECEIVED, RELEASED, REFUSED = "received", "released", "refused"


@dataclass(frozen=True, slots=True)
class StoredContent:
    """What is really in the store; `head` are the first bytes, up to 4096."""

    size: int
    sha256: str
    head: bytes


@dataclass(frozen=True, slots=True)
class FileReading:
    """A file as it was recorded at upload, and as found; no content when the store has lost it."""

    position: int
    media_type: str
    size: int
    sha256: str
    content: StoredContent | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact for the appraiser. `step` is also the state the version reaches with it."""

    step: str
    outcome: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings, in the order of the steps, and the state the version ends in."""

    findings: list[Finding] = field(default_factory=list)
    state: str = RECEIVED


def examine(files: Sequence[FileReading]) -> Examination:
    """Take a received version through its steps: `inspected`, `scanned`, `verified`, then `released`.

    It ends `refused` at the first step that fails: a file that is missing, or is not the one that was uploaded.
    """
    findings: list[Finding] = []
    for check in (_inspect, _scan, _verify):
        finding, passed = check(files)
        findings.append(finding)
        if not passed:
            return Examination(findings, REFUSED)
    return Examination(findings, RELEASED)


def _inspect(files: Sequence[FileReading]) -> tuple[Finding, bool]:
    """Types are facts here: content that disagrees with its recorded type is told, not refused."""
    facts: list[dict[str, object]] = []
    for file in files:
        fact: dict[str, object] = {"position": file.position, "media_type": file.media_type, "size": file.size}
        if file.content is None:
            fact["missing"] = True
        else:
            fact["type_agrees"] = agrees(file.media_type, file.content.head)
            fact["size_agrees"] = file.content.size == file.size
        facts.append(fact)
    found = bool(files) and all(file.content for file in files)
    return Finding("inspected", "passed" if found else "missing", {"files": facts}), found


def _scan(_files: Sequence[FileReading]) -> tuple[Finding, bool]:
    """No scanner is connected: the appraiser must know that nobody looked for malware."""
    return Finding("scanned", "not_configured", {"scanner": None}), True


def _verify(files: Sequence[FileReading]) -> tuple[Finding, bool]:
    facts: list[dict[str, object]] = []
    intact = True
    for file in files:
        same = file.content is not None and file.content.sha256 == file.sha256
        intact &= same
        fact: dict[str, object] = {"position": file.position, "sha256": file.sha256, "intact": same}
        if file.content and not same:
            fact["found_sha256"] = file.content.sha256
        facts.append(fact)
    return Finding("verified", "passed" if intact else "mismatch", {"files": facts}), intact


def _is_text(head: bytes) -> bool:
    try:
        # Incremental, because the head may end within a letter.
        return "\x00" not in codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False


_SIGNATURES: Mapping[str, Callable[[bytes], bool]] = MappingProxyType(
    {
        "application/pdf": lambda head: head.startswith(b"%PDF-"),
        "application/vnd.": lambda head: head.startswith(b"PK\x03\x04"),
        "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
        "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
        "image/webp": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        "image/heic": lambda head: head[4:8] == b"ftyp",
        "video/mp4": lambda head: head[4:8] == b"ftyp",
        "text/": _is_text,
    }
)
"""How content of each accepted family of types begins."""


def agrees(media_type: str, head: bytes) -> bool | None:
    """Whether content begins as its recorded type does; None for a type this check does not know."""
    begins = next((check for family, check in _SIGNATURES.items() if media_type.startswith(family)), None)
    return begins(head) if begins else None
