"""The target inside the words of an indicator: `đạt từ 70% trở lên` of `Tỷ lệ hộ … đạt từ 70% trở lên.`"""

import re
from collections.abc import Iterator

from shared.domain.targets import Comparator, parse_target
from shared.domain.text import fold, squeeze

_NUMBER = r"\d[\d.]*(?:,\d+)?"
_MARKS = (
    r"(?:[><≥≤]=?|tối thiểu|tối đa|ít nhất|nhiều nhất|trên|dưới|hơn|không (?:dưới|quá|thấp hơn|vượt quá|ít hơn)"
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
    r"(?:\b(?:số|năm|ngày|tháng|quý|điều|khoản|mục|đề án|nghị quyết|quyết định|giai đoạn|cấp độ|mức độ|lớp)\s+"
    r"|[/\w-])$",
    re.IGNORECASE,
)
# How far around a number the words are looked at.
_REACH = 60
_NAME_BEHIND = re.compile(r"^(?:[\w/]|-\w|\s*(?:tuổi|/\d))")


def find_targets(text: str) -> tuple[str, ...]:
    """The phrases of a text that state what is to be reached, as written and the surest kind only.

    A share or a measured quantity is surer than a bare number, and what a comparison introduces than what none does.
    More than one phrase is more than one target: which one counts is not for us to say.
    """
    plain = _ALL.sub("100%", _ASIDE.sub(lambda aside: " " * len(aside[0]), squeeze(text)))
    ranked = list(_ranked(plain))
    best = max((rank for rank, _ in ranked), default=0)
    return tuple(dict.fromkeys(phrase for rank, phrase in ranked if rank == best))


def _ranked(text: str) -> Iterator[tuple[int, str]]:
    for match in _RANK.finditer(text):
        phrase = match[0].strip()
        if parse_target(phrase).comparator is Comparator.RANK_WITHIN:
            yield 3, phrase
    for match in _PHRASE.finditer(text):
        phrase = match[0].strip()
        if (change := _change(text, match)) is not None:
            yield 0, change
            continue
        target = parse_target(phrase)
        if target.comparator is Comparator.QUALITATIVE or _is_name(text, match):
            continue
        measured = target.unit is not None
        compared = target.comparator is not Comparator.EQUAL or fold(phrase).startswith(("dat", "bao dam", "dam bao"))
        if measured or compared:
            yield measured * 2 + compared, phrase


def _change(text: str, match: re.Match[str]) -> str | None:
    """The words of a change, which is no level to reach and stays words; None for a level."""
    before = _CHANGE_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    behind = _COMPARED_BEHIND.match(text[match.end() : match.end() + 2 * _REACH])
    if (before is None and behind is None) or not _is_measured(match) or _is_name(text, match):
        return None
    return f"{before[0] if before else ''}{match[0]}{behind[0] if behind else ''}".strip()


def _is_measured(match: re.Match[str]) -> bool:
    return parse_target(match[0].strip()).unit is not None


def _is_name(text: str, match: re.Match[str]) -> bool:
    named = match[0][0].isdecimal() and _NAME_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    return bool(named or _NAME_BEHIND.match(text[match.end() : match.end() + _REACH]))
