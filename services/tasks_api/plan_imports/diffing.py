"""What a document changes in a plan as it stands: tasks and indicators added, removed, and cell by cell. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.tasks_api.plan_imports.issues import shortened
from services.tasks_api.plan_imports.matching import Row, match_rows
from shared.domain.deadlines import DeadlineKind
from shared.domain.text import squeeze

Cells = Mapping[str, Any]
_NAMES = ("leads", "coordinating")
_TASK_FIELDS = ("code", "group", "general_task", "title", "required_output", "kpi", *_NAMES, "deadline")
_INDICATOR_FIELDS = ("no", "text", "unit", "target_text", "target", "lead_text")

_AMBIGUOUS = "“{0}” giống nhiều {1} của kế hoạch hiện hành nên được coi là bổ sung mới; hãy đối chiếu."
_REUSED = "Mã {0} nay ghi một {1} khác hẳn: {1} cũ được coi là bãi bỏ; hãy đối chiếu."


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the plan. `read` is what its document said in cells that a person corrected then; `readings` are the
    deadline and milestones that its words had as the documents of the plan were read.
    """

    cells: Cells
    read: Cells = field(default_factory=dict)
    readings: Sequence[Cells] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row of the document, and which of its cells a person corrected now."""

    cells: Cells
    corrected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CellChange:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """`changed`: (place in the plan, place in the document, cells). Places count from 0; `pairs` has the unchanged
    rows too. `issues`: (place in the document, code, Vietnamese message).
    """

    added: tuple[int, ...]
    removed: tuple[int, ...]
    changed: tuple[tuple[int, int, tuple[CellChange, ...]], ...]
    pairs: tuple[tuple[int, int], ...]
    issues: tuple[tuple[int, str, str], ...]


def compare_tasks(standing: Sequence[Standing], proposed: Sequence[Proposed]) -> Difference:
    """The tasks of a document against those of the plan.

    A cell has changed when the document says it in other words, or when the words of a deadline mean other days in it
    than in the plan's own documents; spaces and line breaks are no words, and what a person once said about a cell
    holds as long as the cell reads the same. A row that resembles several
    is told as removed and added, with an issue, and never guessed.
    """
    return _compare(standing, proposed, _task_row, _TASK_FIELDS, "nhiệm vụ")


def compare_indicators(standing: Sequence[Standing], proposed: Sequence[Proposed]) -> Difference:
    """The indicators of a document against those of the plan."""
    return _compare(standing, proposed, _indicator_row, _INDICATOR_FIELDS, "chỉ tiêu")


def _task_row(cells: Cells) -> Row:
    group = cells["group"]
    return Row(str(cells["code"]), group["title"] or group["no"] if group else None, cells["title"])


def _indicator_row(cells: Cells) -> Row:
    year = cells["target"]["year"]
    return Row(f"{cells['no']} ({year})" if year else str(cells["no"]), None, cells["text"])


def _compare(
    standing: Sequence[Standing], proposed: Sequence[Proposed], row: Any, fields: Sequence[str], word: str
) -> Difference:
    # Documents are matched in their own words, not in those that a person put in their place.
    old = [row({**each.cells, **each.read}) for each in standing]
    new = [row(each.cells) for each in proposed]
    matching = match_rows(old, new)
    changed = [
        (before, after, tuple(_changes(standing[before], proposed[after], fields))) for before, after in matching.pairs
    ]
    kept, known = {before for before, _ in matching.pairs}, {after for _, after in matching.pairs}
    issues = [(at, "match-ambiguous", _AMBIGUOUS.format(shortened(new[at].title), word)) for at in matching.doubtful]
    issues += [(at, "code-reused", _REUSED.format(new[at].code, word)) for at in matching.replaced]
    return Difference(
        added=tuple(at for at in range(len(new)) if at not in known),
        removed=tuple(at for at in range(len(old)) if at not in kept),
        changed=tuple(each for each in changed if each[2]),
        pairs=matching.pairs,
        issues=tuple(sorted(issues)),
    )


def _changes(standing: Standing, proposed: Proposed, fields: Sequence[str]) -> list[CellChange]:
    return [
        CellChange(name, standing.cells[name], proposed.cells[name])
        for name in fields
        if not _same(name, standing, proposed)
    ]


def _same(name: str, standing: Standing, proposed: Proposed) -> bool:
    before, after = standing.cells[name], proposed.cells[name]
    corrected = name in proposed.corrected
    match name:
        case "deadline":
            return _plain(before["text"]) == _plain(after["text"]) and _same_days(standing, after, corrected=corrected)
        case "leads" | "coordinating":
            if _plain(before["text"]) == _plain(after["text"]) and not corrected:
                return True
            known = all(each["organization"] or each["group"] for each in after["names"])
            return known and bool(after["names"]) and _bodies(before) == _bodies(after)
        case "group" | "target":
            return _told(before) == _told(after)
        case _:
            same_as_read = not corrected and name in standing.read and _plain(standing.read[name]) == _plain(after)
            return _plain(before) == _plain(after) or same_as_read


def _same_days(standing: Standing, after: Cells, *, corrected: bool) -> bool:
    """Whether the same words still mean what stands: as a person said, or as they were read."""
    before = _days(standing.cells["deadline"])
    if _days(after) == before:
        return True
    unknown = after["deadline"]["kind"] == DeadlineKind.UNKNOWN
    as_read = before in [_days(reading) for reading in standing.readings]
    return not corrected and (unknown or not as_read)


def _days(cell: Cells) -> tuple[object, object]:
    return cell["deadline"], [milestone["due"] for milestone in cell["milestones"]]


def _plain(text: object) -> str:
    return squeeze(str(text)) if text is not None else ""


def _bodies(cell: Cells) -> set[tuple[str | None, str | None, str | None]]:
    """Whom the names mean, and who answers for them there."""
    return {(each["organization"], each["group"], each.get("officer")) for each in cell["names"]}


def _told(cell: Cells | None) -> list[tuple[str, str]]:
    return sorted((key, _plain(value)) for key, value in cell.items()) if cell else []
