"""The target inside the words of an indicator: `đạt từ 70% trở lên` of `Tỷ lệ hộ … đạt từ 70% trở lên.`"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.domain.targets import Comparator, parse_target
from shared.domain.text import fold, squeeze

_NUMBER = r"\d(?:\.?\d)*(?:,\d+)?"
_MARKS = (
    r"(?:[><≥≤]=?|tối thiểu|tối đa|ít nhất|nhiều nhất|trên|dưới|hơn"
    r"|không (?:(?:để|có|còn|được) )?(?:dưới|quá|trên|thấp hơn|vượt quá|ít hơn)"
    r"|từ|bằng|đạt|phấn đấu|bảo đảm|đảm bảo|duy trì)"
)
# A text without marks says "tren 90%": read as a bare 90% it would be another target.
_MARK = rf"(?:{_MARKS}|{fold(_MARKS)})"
_UNIT = r"(?:\s*%|\s*ph[ầa]n\s+tr[ăa]m|\s*(?:tỷ|tỉ|triệu|nghìn|ngàn)\s+đồng|\s*[GMK]bps)"
_OR_MORE = r"(?:[^\d.;,()]{0,60}?\s+tr[ởo]\s+(?:l[êe]n|xu[ốo]ng))"
_PHRASE = re.compile(
    rf"(?:{_MARK}(?:\s+(?:l[àa]|m[ứu]c|t[ỷỉyi] l[ệe]))?\s*){{0,6}}{_NUMBER}(?:{_UNIT})?"
    rf"(?:\s*(?:-|–|đến|den)\s*{_NUMBER}(?:{_UNIT})?)?{_OR_MORE}?",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"(?:đạt|xếp|đứng|nằm|thuộc|trong|vào|top|nhóm|phấn đấu|\s){0,12}\b(?:nhóm|top)\s+\d{1,3}"
    r"(?:\s+(?:tỉnh|thành phố|địa phương|đơn vị|xã|phường|nước|quốc gia)\b[^.;]{0,300})?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:xếp|đứng|vươn lên|xep|dung|vuon len)(?:\s+(?:h[ạa]ng|v[ịi] tr[íi]|th[ứu] h[ạa]ng|t[ừu]|[ởo]))*"
    r"\s+(?:th[ứu]|h[ạa]ng)\s+\d{1,3}\b(?![/.,]?\d)(?:\s+tr[ởo]\s+l[êe]n)?",
    re.IGNORECASE,
)
_ALL = re.compile(r"\bm[ộo]t\s+tr[ăa]m\s+(?:%|ph[ầa]n\s+tr[ăa]m)", re.IGNORECASE)
# What goes up or down by a number, or beyond one, does not end at it: "tăng thêm 10%", "đạt và vượt 95%".
_CHANGE_BEFORE = re.compile(
    r"\b(?:tăng|giảm|tang|giam)(?:\s+(?:thêm|khoảng|bình quân|trung bình|them|khoang|binh quan|trung binh))*\s+$"
    r"|\b(?:(?:đạt|dat)\s+(?:và|hoặc|va|hoac)\s+)?(?:vượt|vuot)(?:\s+(?:mức|trên|muc|tren))?\s+$"
    r"|\b(?:thêm|them)\s+$",
    re.IGNORECASE,
)
_COMPARED_BEHIND = re.compile(r"^[^.;,%\d]{0,40}\bso\s+v(?:ới|oi)\b[^.;,]*", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")
# Numbers that name or date something: documents, years, ages, ordinals in names.
_NAME_BEFORE = re.compile(
    r"(?:\b(?:số|năm|ngày|tháng|quý|điều|khoản|mục|đề án|nghị quyết|quyết định|giai đoạn|cấp độ|mức độ|lớp|thứ|hạng)\s+"
    r"|[/\w-])$",
    re.IGNORECASE,
)
# How far around a number the words are looked at.
_REACH = 60
_NAME_BEHIND = re.compile(r"^(?:[\w/]|-\w|\s*(?:tuổi|/\d))")
_RATE_BEHIND = re.compile(r"^\s*/\s*(?:năm|nam|tháng|thang|quý|quy)\b", re.IGNORECASE)
_RATE = re.compile(r"/\s*\w+$")
# “Trên 1 vạn dân”, “trên 100 dân” behind what is counted: of how many it is counted, not how many there are to be.
_OF_SO_MANY = re.compile(
    r"tr[êe]n\s+(?:1|10(?:0|0?\.000)?|1\.000|1\.000\.000)(?P<scale>\s+(?:v[ạa]n|ngh[ìi]n|ng[àa]n|tri[ệe]u))?\s+d[âa]n\b",
    re.IGNORECASE,
)
# Close to a number is not the number; what is denied is not it either.
_NEARLY = re.compile(
    r"(?:\b(?:khoảng|gần|xấp xỉ|ước(?: tính)?|chừng|khoang|gan|xap xi|uoc(?: tinh)?|chung"
    r"|(?:không|khong)(?: (?:để|cho|có|còn|được|de|cho|co|con|duoc))?)|~)\s*$",
    re.IGNORECASE,
)
# “Không thấp hơn mức bình quân cả nước 80%”: compared with something else, of which the number may be told.
_COMPARED_BEFORE = re.compile(
    r"\b(?:(?:không|khong)\s+)?(?:(?:thấp|cao|ít|nhiều|lớn|nhỏ|kém|thap|it|nhieu|lon|nho|kem)\s+(?:hơn|hon)"
    r"|(?:không|khong)\s+(?:quá|dưới|vượt|qua|duoi|vuot))\b[^\d.,;:()]+$",
    re.IGNORECASE,
)
_SCALE_BEHIND = re.compile(
    r"^\s*(?:triệu|tỷ|tỉ|nghìn|ngàn|vạn|chục|trieu|ty|ti|nghin|ngan|van|chuc)\b(?! (?:lệ|trọng|suất|le|trong|suat)\b)",
    re.IGNORECASE,
)
_SPAN_OF_TIME = re.compile(r"^\s*(?:năm|tháng|ngày|tuần|nam|thang|ngay|tuan)\b", re.IGNORECASE)
_FRACTION = re.compile(r"(?<![/\d])\d{1,2}/\d{1,2}\s+(?:t[ổo]ng\s+)?s[ốo]\s", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[;:()]|[.,](?!\d)")


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase and where it begins; of several the highest `rank` is the surest."""

    rank: int
    start: int
    phrase: str


_CHANGE, _BARE, _COMPARED, _SURE = 0, 2, 1, 3


def find_targets(text: str) -> tuple[str, ...]:
    """The phrases of a text that state what is to be reached, as written and the surest kind only.

    A share or a measured quantity is surer than a bare number, and what a comparison introduces than what none does.
    More than one phrase is more than one target: which one counts is not for us to say. A phrase that surely states
    one, though not which number, is given with the words that make it so, and is no number to `parse_target`.
    """
    plain = _ALL.sub("100%", _ASIDE.sub(lambda aside: " " * len(aside[0]), squeeze(text)))
    found = sorted(_ranked(plain), key=lambda each: each.start)
    best = max((each.rank for each in found), default=_CHANGE)
    chosen = [each for each in found if each.rank == best]
    units = {parse_target(each.phrase).unit for each in chosen}
    chosen = [each for each in found if each in chosen or (best == _SURE and _is_another(each, units))]
    if best > _CHANGE:
        clauses = {_clause(plain, each) for each in chosen}
        chosen += [each for each in found if each.rank == _CHANGE and _clause(plain, each) not in clauses]
    elif all(_RATE.search(each.phrase) for each in chosen):
        return ()
    return tuple(dict.fromkeys(each.phrase for each in chosen))


def _is_another(found: _Found, units: set[str | None]) -> bool:
    """ "Chi 2% ngân sách, tối thiểu 3% từ năm 2028": two shares, but "phấn đấu 12%" only hopes for more."""
    return found.rank == _BARE and found.phrase[:1].isdecimal() and parse_target(found.phrase).unit in units


def _clause(text: str, found: _Found) -> int:
    return text.count(";", 0, found.start)


def _ranked(text: str) -> Iterator[_Found]:
    places: list[re.Match[str]] = []
    for match in (*_RANK.finditer(text), *_PLACE.finditer(text)):
        phrase = match[0].strip()
        if parse_target(phrase).comparator is Comparator.RANK_WITHIN:
            places.append(match)
            yield _Found(_SURE, match.start(), phrase)
    counts: list[re.Match[str]] = []
    for match in _PHRASE.finditer(text):
        if not any(place.start() < match.end() and match.start() < place.end() for place in places):
            yield from _level(text, match, counts)


def _level(text: str, match: re.Match[str], counts: list[re.Match[str]]) -> Iterator[_Found]:
    """What one number with the words around it says; `counts` are the bare numbers before it, and it joins them."""
    phrase = match[0].strip()
    if (change := _change(text, match)) is not None:
        yield change
        return
    if _is_name(text, match) or _OF_SO_MANY.match(text, match.start()):
        return
    target = parse_target(phrase)
    measured = target.unit is not None
    compared = target.comparator is not Comparator.EQUAL or fold(phrase).startswith(("dat", "bao dam", "dam bao"))
    if not measured and not compared:
        counts += [] if _SPAN_OF_TIME.match(text[match.end() :]) else [match]
    elif unsure := _unsure(text, match, counts if target.unit != "%" else ()):
        yield unsure
    elif target.comparator is not Comparator.QUALITATIVE:
        yield _Found(measured * _BARE + compared * _COMPARED, match.start(), phrase)


def _unsure(text: str, match: re.Match[str], counts: Sequence[re.Match[str]]) -> _Found | None:
    """The number with the words that leave open which number is meant; None where they do not."""
    before = text[max(0, match.start() - _REACH) : match.start()]
    behind = text[match.end() : match.end() + _REACH]
    begin, end = match.start(), match.end()
    if nearly := _NEARLY.search(before):
        begin -= len(before) - nearly.start()
    elif match[0][0].isdecimal() and (compared := _COMPARED_BEFORE.search(before)):
        begin -= len(before) - compared.start()
    elif scale := _SCALE_BEHIND.match(behind):
        end += scale.end()
    elif counted := [
        each
        for each in (*_FRACTION.finditer(text, 0, match.start()), *counts)
        if not _CLAUSE_END.search(text, each.end(), match.start())
    ]:
        begin = counted[0].start()
    else:
        return None
    words = text[begin:end].strip()
    return _Found(_SURE, begin, words) if parse_target(words).comparator is Comparator.QUALITATIVE else None


def _change(text: str, match: re.Match[str]) -> _Found | None:
    """The words of a change, which is no level to reach and stays words; None for a level."""
    before = _CHANGE_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    behind = _COMPARED_BEHIND.match(text[match.end() : match.end() + 2 * _REACH])
    rate = _RATE_BEHIND.match(text[match.end() :])
    if not (before or behind or rate) or not _is_measured(match) or (_is_name(text, match) and rate is None):
        return None
    words = f"{before[0] if before else ''}{match[0]}{(behind or rate or [''])[0]}".strip()
    return _Found(_CHANGE, before.start() if before else match.start(), words)


def _is_measured(match: re.Match[str]) -> bool:
    return parse_target(match[0].strip()).unit is not None


def _is_name(text: str, match: re.Match[str]) -> bool:
    named = match[0][0].isdecimal() and _NAME_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    return bool(named or _NAME_BEHIND.match(text[match.end() : match.end() + _REACH]))
