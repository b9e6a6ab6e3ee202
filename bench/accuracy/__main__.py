"""`make accuracy`: how the real plans are read, cell for cell, when their files are at hand.

Prints a table; whatever is wrong is listed below it. Exits with 1 when anything is wrong or not found.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.accuracy.gold import PROVINCE_NAMES, WARD_NAMES
from bench.accuracy.scoring import (
    Tally,
    printed_task,
    score_deadlines,
    score_found,
    score_names,
    score_targets,
    task_cells,
)
from bench.accuracy.trees import province_tree, ward_tree
from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.proposal import Proposal, build_proposal
from services.tasks_api.plan_imports.reading import read_document

PLANS = Path(__file__).resolve().parents[2].parent / "shared" / "plans"
DOCUMENTS = {".docx", ".xlsx", ".pdf"}
COLUMNS = ("tasks", "deadlines", "leads", "coordinating", "indicators", "targets", "reporting")


def main() -> int:
    """Read every real plan and print how much of it is right."""
    if not PLANS.is_dir():
        print("Skipped: the real plans are not beside the project (../shared/plans).")
        return 0
    tables: list[tuple[str, Mapping[str, Tally]]] = []
    trees = {"tranbien": (ward_tree(), WARD_NAMES), "binhphuoc": (province_tree(), PROVINCE_NAMES)}
    for plan, ((index, issuer), names) in trees.items():
        printed = json.loads((PLANS / plan / "plan.json").read_text(encoding="utf-8"))
        files = [file for file in sorted(PLANS.glob(f"{plan}/plan.*")) if file.suffix in DOCUMENTS]
        tables += [(f"{plan}/{file.name}", _score(file, printed, index, issuer, names)) for file in files]
    _print(tables)
    return 1 if any(tally.wrong for _, tallies in tables for tally in tallies.values()) else 0


def _score(
    file: Path, printed: Mapping[str, Any], index: NameIndex, issuer: str, names: Mapping[str, str]
) -> dict[str, Tally]:
    proposal = build_proposal(read_document(file.read_bytes(), file.name), index, issuer)
    whole = file.suffix != ".xlsx"  # the sheet holds the table of tasks alone
    narrative = printed.get("narrative_tasks", []) if whole else []
    expected = [printed_task(row) for row in [*narrative, *printed["tasks"]]]
    indicators = printed["indicators"] if whole else []
    tallies = {
        "tasks": score_found(expected, (task_cells(task.row) for task in proposal.tasks)),
        "deadlines": score_deadlines(proposal.tasks),
        "leads": score_names((body for task in proposal.tasks for body in task.leads), names),
        "coordinating": score_names((body for task in proposal.tasks for body in task.coordinating), names),
        "indicators": score_found([row["text"] for row in indicators], (row.text for row, _ in proposal.indicators)),
        "targets": score_targets(indicators, proposal.indicators),
        "reporting": _reporting(printed, proposal) if whole else Tally(),
    }
    for extra in proposal.tasks[len(expected) :]:
        tallies["tasks"].wrong.append(f"not in the plan: {extra.row.code} {extra.row.title[:80]}")
    return tallies


_PERIODS = {
    "monthly": {"monthly"},
    "quarterly": {"quarterly"},
    "semiannual": {"half_year"},
    "annual": {"annual"},
    "semiannual_and_annual": {"half_year", "annual"},
}


def _reporting(printed: Mapping[str, Any], proposal: Proposal) -> Tally:
    """A duty without a period the plan names itself is found when it is proposed for a person to settle."""
    wanted = [(row["text"], period) for row in printed["reporting"] for period in _periods(row["cadence"])]
    return score_found(wanted, ((rule.text, rule.period.value) for rule in proposal.reporting_rules))


def _periods(cadence: str | None) -> list[str]:
    return sorted(_PERIODS.get(cadence or "", {"unspecified"}))


def _print(tables: list[tuple[str, Mapping[str, Tally]]]) -> None:
    width = max(len(name) for name, _ in tables)
    print("plan".ljust(width), *(column.ljust(22) for column in COLUMNS))
    for name, tallies in tables:
        print(name.ljust(width), *(str(tallies[column]).ljust(22) for column in COLUMNS))
    for name, tallies in tables:
        for column in COLUMNS:
            for wrong in tallies[column].wrong:
                print(f"✗ {name} {column}: {wrong}")


if __name__ == "__main__":
    raise SystemExit(main())
