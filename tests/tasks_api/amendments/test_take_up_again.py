"""What an amendment put off is taken up where it stood."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.clock import now, today
from shared.db.models import Alert, Assignment, CompletionEvidence, Evidence
from tests.tasks_api.amendments.conftest import Office, ago

FAR = today() + timedelta(days=200)


async def open_alerts(office: Office) -> list[str]:
    return list(await office.session.scalars(select(Alert.rule).where(Alert.closed_on.is_(None))))


@pytest.mark.parametrize("stood", ["in_progress", "awaiting_appraisal", "needs_completion"])
async def test_work_is_taken_up_where_it_stood(office: Office, stood: str) -> None:
    """What was submitted in time waits for its verdict again, and is not overdue for having been put off."""
    task = await office.task(f"{ago(3):%d/%m/%Y}", office.units[0])
    (assignment,) = await office.assignments(task)
    evidence = await submit_completion(office, assignment)
    assignment.status, assignment.submitted_on = stood, ago(5)
    await office.session.commit()

    await office.put_in_force({"kind": "suspend_task", "task_id": str(task.id)})
    await office.put_in_force({"kind": "resume_task", "task_id": str(task.id)}, number="100/KH")

    (assignment,) = await office.assignments(task)
    assert (assignment.status, assignment.submitted_on) == (stood, ago(5))
    assert ("overdue" in await open_alerts(office)) == (stood != "awaiting_appraisal")
    assert await office.session.get(CompletionEvidence, (assignment.id, evidence))


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_what_awaits_appraisal_without_evidence_is_taken_up_as_work(office: Office, withdrawn: bool) -> None:
    task = await office.task(f"{FAR:%d/%m/%Y}", office.units[0])
    (assignment,) = await office.assignments(task)
    assignment.status = "awaiting_appraisal"
    if withdrawn:
        evidence = await office.session.get_one(Evidence, await submit_completion(office, assignment))
        evidence.withdrawn_at = now()
    await office.session.commit()

    await office.put_in_force({"kind": "suspend_task", "task_id": str(task.id)})
    await office.put_in_force({"kind": "resume_task", "task_id": str(task.id)}, number="100/KH")

    assert [each.status for each in await office.assignments(task)] == ["in_progress"]


async def submit_completion(office: Office, assignment: Assignment) -> UUID:
    evidence = Evidence(assignment_id=assignment.id, organization_id=assignment.organization_id, kind="data", version=1)
    office.session.add(evidence)
    await office.session.flush()
    office.session.add(
        CompletionEvidence(assignment_id=assignment.id, evidence_id=evidence.id, evidence_version=1, submitted_at=now())
    )
    return evidence.id
