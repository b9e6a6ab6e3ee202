"""Whatever is typed gives a sane value or `unknown`; whatever is written in an accepted form is read back."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.deadlines import UNKNOWN, DeadlineKind, parse_deadline
from shared.domain.text import fold

ROMAN = ("", "I", "II", "III", "IV")

years = st.integers(1990, 2100)
days = st.dates(date(1990, 1, 2), date(2100, 12, 30))
typings: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [
        lambda text: text,
        str.upper,
        fold,
        lambda text: f"  {text} . ",
        lambda text: text.replace(" ", "\u00a0 "),
    ]
)


def written_day(day: date, form: int) -> str:
    return (
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"ngày {day.day:02} tháng {day.month} năm {day.year}",
    )[form]


@given(days, st.integers(0, 3), st.sampled_from(["", "trước ", "chậm nhất ", "đến "]), typings)
def test_days_are_read_back(day: date, form: int, limit: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(limit + written_day(day, form))).deadline
    due = day - timedelta(days=1) if limit == "trước " else day
    assert (deadline.kind, deadline.start, deadline.due) == (DeadlineKind.DATE, None, due)


short_days = st.dates(date(2020, 1, 2), date(2049, 12, 30))


@given(short_days, st.sampled_from(["{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "ngày{d}.{m}.{y}"]), typings)
def test_days_with_a_year_of_two_digits_are_read_back(day: date, form: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(d=day.day, m=day.month, y=day.year % 100))).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (DeadlineKind.DATE, None, day)


@given(days, days)
def test_a_list_of_two_days_is_their_steps_or_unknown(first: date, second: date) -> None:
    parsed = parse_deadline(f"- {written_day(first, 0)}\n- {written_day(second, 0)}")
    assert [step.due for step in parsed.milestones] == ([first, second] if first < second else [])
    assert parsed.deadline.kind is (DeadlineKind.PHASED if first < second else DeadlineKind.UNKNOWN)


WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


@given(days, st.integers(0, 6), st.sampled_from(["", "trước ngày ", "đến ", "chậm nhất là "]), typings)
def test_a_day_is_read_with_its_name_and_with_no_other(
    day: date, weekday: int, limit: str, typing: Callable[[str], str]
) -> None:
    written = limit + written_day(day, 0)
    named = parse_deadline(typing(f"{written} ({WEEKDAYS[weekday]})")).deadline
    assert named == (parse_deadline(written).deadline if weekday == day.weekday() else UNKNOWN)


@given(
    days, st.integers(1, 24), st.sampled_from(["{h}h ngày {d}", "trước {h} giờ 00 ngày {d}", "{h}h30, {d}"]), typings
)
def test_an_hour_is_one_of_that_day(day: date, hour: int, form: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(h=hour, d=written_day(day, 0)))).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (DeadlineKind.DATE, None, day)


@given(years, st.integers(1, 12), st.sampled_from(["{m}/{y}", "Tháng {m}/{y}", "tháng {m:02} năm {y}", "T{m}/{y}"]))
def test_months_are_read_back(year: int, month: int, form: str) -> None:
    deadline = parse_deadline(form.format(m=month, y=year)).deadline
    last = date(year, month, monthrange(year, month)[1])
    assert (deadline.kind, deadline.start, deadline.due) == (DeadlineKind.MONTH, date(year, month, 1), last)


@given(
    years,
    st.integers(1, 4),
    st.sampled_from(["Quý {r}/{y}", "Q.{r}/{y}", "Quý {q} năm {y}", "trong quý {r}-{y}"]),
    typings,
)
def test_quarters_are_read_back(year: int, quarter: int, form: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(q=quarter, r=ROMAN[quarter], y=year))).deadline
    next_quarter = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    assert (deadline.kind, deadline.start) == (DeadlineKind.QUARTER, date(year, quarter * 3 - 2, 1))
    assert deadline.due == next_quarter - timedelta(days=1)


@given(years, st.booleans(), typings)
def test_half_years_are_read_back(year: int, first: bool, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(f"6 tháng {'đầu' if first else 'cuối'} năm {year}")).deadline
    span = (date(year, 1, 1), date(year, 6, 30)) if first else (date(year, 7, 1), date(year, 12, 31))
    assert (deadline.kind, deadline.start, deadline.due) == (DeadlineKind.HALF_YEAR, *span)


@given(years, st.sampled_from(["{y}", "Năm {y}", "trong năm {y}"]), typings)
def test_years_are_read_back(year: int, form: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(y=year))).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (
        DeadlineKind.YEAR,
        date(year, 1, 1),
        date(year, 12, 31),
    )


@given(
    st.lists(years, min_size=2, max_size=2, unique=True).map(sorted),
    st.sampled_from(["{0}-{1}", "{0} – {1}", "giai đoạn {0} -{1}", "từ năm {0} đến năm {1}"]),
    typings,
)
def test_ranges_are_read_back(ends: list[int], form: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(*ends))).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (
        DeadlineKind.RANGE,
        date(ends[0], 1, 1),
        date(ends[1], 12, 31),
    )


leap_days = st.dates(date(2024, 1, 2), date(2024, 12, 31))


@given(
    leap_days,
    st.sampled_from(["{l}{d} hằng năm", "Hằng năm ({l}ngày {d})", "Định kỳ hằng năm, {l}ngày {d}", "{l}{d} mỗi năm"]),
    st.sampled_from(["", "trước ", "chậm nhất "]),
    typings,
)
def test_days_of_every_year_are_read_back(day: date, form: str, limit: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(l=limit, d=f"{day.day}/{day.month}"))).deadline
    last = day - timedelta(days=1) if limit == "trước " else day
    assert (deadline.kind, deadline.days) == (DeadlineKind.ANNUAL, (f"{last:%m-%d}",))


@given(
    st.integers(2, 31),
    st.sampled_from(["{l}ngày {d} hằng tháng", "Hằng tháng ({l}ngày {d})", "Định kỳ hàng tháng, {l}ngày {d:02}"]),
    st.sampled_from(["", "trước ", "chậm nhất "]),
    typings,
)
def test_days_of_every_month_are_read_back(day: int, form: str, limit: str, typing: Callable[[str], str]) -> None:
    deadline = parse_deadline(typing(form.format(l=limit, d=day))).deadline
    assert (deadline.kind, deadline.days) == (DeadlineKind.MONTHLY, (str(day - (limit == "trước ")),))


@given(
    st.tuples(leap_days, leap_days),
    typings,
)
def test_two_days_of_a_year_are_one_in_each_half_or_unknown(
    days: tuple[date, date], typing: Callable[[str], str]
) -> None:
    text = " và ".join(f"{day.day}/{day.month}" for day in days)
    deadline = parse_deadline(typing(f"{text} hằng năm")).deadline
    halves = [day.month <= 6 for day in days]
    assert deadline.days == (tuple(f"{day:%m-%d}" for day in days) if halves == [True, False] else ())


@given(
    days,
    st.integers(1, 200),
    st.sampled_from(["{n} ngày kể từ ngày ban hành", "trong vòng {n:02} ngày tính từ ngày ký ban hành kế hoạch"]),
    typings,
)
def test_terms_from_the_day_of_issue_are_read_back(
    issued_on: date, count: int, form: str, typing: Callable[[str], str]
) -> None:
    due = issued_on + timedelta(days=count)
    parsed = parse_deadline(typing(form.format(n=count)), issued_on=issued_on)
    assert parsed.deadline.due == (due if due.year <= 2100 else None)


# Strung together at random these give far more near-deadlines than free text does.
SCRAPS = [
    *("năm", "quý", "tháng", "6 tháng đầu", "ngày", "cuối", "giữa", "I", "II", "IV", "V", "1", "12", "31"),
    *("2025", "2026", "2027", "2101", "20/3/2025", "8/2025", "31/2/2026", "/", "-", ".", ",", ";", "(", ")"),
    *("trước", "đến", "hết", "từ", "trong", "chậm nhất", "giai đoạn", "bắt đầu", "trở đi", "và", "lần"),
    *("17h00", "(thứ năm)", "tầm nhìn 2045", "tháng tám", "2 lần/năm", "(hằng năm)", "không quá", "quí"),
    *("15/12", "ngày 20", "hằng tháng", "tuần", "thứ sáu", "kể từ ngày ban hành", "10 ngày", "cuối quý", "tháng 12"),
    *("hằng", "hàng", "thường xuyên", "liên tục", "các năm tiếp theo", "phân kỳ", "theo", "hoàn thành Đề án"),
    *(
        "30/9/26",
        "quý 4/26",
        "từ nay",
        "- ",
        "\n",
        "\n- ",
        "Quý I/2026",
        "Năm 2026",
        "nhiệm vụ",
        "theo Quyết định số 204-QĐ/TW",
    ),
]

scrambles = st.lists(st.sampled_from(SCRAPS), max_size=8).flatmap(
    lambda scraps: st.sampled_from(["", " "]).map(lambda gap: gap.join(scraps))
)


@given(st.one_of(st.text(), scrambles))
def test_any_text_gives_a_sane_value(text: str) -> None:
    parsed = parse_deadline(text)
    deadline = parsed.deadline
    if deadline.kind is DeadlineKind.UNKNOWN:
        assert (deadline, parsed.milestones) == (UNKNOWN, ())
    else:
        assert 0 < deadline.confidence <= 1
        assert deadline.due or deadline.recurrence
    assert deadline.recurrence or not deadline.days
    if deadline.start and deadline.due:
        assert deadline.start <= deadline.due
    assert [step.due for step in parsed.milestones] == sorted({step.due for step in parsed.milestones})


@given(scrambles, typings)
def test_how_it_is_typed_does_not_change_what_is_meant(text: str, typing: Callable[[str], str]) -> None:
    plain = parse_deadline(text).deadline
    assert parse_deadline(typing(text)).deadline == plain
