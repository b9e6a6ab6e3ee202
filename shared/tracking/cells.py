"""A task as cells of JSON: what amendments change one by one, and what documents are compared with.

Cells: `code`, `group` (`{"no", "title"}`), `general_task`, `title`, `required_output`, `kpi`, `state`; `leads` and
`coordinating` (`{"text": the cell as written, "names": [{"text", "organization": code, "group": name}]}`, with an
`officer` where one is named); `deadline`
(`{"text": the cell as written, "deadline": …, "milestones": […]}`, as plan imports publish them).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationGroup, Task, TaskGroup, TaskOrganization
from shared.domain.text import fold

Cells = dict[str, Any]
PLAIN = ("code", "general_task", "title", "required_output", "kpi")
ROLES = {"leads": "lead", "coordinating": "coordinating"}
"""The cells that name organizations, and as what."""


def new_task(plan_id: UUID, group_id: UUID | None, position: int, cells: Mapping[str, Any]) -> Task:
    """A task with these cells, less the organizations, which are rows of their own."""
    source = cells.get("source", {})
    task = Task(id=new_id(), plan_id=plan_id, group_id=group_id, position=position, source=source, state="active")
    for field in (*PLAIN, *ROLES, "deadline"):
        set_cell(task, field, cells[field])
    return task


def set_cell(task: Task, field: str, value: Any) -> None:
    """Write one cell into the task; of `leads` and `coordinating` the text alone, of `group` nothing."""
    match field:
        case "deadline":
            _set_deadline(task, value)
        case "leads":
            task.lead_text = value["text"]
        case "coordinating":
            task.coordinating_text = value["text"]
        case "group":
            return
        case _:
            setattr(task, field, value)
    task.search_text = fold(f"{task.code} {task.title or ''} {task.required_output or ''}")


def _set_deadline(task: Task, cell: Mapping[str, Any]) -> None:
    deadline = cell["deadline"]
    task.deadline_text = cell["text"]
    task.deadline_kind = deadline["kind"]
    task.deadline_start = day_of(deadline["start"])
    task.deadline_due = day_of(deadline["due"])
    task.deadline_recurrence = deadline["recurrence"]
    task.deadline_days = deadline.get("days", [])
    task.milestones = cell["milestones"]


def day_of(text: str | None) -> date | None:
    """The day that a cell keeps as `2026-07-31`."""
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _deadline(task: Task) -> Cells:
    return {
        "text": task.deadline_text,
        "deadline": {
            "kind": task.deadline_kind,
            "start": _text(task.deadline_start),
            "due": _text(task.deadline_due),
            "recurrence": task.deadline_recurrence,
            **({"days": task.deadline_days} if task.deadline_days else {}),
        },
        "milestones": task.milestones,
    }


async def load_cells(session: AsyncSession, tasks: Iterable[Task]) -> dict[UUID, Cells]:
    """The cells of these tasks by their ids. A name that stands for nothing known is in the text alone."""
    by_id = {task.id: task for task in tasks}
    groups = await session.scalars(
        select(TaskGroup).where(TaskGroup.id.in_({task.group_id for task in by_id.values() if task.group_id}))
    )
    headings: dict[UUID | None, Cells] = {group.id: {"no": group.no, "title": group.title} for group in groups}
    names = await _load_names(session, by_id)
    return {
        task.id: {
            **{field: getattr(task, field) for field in PLAIN},
            "group": headings.get(task.group_id),
            "leads": {"text": task.lead_text, "names": names.get((task.id, "lead"), [])},
            "coordinating": {"text": task.coordinating_text, "names": names.get((task.id, "coordinating"), [])},
            "deadline": _deadline(task),
            "state": task.state,
        }
        for task in by_id.values()
    }


async def _load_names(session: AsyncSession, task_ids: Iterable[UUID]) -> dict[tuple[UUID, str], list[Cells]]:
    statement = (
        select(TaskOrganization, Organization.code, OrganizationGroup.name)
        .outerjoin(Organization, Organization.id == TaskOrganization.organization_id)
        .outerjoin(OrganizationGroup, OrganizationGroup.id == TaskOrganization.group_id)
        .where(TaskOrganization.task_id.in_(list(task_ids)))
        .order_by(TaskOrganization.id)
    )
    names: dict[tuple[UUID, str], list[Cells]] = {}
    for named, code, group in (await session.execute(statement)).all():
        officer = {"officer": named.officer} if named.officer else {}
        name = {"text": named.text, "organization": code, "group": group, **officer}
        names.setdefault((named.task_id, named.role), []).append(name)
    return names
