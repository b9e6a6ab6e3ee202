"""Status, percent and verdict change here and nowhere else: with their history, alert days, and event."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit, outbox
from shared.db.appending import append, fill_in
from shared.db.ids import new_id
from shared.db.models import Assignment, AssignmentTransition
from shared.domain.alert_rules import AlertRule, AssignmentFacts, red_from
from shared.domain.assignment_states import Action, AssignmentStatus, next_status
from shared.domain.calendar import local_date
from shared.domain.roadmaps import Roadmap, RoadmapPoint
from shared.events import AssignmentChanged

# A verdict below the last level also leaves the work in appraisal, but the day of its submission stays.
_SUBMISSIONS = frozenset({Action.SUBMIT_COMPLETION, Action.SUBMIT_NEW_EVIDENCE})


def roadmap_of(assignment: Assignment) -> Roadmap | None:
    """The planned course of an assignment; none without a deadline."""
    if assignment.due_on is None:
        return None
    points = tuple(
        RoadmapPoint(date.fromisoformat(str(point["on"])), Decimal(str(point["percent"])))
        for point in assignment.roadmap
        # A deadline that moved to an earlier day leaves points behind it, which are its own again if it moves back.
        if str(point["on"]) < assignment.due_on.isoformat()
    )
    return Roadmap(start=assignment.starts_on, due=assignment.due_on, points=points)


def facts_of(assignment: Assignment) -> AssignmentFacts:
    """What the alert rules need to know of an assignment."""
    return AssignmentFacts(
        status=AssignmentStatus(assignment.status),
        percent=assignment.percent,
        roadmap=roadmap_of(assignment),
        due=assignment.due_on,
        submitted_on=assignment.submitted_on,
        completed_on=assignment.completed_on,
        verdict=assignment.verdict,
        verdict_on=assignment.verdict_on,
    )


def set_alert_days(assignment: Assignment) -> None:
    """Write down from which day each red rule will be met if nothing more happens."""
    days = red_from(facts_of(assignment))
    assignment.overdue_from = days.get(AlertRule.OVERDUE)
    assignment.lagging_from = days.get(AlertRule.LAGGING)
    assignment.poor_quality_from = days.get(AlertRule.POOR_QUALITY)


def move(
    session: AsyncSession,
    assignment: Assignment,
    action: Action,
    actor: audit.Actor,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Take `action` on a locked assignment whose other facts are already set.

    Raises Conflict("transition-not-allowed") when the state table has no such step.
    """
    before = AssignmentStatus(assignment.status)
    after = next_status(before, action)
    submitted = action in _SUBMISSIONS
    if submitted:
        assignment.submitted_on = local_date(now)
    completed = after is AssignmentStatus.COMPLETED
    assignment.completed_on = local_date(now) if completed else None
    assignment.percent = Decimal(100) if completed else assignment.percent
    assignment.status = after
    set_alert_days(assignment)
    assignment.version += 1
    if submitted or after is not before:
        append(
            session,
            AssignmentTransition,
            id=new_id(),
            assignment_id=assignment.id,
            from_status=before,
            to_status=after,
            action=action,
            actor=audit.actor_name(actor),
            organization_id=audit.actor_organization(actor),
            occurred_at=now,
            reason=reason,
        )
    outbox.add(session, AssignmentChanged(assignment_id=assignment.id, status=after))


MOVED = (
    *("status", "percent", "version", "submitted_on", "completed_on"),
    *("overdue_from", "lagging_from", "poor_quality_from"),
)
"""What `move` may change of an assignment."""


def write_moved(session: AsyncSession, assignment: Assignment, *, now: datetime) -> None:
    """Write what `move` changed of an assignment that stands outside the session, with the rows appended."""
    changed = {name: getattr(assignment, name) for name in MOVED}
    fill_in(session, Assignment, {"id": assignment.id}, updated_at=now, **changed)
