"""Organizations, plans, tasks and assignments, with only what a test does not care about filled in."""

from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import System
from shared.db.models import Assignment, Organization, Plan, Task, TaskOrganization
from shared.domain.text import fold
from shared.tracking.opening import open_begun_cycles


async def make_organization(
    session: AsyncSession,
    *,
    parent: Organization | None = None,
    kind: str = "office",
    name: str | None = None,
    code: str | None = None,
) -> Organization:
    """A node of the tree, by default an inner unit with a code of its own."""
    tail = uuid4().hex[:8].upper()
    code = code or (f"{parent.code}.{tail}" if parent else f"H{int(tail[:2], 16) % 90 + 10}.{tail}")
    name = name or f"Đơn vị {tail}"
    organization = Organization(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{code}/",
        search_text=fold(name),
    )
    session.add(organization)
    await session.flush()
    return organization


async def make_plan(
    session: AsyncSession,
    issuer: Organization,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = date(2026, 12, 31),
    reviewers: list[Organization] | None = None,
) -> Plan:
    """A draft plan of 2026."""
    plan = Plan(
        issuer_id=issuer.id,
        kind="plan",
        number=f"{uuid4().hex[:6]}/KH-UBND",
        issued_on=starts_on,
        title="Kế hoạch thử nghiệm",
        starts_on=starts_on,
        ends_on=ends_on,
        reviewing_organization_ids=[reviewer.id for reviewer in reviewers or [issuer]],
        reporting_rules=[],
    )
    session.add(plan)
    await session.flush()
    return plan


async def make_task(
    session: AsyncSession,
    plan: Plan,
    lead: Organization,
    *,
    code: str = "1",
    due: date | None = date(2026, 12, 31),
    start: date | None = date(2026, 1, 1),
    coordinating: list[Organization] | None = None,
) -> Task:
    """A task with one lead and a yearly deadline unless told otherwise; no due day means `unknown`."""
    task = Task(
        plan_id=plan.id,
        position=1,
        code=code,
        title=f"Nhiệm vụ {code}",
        deadline_kind="year" if due else "unknown",
        deadline_start=start if due else None,
        deadline_due=due,
        milestones=[],
        source={"table": 1, "row": 2},
        search_text=fold(f"Nhiệm vụ {code}"),
    )
    session.add(task)
    await session.flush()
    session.add(TaskOrganization(task_id=task.id, role="lead", text=lead.name, organization_id=lead.id))
    for organization in coordinating or []:
        session.add(
            TaskOrganization(
                task_id=task.id,
                role="coordinating",
                text=organization.name,
                organization_id=organization.id,
            )
        )
    await session.flush()
    return task


async def make_assignment(
    session: AsyncSession,
    *,
    issuer: Organization | None = None,
    lead: Organization | None = None,
    due: date | None = date(2026, 12, 31),
    on: date = date(2026, 2, 1),
    coordinating: list[Organization] | None = None,
    reviewers: list[Organization] | None = None,
) -> Assignment:
    """An open assignment of a ward's unit (or `lead`) in an active plan of the ward (or `issuer`)."""
    issuer = issuer or await make_organization(session, kind="ward")
    lead = lead or await make_organization(session, parent=issuer)
    plan = await make_plan(session, issuer, reviewers=reviewers)
    plan.state = "active"
    await make_task(session, plan, lead, due=due, coordinating=coordinating)
    opened = await open_begun_cycles(session, plan, System("tests"), on=on, now=datetime.now(UTC))
    return opened[0]
