"""Rows of a proposal as the cells that plans keep (`shared.tracking.cells`)."""

from collections.abc import Mapping
from typing import Any

from services.tasks_api.plan_imports.documents import Place

Row = Mapping[str, Any]
_NAMED = ("text", "organization", "group")


def place_of(row: Row) -> str:
    """Where a row stands, as paths and corrections name it: `2.4`; a paragraph is `p12`."""
    return Place(**row["row"]).address


def cells_of(row: Row) -> dict[str, Any]:
    """The cells of a proposed task."""
    return {
        **{name: row[name] for name in ("code", "group", "general_task", "title", "required_output", "kpi")},
        "leads": {"text": row["lead_text"], "names": [_name(name) for name in row["leads"]]},
        "coordinating": {"text": row["coordinating_text"], "names": [_name(name) for name in row["coordinating"]]},
        "deadline": {"text": row["deadline_text"], "deadline": row["deadline"], "milestones": row["milestones"]},
    }


def _name(name: Row) -> dict[str, Any]:
    return {key: name[key] for key in _NAMED} | ({"officer": name["officer"]} if name.get("officer") else {})
