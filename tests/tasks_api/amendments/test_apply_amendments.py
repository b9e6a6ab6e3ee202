"""A plan changes by a document, as a whole: its tasks, what is owed of them, and what is red."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from shared.clock import now, today
from shared.db.models import (
    Alert,
    AmendmentChange,
    AssignmentViewer,
    AuditEntry,
    OutboxEvent,
    ProgressUpdate,
    Task,
)
from shared.tracking.opening import NO_DUE, open_begun_cycles
from tests.factories.deadlines import make_dated_task
from tests.factories.tracking import make_plan
from tests.tasks_api.amendments.conftest import ACTOR, Office, ago

FAR = today() + timedelta(days=200)


def text_of(day: date) -> str:
    return f"{day:%d/%m/%Y}"


async def statuses(office: Office, task: Task) -> list[tuple[str, str]]:
    names = {unit.id: name for unit, name in zip(office.units, "abc", strict=True)}
    return [(names[each.organization_id], each.status) for each in await office.assignments(task)]


async def open_alerts(office: Office) -> list[str]:
    return list(await office.session.scalars(select(Alert.rule).where(Alert.closed_on.is_(None)).order_by(Alert.rule)))


async def test_a_new_deadline_moves_what_is_open_and_closes_its_alerts(office: Office) -> None:
    task = await office.task(text_of(ago(20)), office.units[0])
    (assignment,) = await office.assignments(task)
    assignment.percent, assignment.status = Decimal(60), "in_progress"
    office.session.add_all(
        [
            Alert(assignment_id=assignment.id, rule="overdue", since=ago(19), opened_on=ago(19)),
            ProgressUpdate(
                assignment_id=assignment.id,
                percent=60,
                narrative="Đã làm",
                as_of=ago(30),
                actor="tests",
                organization_id=assignment.organization_id,
            ),
        ]
    )
    await office.session.commit()
    due_before = assignment.due_on

    told = await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "deadline_text": text_of(FAR)})

    (change,) = told["changes"]
    assert (change["task_code"], change["field"]) == ("1", "deadline")
    assert (change["before"]["text"], change["after"]["text"]) == (text_of(ago(20)), text_of(FAR))
    assert change["after"]["deadline"] == {"kind": "date", "start": None, "due": FAR.isoformat(), "recurrence": None}
    (assignment,) = await office.assignments(task)
    assert assignment.due_on is not None
    assert assignment.due_on >= FAR
    assert assignment.due_on != due_before
    assert (assignment.due_key, assignment.percent, assignment.status) == (
        assignment.due_on,
        Decimal(60),
        "in_progress",
    )
    assert assignment.overdue_from == assignment.due_on + timedelta(days=1)
    keys = set(await office.session.scalars(select(AssignmentViewer.due_key)))
    assert keys == {assignment.due_on}
    assert await open_alerts(office) == []
    closed = (await office.session.scalars(select(Alert))).one()
    assert (closed.opened_on, closed.closed_on) == (ago(19), today())
    assert len((await office.session.scalars(select(ProgressUpdate))).all()) == 1
    listed = await office.client.get("/v1/assignments", headers=office.admin)
    assert [item["due_on"] for item in listed.json()["items"]] == [assignment.due_on.isoformat()]


async def test_completed_work_keeps_its_deadline_and_is_not_opened_again(office: Office) -> None:
    task = await office.task(f"Quý I/{today().year}", *office.units[:2])
    done, owed = await office.assignments(task)
    done.status, done.submitted_on, done.completed_on = "completed", ago(30), ago(25)
    before, done_id = done.due_on, done.id
    await office.session.commit()

    await office.put_in_force(
        {"kind": "change_task", "task_id": str(task.id), "deadline_text": f"Quý IV/{today().year + 1}"}
    )

    found = {each.id: each for each in await office.assignments(task)}
    assert set(found) == {done_id, owed.id}
    assert (found[done_id].due_on, found[done_id].status) == (before, "completed")
    assert found[owed.id].due_on != before


async def test_a_later_day_waits_for_its_morning(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    later = today() + timedelta(days=3)
    change = {"kind": "change_task", "task_id": str(task.id), "title": "Việc mới"}

    answer = await office.amend(change, on=later)

    assert answer.json()["state"] == "draft"
    assert await office.apply() == 0
    assert await office.apply(later - timedelta(days=1)) == 0
    assert await office.apply(later) == 1
    assert (await office.session.get_one(Task, task.id)).title == "Việc mới"
    assert await office.apply(later) == 0, "an amendment is applied once"
    events = set(await office.session.scalars(select(OutboxEvent.type)))
    assert {"amendment.recorded", "plan.amended"} <= events
    actions = set(await office.session.scalars(select(AuditEntry.action)))
    assert {"amendment.recorded", "plan.amended"} <= actions


async def test_an_added_task_is_owed_from_its_day_on(office: Office) -> None:
    first, helper, _ = office.units
    change = {
        "kind": "add_task",
        "code": "II.1",
        "title": "Việc bổ sung",
        "group": {"no": "II", "title": "Nhóm mới"},
        "leads": [first.code],
        "coordinating": [helper.code],
        "deadline_text": "Hằng năm",
    }

    told = await office.put_in_force(change)

    task = (await office.session.scalars(select(Task))).one()
    assert told["changes"][0]["task_id"] == str(task.id)
    assert (task.code, task.title, task.deadline_recurrence) == ("II.1", "Việc bổ sung", "annual")
    (assignment,) = await office.assignments(task)
    assert assignment.cycle_starts_on == date(today().year, 1, 1), "last year's is not theirs"
    viewers = set(await office.session.scalars(select(AssignmentViewer.organization_id)))
    assert helper.id in viewers
    history = await office.client.get(f"/v1/tasks/{task.id}/history", headers=office.admin)
    (item,) = history.json()["items"]
    assert (item["field"], item["amendment"]["number"]) == ("task", "99/KH-UBND")


async def test_work_is_put_off_taken_up_again_and_given_up(office: Office) -> None:
    task = await office.task(text_of(ago(3)), office.units[0])
    (assignment,) = await office.assignments(task)
    office.session.add(Alert(assignment_id=assignment.id, rule="overdue", since=ago(2), opened_on=ago(2)))
    await office.session.commit()
    steps = [("suspend_task", "suspended"), ("resume_task", "not_started"), ("cancel_task", "cancelled")]
    for number, (kind, status) in enumerate(steps):
        await office.put_in_force({"kind": kind, "task_id": str(task.id)}, number=f"{number}/KH")
        assert await statuses(office, task) == [("a", status)]
        assert ("overdue" in await open_alerts(office)) == (status == "not_started")

    refused = await office.amend({"kind": "change_task", "task_id": str(task.id), "title": "x"}, number="9/KH")
    assert (refused.status_code, refused.json()["code"]) == (409, "task-cancelled")


async def test_no_cycle_opens_while_a_task_is_suspended(office: Office) -> None:
    task = await office.task("Hằng tháng", office.units[0])
    opened = len(await office.assignments(task))
    await office.put_in_force({"kind": "suspend_task", "task_id": str(task.id)})

    await open_begun_cycles(office.session, office.plan, ACTOR, on=today() + timedelta(days=40), now=now())

    assert len(await office.assignments(task)) == opened


async def test_a_shorter_plan_ends_its_recurring_work(office: Office) -> None:
    task = await office.task("Hằng năm", office.units[0])
    last = today() + timedelta(days=10)

    await office.put_in_force({"kind": "change_term", "ends_on": last.isoformat()})

    *_, present = await office.assignments(task)
    assert present.cycle_ends_on == min(last, date(today().year, 12, 31))


async def test_recurring_work_passes_to_the_cycle_that_runs_now(office: Office) -> None:
    task = await office.task("Hằng năm", office.units[0])
    before = await office.assignments(task)
    before[-1].percent, running = Decimal(40), before[-1].id
    await office.session.commit()

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "deadline_text": "Hằng quý"})

    found = {each.id: each for each in await office.assignments(task)}
    assert set(found) == {each.id for each in before}, "quarters that are over are nobody's"
    assert (found[running].cycle_kind, found[running].percent) == ("quarter", Decimal(40))
    assert found[running].due_key != NO_DUE


async def test_before_and_after_stay_readable_and_the_second_amendment_sees_the_first(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    change = {"kind": "change_task", "task_id": str(task.id)}
    await office.amend(change | {"title": "Lần một"}, number="1/KH")
    await office.amend(change | {"title": "Lần hai"}, number="2/KH")

    assert await office.apply() == 2

    rows = await office.session.scalars(select(AmendmentChange).order_by(AmendmentChange.id))
    assert [(row.before, row.after) for row in rows] == [("Nhiệm vụ 1", "Lần một"), ("Lần một", "Lần hai")]
    assert (await office.session.get_one(Task, task.id)).search_text == "1 lan hai"


async def test_what_is_red_by_the_new_deadline_too_counts_from_its_own_day(office: Office) -> None:
    task = await office.task(text_of(ago(60)), office.units[0])
    (assignment,) = await office.assignments(task)
    office.session.add(Alert(assignment_id=assignment.id, rule="overdue", since=ago(59), opened_on=ago(59)))
    await office.session.commit()

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "deadline_text": text_of(ago(20))})

    (assignment,) = await office.assignments(task)
    alerts = await office.session.scalars(select(Alert).where(Alert.rule == "overdue").order_by(Alert.since))
    assert [(alert.since, alert.closed_on) for alert in alerts] == [
        (ago(59), today()),
        (assignment.overdue_from, None),
    ]


async def test_a_change_of_a_task_given_up_meanwhile_is_void(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    later = today() + timedelta(days=5)
    await office.amend({"kind": "suspend_task", "task_id": str(task.id)}, on=later, number="1/KH")
    await office.amend({"kind": "cancel_task", "task_id": str(task.id)}, number="2/KH")
    assert await office.apply() == 1

    assert await office.apply(later) == 1

    assert (await office.session.get_one(Task, task.id)).state == "cancelled"
    assert await statuses(office, task) == [("a", "cancelled")]


async def test_one_that_cannot_be_applied_says_why_and_holds_up_its_own_plan_alone(office: Office) -> None:
    """Recording checks what could fail; what is broken here afterwards is as only a slip of ours could leave it."""
    task = await office.task(text_of(FAR), office.units[0])
    elsewhere = await make_plan(office.session, office.ward, starts_on=office.plan.starts_on)
    elsewhere.state = "active"
    other = await make_dated_task(office.session, elsewhere, text_of(FAR), office.units[0])
    kpi = {"kind": "change_task", "task_id": str(task.id), "kpi": "90%"}
    broken = await office.amend(kpi)
    behind = await office.amend({"kind": "change_task", "task_id": str(task.id), "title": "Tên mới"}, number="100/KH")
    unconcerned = {"kind": "change_task", "task_id": str(other.id), "kpi": "80%"}
    fine = await office.amend(unconcerned, plan=elsewhere, number="101/KH")
    assert [each.status_code for each in (broken, behind, fine)] == [201, 201, 201]
    change = update(AmendmentChange).where(AmendmentChange.amendment_id == UUID(broken.json()["id"]))
    await office.session.execute(change.values(field="leads", after=None))
    await office.session.commit()

    assert await office.apply() == 1

    told = {}
    for plan_id, answer in ((office.plan.id, broken), (office.plan.id, behind), (other.plan_id, fine)):
        url = f"/v1/plans/{plan_id}/amendments/{answer.json()['id']}"
        body = (await office.client.get(url, headers=office.admin)).json()
        told[body["number"]] = (body["state"], body["failure"] is not None)
    assert told == {"99/KH-UBND": ("draft", True), "100/KH": ("draft", False), "101/KH": ("in_force", False)}
    await office.session.execute(change.values(field="kpi", after="90%"))
    await office.session.commit()

    assert await office.apply() == 2

    url = f"/v1/plans/{office.plan.id}/amendments/{broken.json()['id']}"
    assert (await office.client.get(url, headers=office.admin)).json()["failure"] is None
