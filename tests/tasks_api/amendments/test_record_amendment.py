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


def new_task(office: Office) -> dict[str, Any]:
    named = {"kind": "add_task", "code": "1", "title": "x", "leads": [office.units[0].code]}
    return named | {"deadline_text": "Hằng năm"}


async def test_what_cannot_be_is_refused(office: Office) -> None:
    task = await office.task(text_of(FAR), office.units[0])
    change = {"kind": "change_task", "task_id": str(task.id)}
    refusals: dict[str, dict[str, Any]] = {
        "nothing-changes": change | {"title": task.title},
        "deadline-unknown": change | {"deadline_text": "Khi có kinh phí"},
        "task-unknown": change | {"task_id": str(office.plan.id), "title": "x"},
        "organization-unknown": change | {"leads": ["H99.NOBODY"]},
        "deadline-contradicted": change | {"deadline_text": text_of(FAR), "due": "2031-05-30"},
        "nothing-changes ": {"kind": "change_term", "ends_on": str(office.plan.ends_on)},
        "term-inverted": {"kind": "change_term", "ends_on": "2001-01-01"},
    }
    for code, wanted in refusals.items():
        answer = await office.amend(wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, code.strip()), code
    twice = [{"kind": kind, "task_id": str(task.id)} for kind in ("cancel_task", "resume_task")]
    assert (await office.amend(*twice)).json()["code"] == "cell-changed-twice"
    nobody = await office.amend(change | {"leads": []})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "validation-failed")
    unissued = await office.amend(change | {"title": "x"}, issued_on=(today() + timedelta(days=1)).isoformat())
    assert unissued.json()["code"] == "amendment-not-issued"
    early = await office.amend(change | {"title": "x"}, on=office.plan.issued_on - timedelta(days=1))
    assert early.json()["code"] == "amendment-before-plan"
    added = {
        "kind": "add_task",
        "code": "1",
        "title": "x",
        "leads": [office.units[0].code],
        "deadline_text": "Hằng năm",
    }
    taken = await office.amend(added)
    assert (taken.status_code, taken.json()["code"]) == (409, "code-taken")
    assert (await office.amend(change | {"title": "Khác"})).status_code == 201
    again = await office.amend(change | {"title": "Khác nữa"})
    assert (again.status_code, again.json()["code"]) == (409, "amendment-exists")
    office.plan.state = "draft"
    await office.session.commit()
    draft = await office.amend(change | {"title": "x"}, number="1/KH")
    assert (draft.status_code, draft.json()["code"]) == (409, "plan-not-active")


async def test_the_code_of_a_task_that_is_to_be_given_up_is_free(office: Office) -> None:
    """While that amendment waits for its day, another one has nothing to do with it."""
    task, other = (
        await office.task(text_of(FAR), office.units[0]),
        await office.task(text_of(FAR), office.units[0], code="2"),
    )
    renewed = {
        "kind": "add_task",
        "code": "1",
        "title": "x",
        "leads": [office.units[0].code],
        "deadline_text": "Hằng năm",
    }
    cancelled = {"kind": "cancel_task", "task_id": str(task.id)}
    later = today() + timedelta(days=9)
    assert (await office.amend(cancelled, renewed, on=later)).status_code == 201

    answer = await office.amend({"kind": "change_task", "task_id": str(other.id), "title": "Khác"}, number="100/KH")

    assert answer.status_code == 201, answer.text


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
