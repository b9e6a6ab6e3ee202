"""Opens the assignments a plan owes by a day: one per lead organization and cycle, each exactly once."""

from collections.abc import Iterable, Sequence, Set
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.calendar import load_calendar
from shared.db.groups import list_members
from shared.db.ids import new_id
from shared.db.models import Assignment, AssignmentTransition, Organization, Plan, Task, TaskOrganization
from shared.db.succession import list_steps_from
from shared.db.viewers import show
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.calendar import WorkCalendar
from shared.domain.cycles import CycleKind, begun_cycles
from shared.domain.deadlines import Deadline, DeadlineKind, Recurrence
from shared.domain.successions import bearer_of, receiver_of
from shared.tracking.moving import set_alert_days

NO_DUE = date(9999, 12, 31)
"""`due_key` of an assignment without a known deadline: last in every list."""

LedSince = dict[UUID, date | None]
"""Who leads a task, each with the day since which the task as it stands is theirs; None: from the first."""

OpenedCycle = tuple[CycleKind, date, date | None, date | None]
"""Kind, first day, last day, and the day its work is due: none where no deadline is known."""


def deadline_of(task: Task) -> Deadline:
    """The deadline a task was read to have."""
    return Deadline(
        kind=DeadlineKind(task.deadline_kind),
        start=task.deadline_start,
        due=task.deadline_due,
        recurrence=Recurrence(task.deadline_recurrence) if task.deadline_recurrence else None,
        confidence=1.0,
        days=tuple(task.deadline_days),
    )


async def open_begun_cycles(
    session: AsyncSession,
    plan: Plan,
    actor: audit.Actor,
    *,
    on: date,
    now: datetime,
    passed_on: Set[tuple[UUID, str, date]] = frozenset(),
) -> list[Assignment]:
    """Open every assignment of `plan` whose cycle has begun by `on` and that is not open yet.

    A task without an understood deadline gets one assignment without a due day, so that its work is followed
    all the same. A lead that an amendment named does not owe recurring work that was over by then, unless the cycle
    (task, kind, first day) is `passed_on` from another. Returns the new assignments, flushed and visible to whom they
    concern.
    """
    calendar = await load_calendar(session)
    issuer = await session.get_one(Organization, plan.issuer_id)
    known = await _list_known(session, plan, on)
    tasks = await _list_tasks(session, plan)
    leads = await list_leads(session, tasks, issuer, on)
    opened: list[Assignment] = []
    for task in tasks:
        cycles = cycles_of(task, plan, on)
        for organization_id, since in leads.get(task.id, {}).items():
            for cycle in cycles:
                key = _key(task.id, organization_id, cycle[1], cycle[0])
                if key not in known and (_owed(cycle, since) or (task.id, str(cycle[0]), cycle[1]) in passed_on):
                    known.add(key)
                    opened.append(_assignment(task, organization_id, cycle, calendar))
    session.add_all(opened)
    session.add_all(_first_transition(assignment, actor, now) for assignment in opened)
    await session.flush()
    await show(session, [assignment.id for assignment in opened])
    return opened


def record_opened(session: AsyncSession, actor: audit.Actor, opened: Iterable[Assignment]) -> None:
    """The trail of what `open_begun_cycles` has opened."""
    for assignment in opened:
        after: dict[str, object] = {
            "status": assignment.status,
            "task_id": str(assignment.task_id),
            "organization_id": str(assignment.organization_id),
            "cycle_starts_on": assignment.cycle_starts_on.isoformat(),
            "due_on": assignment.due_on.isoformat() if assignment.due_on else None,
        }
        audit.record(session, actor, "assignment.opened", assignment, after=after)


async def list_tasks_without_lead(session: AsyncSession, plan: Plan, *, on: date) -> list[str]:
    """Codes of the tasks that no organization leads on a day: none is known, or a collective has no members."""
    tasks = await _list_tasks(session, plan)
    leads = await list_leads(session, tasks, await session.get_one(Organization, plan.issuer_id), on)
    return [task.code for task in tasks if not leads.get(task.id)]


def _key(task_id: UUID, organization_id: UUID, starts_on: date, kind: str) -> tuple[UUID, UUID, date, str]:
    """One-off work is opened once, though an amendment may have moved its first day since."""
    return (task_id, organization_id, date.min if kind == CycleKind.ONCE else starts_on, str(kind))


def _owed(cycle: OpenedCycle, since: date | None) -> bool:
    kind, _, ends_on, _ = cycle
    return since is None or kind is CycleKind.ONCE or ends_on is None or ends_on >= since


def cycles_of(task: Task, plan: Plan, on: date) -> Sequence[OpenedCycle]:
    """The cycles of a task that have begun by `on`, earliest first; one without an end where no deadline is known."""
    deadline = deadline_of(task)
    if deadline.kind is DeadlineKind.UNKNOWN:
        return ((CycleKind.ONCE, plan.starts_on, None, None),)
    begun = begun_cycles(deadline, term_start=plan.starts_on, term_end=plan.ends_on, on=on)
    return [(cycle.kind, cycle.starts_on, cycle.ends_on, cycle.due_on) for cycle in begun]


def _assignment(task: Task, organization_id: UUID, cycle: OpenedCycle, calendar: WorkCalendar) -> Assignment:
    kind, starts_on, ends_on, named = cycle
    due_on = calendar.enforced_due(named) if named else None
    assignment = Assignment(
        id=new_id(),
        task_id=task.id,
        plan_id=task.plan_id,
        organization_id=organization_id,
        cycle_kind=kind,
        cycle_starts_on=starts_on,
        cycle_ends_on=ends_on,
        cycle_due_on=named,
        starts_on=starts_on,
        due_on=due_on,
        due_key=due_on or NO_DUE,
        roadmap=roadmap_within(task, starts_on, due_on),
        status=AssignmentStatus.NOT_STARTED,
        percent=0,
        version=1,
    )
    set_alert_days(assignment)
    return assignment


def roadmap_within(task: Task, starts_on: date, due_on: date | None) -> list[dict[str, object]]:
    """The milestones that fall inside the cycle share the way evenly; the last day is 100 by itself."""
    if due_on is None:
        return []
    days = sorted({str(milestone["due"]) for milestone in task.milestones} - {str(task.deadline_due)})
    inner = [day for day in days if starts_on.isoformat() <= day < due_on.isoformat()]
    return [{"on": day, "percent": round(100 * (n + 1) / (len(inner) + 1), 2)} for n, day in enumerate(inner)]


def _first_transition(assignment: Assignment, actor: audit.Actor, now: datetime) -> AssignmentTransition:
    return AssignmentTransition(
        assignment_id=assignment.id,
        from_status=None,
        to_status=assignment.status,
        action="open",
        actor=audit.actor_name(actor),
        organization_id=audit.actor_organization(actor),
        occurred_at=now,
    )


async def _list_tasks(session: AsyncSession, plan: Plan) -> Sequence[Task]:
    """Those that are worked on: an amendment may have suspended or cancelled others."""
    statement = select(Task).where(Task.plan_id == plan.id, Task.state == "active").order_by(Task.position)
    return (await session.scalars(statement)).all()


async def _list_known(session: AsyncSession, plan: Plan, on: date) -> set[tuple[UUID, UUID, date, str]]:
    """(task, organization, cycle) of all that is open or was: for whoever holds it and, unless it was cancelled, for
    the organization it was opened for and whoever would hold it now: nobody owes once more what has been done.
    """
    statement = select(
        Assignment.task_id,
        Assignment.organization_id,
        Assignment.carried_from_id,
        Assignment.cycle_starts_on,
        Assignment.cycle_kind,
        Assignment.status,
    ).where(Assignment.plan_id == plan.id)
    rows = (await session.execute(statement)).all()
    steps = await list_steps_from(session, {row.organization_id for row in rows}, on)
    return {
        _key(row.task_id, organization_id, row.cycle_starts_on, row.cycle_kind)
        for row in rows
        for organization_id in (
            (row.organization_id,)
            if row.status == AssignmentStatus.CANCELLED
            else (
                row.organization_id,
                row.carried_from_id or row.organization_id,
                receiver_of(row.organization_id, on, steps, row.task_id),
            )
        )
    }


async def list_leads(
    session: AsyncSession, tasks: Iterable[Task], issuer: Organization, on: date
) -> dict[UUID, LedSince]:
    """Lead organizations of each task on a day: collectives fanned out to their members, and in the place of a body
    that has ended whoever received its work.
    """
    statement = select(TaskOrganization).where(
        TaskOrganization.task_id.in_([task.id for task in tasks]), TaskOrganization.role == "lead"
    )
    named = (await session.scalars(statement.order_by(TaskOrganization.id))).all()
    steps = await list_steps_from(session, {lead.organization_id for lead in named if lead.organization_id}, on)
    members: dict[UUID, list[UUID]] = {}
    leads: dict[UUID, LedSince] = {}
    for lead in named:
        of_task = leads.setdefault(lead.task_id, {})
        if lead.organization_id:
            _lead_since(of_task, [bearer_of(lead.organization_id, on, steps, lead.task_id)], lead.since)
        elif lead.group_id:
            if lead.group_id not in members:
                found = await list_members(session, lead.group_id, issuer, on=on)
                members[lead.group_id] = [organization.id for organization in found]
            _lead_since(of_task, members[lead.group_id], lead.since)
    return leads


def _lead_since(of_task: LedSince, organization_ids: Iterable[UUID], since: date | None) -> None:
    """Whoever is named twice has the task since the earlier day."""
    for organization_id in organization_ids:
        other = of_task.get(organization_id, since)
        of_task[organization_id] = min(since, other) if since and other else None
