"""The target inside the words of an indicator: `đạt từ 70% trở lên` of `Tỷ lệ hộ … đạt từ 70% trở lên.`"""

import re
from collections.abc import Iterator

from shared.domain.targets import Comparator, parse_target
from shared.domain.text import fold, squeeze

_NUMBER = r"\d[\d.]*(?:,\d+)?"
_MARK = (
    r"(?:[><≥≤]=?|tối thiểu|tối đa|ít nhất|nhiều nhất|trên|dưới|hơn|không (?:dưới|quá|thấp hơn|vượt quá|ít hơn)"
    r"|từ|bằng|đạt|phấn đấu|bảo đảm|đảm bảo|duy trì)"
)
_UNIT = r"(?:\s*%|\s*(?:tỷ|tỉ|triệu|nghìn|ngàn)\s+đồng|\s*[GMK]bps)"
_OR_MORE = r"(?:[^\d.;,()]{0,60}?\s+trở\s+(?:lên|xuống))"
_PHRASE = re.compile(
    rf"(?:{_MARK}(?:\s+(?:là|mức|tỷ lệ|tỉ lệ))?\s*)*{_NUMBER}(?:{_UNIT})?"
    rf"(?:\s*(?:-|–|đến)\s*{_NUMBER}(?:{_UNIT})?)?{_OR_MORE}?",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"(?:đạt|xếp|đứng|nằm|thuộc|trong|vào|top|nhóm|phấn đấu|\s)*\b(?:nhóm|top)\s+\d{1,3}"
    r"(?:\s+(?:tỉnh|thành phố|địa phương|đơn vị|xã|phường|nước|quốc gia)\b[^.;]*)?",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)")
# Numbers that name or date something: documents, years, ages, ordinals in names.
_NAME_BEFORE = re.compile(
    r"(?:\b(?:số|năm|ngày|tháng|quý|điều|khoản|mục|đề án|nghị quyết|quyết định|giai đoạn|cấp độ|mức độ|lớp)\s+"
    r"|[/\w-])$",
    re.IGNORECASE,
)
_NAME_BEHIND = re.compile(r"^(?:[\w/]|-\w|\s*(?:tuổi|/\d))")


def find_targets(text: str) -> tuple[str, ...]:
    """The phrases of a text that state what is to be reached, as written and the surest kind only.

    A share or a measured quantity is surer than a bare number, and what a comparison introduces than what none does.
    More than one phrase is more than one target: which one counts is not for us to say.
    """
    plain = _ASIDE.sub(lambda aside: " " * len(aside[0]), squeeze(text))
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
        target = parse_target(phrase)
        if target.comparator is Comparator.QUALITATIVE or _is_name(text, match):
            continue
        measured = target.unit is not None
        compared = target.comparator is not Comparator.EQUAL or fold(phrase).startswith(("dat", "bao dam", "dam bao"))
        if measured or compared:
            yield measured * 2 + compared, phrase


def _is_name(text: str, match: re.Match[str]) -> bool:
    named = match[0][0].isdecimal() and _NAME_BEFORE.search(text[: match.start()])
    return bool(named or _NAME_BEHIND.match(text[match.end() :]))
