"""Moves a version of evidence through its checks, once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import queries
from services.alerts_worker.evidence_checks.fingerprints.operations import record_and_compare
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.rules import RECEIVED, RELEASED, FileReading, examine
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceFinding
from shared.domain.appraisal_risks import risk_of
from shared.events import EvidenceReleased

ACTOR = audit.System("check_evidence")


async def check_version(
    session: AsyncSession,
    evidence_id: UUID,
    number: int,
    files: Sequence[FileReading],
    compared: Sequence[ComparedFile],
    *,
    now: datetime,
) -> None:
    """Record what the files of a received version were found to be and where they were met before, and release or
    refuse it. Files of a refused version are not compared.

    A version that was checked before stays as it is.
    """
    version, assignment_id = await queries.get_version_for_update(session, evidence_id, number)
    if version.state != RECEIVED:
        return
    examination = examine(files)
    findings = list(examination.findings)
    if examination.state == RELEASED:
        findings += await record_and_compare(session, version, compared, now=now)
    # Findings are listed by their ids; those made within one millisecond would fall in any order.
    ids = sorted(new_id() for _ in findings)
    session.add_all(
        EvidenceFinding(
            id=finding_id,
            evidence_version_id=version.id,
            step=finding.step,
            outcome=finding.outcome,
            facts=finding.facts,
            found_at=now,
        )
        for finding_id, finding in zip(ids, findings, strict=True)
    )
    version.risk = risk_of((finding.step, finding.outcome) for finding in examination.findings)
    version.state = examination.state
    if examination.state == RELEASED:
        version.released_at = now
        outbox.add(session, EvidenceReleased(evidence_id=evidence_id, version=number, assignment_id=assignment_id))
    audit.record(
        session,
        ACTOR,
        f"evidence.{examination.state}",
        version,
        before={"state": RECEIVED},
        after={
            "state": examination.state,
            "findings": {finding.step: finding.outcome for finding in findings},
        },
    )
    await session.flush()
