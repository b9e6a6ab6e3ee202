"""The text of an amendment written into the plan: its tasks, who is named in them, its end."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments import queries
from shared.db.ids import new_id
from shared.db.models import Amendment, AmendmentChange, Plan, Task, TaskGroup, TaskOrganization
from shared.db.succession import list_steps_from
from shared.domain.successions import receiver_of
from shared.tracking.cells import ROLES, Cells, load_cells, new_task, set_cell

Name = dict[str, str | None]
"""One of the `names` of a cell."""


@dataclass(slots=True)
class Rewritten:
    """What an amendment changed: the tasks by their ids, and for each the cells it touched."""

    tasks: dict[UUID, Task]
    fields: dict[UUID, set[str]] = field(default_factory=dict)
    term: bool = False

    def with_changed(self, *names: str) -> list[Task]:
        """The tasks of which one of these cells changed."""
        return [self.tasks[task_id] for task_id, fields in self.fields.items() if fields & set(names)]


async def rewrite(
    session: AsyncSession, plan: Plan, amendment: Amendment, changes: Sequence[AmendmentChange], *, on: date
) -> Rewritten:
    """Write the changes of tasks and of the term into a locked plan, and into each change what stood before."""
    done = Rewritten({task.id: task for task in await queries.list_tasks(session, plan.id)})
    touched = [done.tasks[change.task_id] for change in changes if change.task_id]
    standing = await load_cells(session, touched)
    writer = _Writer(session, plan, amendment.effective_on, on, await queries.list_groups(session, plan.id))
    await _free_codes(session, done.tasks, changes)
    for change in sorted(changes, key=_turn):
        if change.field == "ends_on":
            change.before = plan.ends_on.isoformat() if plan.ends_on else None
            plan.ends_on = date.fromisoformat(str(change.after)) if change.after else None
            done.term = True
        elif change.task_id is None:
            task = await writer.add(change)
            done.tasks[task.id] = task
            done.fields[task.id] = {"task"}
        else:
            recorded, change.before = change.before, standing[change.task_id][change.field]
            if standing[change.task_id]["state"] == "cancelled":
                continue  # another amendment gave the task up since this one was recorded
            await writer.write(done.tasks[change.task_id], change.field, change.after, recorded)
            done.fields.setdefault(change.task_id, set()).add(change.field)
    for task_id in done.fields:
        await writer.hand_over(done.tasks[task_id], done.fields[task_id])
    plan.version += 1
    await session.flush()
    return done


def _turn(change: AmendmentChange) -> int:
    """Cancelled tasks give their codes free before others take them, and new tasks come last."""
    return {"state": 0, "task": 2}.get(change.field, 1)


async def _free_codes(session: AsyncSession, tasks: Mapping[UUID, Task], changes: Sequence[AmendmentChange]) -> None:
    """Codes that pass from one task to another would clash on the way."""
    for change in changes:
        if change.task_id and change.field == "code" and tasks[change.task_id].state != "cancelled":
            tasks[change.task_id].code = f"~{change.task_id}"
    await session.flush()


class _Writer:
    def __init__(self, session: AsyncSession, plan: Plan, since: date, on: date, groups: list[TaskGroup]) -> None:
        self._session = session
        self._plan = plan
        self._since = since
        self._on = on
        self._groups = groups

    async def add(self, change: AmendmentChange) -> Task:
        cells: Cells = change.after  # type: ignore[assignment] # as `task` was recorded
        position = cells.get("position") or await queries.find_last_position(self._session, self._plan.id) + 1
        group = await self._group(cells["group"])
        task = new_task(self._plan.id, group.id if group else None, position, cells)
        self._session.add(task)
        await self._session.flush()
        for name in ROLES:
            await self._name(task, name, cells[name]["names"], recorded=[])
        change.task_id = task.id
        return task

    async def write(self, task: Task, name: str, value: Any, recorded: Any) -> None:
        """`recorded` is what stood in the cell when the amendment was recorded."""
        if name == "group":
            group = await self._group(value)
            task.group_id = group.id if group else None
        if name in ROLES:
            await self._name(task, name, value["names"], recorded=recorded["names"])
        set_cell(task, name, value)
        task.version += 1
        await self._session.flush()

    async def hand_over(self, task: Task, fields: set[str]) -> None:
        """From this day the task as it now stands is what its leads owe."""
        if fields & {"deadline", "state", "task"}:
            for lead in await queries.list_named(self._session, task.id, "lead"):
                lead.since = self._since

    async def _name(self, task: Task, name: str, names: Sequence[Name], *, recorded: Sequence[Name]) -> None:
        role = ROLES[name]
        before = await queries.list_named(self._session, task.id, role)
        kept = {(row.organization_id, row.group_id): row.since for row in before}
        ids = await queries.load_ids(self._session, names)
        passed = await self._list_passed(task, recorded, {row.organization_id for row in before})
        for row in before:
            await self._session.delete(row)
        for each in names:
            organization_id = ids.get(("organization", each["organization"] or ""))
            organization_id = passed.get(organization_id, organization_id)
            group_id = ids.get(("group", each["group"] or ""))
            if organization_id or group_id:
                since = kept.get((organization_id, group_id), self._since) if role == "lead" else None
                self._session.add(
                    TaskOrganization(
                        task_id=task.id,
                        role=role,
                        text=each["text"],
                        organization_id=organization_id,
                        group_id=group_id,
                        since=since,
                        officer=each.get("officer"),
                    )
                )
        await self._session.flush()

    async def _list_passed(
        self, task: Task, recorded: Sequence[Name], standing: Set[UUID | None]
    ) -> dict[UUID | None, UUID]:
        """Who stands in the place of those that stood there when the amendment was recorded, where their work has
        passed since: what an amendment leaves as it was takes nothing back.
        """
        ids = await queries.load_ids(self._session, recorded)
        gone = {id_ for (kind, _), id_ in ids.items() if kind == "organization"} - standing
        steps = await list_steps_from(self._session, gone, self._on) if gone else []
        receivers = {id_: receiver_of(id_, self._on, steps, task.id) for id_ in gone}
        return {id_: receiver for id_, receiver in receivers.items() if receiver in standing}

    async def _group(self, heading: Mapping[str, str] | None) -> TaskGroup | None:
        if heading is None:
            return None
        for group in self._groups:
            if group.no == heading["no"]:
                return group
        position = max((group.position for group in self._groups), default=0) + 1
        group = TaskGroup(
            id=new_id(), plan_id=self._plan.id, no=heading["no"], title=heading["title"], position=position
        )
        self._session.add(group)
        self._groups.append(group)
        await self._session.flush()
        return group
