"""What a document proposes: tasks with their leads, deadlines and doubts, for a person to confirm."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.doubts import body_doubts, deadline_doubts, lead_doubts, lead_missing
from services.tasks_api.plan_imports.issues import Issue
from services.tasks_api.plan_imports.name_splitting import split_names
from services.tasks_api.plan_imports.names import NamedBody, NameIndex, NameMatch
from services.tasks_api.plan_imports.recognition import IndicatorRow, TaskRow, recognise
from services.tasks_api.plan_imports.reporting_rules import ReportingRule, read_reporting_rules
from services.tasks_api.plan_imports.title_block import TitleBlock, read_title_block
from shared.domain.deadlines import ParsedDeadline, parse_deadline
from shared.domain.targets import Target, parse_target
from shared.domain.text import fold

_UNMATCHED = NameMatch(None, None, 0.0)
_NARRATIVE_LEADS = ("co quan chu tri", "don vi chu tri")


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


def build_proposal(document: Document, index: NameIndex | None, issuer_id: str | None) -> Proposal:
    """Read the document for a plan of this issuer; without an index names are taken apart but not looked up.

    Raises Invalid: `no-task-table`, `headers-unknown`, `duplicate-code`.
    """
    recognised = recognise(document)
    title_block, title_issues = read_title_block(document, recognised.tables)
    rules, rule_issues = read_reporting_rules(document)
    known = index.names if index is not None else ()
    noted = [Issue(note.place, note.code, note.message) for note in document.notes]
    at_row = defaultdict(list)
    for issue in (*noted, *recognised.issues):
        at_row[issue.place].append(issue)
    tasks: list[ProposedTask] = []
    doubts: list[Issue] = []
    for row in recognised.tasks:
        leads = _named(row.lead_text, known, index, issuer_id)
        coordinating = _named(row.coordinating_text, known, index, issuer_id)
        deadline = parse_deadline(row.deadline_text)
        issues = [*deadline_doubts(row.place, row.code, deadline, title_block.issued_on)]
        issues += (
            lead_doubts(row.place, row.code, leads, index, issuer_id) if leads else [lead_missing(row.place, row.code)]
        )
        issues += [] if index is None else body_doubts(row.place, (*leads, *coordinating))
        doubts += issues
        tasks.append(ProposedTask(row, leads, coordinating, deadline, (*at_row[row.place], *issues)))
    everything = [*title_issues, *rule_issues, *_narrative_issues(document), *noted, *recognised.issues, *doubts]
    return Proposal(
        title_block,
        tuple(rules),
        tuple(tasks),
        tuple((row, parse_target(row.target_text, row.unit)) for row in recognised.indicators),
        tuple(sorted(everything, key=_position)),
    )


def _named(
    cell: str | None, known: tuple[str, ...], index: NameIndex | None, issuer_id: str | None
) -> tuple[NamedBody, ...]:
    return tuple(
        NamedBody(name, index.match(name, issuer_id) if index is not None else _UNMATCHED)
        for name in split_names(cell, known)
    )


def _narrative_issues(document: Document) -> Iterator[Issue]:
    """Duties given in sentences, outside the tables, are not proposed as tasks: say so."""
    count = sum(fold(paragraph.text).lstrip("*-+ ").startswith(_NARRATIVE_LEADS) for paragraph in document.paragraphs)
    if count:
        yield Issue(
            None,
            "narrative-not-read",
            f"Phần lời văn có {count} đoạn giao cơ quan chủ trì nằm ngoài bảng nhiệm vụ và không được đọc; "
            "hãy đối chiếu với bảng.",
        )


def _position(issue: Issue) -> tuple[int, int]:
    return (issue.place.table, issue.place.row) if issue.place is not None else (0, 0)


def proposal_json(proposal: Proposal) -> dict[str, object]:
    """The published shape of `plan import --dry-run --json`."""
    block = proposal.document
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
        "tasks": [_task_json(task) for task in proposal.tasks],
        "indicators": [_indicator_json(row, target) for row, target in proposal.indicators],
        "issues": [issue_json(issue) for issue in proposal.issues],
    }


def _task_json(task: ProposedTask) -> dict[str, object]:
    row, deadline = task.row, task.deadline.deadline
    return {
        "row": {"table": row.place.table, "row": row.place.row},
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
        "deadline": {
            "kind": deadline.kind.value,
            "start": deadline.start.isoformat() if deadline.start else None,
            "due": deadline.due.isoformat() if deadline.due else None,
            "recurrence": deadline.recurrence.value if deadline.recurrence else None,
        },
        "milestones": [
            {"due": milestone.due.isoformat(), "title": milestone.title} for milestone in task.deadline.milestones
        ],
        "issues": [issue_json(issue) for issue in task.issues],
    }


def body_json(body: NamedBody) -> dict[str, object]:
    """`ambiguous` is there only where it is true: several bodies bear the name."""
    match = body.match
    return {
        "text": body.text,
        "organization": match.organization.code if match.organization is not None else None,
        "group": match.group.name if match.group is not None else None,
        "confidence": match.confidence,
        **({"ambiguous": True} if match.ambiguous else {}),
    }


def _indicator_json(row: IndicatorRow, target: Target) -> dict[str, object]:
    return {
        "no": row.no,
        "text": row.text,
        "unit": row.unit,
        "target_text": row.target_text,
        "target": {
            "comparator": target.comparator.value,
            "value": _number(target.value),
            "value_to": _number(target.value_to),
            "year": row.year,
        },
        "lead_text": row.lead_text,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def issue_json(issue: Issue) -> dict[str, object]:
    place = {"table": issue.place.table, "row": issue.place.row} if issue.place is not None else None
    return {"row": place, "code": issue.code, "message": issue.message}
