"""Days, deadlines and cycles as a Vietnamese clerk reads them, from what the contract answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain.cycles import CycleKind, cycle_label_vi
from shared.domain.deadlines import Recurrence

_RECURRENCE_LABELS_VI = {
    Recurrence.ANNUAL: "hằng năm",
    Recurrence.HALF_YEAR: "6 tháng một lần",
    Recurrence.QUARTERLY: "hằng quý",
    Recurrence.MONTHLY: "hằng tháng",
    Recurrence.WEEKLY: "hằng tuần",
    Recurrence.FORTNIGHTLY: "2 tuần một lần",
    Recurrence.CONTINUOUS: "thường xuyên",
}


def day_vi(day: date | str | None) -> str:
    """`31/12/2026`, from a day or its ISO text; nothing for no day."""
    if day is None:
        return ""
    return f"{day if isinstance(day, date) else date.fromisoformat(day):%d/%m/%Y}"


def deadline_vi(deadline: Mapping[str, Any]) -> str:
    """What a deadline of a proposal was understood to mean."""
    recurrence = _RECURRENCE_LABELS_VI[Recurrence(deadline["recurrence"])] if deadline["recurrence"] else ""
    days = ", ".join(_recurring_day_vi(day) for day in deadline.get("days", ()))
    return ", ".join(filter(None, (day_vi(deadline["due"]), recurrence, days))) or "chưa rõ"


def _recurring_day_vi(day: str) -> str:
    """`ngày 14/12` or `ngày 19`."""
    month, _, of_month = day.rpartition("-")
    return f"ngày {of_month}/{month}" if month else f"ngày {of_month}"


def cycle_vi(cycle: Mapping[str, Any]) -> str:
    """The cycle of an assignment."""
    return cycle_label_vi(CycleKind(cycle["kind"]), date.fromisoformat(cycle["starts_on"]))


def leads_vi(task: Mapping[str, Any]) -> str:
    """Who leads a task of a proposal, by name; `?` marks a name the tree does not have."""
    known = ((lead["organization"] or lead["group"], lead["group"] or lead["text"]) for lead in task["leads"])
    return ", ".join(name if found else f"? {name}" for found, name in known)
