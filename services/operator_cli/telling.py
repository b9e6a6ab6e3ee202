"""Days, deadlines and cycles as a Vietnamese clerk reads them, from what the contract answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain.cycles import Cycle, CycleKind, cycle_label_vi
from shared.domain.deadlines import Recurrence

_RECURRENCE_LABELS_VI = {
    Recurrence.ANNUAL: "hằng năm",
    Recurrence.HALF_YEAR: "6 tháng một lần",
    Recurrence.QUARTERLY: "hằng quý",
    Recurrence.MONTHLY: "hằng tháng",
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
    return ", ".join(filter(None, (day_vi(deadline["due"]), recurrence))) or "chưa rõ"


def cycle_vi(cycle: Mapping[str, Any]) -> str:
    """The cycle of an assignment; where its end is not known, it is that of work without a known deadline."""
    starts_on = date.fromisoformat(cycle["starts_on"])
    ends_on = date.fromisoformat(cycle["ends_on"]) if cycle["ends_on"] else starts_on
    return cycle_label_vi(Cycle(CycleKind(cycle["kind"]), starts_on, ends_on))


def leads_vi(task: Mapping[str, Any]) -> str:
    """Who leads a task of a proposal, by name; `?` marks a name the tree does not have."""
    known = ((lead["organization"] or lead["group"], lead["group"] or lead["text"]) for lead in task["leads"])
    return ", ".join(name if found else f"? {name}" for found, name in known)
