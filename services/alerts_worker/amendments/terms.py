"""The term of an assignment moves, and what it was before stays on record."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments.rules import LastTerm, Span
from shared.db.appending import append
from shared.db.ids import new_id
from shared.db.models import Amendment, Assignment, AssignmentDeadline, Task
from shared.domain.calendar import WorkCalendar
from shared.tracking.moving import set_alert_days
from shared.tracking.opening import NO_DUE, roadmap_within


def retime(
    session: AsyncSession,
    assignment: Assignment,
    task: Task,
    span: Span,
    amendment: Amendment,
    *,
    calendar: WorkCalendar,
    last: LastTerm | None,
) -> bool:
    """Move a locked assignment to this span as from the day the amendment is in force; False when that says nothing
    new. `last` is what an earlier amendment left on record: said again for days before it, the same term is new.
    """
    kind, starts_on, ends_on, named = span
    due_on = calendar.enforced_due(named) if named else None
    roadmap = roadmap_within(task, starts_on, due_on)
    new = (str(kind), starts_on, ends_on, named, starts_on, due_on, roadmap)
    if new == (
        assignment.cycle_kind,
        assignment.cycle_starts_on,
        assignment.cycle_ends_on,
        assignment.cycle_due_on,
        assignment.starts_on,
        assignment.due_on,
        assignment.roadmap,
    ) and (last is None or last.from_on <= amendment.effective_on):
        return False
    if last is None:
        _keep(session, assignment, 0, None, date.min)
    assignment.cycle_kind, assignment.cycle_starts_on, assignment.cycle_ends_on = str(kind), starts_on, ends_on
    assignment.cycle_due_on = named
    assignment.starts_on, assignment.due_on, assignment.due_key = starts_on, due_on, due_on or NO_DUE
    assignment.roadmap = roadmap
    _keep(session, assignment, last.number + 1 if last else 1, amendment, amendment.effective_on)
    set_alert_days(assignment)
    assignment.version += 1
    return True


def _keep(
    session: AsyncSession, assignment: Assignment, number: int, amendment: Amendment | None, from_on: date
) -> None:
    append(
        session,
        AssignmentDeadline,
        id=new_id(),
        assignment_id=assignment.id,
        number=number,
        amendment_id=amendment.id if amendment else None,
        from_on=from_on,
        starts_on=assignment.starts_on,
        named_on=assignment.cycle_due_on,
        roadmap=assignment.roadmap,
    )
