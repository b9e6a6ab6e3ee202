"""Deadline cells that also say what is to be done: `Năm 2026 (hoàn thành phê duyệt Đề án)`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from shared.domain.deadline_forms import read_form
from shared.domain.deadline_values import Deadline, DeadlineKind, Milestone
from shared.domain.text import fold

# The day is certain, but that the words beside it change nothing is our reading.
WITH_DESCRIPTION = 0.8

_DASHES = re.compile("[‐‑‒–—―−]")
_BULLET = re.compile(r"^[-+•*] +")
_FULL_STOP = re.compile(r"(?:\./\.|[ .,;:])+$")


_OLD_SPELLING = re.compile(r"\bqui\b")
_RUN_TOGETHER = re.compile(r"\b(ngay|thang|quy|nam)(?=[0-9])")


def canonical(text: str) -> str:
    """Folded, one kind of dash, `quí` spelt `quý`, `ngày30` apart, without a bullet before or a full stop after."""
    plain = _FULL_STOP.sub("", _BULLET.sub("", _DASHES.sub("-", fold(text))))
    return _RUN_TOGETHER.sub(r"\1 ", _OLD_SPELLING.sub("quy", plain))


# Only where nothing else can be meant: the third part of a date, what stands behind a quarter or a named month.
_SHORT_YEAR = re.compile(
    r"(?P<before>(?<![0-9/.-])(?:[0-9]{1,2}(?P<slash>[/.-])[0-9]{1,2}(?P=slash)"
    r"|\b(?:(?:quy|q\.?) ?(?:iv|i{1,3}|0?[1-4])|(?:thang|t\.?) ?(?:0?[1-9]|1[0-2])) ?/ ?))"
    r"(?P<year>[2-4][0-9])(?![0-9/.-])"
)


def with_whole_years(text: str) -> str:
    """Years of two digits written out: `30/9/26`, `quy 4/26`."""
    return _SHORT_YEAR.sub(r"\g<before>20\g<year>", text)


_ITEM = re.compile(r"\s*[-–—+•*]\s*(?=\S)")


def listed_in(text: str) -> tuple[str, ...]:
    """The items of a list with a bullet at each, without them; empty where the lines are none: there `-` may join."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or _ITEM.match(lines[0]) is None or not any(map(_ITEM.match, lines[1:])):
        return ()
    items: list[str] = []
    for line in lines:
        if bullet := _ITEM.match(line):
            items.append(line[bullet.end() :].strip())
        else:
            items[-1] = f"{items[-1]} {line.strip()}"
    return tuple(items)


def read_listed(items: Sequence[str]) -> tuple[Deadline, tuple[Milestone, ...]] | None:
    """One dated step in each item, in time order."""
    return _in_order([(_step(item) or read_form(with_whole_years(canonical(item))), item) for item in items])


_ACTION = re.compile(
    r"(?:hoan thanh|hoan thien|trinh|ban hanh|phe duyet|trien khai|xay dung|thuc hien|to chuc|tham muu|dua vao"
    r"|van hanh|nghiem thu|tong ket|so ket|bao cao|cong bo|khoi cong|khanh thanh|ra soat)\b[a-z ,/&'\"“”.-]*"
)
# Common words that only look like words of time once the marks are gone (quy chế, đầu tư, đổi mới, chữ ký).
_LOOKALIKE = re.compile(
    r"\b(?:quy (?:che|dinh|hoach|trinh|mo|chuan|pham|tac)|(?:dau|thong|vat) tu|tu (?:phap|van)|viet nam|doi moi"
    r"|dau moi|khong gian|(?:ngan|khach) hang|hang hoa|lan toa)\b"
)
# Words that could move, repeat, condition or deny the day: beside any of them nothing is taken for granted.
_TIMING = re.compile(
    r"\b(?:ngay|thang|nam|quy|tuan|truoc|sau|den|toi|tu|hang|moi|dau|cuoi|giua|khi|neu|tuy|theo|hoac|nua|dot"
    r"|dip|tet|som|muon|cham|khong|chua|lan|lui|thuong (?:xuyen|nien)|lien tuc|xuyen suot|cung ky"
    r"|(?:dinh|chu|tung|phan) ky|ky (?:sau|truoc)|giai doan|gia han|keo dai|du kien|thoi (?:gian|han|diem)"
    r"|tiep theo|tro di|tam dung|bat dau|hoan lai|i{1,3}|iv)\b"
)


def says_only_what(text: str) -> bool:
    """Whether words beside a deadline name work and provably no time: an action first, no digit, no word of time."""
    words = canonical(text)
    return bool(_ACTION.fullmatch(words)) and not _TIMING.search(_LOOKALIKE.sub(" ", words))


def read_described(cell: str) -> Deadline | None:
    """A deadline followed by what is to be done by then, in parentheses or as a clause."""
    for when, what in _splits(cell):
        if says_only_what(what) and (deadline := read_form(canonical(when))):
            return replace(deadline, confidence=min(deadline.confidence, WITH_DESCRIPTION))
    return None


def _splits(cell: str) -> Iterator[tuple[str, str]]:
    if match := re.fullmatch(r"([^()]+)\(([^()]+)\)[ .;,]*", cell):
        yield match[1], match[2]
    for space in re.finditer(" ", cell):
        yield cell[: space.start()].rstrip(" :-–,"), cell[space.end() :].lstrip(" :-–,")


def read_milestones(cell: str) -> tuple[Deadline, tuple[Milestone, ...]] | None:
    """Two or more dated steps in time order: each clause is described or is a phase of another document."""
    clauses = [clause.strip(" .") for clause in re.split("[,;]", cell)]
    return _in_order([(_step(clause), clause) for clause in clauses])


def _in_order(told: Sequence[tuple[Deadline | None, str]]) -> tuple[Deadline, tuple[Milestone, ...]] | None:
    steps = [step for step, _ in told if step is not None and step.recurrence is None]
    dues = [step.due for step in steps if step.due]
    if len(told) < 2 or len(dues) < len(told) or any(later <= due for due, later in pairwise(dues)):
        return None
    starts = [step.start for step in steps if step.start]
    whole = Deadline(
        kind=DeadlineKind.PHASED,
        start=min(starts) if len(starts) == len(steps) else None,
        due=dues[-1],
        recurrence=None,
        confidence=WITH_DESCRIPTION,
    )
    return whole, tuple(Milestone(due, title) for due, (_, title) in zip(dues, told, strict=True))


_POINT = r"(?:(?:ngay )?[0-9]{1,2}/[0-9]{1,2}|thang [0-9]{1,2}|quy (?:iv|i{1,3}|[1-4]))"
_POINTS = re.compile(
    rf"(?:truoc )?(?P<points>{_POINT}(?:(?: ?[,;] ?(?:va )?| va ){_POINT})+)(?P<year>(?:/| nam |/nam )[0-9]{{4}})"
)


def read_points(cell: str) -> tuple[Deadline, tuple[Milestone, ...]] | None:
    """Several days, months or quarters of one year, in their order: `15/6 và 15/12/2026`, `tháng 4, tháng 8/2026`."""
    text = canonical(cell)
    match = _POINTS.fullmatch(text)
    if match is None:
        return None
    before = "truoc " if text.startswith("truoc ") else ""
    named = re.split(r" ?[,;] ?(?:va )?| va ", match["points"])
    steps = [read_form(f"{before}{each}{match['year']}") for each in named]
    dues = [step.due for step in steps if step and step.due]
    if len(dues) < len(named) or any(later <= due for due, later in pairwise(dues)):
        return None
    whole = Deadline(DeadlineKind.PHASED, None, dues[-1], None, WITH_DESCRIPTION)
    written = [each.strip(" .") for each in re.split(r"\s*[,;]\s*(?:và\s+)?|\s+và\s+", cell)]
    titles = written if len(written) == len(dues) else named
    return whole, tuple(Milestone(due, title) for due, title in zip(dues, titles, strict=True))


def _step(clause: str) -> Deadline | None:
    phase = read_form(canonical(clause))
    step = phase if phase and phase.kind is DeadlineKind.PHASED else read_described(clause)
    return step if step and step.recurrence is None else None
