"""Writes what another look at a stored file showed: it is sound, or it is never served again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import POLICY_VERSION
from services.alerts_worker.evidence_checks.stepping import own_tool
from services.alerts_worker.stored_files import queries
from services.alerts_worker.stored_files.queries import DamagedFile, StoredFile
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceFinding
from shared.events import EvidenceDamaged

ACTOR = audit.System("verify_stored_files")
STEP = "stored"
"""The step of the finding on a version whose stored bytes were found damaged."""
_DAMAGED = (
    "Tệp lưu trữ đã bị hỏng hoặc mất, không còn đúng với tệp đã nộp nên không được cung cấp: "
    "đơn vị cần nộp phiên bản mới với tệp gốc."
)


async def record_look(
    session: AsyncSession, file: StoredFile, found_sha256: str | None, *, looked_at: datetime, now: datetime
) -> bool:
    """Write down the hash found in the store (None: nothing was there); returns whether the file is sound.

    An upload that came while the file was read is left alone: it stored the same bytes anew. Damage becomes a finding
    on every version with the file, a fact and an entry of the trail.
    """
    uploads = await queries.list_uploads_for_update(session, file.key, looked_at)
    if found_sha256 == file.sha256:
        for upload in uploads:
            upload.verified_at = now
        await session.flush()
        return True
    for upload in uploads:
        upload.damaged_at = now
        after: dict[str, object] = {"sha256": file.sha256, "found_sha256": found_sha256}
        audit.record(session, ACTOR, "upload.damaged", upload, after=after)
        for damaged in await queries.list_damaged(session, upload.id):
            await _record_finding(session, damaged, found_sha256, now)
            outbox.add(session, EvidenceDamaged(evidence_id=damaged.evidence_id, version=damaged.version))
    await session.flush()
    return False


async def _record_finding(session: AsyncSession, damaged: DamagedFile, found_sha256: str | None, now: datetime) -> None:
    """One finding for a version; a second damaged file of it is added to the first."""
    fact = {"position": damaged.position, "sha256": damaged.sha256, "found_sha256": found_sha256}
    finding = await queries.find_finding(session, damaged.version_id, STEP)
    if finding is None:
        tool = own_tool()
        finding = EvidenceFinding(
            id=new_id(),
            evidence_version_id=damaged.version_id,
            step=STEP,
            tool=tool.name,
            tool_version=tool.version,
            policy_version=POLICY_VERSION,
            outcome="mismatch",
            message=_DAMAGED,
            facts={"files": []},
        )
        session.add(finding)
    files = finding.facts["files"]
    assert isinstance(files, list)
    finding.facts = {"files": [*files, fact]}
    finding.outcome = "lost" if found_sha256 is None else "mismatch"
    finding.found_at = now
    await session.flush()
