"""Which assignments a plan owes by a day, and that each opens exactly once, whenever it is asked."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import System
from shared.db.models import Assignment, AssignmentTransition, AssignmentViewer, OrganizationGroup, Plan, Task
from shared.domain.alert_rules import red_from
from shared.tracking.moving import facts_of
from shared.tracking.opening import NO_DUE, open_begun_cycles
from tests.factories.deadlines import make_dated_task
from tests.factories.tracking import make_organization, make_plan

NOW = datetime(2026, 2, 1, 3, tzinfo=UTC)
ACTOR = System("tests")


def day(text: str) -> date:
    return date.fromisoformat(text)


async def open_by(session: AsyncSession, plan: Plan, on: str) -> list[Assignment]:
    return await open_begun_cycles(session, plan, ACTOR, on=day(on), now=NOW)


async def plan_with(
    session: AsyncSession, text: str | None, *, term: tuple[str, str | None] = ("2026-01-01", None)
) -> Plan:
    """A ward's plan with one task, one lead and this deadline."""
    ward = await make_organization(session, kind="ward")
    ends_on = day(term[1]) if term[1] else None
    plan = await make_plan(session, ward, starts_on=day(term[0]), ends_on=ends_on)
    await make_dated_task(session, plan, text, await make_organization(session, parent=ward))
    return plan


CYCLES = [
    # cell, term, opened on, [(kind, first day, last day named, enforced due day)]
    ("20/3/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-03-20", "2026-03-20")]),
    ("Trước 21/3/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-03-20", "2026-03-20")]),
    ("Quý II/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-04-01", "2026-06-30", "2026-06-30")]),
    ("2026-2027", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2027-12-31", "2027-12-31")]),
    # A Saturday, a Sunday, and the days off around 30/4 and 1/5 end with the next working day.
    ("21/3/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-03-21", "2026-03-23")]),
    ("22/3/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-03-22", "2026-03-23")]),
    ("30/4/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-04-30", "2026-05-04")]),
    # A Saturday worked in exchange for another day ends as it says.
    ("10/01/2026", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", "2026-01-10", "2026-01-10")]),
    # Recurring work has every cycle begun so far, from the beginning of the term.
    (
        "Hằng năm",
        ("2025-03-10", None),
        "2026-02-01",
        [("year", "2025-03-10", "2025-12-31", "2025-12-31"), ("year", "2026-01-01", "2026-12-31", "2026-12-31")],
    ),
    (
        "Hàng quý",
        ("2026-01-01", "2026-12-31"),
        "2026-05-10",
        [("quarter", "2026-01-01", "2026-03-31", "2026-03-31"), ("quarter", "2026-04-01", "2026-06-30", "2026-06-30")],
    ),
    (
        "Hằng tháng",
        ("2026-01-20", "2026-12-31"),
        "2026-03-01",
        [
            ("month", "2026-01-20", "2026-01-31", "2026-02-02"),
            ("month", "2026-02-01", "2026-02-28", "2026-03-02"),
            ("month", "2026-03-01", "2026-03-31", "2026-03-31"),
        ],
    ),
    (
        "Tháng 4/2026 và thường xuyên",
        ("2026-01-01", "2026-12-31"),
        "2026-05-10",
        [("once", "2026-04-01", "2026-04-30", "2026-05-04"), ("year", "2026-05-01", "2026-12-31", "2026-12-31")],
    ),
    ("Hằng năm", ("2027-01-01", None), "2026-02-01", []),
    # Due on a day of each cycle, here a Saturday.
    (
        "Trước ngày 13/12 hằng năm",
        ("2026-01-01", None),
        "2026-02-01",
        [("year", "2026-01-01", "2026-12-31", "2026-12-14")],
    ),
    # Nobody knows when: followed all the same, without a due day.
    (None, ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", None, None)]),
    ("Khi có kinh phí", ("2026-01-01", None), "2026-02-01", [("once", "2026-01-01", None, None)]),
]


@pytest.mark.parametrize(
    ("text", "term", "on", "expected"), CYCLES, ids=[f"{row[0]} {row[1]} {row[2]}" for row in CYCLES]
)
async def test_a_deadline_opens_the_cycles_begun_by_the_day(
    session: AsyncSession,
    text: str | None,
    term: tuple[str, str | None],
    on: str,
    expected: list[tuple[str, str, str | None, str | None]],
) -> None:
    plan = await plan_with(session, text, term=term)

    opened = await open_by(session, plan, on)

    found = [(a.cycle_kind, a.cycle_starts_on, a.cycle_ends_on, a.due_on) for a in opened]
    days = [(kind, day(first), last and day(last), due and day(due)) for kind, first, last, due in expected]
    assert found == days
    for assignment in opened:
        assert assignment.due_key == (assignment.due_on or NO_DUE)
        assert assignment.starts_on == assignment.cycle_starts_on
        assert (assignment.status, int(assignment.percent), assignment.version) == ("not_started", 0, 1)
        days_red = (assignment.overdue_from, assignment.lagging_from, assignment.poor_quality_from)
        assert {value for value in days_red if value} == set(red_from(facts_of(assignment)).values())


async def test_opening_again_on_the_same_or_an_earlier_day_opens_nothing(session: AsyncSession) -> None:
    plan = await plan_with(session, "Hằng tháng")
    await open_by(session, plan, "2026-05-10")

    assert await open_by(session, plan, "2026-05-10") == []
    assert await open_by(session, plan, "2026-05-31") == []
    assert await open_by(session, plan, "2026-01-01") == []


async def test_recurrence_survives_new_year_and_leaves_the_old_year_alone(session: AsyncSession) -> None:
    plan = await plan_with(session, "Hằng năm")
    (old,) = await open_by(session, plan, "2026-12-31")
    old.percent, old.status = Decimal(70), "in_progress"

    (new,) = await open_by(session, plan, "2027-01-01")

    assert (new.cycle_starts_on, new.cycle_ends_on) == (day("2027-01-01"), day("2027-12-31"))
    assert (new.status, new.percent) == ("not_started", Decimal(0))
    assert (old.status, old.percent) == ("in_progress", Decimal(70))
    assert await open_by(session, plan, "2027-12-31") == []


async def test_nothing_opens_after_the_term_of_the_plan(session: AsyncSession) -> None:
    plan = await plan_with(session, "Hằng năm", term=("2026-01-01", "2026-12-31"))

    assert len(await open_by(session, plan, "2026-06-01")) == 1
    assert await open_by(session, plan, "2028-06-01") == []


async def test_days_on_which_nobody_asked_lose_no_cycle(session: AsyncSession) -> None:
    plan = await plan_with(session, "Hằng tháng")
    await open_by(session, plan, "2026-01-01")

    opened = await open_by(session, plan, "2026-04-15")

    assert [assignment.cycle_starts_on.month for assignment in opened] == [2, 3, 4]


async def group_of(session: AsyncSession, name: str) -> OrganizationGroup:
    return (await session.scalars(select(OrganizationGroup).where(OrganizationGroup.name == name))).one()


async def test_a_collective_lead_makes_one_assignment_per_member(session: AsyncSession) -> None:
    ward = await make_organization(session, kind="ward")
    schools = [await make_organization(session, parent=ward, kind="school") for _ in range(3)]
    await make_organization(session, parent=ward, kind="office")
    plan = await make_plan(session, ward)
    await make_dated_task(session, plan, "Hằng năm", await group_of(session, "Các trường học"))

    opened = await open_by(session, plan, "2026-02-01")

    assert {assignment.organization_id for assignment in opened} == {school.id for school in schools}


async def test_a_body_named_twice_is_asked_once(session: AsyncSession) -> None:
    """By name and again as a member of a collective, or in two cells."""
    ward = await make_organization(session, kind="ward")
    school = await make_organization(session, parent=ward, kind="school")
    plan = await make_plan(session, ward)
    await make_dated_task(session, plan, "Năm 2026", school, school, await group_of(session, "Các trường học"))

    (assignment,) = await open_by(session, plan, "2026-02-01")

    assert assignment.organization_id == school.id


async def test_several_leads_each_get_their_own(session: AsyncSession) -> None:
    ward = await make_organization(session, kind="ward")
    leads = [await make_organization(session, parent=ward) for _ in range(3)]
    plan = await make_plan(session, ward)
    await make_dated_task(session, plan, "Năm 2026", *leads)

    opened = await open_by(session, plan, "2026-02-01")

    assert {assignment.organization_id for assignment in opened} == {lead.id for lead in leads}


async def test_members_are_those_of_the_day(session: AsyncSession) -> None:
    ward = await make_organization(session, kind="ward")
    leaving = await make_organization(session, parent=ward, kind="school")
    plan = await make_plan(session, ward, ends_on=None)
    await make_dated_task(session, plan, "Hằng năm", await group_of(session, "Các trường học"))
    first = await open_by(session, plan, "2026-02-01")
    joining = await make_organization(session, parent=ward, kind="school")
    leaving.valid_to = day("2026-12-31")

    following = await open_by(session, plan, "2027-01-01")

    assert {assignment.organization_id for assignment in first} == {leaving.id}
    assert {assignment.organization_id for assignment in following} == {joining.id}


async def test_a_task_nobody_leads_opens_nothing_and_holds_up_nobody(session: AsyncSession) -> None:
    plan = await plan_with(session, "Năm 2026")
    await make_dated_task(session, plan, "Năm 2026", code="2")

    assert len(await open_by(session, plan, "2026-02-01")) == 1


async def test_milestones_become_the_roadmap(session: AsyncSession) -> None:
    plan = await plan_with(session, "Quý I/2026 hoàn thành Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026")

    (assignment,) = await open_by(session, plan, "2026-02-01")

    assert assignment.due_on == day("2026-12-31")
    assert assignment.roadmap == [{"on": "2026-03-31", "percent": 50.0}]


async def test_a_milestone_outside_the_cycle_is_no_point_of_its_roadmap(session: AsyncSession) -> None:
    """A plan issued after its first milestone, or a later year of recurring work."""
    late = await plan_with(
        session,
        "Quý I/2026 hoàn thành Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026",
        term=("2026-06-01", None),
    )
    task = await make_dated_task(session, late, "Hằng năm", await make_organization(session), code="2")
    task.milestones = [{"due": day, "title": "Sơ kết"} for day in ("2026-09-30", "2027-03-31", "2028-03-31")]

    opened = await open_by(session, late, "2027-02-01")

    roadmaps = {(a.starts_on, a.due_on): a.roadmap for a in opened if a.task_id == task.id}
    assert roadmaps == {
        (day("2026-06-01"), day("2026-12-31")): [{"on": "2026-09-30", "percent": 50.0}],
        (day("2027-01-01"), day("2027-12-31")): [{"on": "2027-03-31", "percent": 50.0}],
    }


async def test_the_last_day_is_no_milestone_even_when_it_moves_to_a_working_day(session: AsyncSession) -> None:
    plan = await plan_with(session, "28/02/2026")
    task = (await session.scalars(select(Task))).one()
    task.milestones = [{"due": "2026-02-28", "title": "Hoàn thành"}]

    (assignment,) = await open_by(session, plan, "2026-02-01")

    assert (assignment.due_on, assignment.roadmap) == (day("2026-03-02"), [])


async def test_opening_is_the_first_entry_of_the_history_and_shows_the_work_to_its_viewers(
    session: AsyncSession,
) -> None:
    plan = await plan_with(session, "Năm 2026")

    (assignment,) = await open_by(session, plan, "2026-02-01")

    (entry,) = (await session.scalars(select(AssignmentTransition))).all()
    assert (entry.assignment_id, entry.from_status, entry.to_status) == (assignment.id, None, "not_started")
    assert (entry.action, entry.actor, entry.organization_id) == ("open", "system:tests", None)
    assert entry.occurred_at == NOW
    viewers = (await session.scalars(select(AssignmentViewer.organization_id))).all()
    assert {plan.issuer_id, assignment.organization_id} == set(viewers)
