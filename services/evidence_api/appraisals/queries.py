"""Reads of appraisals: the case to be judged, and the queue of a reviewing body."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, RowMapping, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisals.rules import Case, Submitter
from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    Organization,
    Plan,
    Task,
    Upload,
)
from shared.db.proving import appraised_for
from shared.db.visibility import visible
from shared.domain.assignment_states import CLOSED, AssignmentStatus, Verdict
from shared.domain.principal import Principal

_SHOWN = (
    Evidence.id.label("evidence_id"),
    Evidence.kind,
    EvidenceVersion.number.label("evidence_version"),
    EvidenceVersion.released_at,
    Assignment.id.label("assignment_id"),
    Assignment.due_on,
    Organization.id.label("organization_id"),
    Organization.name.label("organization_name"),
    Plan.number.label("plan_number"),
    Plan.title.label("plan_title"),
    Task.code.label("task_code"),
    Task.title.label("task_title"),
    Task.required_output,
)


async def get_case(session: AsyncSession, evidence: Evidence) -> Case:
    """The current version of a locked piece of evidence, as its appraisal stands.

    Uploads are of one organization: whose they are, is who submitted the version.
    """
    statement = (
        select(
            EvidenceVersion.state,
            Organization.path,
            Plan.reviewing_organization_ids,
            Assignment.status,
        )
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .join(Organization, Organization.id == Upload.organization_id)
        .join(Assignment, Assignment.id == appraised_for(evidence.id))
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(
            EvidenceVersion.evidence_id == evidence.id,
            EvidenceVersion.number == evidence.current_version,
            EvidenceFile.position == 1,
        )
    )
    row = (await session.execute(statement)).one()
    given = (
        select(Appraisal.verdict)
        .where(Appraisal.evidence_id == evidence.id, Appraisal.evidence_version == evidence.current_version)
        .order_by(Appraisal.level)
    )
    submitted = select(EvidenceVersion.submitted_by, EvidenceVersion.submitted_by_issuer).where(
        EvidenceVersion.evidence_id == evidence.id
    )
    return Case(
        version=evidence.current_version,
        status=AssignmentStatus(row.status),
        released=row.state == "released",
        submitters={Submitter(*who) for who in await session.execute(submitted)},
        submitter_path=row.path,
        reviewers=row.reviewing_organization_ids,
        verdicts=[Verdict(verdict) for verdict in (await session.scalars(given)).all()],
    )


async def list_of_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Appraisal]:
    """Verdicts on a piece of evidence the caller may see, oldest first."""
    statement = (
        select(Appraisal)
        .join(Evidence, Evidence.id == Appraisal.evidence_id)
        .where(Appraisal.evidence_id == evidence_id, visible(principal, Evidence))
        .order_by(Appraisal.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Appraisal.id > after)
    return (await session.scalars(statement)).all()


async def list_pending(
    session: AsyncSession, principal: Principal, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Released evidence whose next verdict is the caller's organization's to give, longest waiting first."""
    given = (
        select(func.count())
        .where(Appraisal.evidence_id == Evidence.id, Appraisal.evidence_version == Evidence.current_version)
        .scalar_subquery()
    )
    refused = (
        select(Appraisal.id)
        .where(
            Appraisal.evidence_id == Evidence.id,
            Appraisal.evidence_version == Evidence.current_version,
            Appraisal.verdict == Verdict.INVALID,
        )
        .exists()
    )
    level = (given + 1).cast(Integer)
    statement = (
        _proving(select(*_SHOWN, level.label("level")), principal)
        .where(
            EvidenceVersion.number == Evidence.current_version,
            EvidenceVersion.state == "released",
            Evidence.withdrawn_at.is_(None),
            Plan.reviewing_organization_ids[level] == principal.organization_id,
            ~refused,
            Assignment.status.not_in(CLOSED),
        )
        .order_by(EvidenceVersion.released_at, Evidence.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(EvidenceVersion.released_at, Evidence.id) > after)
    return (await session.execute(statement)).mappings().all()


async def list_decided(
    session: AsyncSession, principal: Principal, *, after: UUID | None, limit: int
) -> Sequence[tuple[dict[str, Any], Appraisal]]:
    """Verdicts the caller's organization gave, latest first, each with what it was given on."""
    statement = (
        _proving(select(Appraisal, *_SHOWN), principal)
        .join(
            Appraisal,
            (Appraisal.evidence_id == Evidence.id) & (Appraisal.evidence_version == EvidenceVersion.number),
        )
        .where(Appraisal.organization_id == principal.organization_id)
        .order_by(Appraisal.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Appraisal.id < after)
    rows = [dict(row) for row in (await session.execute(statement)).mappings()]
    return [(row, row.pop("Appraisal")) for row in rows]


def _proving(statement: Select[*tuple[Any, ...]], principal: Principal) -> Select[*tuple[Any, ...]]:
    """Joins visible evidence to its versions and to what it proves."""
    return (
        statement.select_from(Evidence)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Assignment, Assignment.id == appraised_for(Evidence.id))
        .join(Organization, Organization.id == Assignment.organization_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(visible(principal, Evidence))
    )
