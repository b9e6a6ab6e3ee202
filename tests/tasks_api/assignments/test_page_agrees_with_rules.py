"""The page words the rules a second time, in SQL: around every day on which something turns, both say the same."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.assignments.page import list_assignments
from shared.db.context import acting
from shared.db.models import Assignment
from shared.db.viewers import show
from shared.domain.alert_rules import AlertRule, red_alerts, red_from
from shared.domain.assignment_states import AssignmentStatus, official_status
from shared.domain.principal import Principal
from shared.tracking.moving import facts_of, set_alert_days
from tests.factories.tracking import make_assignment

DUE = date(2026, 12, 31)
VERDICT_DAY = date(2026, 8, 20)
SUBMITTED = {AssignmentStatus.AWAITING_APPRAISAL, AssignmentStatus.NEEDS_COMPLETION, AssignmentStatus.COMPLETED}


@dataclass(frozen=True)
class Case:
    """Days are counted from the due day; None is no such day."""

    status: AssignmentStatus
    due: date | None
    submitted: int | None
    completed: int | None
    percent: int
    verdict: str | None


def cases() -> Iterator[Case]:
    for status, due, percent, verdict in product(
        AssignmentStatus, (DUE, None), (0, 30, 100), (None, "valid", "valid_but_poor", "invalid")
    ):
        days = (-1, 0, 1) if status in SUBMITTED else (None,)
        for submitted in days:
            finished = (submitted, 1) if status is AssignmentStatus.COMPLETED else (None,)
            for completed in finished:
                yield Case(status, due, submitted, completed, percent, verdict)
    for completed in (-1, 0, 1):
        yield Case(AssignmentStatus.COMPLETED, DUE, None, completed, 100, "valid")


def shifted(days: int | None) -> date | None:
    return None if days is None else DUE + timedelta(days=days)


async def store(session: AsyncSession) -> tuple[UUID, dict[str, Assignment]]:
    """One assignment per case, all of one lead; its id and the assignments by id."""
    model = await make_assignment(session, due=DUE)
    stored: dict[str, Assignment] = {}
    for number, case in enumerate(cases(), start=1):
        assignment = Assignment(
            task_id=model.task_id,
            plan_id=model.plan_id,
            organization_id=model.organization_id,
            cycle_kind="once",
            cycle_starts_on=model.cycle_starts_on + timedelta(days=number),
            starts_on=model.starts_on,
            due_on=case.due,
            due_key=case.due or date.max,
            roadmap=[],
            status=case.status,
            percent=Decimal(case.percent),
            submitted_on=shifted(case.submitted),
            completed_on=shifted(case.completed),
            verdict=case.verdict,
            verdict_on=VERDICT_DAY if case.verdict else None,
        )
        set_alert_days(assignment)
        session.add(assignment)
        await session.flush()
        stored[str(assignment.id)] = assignment
    await show(session, [assignment.id for assignment in stored.values()])
    return model.organization_id, stored


async def test_status_and_red_rules_are_worded_alike(session: AsyncSession) -> None:
    lead, stored = await store(session)
    context = acting(Principal("người xem", "https://issuer.test", lead, "/H10/", frozenset()))
    turning = {day for each in stored.values() for day in red_from(facts_of(each)).values()} | {DUE, VERDICT_DAY}
    days = sorted({day + timedelta(days=step) for day in turning for step in (-1, 0)})
    assert len(days) > 6

    for on in days:
        seen: dict[str, tuple[str | None, set[AlertRule]]] = {}
        after: dict[str, object] = {}
        while True:
            page = await list_assignments(session, viewer=lead, today=on, limit=200, filters=after, context=context)
            for item in json.loads(page.items):
                seen[item["id"]] = (item["official_status"], {AlertRule(rule) for rule in item["red"]})
            if page.last is None:
                break
            after = {"after_due": page.last[0], "after_id": page.last[1]}

        for identifier, assignment in stored.items():
            facts = facts_of(assignment)
            official = official_status(facts.status, facts.due, facts.completed_on, facts.submitted_on, on)
            assert seen[identifier] == (official, set(red_alerts(facts, on))), (on, facts)
