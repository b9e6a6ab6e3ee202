"""Reads of a version of evidence: its files, what was declared and promised, what its checks found already."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import (
    TYPE_STEP,
    UNPACKING_STEP,
    WAITING,
    Case,
    CheckedFile,
    Declared,
    Place,
    State,
)
from shared.db.models import (
    Assignment,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceReuse,
    EvidenceVersion,
    Organization,
    Task,
    Upload,
)
from shared.domain.evidence_reuse import STEP, outcome_of


async def get_case(session: AsyncSession, evidence_id: UUID, number: int) -> Case:
    """The version as it stands now."""
    statement = (
        select(EvidenceVersion, Evidence, Task.required_output)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Assignment, Assignment.id == Evidence.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number == number)
    )
    version, evidence, required_output = (await session.execute(statement)).one()
    findings = (
        await session.scalars(select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version.id))
    ).all()
    waiting = [finding for finding in findings if finding.outcome == WAITING]
    told = {(finding.step, finding.position): finding.facts for finding in findings}
    return Case(
        evidence_id=evidence_id,
        number=number,
        version_id=version.id,
        assignment_id=evidence.assignment_id,
        organization_id=evidence.organization_id,
        received_at=version.created_at,
        kind=evidence.kind,
        state=State(version.state),
        runs=version.check_runs,
        files=await _list_files(session, version.id, told),
        declared=Declared(
            version.document_number, version.document_issued_on, version.document_issuer, required_output
        ),
        link_url=version.link_url,
        found=frozenset((finding.step, finding.position) for finding in findings if finding.outcome != WAITING),
        waits={(finding.step, finding.position): _number(finding, "tries") for finding in waiting},
        misses={(finding.step, finding.position): _number(finding, "misses") for finding in waiting},
    )


async def _list_files(
    session: AsyncSession, version_id: UUID, told: Mapping[Place, Mapping[str, Any]]
) -> list[CheckedFile]:
    """In order; `told` gives the facts that steps found."""
    statement = (
        select(EvidenceFile.position, Upload)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(EvidenceFile.evidence_version_id == version_id)
        .order_by(EvidenceFile.position)
    )
    return [
        CheckedFile(
            position=position,
            filename=upload.filename,
            media_type=str(told.get((TYPE_STEP, position), {}).get("media_type") or upload.media_type),
            size=upload.size,
            sha256=upload.sha256,
            storage_key=upload.storage_key,
            expanded=int(told.get((UNPACKING_STEP, position), {}).get("expanded") or 0),
        )
        for position, upload in (await session.execute(statement)).all()
    ]


def _number(finding: EvidenceFinding, fact: str) -> int:
    number = finding.facts.get(fact)
    return number if isinstance(number, int) else 0


async def list_outcomes(session: AsyncSession, version: EvidenceVersion) -> list[tuple[str, str]]:
    """(step, outcome) of every finding on a version. Whether it was met before is known better by now than when it was
    compared: as when its findings are read.
    """
    statement = select(EvidenceFinding.step, EvidenceFinding.position, EvidenceFinding.outcome)
    findings = (await session.execute(statement.where(EvidenceFinding.evidence_version_id == version.id))).all()
    reuses = select(EvidenceReuse.position).where(EvidenceReuse.evidence_version_id == version.id).distinct()
    met = {position or 1 for position in await session.scalars(reuses)}
    now_known = outcome_of(reused=True, declared=version.reuse_reason is not None, whole=True)
    return [(step, now_known if step == STEP and position in met else outcome) for step, position, outcome in findings]


async def find_named(session: AsyncSession, name: str) -> UUID | None:
    """The organization that bears this very name, if one alone does."""
    statement = select(Organization.id).where(func.lower(Organization.name) == name.strip().lower()).limit(2)
    found = (await session.scalars(statement)).all()
    return found[0] if len(found) == 1 else None


async def get_version_for_update(session: AsyncSession, version_id: UUID) -> EvidenceVersion:
    """The version, locked until the transaction ends. That it was met before may be recorded meanwhile."""
    return await session.get_one(
        EvidenceVersion, version_id, with_for_update={"key_share": True}, populate_existing=True
    )


async def get_numbered_for_update(session: AsyncSession, evidence_id: UUID, number: int) -> EvidenceVersion:
    """As `get_version_for_update`, by its number."""
    statement = select(EvidenceVersion.id).where(
        EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number == number
    )
    return await get_version_for_update(session, (await session.scalars(statement)).one())


async def list_due_for_update(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[EvidenceVersion]:
    """Versions whose checks are to go on, the longest due first; those somebody holds are left to them, and
    addresses are fetched first.
    """
    fetched = exists().where(EvidenceFile.evidence_version_id == EvidenceVersion.id)
    statement = (
        select(EvidenceVersion)
        .where(EvidenceVersion.checks_due_at <= now, or_(EvidenceVersion.link_url.is_(None), fetched))
        .order_by(EvidenceVersion.checks_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()
