"""What an amendment means for the assignments: their states, leads and terms follow the plan as it now stands."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments import queries
from services.alerts_worker.amendments.rules import Held, Span, is_over, place
from services.alerts_worker.amendments.tasks import Rewritten
from services.alerts_worker.amendments.terms import retime
from shared import audit, outbox
from shared.db.calendar import load_calendar
from shared.db.models import Amendment, Assignment, Plan, Task
from shared.db.viewers import keep_in_order, show
from shared.domain.assignment_states import CLOSED, TRANSITIONS, Action, AssignmentStatus, action_resuming
from shared.domain.cycles import CycleKind
from shared.events import AssignmentChanged, AssignmentResumed
from shared.tracking.moving import move
from shared.tracking.opening import LedSince, cycles_of, open_begun_cycles, record_opened

_ENDED = frozenset({AssignmentStatus.COMPLETED, AssignmentStatus.CANCELLED})
_STOPPED = frozenset({AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED})
_ACTION_OF_STATE = {"suspended": Action.SUSPEND, "cancelled": Action.CANCEL}
Leads = Mapping[UUID, LedSince]


class Following:
    """Carries one amendment over to the assignments of its plan."""

    def __init__(
        self, session: AsyncSession, actor: audit.Actor, plan: Plan, amendment: Amendment, *, on: date, now: datetime
    ) -> None:
        self._session = session
        self._actor = actor
        self._plan = plan
        self._amendment = amendment
        self._on = on
        self._now = now
        self._reason = f"Văn bản điều chỉnh số {amendment.number} ngày {amendment.issued_on:%d/%m/%Y}"
        self._assignments: dict[UUID, list[Assignment]] = {}
        self._passed_on: set[tuple[UUID, str, date]] = set()
        self._stood: dict[UUID, AssignmentStatus] = {}
        self.moved: list[UUID] = []
        """The assignments whose term is another now."""

    async def follow(self, done: Rewritten, before: Leads, after: Leads) -> int:
        """Returns how many assignments were opened. `before` and `after` are who led the tasks with other leads."""
        recurring = [task for task in done.tasks.values() if done.term and task.deadline_recurrence]
        redated = {task.id: task for task in [*done.with_changed("deadline"), *recurring]}
        restated = done.with_changed("state")
        helped = done.with_changed("coordinating")
        concerned = {*redated, *before, *(task.id for task in (*restated, *helped))}
        for each in await queries.list_assignments(self._session, concerned):
            self._assignments.setdefault(each.task_id, []).append(each)
        stopped = [each.id for found in self._assignments.values() for each in found if each.status in _STOPPED]
        self._stood = await queries.load_stood(self._session, stopped)
        for task in restated:
            self._restate(task)
        for task_id in before:
            task = done.tasks[task_id]
            if await self._replace_leads(task, before[task_id], after.get(task_id, {})):
                redated.setdefault(task_id, task)
        await self._redate(redated.values())
        await self._session.flush()
        everything = [each for assignments in self._assignments.values() for each in assignments]
        await keep_in_order(self._session, [each.id for each in everything])
        opened = await open_begun_cycles(
            self._session, self._plan, self._actor, on=self._on, now=self._now, passed_on=self._passed_on
        )
        record_opened(self._session, self._actor, opened)
        await show(self._session, [each.id for task in helped for each in self._assignments.get(task.id, ())])
        return len(opened)

    def _restate(self, task: Task) -> None:
        for each in self._assignments.get(task.id, ()):
            if each.status != AssignmentStatus.CANCELLED:
                self._move(each, _ACTION_OF_STATE.get(task.state) or self._resuming(each))

    async def _replace_leads(self, task: Task, before: LedSince, after: LedSince) -> bool:
        """Whoever leads no more is released from what is open, and whoever leads again takes up what they left: True
        when somebody does.
        """
        gone = await queries.list_with_successors(self._session, before.keys() - after.keys())
        gone -= await queries.list_with_successors(self._session, after.keys())
        returned = False
        for each in self._assignments.get(task.id, ()):
            come = each.organization_id in after and each.organization_id not in before
            if each.organization_id in gone and each.status not in _ENDED:
                self._passed_on.add((task.id, each.cycle_kind, each.cycle_starts_on))
                self._move(each, Action.CANCEL)
            elif come and self._may_return(task, each):
                self._move(each, self._resuming(each))
                returned = True
        return returned

    def _resuming(self, assignment: Assignment) -> Action:
        return action_resuming(self._stood.get(assignment.id, AssignmentStatus.IN_PROGRESS))

    def _may_return(self, task: Task, assignment: Assignment) -> bool:
        over = is_over(_held(assignment).span, self._amendment.effective_on)
        return task.state == "active" and assignment.status == AssignmentStatus.CANCELLED and not over

    def _move(self, assignment: Assignment, action: Action) -> None:
        """Where the table has no such step there is nothing to do: completed work is not suspended."""
        status = AssignmentStatus(assignment.status)
        if (status, action) in TRANSITIONS:
            move(self._session, assignment, action, self._actor, now=self._now, reason=self._reason)
            if status in CLOSED and assignment.status not in CLOSED:
                outbox.add(self._session, AssignmentResumed(assignment_id=assignment.id))
            self._record(assignment, {"status": status}, {"status": assignment.status})

    async def _redate(self, tasks: Iterable[Task]) -> None:
        calendar = await load_calendar(self._session)
        ids = [each.id for assignments in self._assignments.values() for each in assignments]
        terms = await queries.load_last_terms(self._session, ids)
        for task in tasks:
            spans = cycles_of(task, self._plan, self._on)
            for each, span in self._placed(task, spans):
                before = _term(each)
                if span is None:
                    self._move(each, Action.CANCEL)
                elif retime(
                    self._session,
                    each,
                    task,
                    span,
                    self._amendment,
                    calendar=calendar,
                    last=terms.get(each.id),
                ):
                    self.moved.append(each.id)
                    outbox.add(self._session, AssignmentChanged(assignment_id=each.id, status=each.status))
                    self._record(each, before, _term(each))

    def _placed(self, task: Task, spans: Iterable[Span]) -> list[tuple[Assignment, Span | None]]:
        # What an organization took over from another stands beside what it owes itself.
        by_organization: dict[tuple[UUID, UUID | None], list[Assignment]] = {}
        for each in self._assignments.get(task.id, ()):
            by_organization.setdefault((each.organization_id, each.carried_from_id), []).append(each)
        found: list[tuple[Assignment, Span | None]] = []
        for assignments in by_organization.values():
            placed = place([_held(each) for each in assignments], list(spans), self._amendment.effective_on)
            found += [(each, placed[each.id]) for each in assignments if each.id in placed]
        return found

    def _record(self, assignment: Assignment, before: dict[str, object], after: dict[str, object]) -> None:
        after = after | {"amendment_id": str(self._amendment.id)}
        audit.record(self._session, self._actor, "assignment.amended", assignment, before=before, after=after)


def _held(assignment: Assignment) -> Held:
    kind, named = CycleKind(assignment.cycle_kind), assignment.cycle_due_on
    span = (kind, assignment.cycle_starts_on, assignment.cycle_ends_on, named)
    return Held(assignment.id, span, assignment.status not in _ENDED)


def _term(assignment: Assignment) -> dict[str, object]:
    return {
        "cycle_kind": assignment.cycle_kind,
        "cycle_starts_on": assignment.cycle_starts_on.isoformat(),
        "due_on": assignment.due_on.isoformat() if assignment.due_on else None,
    }
