"""The term of a plan: when it begins and ends, within what a plan can mean."""

from datetime import date

from shared.domain.errors import FieldError, Invalid

# A plan takes effect around the day it is issued: plans for a year may be issued late in it, those for a period of
# five years before it begins. Visions reach thirty years at most ("tầm nhìn đến năm 2050" of the 2020s). A day typed
# wrong would otherwise open the work of centuries, month by month.
YEARS_BEFORE_ISSUE = 1
YEARS_AFTER_ISSUE = 5
LONGEST_YEARS = 30


def ensure_term(issued_on: date, starts_on: date, ends_on: date | None) -> None:
    """Raises Invalid: `term-start-far`, `term-inverted`, `term-too-long`."""
    earliest, latest = _years_later(issued_on, -YEARS_BEFORE_ISSUE), _years_later(issued_on, YEARS_AFTER_ISSUE)
    if not earliest <= starts_on <= latest:
        raise _refused(
            "term-start-far",
            "starts_on",
            f"ngày bắt đầu phải từ {earliest:%d/%m/%Y} đến {latest:%d/%m/%Y}, vì kế hoạch ban hành ngày "
            f"{issued_on:%d/%m/%Y}",
        )
    if ends_on is None:
        return
    if ends_on < starts_on:
        raise _refused("term-inverted", "ends_on", "ngày kết thúc phải sau hoặc bằng ngày bắt đầu")
    last = _years_later(starts_on, LONGEST_YEARS)
    if ends_on > last:
        raise _refused(
            "term-too-long", "ends_on", f"ngày kết thúc không được sau {last:%d/%m/%Y} ({LONGEST_YEARS} năm)"
        )


def _years_later(day: date, years: int) -> date:
    """The same day of another year; 29/2 is 28/2 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _refused(code: str, place: str, message: str) -> Invalid:
    return Invalid(code, f"Thời hạn kế hoạch: {message}.", errors=[FieldError(place, code, message)])
