"""An assignment moves in one way: status, history, alert days and the fact that it changed go together."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import System
from shared.db.models import Assignment, AssignmentTransition, Organization, OutboxEvent
from shared.domain.alert_rules import AlertRule, red_from
from shared.domain.assignment_states import TRANSITIONS, Action, AssignmentStatus
from shared.domain.errors import Conflict
from shared.domain.principal import Role
from shared.tracking.moving import facts_of, move, write_moved
from tests.factories.identity import principal_of
from tests.factories.tracking import make_assignment

NOW = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
TODAY = date(2026, 6, 2)
"""The business date at NOW: already the next morning in Viet Nam."""
ACTOR = System("tests")
SAME = [pair for pair, after in TRANSITIONS.items() if pair[0] is after]
SUBMISSIONS = {Action.SUBMIT_COMPLETION, Action.SUBMIT_NEW_EVIDENCE}
ALL_PAIRS = [(status, action) for status in AssignmentStatus for action in Action]


@pytest.fixture
async def assignment(session: AsyncSession) -> Assignment:
    assignment = await make_assignment(session)
    for row in [*await session.scalars(select(OutboxEvent)), *await session.scalars(select(AssignmentTransition))]:
        await session.delete(row)
    await session.flush()
    return assignment


async def list_transitions(session: AsyncSession) -> list[AssignmentTransition]:
    await session.flush()
    return list(await session.scalars(select(AssignmentTransition).order_by(AssignmentTransition.occurred_at)))


def alert_days(assignment: Assignment) -> list[date | None]:
    return [assignment.overdue_from, assignment.lagging_from, assignment.poor_quality_from]


async def list_events(session: AsyncSession) -> list[tuple[str, dict[str, object]]]:
    await session.flush()
    return [(row.type, row.payload) for row in await session.scalars(select(OutboxEvent).order_by(OutboxEvent.id))]


@pytest.mark.parametrize(("status", "action"), ALL_PAIRS, ids=[f"{s} {a}" for s, a in ALL_PAIRS])
async def test_every_pair_moves_as_the_table_says_or_changes_nothing(
    session: AsyncSession, assignment: Assignment, status: AssignmentStatus, action: Action
) -> None:
    assignment.status = status
    after = TRANSITIONS.get((status, action))

    if after is None:
        with pytest.raises(Conflict, match="transition-not-allowed"):
            move(session, assignment, action, ACTOR, now=NOW)
        assert (assignment.status, assignment.version) == (status, 1)
        assert await list_transitions(session) == []
        assert await list_events(session) == []
        return

    move(session, assignment, action, ACTOR, now=NOW)

    assert (assignment.status, assignment.version) == (after, 2)
    changed = ("assignment.changed", {"assignment_id": str(assignment.id), "status": after})
    assert await list_events(session) == [changed]
    entries = await list_transitions(session)
    assert len(entries) == (0 if (status, action) in SAME and action not in SUBMISSIONS else 1)
    for entry in entries:
        assert (entry.from_status, entry.to_status, entry.action) == (status, after, action)
        assert entry.occurred_at == NOW


@pytest.mark.parametrize(("status", "action"), TRANSITIONS, ids=[f"{s} {a}" for s, a in TRANSITIONS])
async def test_what_stands_outside_the_session_is_written_as_if_it_stood_within(
    session: AsyncSession, assignment: Assignment, status: AssignmentStatus, action: Action
) -> None:
    assignment.status = status
    await session.flush()
    session.expunge(assignment)
    move(session, assignment, action, ACTOR, now=NOW)
    write_moved(session, assignment, now=NOW)
    await session.flush()

    written = await session.get_one(Assignment, assignment.id)
    for column in set(inspect(Assignment).columns.keys()) - {"updated_at"}:
        assert getattr(written, column) == getattr(assignment, column), column


async def test_the_history_names_who_acted_for_whom_and_why(session: AsyncSession, assignment: Assignment) -> None:
    lead = await session.get_one(Organization, assignment.organization_id)
    person = principal_of(lead, Role.REPORTER)

    move(session, assignment, Action.SUSPEND, person, now=NOW, reason="Chờ văn bản điều chỉnh.")

    (entry,) = await list_transitions(session)
    assert (entry.actor, entry.organization_id, entry.reason) == (person.subject, lead.id, "Chờ văn bản điều chỉnh.")


async def test_alert_days_follow_every_move(session: AsyncSession, assignment: Assignment) -> None:
    assert assignment.overdue_from == date(2027, 1, 1)
    assert assignment.lagging_from is not None

    move(session, assignment, Action.SUBMIT_COMPLETION, ACTOR, now=NOW)
    assert alert_days(assignment) == [None, None, None]

    assignment.verdict, assignment.verdict_on = "invalid", TODAY
    move(session, assignment, Action.APPRAISE_INVALID, ACTOR, now=NOW)
    days = red_from(facts_of(assignment))
    assert assignment.poor_quality_from == TODAY
    assert assignment.overdue_from == days[AlertRule.OVERDUE] == date(2027, 1, 1)
    assert assignment.lagging_from == days[AlertRule.LAGGING]

    move(session, assignment, Action.SUSPEND, ACTOR, now=NOW)
    assert alert_days(assignment) == [None, None, None]


async def test_completion_counts_from_the_business_day_and_is_whole(
    session: AsyncSession, assignment: Assignment
) -> None:
    assignment.percent = Decimal(60)
    move(session, assignment, Action.SUBMIT_COMPLETION, ACTOR, now=NOW)
    assert (assignment.submitted_on, assignment.completed_on, assignment.percent) == (TODAY, None, Decimal(60))

    move(session, assignment, Action.APPRAISE_FINAL_VALID, ACTOR, now=datetime(2026, 6, 20, 3, tzinfo=UTC))
    assert (assignment.submitted_on, assignment.completed_on) == (TODAY, date(2026, 6, 20))
    assert assignment.percent == 100


async def test_a_verdict_of_a_lower_level_does_not_move_the_day_of_submission(
    session: AsyncSession, assignment: Assignment
) -> None:
    """The lead answers for the day it submitted, not for how long each level took."""
    move(session, assignment, Action.SUBMIT_COMPLETION, ACTOR, now=NOW)

    move(session, assignment, Action.APPRAISE_VALID, ACTOR, now=datetime(2027, 3, 1, tzinfo=UTC))

    assert assignment.submitted_on == TODAY
    assert assignment.overdue_from is None


async def test_new_evidence_is_a_new_submission_and_stands_in_the_history(
    session: AsyncSession, assignment: Assignment
) -> None:
    move(session, assignment, Action.SUBMIT_COMPLETION, ACTOR, now=NOW)

    move(session, assignment, Action.SUBMIT_NEW_EVIDENCE, ACTOR, now=datetime(2027, 1, 4, tzinfo=UTC))

    assert assignment.submitted_on == date(2027, 1, 4)
    assert assignment.overdue_from == date(2027, 1, 1)
    assert [entry.action for entry in await list_transitions(session)] == ["submit_completion", "submit_new_evidence"]


async def test_reopened_work_is_no_longer_complete(session: AsyncSession, assignment: Assignment) -> None:
    move(session, assignment, Action.SUBMIT_COMPLETION, ACTOR, now=NOW)
    move(session, assignment, Action.APPRAISE_FINAL_VALID, ACTOR, now=NOW)

    move(session, assignment, Action.REOPEN, ACTOR, now=NOW, reason="Phát hiện sai số liệu.")

    assert (assignment.status, assignment.completed_on) == ("awaiting_appraisal", None)
