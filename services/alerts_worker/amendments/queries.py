"""Which amendments are due, and what they touch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import case, exists, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments.rules import LastTerm
from shared.db.models import (
    Alert,
    Amendment,
    AmendmentChange,
    Assignment,
    AssignmentDeadline,
    AssignmentTransition,
    CompletionEvidence,
    Evidence,
    Indicator,
    IndicatorTarget,
    Organization,
    OrganizationGroup,
    Task,
    TaskGroup,
    TaskOrganization,
)
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.successions import ENDING


async def list_due(session: AsyncSession, on: date) -> Sequence[Amendment]:
    """In force by the day and not applied yet, oldest first, locked."""
    statement = (
        select(Amendment)
        .where(Amendment.state == "draft", Amendment.effective_on <= on)
        .order_by(Amendment.effective_on, Amendment.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def list_changes(session: AsyncSession, amendment: Amendment) -> Sequence[AmendmentChange]:
    """What an amendment changes, in its order."""
    statement = select(AmendmentChange).where(AmendmentChange.amendment_id == amendment.id)
    return (await session.scalars(statement.order_by(AmendmentChange.position))).all()


async def list_tasks(session: AsyncSession, plan_id: UUID) -> Sequence[Task]:
    """Every task of a plan in its order, locked."""
    statement = select(Task).where(Task.plan_id == plan_id).order_by(Task.position, Task.id)
    return (await session.scalars(statement.with_for_update())).all()


async def list_groups(session: AsyncSession, plan_id: UUID) -> list[TaskGroup]:
    """The headings of a plan in their order."""
    statement = select(TaskGroup).where(TaskGroup.plan_id == plan_id).order_by(TaskGroup.position)
    return list((await session.scalars(statement)).all())


async def list_named(session: AsyncSession, task_id: UUID, role: str) -> Sequence[TaskOrganization]:
    """Who is named in one cell of a task."""
    statement = select(TaskOrganization).where(TaskOrganization.task_id == task_id, TaskOrganization.role == role)
    return (await session.scalars(statement.order_by(TaskOrganization.id))).all()


async def list_assignments(session: AsyncSession, task_ids: Collection[UUID]) -> Sequence[Assignment]:
    """Every assignment of these tasks, locked, earliest cycle first."""
    statement = (
        select(Assignment)
        .where(Assignment.task_id.in_(task_ids))
        .order_by(Assignment.cycle_starts_on, Assignment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def load_last_terms(session: AsyncSession, assignment_ids: Collection[UUID]) -> dict[UUID, LastTerm]:
    """The term recorded last of those assignments that amendments moved already."""
    statement = (
        select(AssignmentDeadline.assignment_id, AssignmentDeadline.number, AssignmentDeadline.from_on)
        .where(AssignmentDeadline.assignment_id.in_(assignment_ids))
        .ext(distinct_on(AssignmentDeadline.assignment_id))
        .order_by(AssignmentDeadline.assignment_id, AssignmentDeadline.number.desc())
    )
    return {row[0]: LastTerm(row[1], row[2]) for row in (await session.execute(statement)).all()}


async def load_stood(session: AsyncSession, assignment_ids: Collection[UUID]) -> dict[UUID, AssignmentStatus]:
    """The status in which each of these assignments was put off or given up, whatever has come since. What awaited
    appraisal stands there again only while its completion has evidence that was not withdrawn.
    """
    stopped = (AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED)
    submitted = exists().where(
        CompletionEvidence.assignment_id == AssignmentTransition.assignment_id,
        Evidence.id == CompletionEvidence.evidence_id,
        Evidence.withdrawn_at.is_(None),
    )
    statement = (
        select(AssignmentTransition.assignment_id, AssignmentTransition.from_status, submitted)
        .where(
            AssignmentTransition.assignment_id.in_(assignment_ids),
            AssignmentTransition.to_status.in_(stopped),
            AssignmentTransition.from_status.not_in(stopped),
        )
        .ext(distinct_on(AssignmentTransition.assignment_id))
        .order_by(AssignmentTransition.assignment_id, AssignmentTransition.id.desc())
    )
    rows = (await session.execute(statement)).all()
    stood = {row[0]: AssignmentStatus(row[1]) for row in rows if row[1]}
    bare = {row[0] for row in rows if not row[2]}
    return {
        id_: AssignmentStatus.IN_PROGRESS if status is AssignmentStatus.AWAITING_APPRAISAL and id_ in bare else status
        for id_, status in stood.items()
    }


async def load_ids(session: AsyncSession, names: Sequence[Mapping[str, str | None]]) -> dict[tuple[str, str], UUID]:
    """The organizations and groups that names stand for, by (`organization`, code) or (`group`, name)."""
    codes = {name["organization"] for name in names if name["organization"]}
    groups = {name["group"] for name in names if name["group"]}
    found = {
        ("organization", code): id_
        for code, id_ in (
            await session.execute(select(Organization.code, Organization.id).where(Organization.code.in_(codes)))
        ).all()
    }
    rows = await session.execute(
        select(OrganizationGroup.name, OrganizationGroup.id).where(OrganizationGroup.name.in_(groups))
    )
    return found | {("group", name): id_ for name, id_ in rows.all()}


async def find_last_position(session: AsyncSession, plan_id: UUID) -> int:
    """The place of a plan's last task; 0 without any."""
    return await session.scalar(select(func.max(Task.position)).where(Task.plan_id == plan_id)) or 0


async def list_indicators(session: AsyncSession, indicator_ids: Collection[UUID]) -> Sequence[Indicator]:
    """These indicators, locked: nobody sets their targets meanwhile."""
    statement = select(Indicator).where(Indicator.id.in_(indicator_ids)).order_by(Indicator.id).with_for_update()
    return (await session.scalars(statement)).all()


async def list_targets(session: AsyncSession, indicator_id: UUID) -> Sequence[IndicatorTarget]:
    """Every target an indicator ever had."""
    return (await session.scalars(select(IndicatorTarget).where(IndicatorTarget.indicator_id == indicator_id))).all()


async def find_last_indicator(session: AsyncSession, plan_id: UUID) -> int:
    """The place of a plan's last indicator; 0 without any."""
    return await session.scalar(select(func.max(Indicator.position)).where(Indicator.plan_id == plan_id)) or 0


async def list_outdated_alerts(session: AsyncSession, assignment_ids: Collection[UUID]) -> Sequence[UUID]:
    """Open alerts of these assignments that count from another day than the assignment's own."""
    since = case((Alert.rule == "overdue", Assignment.overdue_from), else_=Assignment.lagging_from)
    statement = (
        select(Alert.id)
        .join(Assignment, Assignment.id == Alert.assignment_id)
        .where(
            Alert.assignment_id.in_(assignment_ids),
            Alert.closed_on.is_(None),
            Alert.rule.in_(("overdue", "lagging")),
            Alert.since.is_distinct_from(since),
        )
    )
    return (await session.scalars(statement)).all()


_SUCCESSORS = text("""
    WITH RECURSIVE receivers AS (
        SELECT unnest(CAST(:ids AS uuid[])) AS id
        UNION
        SELECT s.receiver_id FROM receivers r
        JOIN organization_successions s
          ON s.predecessor_id = r.id AND s.kind = ANY (:ending) AND s.applied_at IS NOT NULL
    )
    SELECT id FROM receivers
""")


async def list_with_successors(session: AsyncSession, organization_ids: Collection[UUID]) -> set[UUID]:
    """These organizations, and whoever has taken over what they led."""
    values = {"ids": list(organization_ids), "ending": sorted(ENDING)}
    return set((await session.scalars(_SUCCESSORS, values)).all())
