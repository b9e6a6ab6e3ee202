"""The step that tells where the same bytes were used before, for another assignment."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import Case, CheckedFile, Finding, State
from services.alerts_worker.evidence_checks.stepping import Settle, Step, every_file, own_tool
from services.alerts_worker.evidence_checks.stored import StoredContent
from shared.db.models import Evidence, EvidenceFile, EvidenceVersion, Upload

MOST_USES = 50
"""Earlier uses told of a file: more would tell an appraiser nothing new."""


async def _look(case: Case, file: CheckedFile, _content: StoredContent) -> Settle:
    return lambda session: compare(session, case, file)


async def compare(session: AsyncSession, case: Case, file: CheckedFile) -> Finding:
    """What is told of the file: nobody's earlier use, or the places of each, oldest first."""
    statement = (
        select(Evidence.id, EvidenceVersion.number, Evidence.assignment_id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(
            Upload.sha256 == file.sha256,
            Evidence.assignment_id != case.assignment_id,
            EvidenceVersion.id < case.version_id,
        )
        .order_by(EvidenceVersion.id)
        .limit(MOST_USES)
    )
    uses = [
        {"evidence_id": str(row.id), "version": row.number, "assignment_id": str(row.assignment_id)}
        for row in (await session.execute(statement)).all()
    ]
    if not uses:
        return Finding("new", "Chưa thấy tệp này được dùng cho nhiệm vụ khác.", {"used_before": []})
    message = f"Chính tệp này đã được dùng {len(uses)} lần cho nhiệm vụ khác: cần người thẩm định xem có hợp lý không."
    return Finding("used_before", message, {"used_before": uses})


REUSE = Step(name="reuse", reaches=State.VERIFIED, tool=own_tool(), concerns=every_file, look=_look)
