"""A document that restates a plan in force becomes an amendment of it: what it changes, shown and then recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.amendments.operations import Instrument, record
from services.tasks_api.amendments.queries import load_standing
from services.tasks_api.amendments.rules import Draft
from services.tasks_api.plan_imports import indicator_changes, queries
from services.tasks_api.plan_imports.diffing import (
    Difference,
    Proposed,
    Standing,
    compare_tasks,
)
from services.tasks_api.plan_imports.indicator_changes import IndicatorChanges
from services.tasks_api.plan_imports.naming import Names
from services.tasks_api.plan_imports.readings import Readings
from services.tasks_api.plan_imports.review import EVERY_CODE, ensure_nothing_open, included
from services.tasks_api.plan_imports.row_cells import cells_of, place_of
from services.tasks_api.plan_imports.schemas import PlanImportCommit
from shared.db.calendar import load_calendar
from shared.db.models import Amendment, Organization, Plan, PlanImport
from shared.domain.deadlines import DeadlineKind
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal
from shared.tracking.cells import day_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Restatement:
    """A document beside the plan it restates. `ids` and `standing` are the tasks of the plan as it stands."""

    plan: Plan
    rows: Sequence[Json]
    everything: Mapping[UUID, Json]
    ids: Sequence[UUID]
    standing: Sequence[Standing]
    tasks: Difference
    indicators: IndicatorChanges


async def compare(session: AsyncSession, plan_import: PlanImport) -> Restatement:
    """The document of an import against the plan it amends. Cancelled tasks are no part of the plan any more."""
    plan = await session.get_one(Plan, plan_import.amends_plan_id)
    everything = await load_standing(session, plan)
    imports = await queries.list_imports_of(session, plan)
    read = _read_before(imports, everything)
    readings = Readings(imports, await load_calendar(session))
    ids = [task_id for task_id, cells in everything.items() if cells["state"] != "cancelled"]
    standing = [
        Standing(everything[task_id], read.get(task_id, {}), readings.of(everything[task_id]["deadline"]["text"]))
        for task_id in ids
    ]
    rows: list[Json] = included(plan_import.proposal)["tasks"]
    corrected: Mapping[str, Json] = plan_import.corrected  # type: ignore[assignment] # place → field → value
    proposed = [Proposed(cells_of(row), frozenset(corrected.get(place_of(row), ()))) for row in rows]
    tasks = await asyncio.to_thread(compare_tasks, standing, proposed)
    document: Json = plan_import.proposal["document"]  # type: ignore[assignment] # the published shape
    issued_on = day_of(document["issued_on"])
    said: list[Json] = plan_import.proposal["indicators"]  # type: ignore[assignment] # likewise
    indicators = await asyncio.to_thread(
        indicator_changes.compare, await queries.list_targets(session, plan), said, issued_on
    )
    return Restatement(plan, rows, everything, ids, standing, tasks, indicators)


def _read_before(imports: Sequence[PlanImport], everything: Mapping[UUID, Json]) -> dict[UUID, Json]:
    """What documents said in cells that a person corrected, where a task still has the correction: under the code it
    had then, or, if it moved since, as the only one.
    """
    standing = {task_id: cells for task_id, cells in everything.items() if cells["state"] != "cancelled"}
    read: dict[UUID, Json] = {}
    for each in imports:
        rows: list[Json] = each.proposal["tasks"]  # type: ignore[assignment] # the published shape
        for row in rows:
            said: Json = each.corrected.get(place_of(row), {})  # type: ignore[assignment] # place → field → value
            plain = {name: value for name, value in said.items() if isinstance(value, str | None)}
            if plain:
                having = [id_ for id_, cells in standing.items() if all(cells[name] == row[name] for name in plain)]
                same_code = [id_ for id_ in having if standing[id_]["code"] == row["code"]]
                for task_id in same_code or having[: len(having) == 1]:
                    read.setdefault(task_id, {}).update(plain)
    return read


def _change(change: Any) -> Json:
    return {"field": change.field, "before": change.before, "after": change.after}


async def describe(session: AsyncSession, plan_import: PlanImport) -> Json | None:
    """What the document would change in the plan as it stands; None once it is committed, or if it amends none."""
    if plan_import.amends_plan_id is None or plan_import.is_committed:
        return None
    found = await compare(session, plan_import)
    tasks = found.tasks
    waiting = await queries.list_waiting(session, found.plan)
    return {
        "plan_id": str(found.plan.id),
        "plan_version": found.plan.version,
        "tasks": {
            "added": [{"row": found.rows[at]["row"], **cells_of(found.rows[at])} for at in tasks.added],
            "removed": [{"task_id": str(found.ids[at]), **found.standing[at].cells} for at in tasks.removed],
            "changed": [
                {
                    "task_id": str(found.ids[before]),
                    "row": found.rows[after]["row"],
                    "code": found.standing[before].cells["code"],
                    "title": found.standing[before].cells["title"],
                    "changes": [_change(change) for change in changes],
                }
                for before, after, changes in tasks.changed
            ],
        },
        "indicators": found.indicators.told(),
        "issues": _doubts(found, waiting),
    }


def _doubts(found: Restatement, waiting: Sequence[Amendment]) -> list[Json]:
    """What the comparison cannot settle by itself."""
    doubts = [
        {"row": found.rows[at]["row"], "code": code, "message": message} for at, code, message in found.tasks.issues
    ]
    doubts += [
        {
            "row": found.rows[after]["row"],
            "code": "deadline-taken-away",
            "message": _TAKEN_AWAY.format(found.standing[before].cells["code"], change.before["text"]),
        }
        for before, after, changes in found.tasks.changed
        for change in changes
        if change.field == "deadline"
        and change.after["deadline"]["kind"] == DeadlineKind.UNKNOWN
        and change.before["deadline"]["kind"] != DeadlineKind.UNKNOWN
    ]
    doubts += found.indicators.issues()
    return doubts + [
        {"row": None, "code": "amendment-waiting", "message": _WAITING.format(each.number, each.effective_on)}
        for each in waiting
    ]


async def commit_amendment(
    session: AsyncSession, principal: Principal, plan_import: PlanImport, issuer: Organization, wanted: PlanImportCommit
) -> tuple[Amendment, Sequence[str]]:
    """Record what the document changes as an amendment; returns it and the bodies created. The caller may import.

    Raises Invalid("amendment-incomplete", "amendment-of-tasks-only"), Conflict("plan-changed") when the plan is no
    longer the one that the difference was shown for, and what recording an amendment raises.
    """
    plan = await queries.lock_plan(session, plan_import.amends_plan_id)
    instrument = _instrument(plan_import, wanted)
    _ensure_as_shown(plan, wanted.plan_version)
    found = await compare(session, plan_import)
    doubts = _doubts(found, await queries.list_waiting(session, plan))
    ensure_nothing_open(
        _of_changes(plan_import.proposal, found, doubts, wanted.accept_issues), wanted.create_organizations
    )
    names = await Names.load(session, principal, issuer, included(plan_import.proposal), wanted.create_organizations)
    codes = {name: (await session.get_one(Organization, id_)).code for name, id_ in names.agreed.items()}
    positions = await queries.load_positions(session, found.plan)
    drafts = [
        Draft(found.ids[before], change.field, change.before, _named(change.after, codes))
        for before, _, changes in found.tasks.changed
        for change in changes
    ]
    drafts += [
        Draft(found.ids[at], "state", found.standing[at].cells["state"], "cancelled") for at in found.tasks.removed
    ]
    drafts += _additions(found, positions, codes)
    drafts += found.indicators.drafts()
    if wanted.ends_on is not None and wanted.ends_on != found.plan.ends_on:
        before = found.plan.ends_on.isoformat() if found.plan.ends_on else None
        drafts.append(Draft(None, "ends_on", before, wanted.ends_on.isoformat()))
    amendment = await record(session, principal, found.plan, instrument, found.everything, drafts)
    return amendment, names.created


_TAKEN_AWAY = "Nhiệm vụ {0} đang có thời hạn “{1}”, tài liệu này để trống hoặc ghi thời hạn không hiểu được."
_WAITING = (
    "Văn bản điều chỉnh số {0} có hiệu lực từ {1:%d/%m/%Y} chưa được áp dụng: tài liệu này được đối chiếu với kế hoạch "
    "khi chưa có nó."
)


def _ensure_as_shown(plan: Plan, seen: int | None) -> None:
    if seen != plan.version:
        raise Conflict(
            "plan-changed",
            "Kế hoạch đã thay đổi từ khi được đối chiếu với tài liệu: hãy xem lại thay đổi rồi ghi nhận.",
            facts={"current": plan.version, "expected": seen},
        )


_ABOUT = (("deadline", ("deadline-",)), ("leads", ("lead-", "organization-")), ("code", ("duplicate-code", "number-")))
"""What the codes of issues speak of."""


def _of_changes(
    proposal: Mapping[str, Any], found: Restatement, doubts: Sequence[Json], accepted: Sequence[str]
) -> Json:
    """The proposal with the issues of what changes alone: for the rest the plan's own word stands. What the comparison
    itself doubts waits for a person too, unless `accepted`: a task would be cancelled for it.
    """
    changed = {after: {change.field for change in changes} for _, after, changes in found.tasks.changed}
    at_place = {place_of(row): at for at, row in enumerate(found.rows)}

    def counts(issue: Mapping[str, Any]) -> bool:
        at = at_place.get(place_of(issue)) if issue["row"] else None
        if at is None or at in found.tasks.added:
            return True
        fields = changed.get(at, set())
        about = [field for field, codes in _ABOUT if issue["code"].startswith(codes)]
        return bool(fields.intersection(about) if about else fields)

    open_ = [doubt for doubt in doubts if doubt["code"] not in accepted and EVERY_CODE not in accepted]
    doubted = [doubt | {"blocking": True} for doubt in open_]
    return {**proposal, "issues": [*(issue for issue in proposal["issues"] if counts(issue)), *doubted]}


def _additions(found: Restatement, positions: Mapping[UUID, int], codes: Mapping[str, str]) -> list[Draft]:
    """A new task comes behind the one that precedes it in the document: tasks with one place are in order of entry."""
    places = {after: positions[found.ids[before]] for before, after in found.tasks.pairs}
    added, last, drafts = set(found.tasks.added), 1, []
    for at, row in enumerate(found.rows):
        last = places.get(at, last)
        if at in added:
            cells = {name: _named(value, codes) for name, value in cells_of(row).items()}
            more = {"state": "active", "position": last, "source": row["row"]}
            drafts.append(Draft(None, "task", None, cells | more))
    return drafts


def _named(value: Any, codes: Mapping[str, str]) -> Any:
    """The cell with the bodies that were just created; cells without names stay as they are."""
    if not isinstance(value, dict) or "names" not in value:
        return value
    names = [
        name if name["organization"] or name["group"] else name | {"organization": codes.get(name["text"])}
        for name in value["names"]
    ]
    return value | {"names": names}


def _instrument(plan_import: PlanImport, wanted: PlanImportCommit) -> Instrument:
    if wanted.title or wanted.starts_on or wanted.reviewing_organizations:
        raise Invalid(
            "amendment-of-tasks-only",
            "Văn bản điều chỉnh chỉ thay đổi nhiệm vụ và ngày kết thúc: không đổi trích yếu, ngày bắt đầu, cơ quan "
            "thẩm định của kế hoạch.",
        )
    document: Json = plan_import.proposal["document"]  # type: ignore[assignment] # the published shape
    number = wanted.number or document["number"]
    issued_on = wanted.issued_on or day_of(document["issued_on"])
    if not (number and issued_on and wanted.reason and wanted.effective_on and wanted.plan_version):
        told = {
            "number": number,
            "issued_on": issued_on,
            "reason": wanted.reason,
            "effective_on": wanted.effective_on,
            "plan_version": wanted.plan_version,
        }
        raise Invalid(
            "amendment-incomplete",
            "Tài liệu này điều chỉnh một kế hoạch đang thực hiện: hãy nêu số, ngày, lý do, ngày hiệu lực và "
            "phiên bản kế hoạch đã đối chiếu.",
            errors=[FieldError(name, "missing", "bắt buộc phải có") for name, value in told.items() if not value],
        )
    return Instrument(number, issued_on, wanted.reason, wanted.effective_on, plan_import.id)
