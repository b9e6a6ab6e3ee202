"""Tasks whose deadline is given in the words of a plan, read by the same rules as an imported one."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, OrganizationGroup, Plan, Task, TaskOrganization
from shared.domain.deadlines import parse_deadline
from shared.domain.text import fold


async def make_dated_task(
    session: AsyncSession, plan: Plan, text: str | None, *leads: Organization | OrganizationGroup, code: str = "1"
) -> Task:
    """A task of `plan` with this deadline cell (`Hằng quý`, `20/3/2026`, None) and these leads."""
    parsed = parse_deadline(text)
    task = Task(
        plan_id=plan.id,
        position=1,
        code=code,
        title=f"Nhiệm vụ {code}",
        deadline_text=text,
        deadline_kind=parsed.deadline.kind,
        deadline_start=parsed.deadline.start,
        deadline_due=parsed.deadline.due,
        deadline_recurrence=parsed.deadline.recurrence,
        deadline_days=list(parsed.deadline.days),
        milestones=[{"due": milestone.due.isoformat(), "title": milestone.title} for milestone in parsed.milestones],
        source={"table": 1, "row": 2},
        search_text=fold(f"Nhiệm vụ {code}"),
    )
    session.add(task)
    await session.flush()
    for lead in leads:
        column = "organization_id" if isinstance(lead, Organization) else "group_id"
        session.add(TaskOrganization(task_id=task.id, role="lead", text=lead.name, **{column: lead.id}))
    await session.flush()
    return task
