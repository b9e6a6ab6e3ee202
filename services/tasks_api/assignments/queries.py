"""Reads of single assignments and their history."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks_api.assignments.page import ITEM
from shared.db.driver import fetch_row, prepare
from shared.db.models import (
    Assignment,
    AssignmentTransfer,
    AssignmentTransition,
    Evidence,
    EvidenceAssignment,
    EvidenceVersion,
    Organization,
    OrganizationSuccession,
    ProgressUpdate,
)
from shared.db.visibility import SHOWN_TO_VIEWER, is_shown
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

TransferRow = Row[AssignmentTransfer, OrganizationSuccession, Organization, Organization]

_NOT_FOUND = ("assignment-not-found", "Không tìm thấy việc được giao này.")

_ONE = text(f"""
    SELECT {ITEM}::text AS item, a.version
    FROM shown_assignments a
    JOIN organizations o ON o.id = a.organization_id
    WHERE a.id = :assignment AND {SHOWN_TO_VIEWER}
""")


# Built once: a request spends more time on building a statement than Postgres on answering it.
_FOR_UPDATE = (
    select(Assignment, Organization)
    .join(Organization, Organization.id == Assignment.organization_id)
    .where(Assignment.id == bindparam("assignment_id"), is_shown(Assignment.id, bindparam("viewer")))
    .with_for_update(of=Assignment, key_share=True)
    .execution_options(populate_existing=True)
)


async def get_assignment_for_update(
    session: AsyncSession, principal: Principal, assignment_id: UUID
) -> tuple[Assignment, Organization]:
    """The assignment, locked for a change, and the organization that leads it; NotFound when the caller may
    not know of it.

    Rows that name it may come meanwhile, as those of `pending_appraisals` do: whoever makes them holds evidence, which
    a completion waits for.
    """
    values = {"assignment_id": assignment_id, "viewer": principal.organization_id}
    row = (await session.execute(_FOR_UPDATE, values)).one_or_none()
    if row is None:
        raise NotFound(*_NOT_FOUND)
    return row[0], row[1]


FOR_PROGRESS = prepare(f"""
    SELECT {", ".join(f"a.{column.name}" for column in Assignment.__table__.columns)},
           o.path AS lead_path, o.name AS lead_name
    FROM assignments a
    JOIN organizations o ON o.id = a.organization_id
    WHERE a.id = :assignment AND {SHOWN_TO_VIEWER}
    FOR NO KEY UPDATE OF a
""")


async def get_assignment_for_progress(
    session: AsyncSession, principal: Principal, assignment_id: UUID
) -> tuple[Assignment, Organization]:
    """`get_assignment_for_update` for the most frequent write of all: both stand outside the session, which writes
    neither (`shared.tracking.moving.write_moved`).
    """
    values = {"assignment": assignment_id, "viewer": principal.organization_id}
    row = await fetch_row(session, FOR_PROGRESS, values)
    if row is None:
        raise NotFound(*_NOT_FOUND)
    found = dict(row)
    lead = Organization(path=found.pop("lead_path"), name=found.pop("lead_name"))
    return Assignment(**found), lead


async def get_assignment(
    session: AsyncSession, principal: Principal, assignment_id: UUID, *, today: date
) -> tuple[bytes, int]:
    """The assignment as JSON, and its version; NotFound when the caller may not know of it."""
    values = {"assignment": assignment_id, "viewer": principal.organization_id, "today": today}
    row = (await session.execute(_ONE, values)).one_or_none()
    if row is None:
        raise NotFound(*_NOT_FOUND)
    return row.item.encode(), row.version


async def list_transitions(session: AsyncSession, assignment_id: UUID) -> Sequence[AssignmentTransition]:
    """Every change of status, oldest first."""
    statement = select(AssignmentTransition).where(AssignmentTransition.assignment_id == assignment_id)
    ordered = statement.order_by(AssignmentTransition.occurred_at, AssignmentTransition.id)
    return (await session.scalars(ordered)).all()


async def list_transfers(session: AsyncSession, assignment_id: UUID) -> Sequence[TransferRow]:
    """Every passing to another organization with its succession, from whom and to whom, oldest first."""
    giver, taker = aliased(Organization), aliased(Organization)
    statement = (
        select(AssignmentTransfer, OrganizationSuccession, giver, taker)
        .join(OrganizationSuccession, OrganizationSuccession.id == AssignmentTransfer.succession_id)
        .join(giver, giver.id == AssignmentTransfer.from_organization_id)
        .join(taker, taker.id == AssignmentTransfer.to_organization_id)
        .where(AssignmentTransfer.assignment_id == assignment_id)
        .order_by(AssignmentTransfer.transferred_at, AssignmentTransfer.effective_on)
    )
    return (await session.execute(statement)).all()


async def list_progress(session: AsyncSession, assignment_id: UUID) -> Sequence[ProgressUpdate]:
    """Every progress update, oldest first."""
    statement = select(ProgressUpdate).where(ProgressUpdate.assignment_id == assignment_id)
    return (await session.scalars(statement.order_by(ProgressUpdate.recorded_at, ProgressUpdate.id))).all()


async def list_released_versions(
    session: AsyncSession, assignment_id: UUID, evidence_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """Of these pieces of evidence of the assignment, those that stand and whose current version is released, with its
    number.
    """
    statement = (
        select(Evidence.id, Evidence.current_version)
        .join(
            EvidenceVersion,
            (EvidenceVersion.evidence_id == Evidence.id) & (EvidenceVersion.number == Evidence.current_version),
        )
        .join(EvidenceAssignment, EvidenceAssignment.evidence_id == Evidence.id)
        .where(
            EvidenceAssignment.assignment_id == assignment_id,
            Evidence.id.in_(evidence_ids),
            Evidence.withdrawn_at.is_(None),
            EvidenceVersion.state == "released",
        )
    )
    return {row.id: row.current_version for row in (await session.execute(statement)).all()}
