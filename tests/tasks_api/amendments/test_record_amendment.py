"""What a document may change in a plan, and what it may not."""

from datetime import date, timedelta
from typing import Any

from shared.clock import today
from shared.db.models import (
    Task,
)
from tests.tasks_api.amendments.conftest import Office

FAR = today() + timedelta(days=200)


def text_of(day: date) -> str:
    return f"{day:%d/%m/%Y}"


async def test_what_cannot_be_is_refused(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    change = {"kind": "change_task", "task_id": str(task.id)}
    refusals: dict[str, dict[str, Any]] = {
        "nothing-changes": change | {"title": task.title},
        "deadline-unknown": change | {"deadline_text": "Khi có kinh phí"},
        "task-unknown": change | {"task_id": str(office.plan.id), "title": "x"},
        "organization-unknown": change | {"leads": ["H99.NOBODY"]},
        "term-inverted": {"kind": "change_term", "ends_on": "2001-01-01"},
    }
    for code, wanted in refusals.items():
        answer = await office.amend(wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, code), code
    early = await office.amend(change | {"title": "x"}, on=office.plan.issued_on - timedelta(days=1))
    assert early.json()["code"] == "amendment-before-plan"
    added = {"kind": "add_task", "code": "1", "title": "x", "leads": [], "deadline_text": "Hằng năm"}
    taken = await office.amend(added)
    assert (taken.status_code, taken.json()["code"]) == (409, "code-taken")
    assert (await office.amend(change | {"title": "Khác"})).status_code == 201
    again = await office.amend(change | {"title": "Khác nữa"})
    assert (again.status_code, again.json()["code"]) == (409, "amendment-exists")
    office.plan.state = "draft"
    await office.session.commit()
    draft = await office.amend(change | {"title": "x"}, number="1/KH")
    assert (draft.status_code, draft.json()["code"]) == (409, "plan-not-active")


async def test_an_unreadable_deadline_may_be_told_by_its_day(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    change = {"kind": "change_task", "task_id": str(task.id), "deadline_text": "Khi có kinh phí"}

    await office.put_in_force(change | {"due": "2031-05-30"})

    stored = await office.session.get_one(Task, task.id)
    assert (stored.deadline_text, stored.deadline_due) == ("Khi có kinh phí", date(2031, 5, 30))


async def test_a_stale_plan_is_not_amended(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    change = {"kind": "change_task", "task_id": str(task.id), "title": "x"}
    assert (await office.amend(change)).status_code == 201
    office.admin["If-Match"] = '"1"'
    url = f"/v1/plans/{office.plan.id}/amendments"
    body = {"number": "1", "issued_on": "2026-01-01", "reason": "x", "effective_on": "2026-01-01", "changes": [change]}
    stale = await office.client.post(url, json=body, headers=office.admin)
    assert stale.status_code == 412
