"""A proposal that waits, brought up to date with a tree that has grown since: nothing a person settled is touched."""

from typing import Any

from services.tasks_api.plan_imports.clearness import clarity_json
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.doubts import UNRESOLVED, body_doubts, lead_doubts
from services.tasks_api.plan_imports.name_splitting import shared_levels
from services.tasks_api.plan_imports.names import NamedBody, NameIndex
from services.tasks_api.plan_imports.proposal import body_json, issue_json
from services.tasks_api.plan_imports.review import issue_order, kept_word

Proposal = dict[str, Any]


def match_again(proposal: Proposal, index: NameIndex, issuer_id: str) -> Proposal:
    """The proposal with the names that stood for nothing looked up once more; the same object if none found any."""
    tasks = [_task(task, index, issuer_id) for task in proposal["tasks"]]
    renewed = [task for task, before in zip(tasks, proposal["tasks"], strict=True) if task is not before]
    if not renewed:
        return proposal
    places = [task["row"] for task in renewed]
    kept = [issue for issue in proposal["issues"] if issue["row"] not in places or issue["code"] not in UNRESOLVED]
    for task in renewed:
        kept += [issue for issue in task["issues"] if issue not in kept]
    return proposal | {"tasks": tasks, "issues": sorted(kept, key=issue_order), "clarity": clarity_json(tasks)}


def _task(task: Proposal, index: NameIndex, issuer_id: str) -> Proposal:
    fresh = {
        role: _looked_up([name for name in task[role] if _is_unresolved(name)], task[cell], index, issuer_id)
        for role, cell in (("leads", "lead_text"), ("coordinating", "coordinating_text"))
    }
    changed = {role: _renewed(task[role], fresh[role]) for role in fresh}
    if all(changed[role] == task[role] for role in changed):
        return task
    place, code = Place(**task["row"]), task["code"]
    doubts = [
        *lead_doubts(place, code, fresh["leads"], index, issuer_id),
        *body_doubts(place, fresh["leads"], fresh["coordinating"]),
    ]
    kept = [issue for issue in task["issues"] if issue["code"] not in UNRESOLVED]
    return task | changed | {"issues": kept_word([*kept, *map(issue_json, doubts)], task["issues"])}


def _is_unresolved(name: Proposal) -> bool:
    return not name["organization"] and not name["group"]


def _looked_up(names: list[Proposal], cell: str | None, index: NameIndex, issuer_id: str) -> list[NamedBody]:
    levels = shared_levels(cell, index.names) if names else {}
    return [
        NamedBody(name["text"], index.match(name["text"], issuer_id, levels.get(name["text"])), name.get("officer"))
        for name in names
    ]


def _renewed(names: list[Proposal], fresh: list[NamedBody]) -> list[Proposal]:
    """A name found is put in; that the nearest name is a little nearer is no news."""
    found = iter(fresh)
    return [_newer(name, next(found)) if _is_unresolved(name) else name for name in names]


def _newer(name: Proposal, body: NamedBody) -> Proposal:
    match = body.match
    is_news = (
        match.organization is not None or match.group is not None or match.ambiguous != name.get("ambiguous", False)
    )
    return body_json(body) if is_news else name
