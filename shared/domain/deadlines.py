"""Reads deadlines as Vietnamese plans write them; what is not wholly understood is `unknown`, never guessed."""

import re
from dataclasses import replace
from datetime import date

from shared.domain.calendar import WorkCalendar
from shared.domain.deadline_clauses import (
    canonical,
    listed_in,
    read_described,
    read_listed,
    read_milestones,
    read_points,
    with_whole_years,
)
from shared.domain.deadline_forms import read_form
from shared.domain.deadline_terms import read_term
from shared.domain.deadline_values import (
    BY_CONVENTION,
    UNKNOWN,
    YEAR_OF_THE_PLAN,
    Deadline,
    DeadlineKind,
    Milestone,
    ParsedDeadline,
    Recurrence,
)
from shared.domain.text import nfc, squeeze

__all__ = [
    "UNKNOWN",
    "YEAR_OF_THE_PLAN",
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
    text: str | None,
    *,
    issued_on: date | None = None,
    calendar: WorkCalendar | None = None,
    year: int | None = None,
) -> ParsedDeadline:
    """The meaning of a deadline cell. Takes any text and never raises; days are not shifted for holidays.

    `issued_on` is the day of the document, from which "10 ngày kể từ ngày ban hành" counts, and `calendar` tells its
    working days: without them such a deadline is `unknown`. `year` is the one year a plan is for: words that name none
    are then read of it, with the confidence `YEAR_OF_THE_PLAN`.
    """
    cell = squeeze(text or "")
    if not cell:
        return ParsedDeadline("", UNKNOWN, ())
    verbatim = nfc(text or "")
    if len(cell) > _LONGEST_CELL:
        return ParsedDeadline(verbatim, UNKNOWN, ())
    if items := listed_in(verbatim):
        listed = read_listed(items)
        return ParsedDeadline(verbatim, *listed) if listed else ParsedDeadline(verbatim, UNKNOWN, ())
    plain = canonical(cell)
    if deadline := read_form(plain) or read_described(cell) or read_term(plain, issued_on, calendar):
        return ParsedDeadline(verbatim, deadline, ())
    if (whole := with_whole_years(plain)) != plain and (deadline := read_form(whole)):
        return ParsedDeadline(verbatim, replace(deadline, confidence=min(deadline.confidence, BY_CONVENTION)), ())
    if steps := read_milestones(cell) or read_points(cell):
        return ParsedDeadline(verbatim, *steps)
    if year is not None and (deadline := _of_year(canonical(cell), year)):
        return ParsedDeadline(verbatim, deadline, ())
    return ParsedDeadline(verbatim, UNKNOWN, ())


def _of_year(text: str, year: int) -> Deadline | None:
    """ "Quý II", "15/01", "trước 30/6", "cả năm" of a plan for one year."""
    if re.search(r"[0-9]{4}", text):
        return None
    found = (read_form(f"{text}{joint}{year}") for joint in (" nam ", "/", " "))
    deadline = next((each for each in found if each and each.recurrence is None), None)
    return replace(deadline, confidence=YEAR_OF_THE_PLAN) if deadline else None
