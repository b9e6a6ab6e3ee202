"""What a document proposes: tasks with their leads, deadlines and doubts, for a person to confirm."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.tasks_api.plan_imports.clearness import clarity_json
from services.tasks_api.plan_imports.documents import NESTED_TABLE, Document, Note, Place
from services.tasks_api.plan_imports.doubts import (
    body_doubts,
    deadline_doubts,
    lead_doubts,
    lead_missing,
    officer_doubts,
)
from services.tasks_api.plan_imports.issuer_told import issuer_doubts
from services.tasks_api.plan_imports.issues import Issue
from services.tasks_api.plan_imports.name_splitting import shared_levels, split_names
from services.tasks_api.plan_imports.names import Candidate, NamedBody, NameIndex, NameMatch
from services.tasks_api.plan_imports.officers import read_office
from services.tasks_api.plan_imports.recognition import Recognised, recognise
from services.tasks_api.plan_imports.reporting_rules import ReportingRule, read_reporting_rules
from services.tasks_api.plan_imports.rows import IndicatorRow, TaskRow
from services.tasks_api.plan_imports.title_block import TitleBlock, read_title_block
from shared.domain.calendar import WorkCalendar
from shared.domain.deadlines import ParsedDeadline, parse_deadline
from shared.domain.organizations import GroupRef, OrganizationRef
from shared.domain.targets import Target, parse_target
from shared.domain.text import squeeze
from shared.tracking.indicators import number_json

_UNMATCHED = NameMatch(None, None, 0.0)


@dataclass(frozen=True, slots=True)
class ProposedTask:
    row: TaskRow
    leads: tuple[NamedBody, ...]
    coordinating: tuple[NamedBody, ...]
    deadline: ParsedDeadline
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`issues` are all of them: of the document, its tables and, once more, of each task."""

    document: TitleBlock
    reporting_rules: tuple[ReportingRule, ...]
    tasks: tuple[ProposedTask, ...]
    indicators: tuple[tuple[IndicatorRow, Target], ...]
    issues: tuple[Issue, ...]


def build_proposal(
    document: Document, index: NameIndex | None, issuer_id: str | None, calendar: WorkCalendar | None = None
) -> Proposal:
    """Read the document for a plan of this issuer; without an index names are taken apart but not looked up, without
    a calendar terms of working days stay unknown.

    Raises Invalid: `no-task-table`, `headers-unknown`.
    """
    recognised = recognise(document)
    title_block, title_issues = read_title_block(document, recognised.tables)
    rules, rule_issues = read_reporting_rules(document)
    known = index.names if index is not None else ()
    noted = [Issue(note.place, note.code, note.message) for note in document.notes if _matters(note, recognised)]
    at_row = defaultdict(list)
    for issue in (*noted, *recognised.issues):
        at_row[issue.place].append(issue)
    tasks: list[ProposedTask] = []
    doubts: list[Issue] = []
    for row in recognised.tasks:
        leads = _answering(_named(row.lead_text, known, index, issuer_id), row.officer_text)
        coordinating = _named(row.coordinating_text, known, index, issuer_id)
        deadline = parse_deadline(
            row.deadline_text, issued_on=title_block.issued_on, calendar=calendar, year=title_block.year
        )
        issues = [*officer_doubts(row.place, row.officer_text, leads)]
        issues += [*deadline_doubts(row.place, row.code, deadline, title_block.issued_on)]
        issues += (
            lead_doubts(row.place, row.code, leads, index, issuer_id) if leads else [lead_missing(row.place, row.code)]
        )
        issues += [] if index is None else body_doubts(row.place, leads, coordinating)
        doubts += issues
        tasks.append(ProposedTask(row, leads, coordinating, deadline, (*at_row[row.place], *issues)))
    indicators, past = _still_to_reach(recognised.indicators, title_block.issued_on)
    title_issues += issuer_doubts(title_block.issuer_text, index, issuer_id)
    everything = [*past, *title_issues, *rule_issues, *noted, *recognised.issues, *doubts]
    return Proposal(
        title_block,
        tuple(rules),
        tuple(tasks),
        tuple((row, parse_target(row.target_text, row.unit)) for row in indicators),
        tuple(sorted(everything, key=lambda issue: (issue.place or Place()).order)),
    )


def _matters(note: Note, recognised: Recognised) -> bool:
    """Tables inside the cells of a table that only lays out the page hold nothing that is lost."""
    first_rows = {found.table.index: found.first_row for found in recognised.tables}
    place = note.place
    return note.code != NESTED_TABLE or (
        place is not None and place.table in first_rows and place.row > first_rows[place.table]
    )


def _named(
    cell: str | None, known: tuple[str, ...], index: NameIndex | None, issuer_id: str | None
) -> tuple[NamedBody, ...]:
    levels = shared_levels(cell, known)
    return tuple(
        NamedBody(
            name,
            index.match(name, issuer_id, levels.get(name)) if index is not None else _UNMATCHED,
            read_office(name).officer,
        )
        for name in split_names(cell, known)
    )


def _still_to_reach(rows: Sequence[IndicatorRow], issued_on: date | None) -> tuple[list[IndicatorRow], list[Issue]]:
    """The targets of an indicator without those for years that were over when the plan was issued, if it has later
    ones: they say what was reached before.
    """
    if issued_on is None:
        return list(rows), []
    last: dict[tuple[int, int], int] = {}
    for row in rows:
        last[row.place.table, row.place.row] = max(row.year or 0, last.get((row.place.table, row.place.row), 0))
    past = [
        row
        for row in rows
        if row.place.table
        and row.year is not None
        and row.year < issued_on.year <= last[row.place.table, row.place.row]
    ]
    years = sorted({row.year for row in past if row.year is not None})
    issues = [
        Issue(None, "past-target-not-read", f"Mức chỉ tiêu năm {year} đã qua khi ban hành nên không đọc làm mục tiêu.")
        for year in years
    ]
    return [row for row in rows if row not in past], issues


def _answering(leads: tuple[NamedBody, ...], officer: str | None) -> tuple[NamedBody, ...]:
    """Who a column of its own says answers for the task belongs to its lead where there is only one."""
    if officer is None or len(leads) != 1 or leads[0].officer:
        return leads
    return (replace(leads[0], officer=squeeze(officer)),)


def proposal_json(proposal: Proposal) -> dict[str, object]:
    """The published shape of `plan import --dry-run --json`."""
    block = proposal.document
    tasks = [_task_json(task) for task in proposal.tasks]
    return {
        "document": {
            "number": block.number,
            "issued_on": block.issued_on.isoformat() if block.issued_on else None,
            "issuer_text": block.issuer_text,
            "title": block.title,
        },
        "reporting_rules": [
            {"text": rule.text, "period": rule.period.value, "due": rule.due} for rule in proposal.reporting_rules
        ],
        "tasks": tasks,
        "indicators": [_indicator_json(row, target) for row, target in proposal.indicators],
        "issues": [issue_json(issue) for issue in proposal.issues],
        "clarity": clarity_json(tasks),
    }


def _task_json(task: ProposedTask) -> dict[str, object]:
    row, deadline = task.row, task.deadline.deadline
    return {
        "row": row.place.as_json(),
        "code": row.code,
        "group": {"no": row.group.no, "title": row.group.title} if row.group is not None else None,
        "general_task": row.general_task,
        "title": row.title,
        "required_output": row.required_output,
        "kpi": row.kpi,
        "lead_text": row.lead_text,
        "leads": [body_json(body) for body in task.leads],
        "coordinating_text": row.coordinating_text,
        "coordinating": [body_json(body) for body in task.coordinating],
        "deadline_text": row.deadline_text,
        "deadline": deadline.as_json(),
        "milestones": [
            {"due": milestone.due.isoformat(), "title": milestone.title} for milestone in task.deadline.milestones
        ],
        "issues": [issue_json(issue) for issue in task.issues],
    }


def body_json(body: NamedBody) -> dict[str, object]:
    """Fields beyond the first four are there only where they say something: `ambiguous`, several bodies bear the
    name; `remembered`, a person said so before; `officer`; and, without a match, `candidates` to choose from.
    """
    match = body.match
    return {
        "text": body.text,
        "organization": match.organization.code if match.organization is not None else None,
        "group": match.group.name if match.group is not None else None,
        "confidence": match.confidence,
        **({"ambiguous": True} if match.ambiguous else {}),
        **({"remembered": True} if match.remembered else {}),
        **({"officer": body.officer} if body.officer else {}),
        **({"candidates": [_candidate_json(each) for each in match.candidates]} if match.candidates else {}),
    }


def _candidate_json(candidate: Candidate) -> dict[str, object]:
    meant = candidate.meant
    return {
        "organization": meant.code if isinstance(meant, OrganizationRef) else None,
        "group": meant.name if isinstance(meant, GroupRef) else None,
        "name": meant.name,
        "confidence": candidate.confidence,
    }


def _indicator_json(row: IndicatorRow, target: Target) -> dict[str, object]:
    return {
        "no": row.no,
        "text": row.text,
        "unit": row.unit or target.unit,
        "target_text": row.target_text,
        "target": {
            "comparator": target.comparator.value,
            "value": number_json(target.value),
            "value_to": number_json(target.value_to),
            "year": row.year,
        },
        "lead_text": row.lead_text,
        "group": row.group,
        "row": row.place.as_json(),
    }


def issue_json(issue: Issue) -> dict[str, object]:
    place = issue.place.as_json() if issue.place is not None else None
    return {"row": place, "code": issue.code, "message": issue.message, "blocking": issue.blocks}
