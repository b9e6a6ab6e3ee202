"""Terms that count from the day a plan was issued, in folded Vietnamese: `10 ngay ke tu ngay ban hanh ke hoach`."""

import re
from datetime import date, timedelta

from shared.domain.calendar import LAST_DAY, WorkCalendar
from shared.domain.deadline_values import BY_CONVENTION, Deadline, DeadlineKind

# Another document has a day of its own, which is not ours to know.
_DOCUMENT = r"(?:ke hoach(?: nay)?|(?:quyet dinh|chuong trinh|van ban|ket luan|chi thi) nay)"
_TERM = re.compile(
    r"(?:(?:hoan thanh|thuc hien|trien khai|xong) )?(?:(?:trong(?: vong| thoi han)?|(?:cham|muon) nhat(?: la)?"
    r"|khong qua|toi da|thoi han) ?)*"
    r"(?P<count>[0-9]{1,3})(?: \([a-z ]+\))? (?P<unit>ngay lam viec|ngay|tuan|thang),? "
    r"(?:ke tu|tinh tu|tu)(?: ngay| khi)?"
    rf"(?: {_DOCUMENT})?(?: (?:duoc|ky|ban hanh))+(?: {_DOCUMENT})?"
)


def read_term(text: str, issued_on: date | None, calendar: WorkCalendar | None) -> Deadline | None:
    """The last day of a term that the whole text says; the day of issue itself is not counted (Civil Code 2015
    art. 147). Text from `deadline_clauses.canonical`; None also for working days without a calendar.
    """
    match = _TERM.fullmatch(text)
    count = int(match["count"]) if match else 0
    if match is None or issued_on is None or count == 0:
        return None
    due = _end(issued_on, count, match["unit"], calendar)
    if due is None or due > LAST_DAY:
        return None
    return Deadline(DeadlineKind.DATE, None, due, None, BY_CONVENTION)


def _end(day: date, count: int, unit: str, calendar: WorkCalendar | None) -> date | None:
    match unit:
        case "ngay lam viec":
            return calendar.after_working_days(day, count) if calendar else None
        case "thang":
            return _months_later(day, count)
        case _:
            return day + timedelta(days=count * (7 if unit == "tuan" else 1))


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last (Civil Code 2015 art. 148)."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
