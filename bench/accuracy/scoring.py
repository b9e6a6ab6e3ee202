"""How much of a real plan was read, and how much of it right; what is flagged for a person is told apart from wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.accuracy.gold import DEADLINES, NOBODY
from services.tasks_api.plan_imports.names import NamedBody
from services.tasks_api.plan_imports.proposal import ProposedTask
from services.tasks_api.plan_imports.rows import IndicatorRow, TaskRow
from shared.domain.deadlines import DeadlineKind
from shared.domain.targets import Comparator, Target, parse_target
from shared.domain.text import fold

Cells = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Of `expected` things `right` were read as a person reads them, `flagged` left to a person, `wrong` neither."""

    expected: int = 0
    right: int = 0
    flagged: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, outcome: str, what: str) -> None:
        self.expected += 1
        if outcome == "right":
            self.right += 1
        elif outcome == "flagged":
            self.flagged += 1
        else:
            self.wrong.append(what)

    def __str__(self) -> str:
        return f"{self.right}/{self.expected}" + (f" (+{self.flagged} flagged)" if self.flagged else "")


def task_cells(row: TaskRow) -> dict[str, str | None]:
    """A task as the hand-typed plans write it."""
    return {
        "no": row.code,
        "group": row.group.no if row.group else None,
        "general_task": row.general_task,
        "title": row.title,
        "product_text": row.required_output,
        "kpi_text": row.kpi,
        "lead_text": row.lead_text,
        "coordinating_text": row.coordinating_text,
        "deadline_text": row.deadline_text,
    }


def printed_task(row: Cells) -> dict[str, Any]:
    """A hand-typed task in the same words, blank cells included."""
    known = {"general_task": None, "kpi_text": None, "product_text": None, **row, "no": str(row["no"])}
    known["title"] = known.pop("subtask", None) or known.pop("text", None) or known["title"]
    return known


def score_found(expected: Sequence[Any], found: Iterable[Any]) -> Tally:
    """Each expected thing is found or not; nothing is left to a person here."""
    tally, left = Tally(), list(found)
    for one in expected:
        if one in left:
            left.remove(one)
            tally.count("right", "")
        else:
            tally.count("wrong", str(one)[:160])
    return tally


def score_deadlines(tasks: Sequence[ProposedTask]) -> Tally:
    tally = Tally()
    for task in tasks:
        text = task.row.deadline_text
        deadline = task.deadline.deadline
        meant = (
            deadline.kind.value,
            deadline.due.isoformat() if deadline.due else None,
            deadline.recurrence.value if deadline.recurrence else None,
        )
        if deadline.kind is DeadlineKind.UNKNOWN:
            outcome = "flagged" if any(issue.code.startswith("deadline-") for issue in task.issues) else "wrong"
        else:
            outcome = "right" if text and DEADLINES.get(fold(text)) == meant else "wrong"
        tally.count(outcome, f"{text!r} read as {meant}")
    return tally


def score_names(bodies: Iterable[NamedBody], gold: Mapping[str, str]) -> Tally:
    tally = Tally()
    for body in bodies:
        match = body.match
        matched = match.organization.name if match.organization else match.group.name if match.group else NOBODY
        meant = gold.get(fold(body.text))
        unmatched = "flagged" if matched == NOBODY and meant is not None else "wrong"
        outcome = "right" if matched == meant else unmatched
        tally.count(outcome, f"{body.text!r} matched with {matched!r}, meant {meant!r}")
    return tally


def score_targets(expected: Sequence[Cells], found: Sequence[tuple[IndicatorRow, Target]]) -> Tally:
    tally = Tally()
    by_text = {(row.text, row.year): target for row, target in found} | {(row.text, None): t for row, t in found}
    for row in expected:
        year = int(row["horizon"]) if "horizon" in row else None
        target = by_text.get((row["text"], year))
        meant = parse_target(row["target_text"], row.get("unit_text"))
        right = target is not None and _reached(target) == _reached(meant)
        qualitative = target is not None and target.comparator is Comparator.QUALITATIVE
        outcome = "right" if right else "flagged" if qualitative else "wrong"
        tally.count(outcome, f"{row['text'][:80]!r}: {target}")
    return tally


def _reached(target: Target) -> tuple[object, ...]:
    return target.comparator, target.value, target.value_to
