"""Cells that say no more than “as above”: `nt`, `như trên`, `-//-`, `"`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.tasks_api.plan_imports.columns import Role
from services.tasks_api.plan_imports.group_rows import continues_a_text
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.plan_rows import PlanRow, RowKind
from shared.domain.text import nfc

_DITTO = re.compile(r"[-–—\s.]*(?:n\.?t|như trên|nhu tren|/{2,}|[\"“”„〃]|''|″)[-–—\s.]*", re.IGNORECASE)
_READ = (Role.OUTPUT, Role.KPI, Role.LEAD, Role.PERSON, Role.COORDINATING, Role.DEADLINE, Role.UNIT)
"""The columns in which a row may say the same as the one above it."""


def resolve_dittos(rows: Sequence[PlanRow]) -> tuple[list[PlanRow], list[Issue]]:
    """The rows with the words meant, each taken from the row above in its column, and what has none above it.

    A heading ends what it may be taken from.
    """
    resolved: list[PlanRow] = []
    issues: list[Issue] = []
    above: dict[Role, str] = {}
    for row in rows:
        if row.kind is RowKind.HEADING:
            above = above if continues_a_text(row) else {}
        elif row.kind is RowKind.ENTRY:
            dittos = {role for role in _READ if _DITTO.fullmatch(nfc(row.cells.get(role, "")))}
            cells = row.cells | {role: above[role] for role in dittos if above.get(role)}
            issues += [_nothing_above(row, role) for role in _READ if role in dittos and not above.get(role)]
            above = {role: cells[role] for role in _READ if cells.get(role) and not _DITTO.fullmatch(nfc(cells[role]))}
            resolved.append(replace(row, cells=cells))
            continue
        resolved.append(row)
    return resolved, issues


def _nothing_above(row: PlanRow, role: Role) -> Issue:
    message = (
        f"Ô ghi “{row.cells[role]}” nhưng dòng trên không có nội dung để lấy theo, ở dòng “{shortened(row.text)}”; "
        "hãy nhập lại."
    )
    return Issue(row.place, "ditto-without-above", message, blocking=True)
