"""What a person says about one row of a proposal: its cells, its names, what is accepted as it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.name_corrections.operations import remember_name
from services.tasks_api.organizations.queries import list_groups, require_by_code
from services.tasks_api.plan_imports import queries
from services.tasks_api.plan_imports.clearness import clarity_json
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.doubts import body_doubts, deadline_doubts, lead_doubts, lead_missing, lead_outside
from services.tasks_api.plan_imports.names import NamedBody, NameIndex, NameMatch, is_collective
from services.tasks_api.plan_imports.officers import read_office
from services.tasks_api.plan_imports.proposal import body_json, issue_json
from services.tasks_api.plan_imports.review import EVERY_CODE, accept, issue_order, kept_word
from services.tasks_api.plan_imports.schemas import NameInRow, RowCorrection
from services.tasks_api.plan_imports.title_block import TitleBlock
from shared.clock import today
from shared.db.calendar import load_calendar
from shared.db.models import Organization, OrganizationGroup
from shared.domain.deadlines import UNKNOWN, DeadlineKind, parse_deadline
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal
from shared.domain.text import fold

Json = dict[str, Any]

_ABOUT_DEADLINE = frozenset({"deadline-unknown", "deadline-missing", "deadline-before-issue", "deadline-year-assumed"})
_ABOUT_NAMES = frozenset(
    {
        "lead-missing",
        "lead-vague",
        "lead-outside-issuer",
        "organization-unknown",
        "organization-ambiguous",
        "organization-succeeded",
    }
)
_ABOUT_CODE = frozenset({"duplicate-code", "number-missing"})


async def apply_correction(
    session: AsyncSession,
    principal: Principal,
    issuer: Organization,
    proposal: Json,
    task: Json,
    correction: RowCorrection,
    *,
    at: datetime,
) -> tuple[Json, Json]:
    """The task and the proposal as a person left them; `task` is one of the proposal's.

    Raises Conflict("code-taken"), and Invalid for a name, a group or an issue that is not there.
    """
    settled, opened = set[str](), list[Json]()
    after = _with_cells(task, correction)
    if correction.code is not None or correction.excluded is False:
        _ensure_free(proposal, task, after["code"])
        settled |= _ABOUT_CODE if correction.code is not None else set()
    if correction.deadline is not None or "deadline_text" in correction.model_fields_set:
        settled |= _ABOUT_DEADLINE
        opened += await _set_deadline(session, proposal, after, correction)
    outside, explained = set[str](), dict[str, Json]()
    if correction.leads is not None or correction.coordinating is not None:
        settled |= _ABOUT_NAMES
        explained = await _set_names(session, principal, issuer, after, correction)
        outside = await _outside(session, issuer, [*after["leads"], *explained.values()])
        opened += _name_doubts(after, outside)
    found = kept_word([*_without(task["issues"], settled), *opened], task["issues"])
    after["issues"] = _accepted(found, after, correction.accept_issues or (), principal, at)
    tasks = [after if each is task else _explained(each, explained, outside) for each in proposal["tasks"]]
    issues = proposal["issues"]
    for before, renewed in zip(proposal["tasks"], tasks, strict=True):
        if renewed is not before:
            issues = _replaced(issues, before, renewed, settled if before is task else _ABOUT_NAMES)
    everything = sorted(issues, key=issue_order)
    return after, proposal | {"tasks": tasks, "issues": everything, "clarity": clarity_json(tasks)}


def _replaced(issues: list[Json], before: Json, after: Json, settled: Collection[str]) -> list[Json]:
    """All issues of a proposal, those of one task as they are now. A row may have issues of its own beside its task."""
    kept = [
        issue
        for issue in issues
        if issue["row"] != before["row"] or (issue not in before["issues"] and issue["code"] not in settled)
    ]
    return [*kept, *after["issues"]]


def _explained(task: Json, explained: Mapping[str, Json], outside: set[str]) -> Json:
    """A task of the same plan, where names a person has just explained mean the same."""
    changed = {
        role: [
            name | meaning if not name["organization"] and not name["group"] and meaning else name
            for name in task[role]
            for meaning in (explained.get(fold(name["text"])),)
        ]
        for role in ("leads", "coordinating")
    }
    if all(changed[role] == task[role] for role in changed):
        return task
    for name in (*changed["leads"], *changed["coordinating"]):
        if name["organization"] or name["group"]:
            name.pop("candidates", None)
            name.pop("ambiguous", None)
    after = task | changed
    doubts = _name_doubts(after, outside)
    kept = [issue for issue in task["issues"] if issue["code"] == "lead-outside-issuer" and issue not in doubts]
    issues = [*_without(task["issues"], _ABOUT_NAMES), *kept, *doubts]
    return after | {"issues": [dict(issue) for issue in kept_word(issues, task["issues"])]}


def new_row(place: Place) -> Json:
    """A task of which nothing is said yet."""
    cells = ("group", "general_task", "title", "required_output", "kpi", "lead_text", "coordinating_text")
    return {
        "row": place.as_json(),
        "code": "",
        **dict.fromkeys(cells),
        "leads": [],
        "coordinating": [],
        "deadline_text": None,
        "deadline": UNKNOWN.as_json(),
        "milestones": [],
        "issues": [],
    }


def _with_cells(task: Json, correction: RowCorrection) -> Json:
    cells = {"title", "required_output", "kpi", "code", "group", "general_task", "excluded"}
    return task | correction.model_dump(mode="json", exclude_unset=True, include=cells)


def _without(issues: Sequence[Json], codes: Collection[str]) -> list[Json]:
    return [issue for issue in issues if issue["code"] not in codes]


def _ensure_free(proposal: Json, task: Json, code: str) -> None:
    if any(other["code"] == code for other in proposal["tasks"] if other is not task and not other.get("excluded")):
        raise Conflict("code-taken", f"Mã “{code}” đã là mã của một nhiệm vụ khác trong kế hoạch này.")


async def _set_deadline(session: AsyncSession, proposal: Json, task: Json, correction: RowCorrection) -> list[Json]:
    """The doubts about the deadline as it is now. A text without a meaning beside it is read as the document's are."""
    if "deadline_text" in correction.model_fields_set:
        task["deadline_text"] = correction.deadline_text
    issued_on = proposal["document"]["issued_on"]
    issued = date.fromisoformat(issued_on) if issued_on else None
    place, code = Place(**task["row"]), str(task["code"])
    year = TitleBlock(title=proposal["document"]["title"]).year
    parsed = parse_deadline(task["deadline_text"], issued_on=issued, calendar=await load_calendar(session), year=year)
    if correction.deadline is None:
        task["deadline"] = parsed.deadline.as_json()
        task["milestones"] = [{"due": each.due.isoformat(), "title": each.title} for each in parsed.milestones]
        return [issue_json(issue) for issue in deadline_doubts(place, code, parsed, issued)]
    said = correction.deadline
    task["deadline"] = said.model_dump(mode="json", exclude=None if said.days else {"days"})
    task["milestones"] = []  # they were read in the text that the correction replaces
    if said.kind is DeadlineKind.UNKNOWN:
        return [issue for issue in task["issues"] if issue["code"] in _ABOUT_DEADLINE]
    return []


async def _set_names(
    session: AsyncSession, principal: Principal, issuer: Organization, task: Json, correction: RowCorrection
) -> dict[str, Json]:
    """What was explained by the way: the meaning of folded texts."""
    explained: dict[str, Json] = {}
    index: NameIndex | None = None
    for field, names in (("leads", correction.leads), ("coordinating", correction.coordinating)):
        if names is None:
            continue
        read = {name["text"]: name for name in task[field]}
        named: list[Json] = []
        for name in names:
            if isinstance(name, str):
                organization = await require_by_code(session, name, field)
                named.append(_stands_for(organization.name, organization))
                continue
            meant = await _meant(session, name, field)
            if meant is None:
                assert name.text is not None
                if name.text not in read and index is None:
                    index = await queries.load_name_index(session, issuer, on=today())
                entry = read.get(name.text) or _looked_up(index, issuer, name.text)
            else:
                entry = _stands_for(name.text or meant.name, meant)
                if name.text is not None:
                    await remember_name(session, principal, issuer, name.text, meant)
                    told = {key: value for key, value in entry.items() if key != "text"}
                    explained[fold(name.text)] = told | {"remembered": True}
            named.append(_with_officer(entry, name, read))
        task[field] = named
    return explained


async def _meant(session: AsyncSession, name: NameInRow, field: str) -> Organization | OrganizationGroup | None:
    if name.organization is not None:
        return await require_by_code(session, name.organization, field)
    if name.group is None:
        return None
    groups = {group.name: group for group in await list_groups(session)}
    if name.group not in groups:
        message = f"Không có nhóm cơ quan nào tên “{name.group}”."
        raise Invalid("group-unknown", message, errors=[FieldError(field, "group-unknown", message)])
    return groups[name.group]


def _stands_for(text: str, meant: Organization | OrganizationGroup) -> Json:
    organization = meant.code if isinstance(meant, Organization) else None
    group = None if isinstance(meant, Organization) else meant.name
    return {"text": text, "organization": organization, "group": group, "confidence": 1.0}


def _looked_up(index: NameIndex | None, issuer: Organization, text: str) -> Json:
    assert index is not None
    return body_json(NamedBody(text, index.match(text, str(issuer.id)), read_office(text).officer))


def _with_officer(entry: Json, name: NameInRow, read: dict[str, Json]) -> Json:
    """The officer given, or the one read with the same name."""
    before = read.get(name.text or "", {}).get("officer")
    officer = name.officer if "officer" in name.model_fields_set else before or entry.get("officer")
    bare = {key: value for key, value in entry.items() if key != "officer"}
    return bare | ({"officer": officer} if officer else {})


async def _outside(session: AsyncSession, issuer: Organization, names: Sequence[Json]) -> set[str]:
    """Codes of the organizations named that lie outside the issuer's province or commune."""
    codes = [name["organization"] for name in names if name["organization"]]
    return await queries.list_outside(session, codes, await queries.get_branch(session, issuer))


def _name_doubts(task: Json, outside: set[str]) -> list[Json]:
    place, code = Place(**task["row"]), str(task["code"])
    leads, coordinating = _unresolved(task["leads"]), _unresolved(task["coordinating"])
    doubts = [*lead_doubts(place, code, leads, None, None), *body_doubts(place, leads, coordinating)]
    if not task["leads"]:
        doubts.append(lead_missing(place, code))
    doubts += [lead_outside(place, code, name["text"]) for name in task["leads"] if name["organization"] in outside]
    return [issue_json(doubt) for doubt in doubts]


def _unresolved(names: Sequence[Json]) -> list[NamedBody]:
    return [
        NamedBody(
            name["text"],
            NameMatch(
                None,
                None,
                name["confidence"],
                vague=is_collective(name["text"]),
                ambiguous=name.get("ambiguous", False),
            ),
        )
        for name in names
        if not name["organization"] and not name["group"]
    ]


def _accepted(
    issues: Sequence[Mapping[str, Any]], task: Json, codes: Sequence[str], principal: Principal, at: datetime
) -> list[Json]:
    """Raises Invalid("issue-not-open") for a code that no issue of the row has."""
    strangers = sorted(set(codes) - {issue["code"] for issue in issues} - {EVERY_CODE})
    if strangers:
        message = f"Dòng này không có vấn đề nào mang mã {', '.join(strangers)}."
        raise Invalid("issue-not-open", message, errors=[FieldError("accept_issues", "issue-not-open", message)])
    return [dict(issue) for issue in accept(issues, codes, principal.subject, at.isoformat(), task["row"])]
