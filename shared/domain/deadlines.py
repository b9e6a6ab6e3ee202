"""Reads deadlines as Vietnamese plans write them; what is not wholly understood is `unknown`, never guessed."""

from datetime import date

from shared.domain.calendar import WorkCalendar
from shared.domain.deadline_clauses import canonical, read_described, read_milestones
from shared.domain.deadline_forms import read_form
from shared.domain.deadline_terms import read_term
from shared.domain.deadline_values import (
    UNKNOWN,
    Deadline,
    DeadlineKind,
    Milestone,
    ParsedDeadline,
    Recurrence,
)
from shared.domain.text import nfc, squeeze

__all__ = [
    "UNKNOWN",
    "Deadline",
    "DeadlineKind",
    "Milestone",
    "ParsedDeadline",
    "Recurrence",
    "parse_deadline",
]

# A deadline cell is a phrase; a longer text is a paragraph in the wrong column.
_LONGEST_CELL = 300


def parse_deadline(
    text: str | None, *, issued_on: date | None = None, calendar: WorkCalendar | None = None
) -> ParsedDeadline:
    """The meaning of a deadline cell. Takes any text and never raises; days are not shifted for holidays.

    `issued_on` is the day of the document, from which "10 ngày kể từ ngày ban hành" counts, and `calendar` tells its
    working days: without them such a deadline is `unknown`.
    """
    cell = squeeze(text or "")
    if not cell:
        return ParsedDeadline("", UNKNOWN, ())
    verbatim = nfc(text or "")
    if len(cell) > _LONGEST_CELL:
        return ParsedDeadline(verbatim, UNKNOWN, ())
    if (
        deadline := read_form(canonical(cell))
        or read_described(cell)
        or read_term(canonical(cell), issued_on, calendar)
    ):
        return ParsedDeadline(verbatim, deadline, ())
    if steps := read_milestones(cell):
        return ParsedDeadline(verbatim, *steps)
    return ParsedDeadline(verbatim, UNKNOWN, ())
