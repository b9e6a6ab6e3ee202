"""Reads of all that was released of an assignment's evidence."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence_archives.rules import ArchivedFile, VerdictGiven
from shared.db.models import Appraisal, Evidence, EvidenceAssignment, EvidenceFile, EvidenceVersion, Upload
from shared.db.visibility import visible
from shared.domain.principal import Principal


async def list_archived(session: AsyncSession, principal: Principal, assignment_id: UUID) -> list[ArchivedFile]:
    """Files of every released version, in the order they were submitted; of what was withdrawn too."""
    statement = (
        select(Evidence, EvidenceVersion, EvidenceFile.position, Upload)
        .join(EvidenceAssignment, EvidenceAssignment.evidence_id == Evidence.id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(
            EvidenceAssignment.assignment_id == assignment_id,
            EvidenceVersion.state == "released",
            visible(principal, Evidence),
        )
        .order_by(Evidence.id, EvidenceVersion.number, EvidenceFile.position)
    )
    rows = (await session.execute(statement)).all()
    pieces = {evidence_id: place for place, evidence_id in enumerate(dict.fromkeys(row.Evidence.id for row in rows), 1)}
    verdicts = await _list_verdicts(session, set(pieces))
    return [
        ArchivedFile(
            upload_id=upload.id,
            piece=pieces[evidence.id],
            evidence_id=str(evidence.id),
            kind=evidence.kind,
            withdrawn=evidence.withdrawn_at is not None,
            version=version.number,
            position=position,
            filename=upload.filename,
            media_type=upload.media_type,
            size=upload.size,
            sha256=upload.sha256,
            storage_key=upload.storage_key,
            damaged=upload.damaged_at is not None,
            document_number=version.document_number,
            effective_on=version.effective_on,
            submitted_at=version.created_at,
            verdicts=verdicts[evidence.id, version.number],
        )
        for evidence, version, position, upload in rows
    ]


async def _list_verdicts(
    session: AsyncSession, evidence_ids: set[UUID]
) -> defaultdict[tuple[UUID, int], list[VerdictGiven]]:
    standing = (Appraisal.evidence_id.in_(evidence_ids), Appraisal.withdrawn_at.is_(None))
    statement = select(Appraisal).where(*standing).order_by(Appraisal.level)
    given: defaultdict[tuple[UUID, int], list[VerdictGiven]] = defaultdict(list)
    for each in await session.scalars(statement):
        verdict = VerdictGiven(each.level, each.verdict, each.decided_at)
        given[each.evidence_id, each.evidence_version].append(verdict)
    return given
