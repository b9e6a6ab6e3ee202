"""What an archive of evidence holds, and under which names."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from uuid import UUID

from services.evidence_api.uploads.filenames import shorten
from shared.domain.errors import Json, TooLarge

MANIFEST, SUMS = "MANIFEST.json", "SHA256SUMS"
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A verdict on a version, at a level of the plan from 1."""

    level: int
    verdict: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A released file. `piece` counts the evidence of the assignment from 1; `damaged` bytes are told and left out."""

    upload_id: UUID
    piece: int
    evidence_id: str
    kind: str
    withdrawn: bool
    version: int
    position: int
    filename: str
    media_type: str
    size: int
    sha256: str
    storage_key: str
    damaged: bool
    document_number: str | None
    effective_on: date | None
    submitted_at: datetime
    verdicts: Sequence[VerdictGiven]

    @property
    def path(self) -> str:
        """Its name in the archive: unique by its numbers, and safe on every file system."""
        name = _UNSAFE.sub("_", self.filename).strip(". ") or "tep"
        numbered = f"{self.position:02d} {name}"
        return f"{self.piece:03d}/phien-ban-{self.version}/{shorten(numbered, PurePosixPath(name).suffix)}"


def ensure_fits(files: Sequence[ArchivedFile], limit: int) -> None:
    """Raises TooLarge("archive-too-large") for more than `limit` bytes."""
    size = sum(file.size for file in files if not file.damaged)
    if size > limit:
        raise TooLarge(
            "archive-too-large",
            f"Minh chứng của nhiệm vụ này nặng {size >> 20} MB, quá mức {limit >> 20} MB của một tệp nén: "
            "hãy tải từng tệp.",
            facts={"size": size, "limit": limit},
        )


def sums_of(files: Sequence[ArchivedFile]) -> bytes:
    """The lines that `sha256sum -c` takes, run where the archive was unpacked."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files if not file.damaged).encode()


def manifest_of(assignment_id: str, files: Sequence[ArchivedFile], at: datetime) -> bytes:
    """What each file is, and what was said of it."""
    told: dict[str, Json] = {
        "assignment_id": assignment_id,
        "made_at": at.isoformat(),
        "files": [_told(file) for file in files],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _told(file: ArchivedFile) -> dict[str, Json]:
    return {
        "path": None if file.damaged else file.path,
        "damaged": file.damaged,
        "evidence_id": file.evidence_id,
        "kind": file.kind,
        "withdrawn": file.withdrawn,
        "version": file.version,
        "position": file.position,
        "filename": file.filename,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "document_number": file.document_number,
        "effective_on": file.effective_on.isoformat() if file.effective_on else None,
        "submitted_at": file.submitted_at.isoformat(),
        "verdicts": [
            {"level": each.level, "verdict": each.verdict, "decided_at": each.decided_at.isoformat()}
            for each in file.verdicts
        ],
    }
