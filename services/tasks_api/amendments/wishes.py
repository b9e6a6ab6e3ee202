"""From the changes a person asks for to the cells they mean."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.amendments.rules import Draft, deadline_cell
from services.tasks_api.amendments.schemas import AddTask, ChangeTask, ChangeTerm, Heading, RestateTask
from services.tasks_api.organizations.queries import list_groups, require_by_code
from shared.db.models import Plan
from shared.domain.errors import FieldError, Invalid

Wish = AddTask | ChangeTask | RestateTask | ChangeTerm
Standing = Mapping[UUID, Mapping[str, Any]]
_STATES = {"cancel_task": "cancelled", "suspend_task": "suspended", "resume_task": "active"}


async def drafts_of(session: AsyncSession, plan: Plan, standing: Standing, wishes: Sequence[Wish]) -> list[Draft]:
    """Each cell that is asked for, with what stands in it now.

    Raises Invalid: `task-unknown`, `deadline-unknown`, `organization-unknown`.
    """
    groups = frozenset(group.name for group in await list_groups(session))
    drafts: list[Draft] = []
    for at, wish in enumerate(wishes):
        place = f"changes.{at}"
        if isinstance(wish, ChangeTerm):
            drafts.append(Draft(None, "ends_on", _day(plan.ends_on), _day(wish.ends_on)))
        elif isinstance(wish, AddTask):
            drafts.append(Draft(None, "task", None, await _new_cells(session, plan, groups, wish, place)))
        else:
            cells = _standing(standing, wish.task_id, place)
            if isinstance(wish, RestateTask):
                new: dict[str, Any] = {"state": _STATES[wish.kind]}
            else:
                new = await _changed_cells(session, plan, groups, wish, cells, place)
            drafts += [Draft(wish.task_id, field, cells[field], value) for field, value in new.items()]
    return drafts


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _standing(standing: Standing, task_id: UUID, place: str) -> Mapping[str, Any]:
    if task_id not in standing:
        message = "không có nhiệm vụ này trong kế hoạch"
        raise Invalid(
            "task-unknown", f"{place}: {message}.", errors=[FieldError(f"{place}.task_id", "task-unknown", message)]
        )
    return standing[task_id]


async def _new_cells(
    session: AsyncSession, plan: Plan, groups: frozenset[str], wish: AddTask, place: str
) -> dict[str, Any]:
    return {
        **wish.model_dump(include={"code", "title", "general_task", "required_output", "kpi"}),
        "group": _heading(wish.group),
        "leads": await _named(session, groups, wish.leads, f"{place}.leads"),
        "coordinating": await _named(session, groups, wish.coordinating, f"{place}.coordinating"),
        "deadline": deadline_cell(wish.deadline_text, wish.due, f"{place}.deadline_text", not_before=plan.issued_on),
        "state": "active",
    }


async def _changed_cells(
    session: AsyncSession, plan: Plan, groups: frozenset[str], wish: ChangeTask, cells: Mapping[str, Any], place: str
) -> dict[str, Any]:
    new: dict[str, Any] = wish.model_dump(exclude_unset=True, include={"title", "required_output", "kpi"})
    if wish.group is not None:
        new["group"] = _heading(wish.group)
    for field, names in (("leads", wish.leads), ("coordinating", wish.coordinating)):
        if names is not None:
            new[field] = _keep_officers(await _named(session, groups, names, f"{place}.{field}"), cells[field])
    if wish.deadline_text is not None or wish.due is not None:
        text = wish.deadline_text or (f"{wish.due:%d/%m/%Y}" if wish.due else "")
        new["deadline"] = deadline_cell(text, wish.due, f"{place}.deadline_text", not_before=plan.issued_on)
    same_names = [field for field in ("leads", "coordinating") if field in new and _same(new[field], cells[field])]
    return {field: value for field, value in new.items() if field not in same_names}


def _same(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """The same bodies, whatever a document called them."""
    return {(n["organization"], n["group"]) for n in new["names"]} == {
        (n["organization"], n["group"]) for n in old["names"]
    }


def _keep_officers(new: dict[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Who is named still has the officer who answered for it there."""
    officers = {(each["organization"], each["group"]): each.get("officer") for each in old["names"]}
    names = [
        each | {"officer": officer} if (officer := officers.get((each["organization"], each["group"]))) else each
        for each in new["names"]
    ]
    return new | {"names": names}


def _heading(group: Heading | None) -> dict[str, str] | None:
    return {"no": group.no, "title": group.title} if group else None


async def _named(session: AsyncSession, groups: frozenset[str], names: Sequence[str], place: str) -> dict[str, Any]:
    found = []
    for name in dict.fromkeys(names):
        if name in groups:
            found.append({"text": name, "organization": None, "group": name})
        else:
            organization = await require_by_code(session, name, place)
            found.append({"text": organization.name, "organization": organization.code, "group": None})
    return {"text": "; ".join(each["text"] or "" for each in found) or None, "names": found}
