"""Recurring deadlines in folded Vietnamese: `hang nam`, `thuong xuyen tu quy ii/2026`, `truoc 15/12 hang nam`.

Every reader takes text from `deadline_clauses.canonical` and gives None unless the whole of it is understood.
"""

import re
from dataclasses import replace
from datetime import date

from shared.domain.deadline_spans import WEEKDAY, read_period, read_range
from shared.domain.deadline_values import BY_CONVENTION, CERTAIN, Deadline, DeadlineKind, Recurrence
from shared.domain.recurring_days import read_days

_OPENING = r"(?:(?:thuc hien|trien khai|duy tri|nhiem vu|cong viec|dinh ky|it nhat|toi thieu) )*"
_ONCE = r"(?:0?1|mot)"
_TWICE = r"(?:0?2|hai)"
ALWAYS = r"(?:thuong xuyen|lien tuc)"
_EACH = rf" ?[/ ] ?(?:{_ONCE} )?lan"
# In order: of two patterns that begin alike the first that fits is taken.
_WAYS_TO_SAY: tuple[tuple[DeadlineKind, Recurrence, tuple[str, ...]], ...] = (
    (
        DeadlineKind.CONTINUOUS,
        Recurrence.CONTINUOUS,
        (
            r"(?:hang|moi) ngay",
            rf"{ALWAYS}(?:,? {ALWAYS})?(?:,? (?:hang nam|(?:trong |trong ca |ca )nam(?! ?[0-9])))?",
        ),
    ),
    (
        DeadlineKind.ANNUAL,
        Recurrence.ANNUAL,
        (r"hang nam", rf"moi nam(?: {_ONCE} lan)?", rf"{_ONCE} nam{_EACH}", rf"{_ONCE} lan/nam", rf"12 thang{_EACH}"),
    ),
    (
        DeadlineKind.HALF_YEAR,
        Recurrence.HALF_YEAR,
        (
            rf"(?:moi )?(?:0?6|sau) thang{_EACH}",
            r"(?:moi|(?<=dinh ky )) ?(?:0?6|sau) thang",
            rf"{_TWICE} lan(?: ?/ ?| (?:trong |moi )?(?:mot |1 )?)nam",
            rf"(?:moi|{_ONCE}) nam {_TWICE} lan",
        ),
    ),
    (
        DeadlineKind.QUARTERLY,
        Recurrence.QUARTERLY,
        (
            rf"hang quy|moi quy(?: {_ONCE} lan)?",
            rf"{_ONCE} quy{_EACH}|{_ONCE} lan/quy",
            r"(?:0?4|bon) lan ?/ ?nam|moi nam (?:0?4|bon) lan",
            rf"(?:moi )?(?:0?3|ba) thang{_EACH}",
        ),
    ),
    (
        DeadlineKind.WEEKLY,
        Recurrence.WEEKLY,
        (
            rf"(?:(?:vao )?(?:(?:sang|chieu) )?{WEEKDAY} )?(?:hang tuan|moi tuan(?: {_ONCE} lan)?)",
            rf"{_ONCE} tuan{_EACH}|{_ONCE} lan ?/ ?tuan",
        ),
    ),
    (DeadlineKind.FORTNIGHTLY, Recurrence.FORTNIGHTLY, (rf"(?:moi )?{_TWICE} tuan{_EACH}",)),
    (
        DeadlineKind.MONTHLY,
        Recurrence.MONTHLY,
        (rf"hang thang|moi thang(?: {_ONCE} lan)?", rf"{_ONCE} thang{_EACH}|{_ONCE} lan/thang"),
    ),
)
_RECURRING = tuple(
    (kind, recurrence, re.compile(rf"{_OPENING}(?:{'|'.join(words)})(?P<bounds>(?:,? .*)?)"))
    for kind, recurrence, words in _WAYS_TO_SAY
)


_IN_PARENTHESES = re.compile(r"(?P<before>.*?),? ?\((?P<within>[^()]+)\)")
_ON_A_WEEKDAY = re.compile(rf"(?:vao )?(?:(?:sang|chieu) )?{WEEKDAY}")
# Where words that bound recurring work may begin.
_BOUND = re.compile(r",? (?=\(?(?:giai doan|tu|ke tu|bat dau|trong|den het) )")
_KINDS = {
    Recurrence.ANNUAL: DeadlineKind.ANNUAL,
    Recurrence.HALF_YEAR: DeadlineKind.HALF_YEAR,
    Recurrence.QUARTERLY: DeadlineKind.QUARTERLY,
    Recurrence.MONTHLY: DeadlineKind.MONTHLY,
}


def read_recurring(text: str) -> Deadline | None:
    """Recurring work; its bounds may stand in parentheses, or it in parentheses after its bounds."""
    return _with_days(text) or _in_parentheses(text)


def _with_days(text: str) -> Deadline | None:
    """Work due on days that come back, in the years that words behind it may name."""
    if found := read_days(text):
        return Deadline(_KINDS[found[0]], None, None, found[0], CERTAIN, found[1])
    for bound in _BOUND.finditer(text):
        found = read_days(text[: bound.start()])
        bounds = _bounds(text[bound.end() :].strip("()")) if found else None
        if found and bounds:
            return Deadline(_KINDS[found[0]], *bounds, found[0], BY_CONVENTION, found[1])
    return None


def _in_parentheses(text: str) -> Deadline | None:
    match = _IN_PARENTHESES.fullmatch(text)
    if match is None:
        return _recurring_within(text)
    for how, when in ((match["before"], match["within"]), (match["within"], match["before"])):
        unbound, span = _recurring_within(how), read_range(when) or read_period(when)
        if unbound is None or unbound.start or unbound.due:
            continue
        if span and span.kind is not DeadlineKind.DATE:
            return replace(unbound, start=span.first, due=span.last, confidence=BY_CONVENTION)
        if unbound.kind is DeadlineKind.WEEKLY and _ON_A_WEEKDAY.fullmatch(when):
            return unbound
    return None


def _recurring_within(text: str) -> Deadline | None:
    for kind, recurrence, pattern in _RECURRING:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        if not match["bounds"]:
            return Deadline(kind, None, None, recurrence, CERTAIN)
        if bounds := _bounds(match["bounds"].lstrip(", ")):
            return Deadline(kind, *bounds, recurrence, BY_CONVENTION)
    return None


_FROM = re.compile(r"(?:(?:bat dau |ke )?tu|bat dau) (?P<begin>.+?)(?: tro di)?")
_UP_TO = re.compile(r"(?:den|toi)(?: het)? (?P<end>.+)")
_DURING = re.compile(r"(?:trong (?:ca )?)?(?P<span>(?:nam|giai doan|tu) .+)")


def _bounds(text: str) -> tuple[date | None, date | None] | None:
    """First and last day of the stretch in which work recurs: `bat dau tu nam 2026`, `trong nam 2026`."""
    if (match := _DURING.fullmatch(text)) and (span := read_range(match["span"]) or read_period(match["span"])):
        return span.first, span.last
    if (match := _FROM.fullmatch(text)) and (begin := read_period(match["begin"])):
        return begin.first, None
    if (match := _UP_TO.fullmatch(text)) and (end := read_period(match["end"])):
        return None, end.last
    return None
