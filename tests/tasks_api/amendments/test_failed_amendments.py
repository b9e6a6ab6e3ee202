"""An amendment that cannot be applied says why, leaves nothing behind and is tried again."""

from datetime import timedelta

from sqlalchemy import func, select

from services.alerts_worker.amendments.failures import explain
from shared.clock import today
from shared.db.models import AuditEntry, OutboxEvent, Task, TaskGroup
from shared.domain.errors import Conflict
from tests.factories.deadlines import make_dated_task
from tests.tasks_api.amendments.conftest import Office

FAR = f"{today() + timedelta(days=200):%d/%m/%Y}"


async def test_a_code_that_is_no_longer_free_is_told_and_nothing_is_half_done(office: Office) -> None:
    task = await office.task(FAR, office.units[0])
    added = {
        "kind": "add_task",
        "code": "9",
        "title": "Việc bổ sung",
        "group": {"no": "IX", "title": "Nhóm mới"},
        "leads": [office.units[1].code],
        "deadline_text": FAR,
    }
    renamed = {"kind": "change_task", "task_id": str(task.id), "title": "Tên mới"}
    amendment = await office.amend(renamed, added)
    assert amendment.status_code == 201, amendment.text
    intruder = await make_dated_task(office.session, office.plan, FAR, office.units[0], code="9")
    task_id, intruder_id = task.id, intruder.id
    await office.session.commit()

    assert await office.apply() == 0

    url = f"/v1/plans/{office.plan.id}/amendments/{amendment.json()['id']}"
    told = (await office.client.get(url, headers=office.admin)).json()
    assert (told["state"], told["applied_at"]) == ("draft", None)
    assert told["failure"] == "Mã nhiệm vụ mà văn bản này đặt ra đã thuộc về một nhiệm vụ khác đang có hiệu lực."
    assert (await office.session.get_one(Task, task_id)).title == "Nhiệm vụ 1"
    assert await office.session.scalar(select(func.count()).select_from(TaskGroup)) == 0
    assert "plan.amended" not in set(await office.session.scalars(select(AuditEntry.action)))
    assert "plan.amended" not in set(await office.session.scalars(select(OutboxEvent.type)))

    (await office.session.get_one(Task, intruder_id)).state = "cancelled"
    await office.session.commit()
    assert await office.apply() == 1
    told = (await office.client.get(url, headers=office.admin)).json()
    assert (told["state"], told["failure"]) == ("in_force", None)
    assert (await office.session.get_one(Task, task_id)).title == "Tên mới"


def test_what_the_database_said_is_not_quoted() -> None:
    said = explain(ValueError("INSERT INTO tasks … [parameters: ('Bí danh của một cán bộ',)]"))
    assert "ValueError" in said
    assert "INSERT" not in said
    assert "cán bộ" not in said
    assert explain(Conflict("x", "Kế hoạch đã bị thay đổi.")) == "Kế hoạch đã bị thay đổi."
