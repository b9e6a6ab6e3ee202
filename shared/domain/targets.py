"""Reads the targets of indicators and KPIs; what is not surely a number to reach is qualitative, without a value."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.domain.text import fold, squeeze


class Comparator(StrEnum):
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "="
    BETWEEN = "between"
    RANK_WITHIN = "rank_within"
    QUALITATIVE = "qualitative"


@dataclass(frozen=True, slots=True)
class Target:
    """`value_to` is the upper end of `between`; a rank is within 1 and `value`; `qualitative` has no value."""

    comparator: Comparator
    value: Decimal | None
    value_to: Decimal | None
    unit: str | None


def parse_target(text: str | None, unit_text: str | None = None) -> Target:
    """The target a cell states, in the unit of its column, else the one the cell itself names. Never raises."""
    cell, unit = _without_unit(squeeze(text or ""), squeeze(unit_text or "").strip("-–— "))
    reading = _read(_canonical(cell), fold(unit)) if len(cell) <= _LONGEST_CELL else None
    if reading is None:
        return Target(Comparator.QUALITATIVE, None, None, unit or None)
    if "%" in _canonical(cell) and "%" not in unit:
        unit = "%"
    return Target(*reading, unit or None)


_Reading = tuple[Comparator, Decimal, Decimal | None]

_LONGEST_CELL = 300
_RANK_UNIT = re.compile(r"(?:thu bac|thu hang|xep hang|vi tri)(?: .*)?|hang")
_UNIT_BEHIND = re.compile(r"(?P<cell>.+?) ?\((?P<unit>[^()]+)\)")
# What is measured and never counted: beside it a bare number is no name, as it may be beside other words.
_MEASURED = re.compile(
    r"(?P<cell>.*[0-9]) ?(?P<unit>[GMK]bps|[TGMK]B|km2?|km²|m2|m²|ha|(?:tỷ|tỉ|triệu|nghìn|ngàn) đồng|đồng|USD)",
    re.IGNORECASE,
)


def _without_unit(cell: str, unit: str) -> tuple[str, str]:
    """`≤ 10 (thứ bậc)` and `01 Gbps` name their unit behind the number; other words stay in the cell."""
    match = _UNIT_BEHIND.fullmatch(cell)
    if match and (match["unit"] == "%" or _RANK_UNIT.fullmatch(fold(match["unit"]))):
        return match["cell"], unit or match["unit"]
    measured = _MEASURED.fullmatch(unicodedata.normalize("NFC", cell))
    if measured and unit.lower() in {"", measured["unit"].lower()}:
        return measured["cell"], measured["unit"]
    return cell, unit


_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "⩾": ">=", "⩽": "<=", "–": "-", "—": "-", "−": "-", "‐": "-", "÷": "-"})
_NEGATING_STROKE = "\u0338"  # what ≠, ≱ and ≯ decompose to; a fold would read them as =, ≥ and >


def _canonical(cell: str) -> str:
    """Folded, with plain signs set apart and `%` for its words; empty when a sign is negated."""
    if _NEGATING_STROKE in unicodedata.normalize("NFD", cell):
        return ""
    plain = fold(cell).translate(_SIGNS).replace("phan tram", "%")
    return squeeze(re.sub(" ?%", "% ", re.sub("([<>]=?|=)", r" \1 ", plain))).strip(" .;,")


def _read(cell: str, unit: str) -> _Reading | None:
    reading = _rank(cell) or _between(cell) or _compared(cell, unit)
    return _as_rank(reading) if reading and _RANK_UNIT.fullmatch(unit) else reading


# Vietnamese writes 1.234,5. A comma before three digits may be an English thousands sign, so it is not read.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?")
_NUMBER = rf"(?:{_THOUSANDS.pattern}|[0-9]{{1,12}}(?:[,.][0-9]{{1,2}})?|0[,.][0-9]{{1,6}})(?![0-9]|[.,][0-9])"
_OPENING = r"(?:(?:phan dau|dat|bao dam|dam bao|duy tri|ty le|ti le|muc) )*"

_COMPARED = tuple(
    (comparator, re.compile(rf"{_OPENING}(?:{words}) ?(?:(?:la|dat) )?(?P<value>{_NUMBER})(?P<tail>.*)"))
    for comparator, words in (
        (Comparator.AT_LEAST, r">=|toi thieu|it nhat|khong (?:(?:de|co|con|duoc) )?(?:duoi|thap hon|it hon|nho hon)"),
        (
            Comparator.AT_MOST,
            r"<=|toi da|nhieu nhat|khong (?:(?:de|co|con|duoc) )?(?:qua|vuot qua|tren|cao hon|lon hon|nhieu hon)",
        ),
        (Comparator.MORE_THAN, r">|tren|hon|lon hon|cao hon"),
        (Comparator.LESS_THAN, r"<|duoi|nho hon|thap hon|it hon"),
        (Comparator.EQUAL, r"=|bang|"),
    )
)
_OR_MORE = re.compile(rf"{_OPENING}(?:tu )?(?P<value>{_NUMBER})(?P<tail>.*?) tro (?P<way>len|xuong)")
# "Đạt từ 60% đến", cut off before what it may rise to.
_OPEN_END = re.compile(rf"{_OPENING}tu (?P<value>{_NUMBER})% den")
_GROWING_LATER = " va tang dan"


def _compared(cell: str, unit: str) -> _Reading | None:
    if match := _OR_MORE.fullmatch(cell):
        way = Comparator.AT_LEAST if match["way"] == "len" else Comparator.AT_MOST
        return (way, _decimal(match["value"]), None) if _only_counts(match["tail"]) else None
    if match := _OPEN_END.fullmatch(cell):
        return Comparator.AT_LEAST, _decimal(match["value"]), None
    for comparator, pattern in _COMPARED:
        if match := pattern.fullmatch(cell):
            tail = match["tail"].split(_GROWING_LATER)[0]
            # A bare number before other words than its unit may be a name: "5 sao", "2 cấp".
            bare = comparator is Comparator.EQUAL and tail[:1] != "%" and tail.strip() not in {"", unit}
            return None if bare or not _only_counts(tail) else (comparator, _decimal(match["value"]), None)
    return None


# The number of a document in the words after a number counts nothing.
_DOCUMENT = re.compile(
    r"\b(?:quyet dinh|ke hoach|nghi quyet|chuong trinh|chi thi|ket luan|nghi dinh|thong tu) so [0-9]+[a-z0-9/-]*"
)
# Words that change the size of the number before them, or compare it with something else.
_CHANGING = re.compile(
    r"^%? ?/|^ ?(?:nghin|ngan|trieu|ty|ti|tram|chuc|van|lan|phan)\b|[<>=*^()]|\b(?:so voi|hoac|tro)\b"
)


def _only_counts(tail: str) -> bool:
    """Whether the words after a number only say what is counted."""
    words = _DOCUMENT.sub("", tail)
    return not tail[:1].isalpha() and not re.search("[0-9]", words) and not _CHANGING.search(words)


_BETWEEN = re.compile(rf"{_OPENING}(?:tu )?(?P<low>{_NUMBER})%? ?(?:-|den) ?(?P<high>{_NUMBER})%?")


def _between(cell: str) -> _Reading | None:
    match = _BETWEEN.fullmatch(cell)
    low, high = (_decimal(match["low"]), _decimal(match["high"])) if match else (Decimal(0), Decimal(0))
    return (Comparator.BETWEEN, low, high) if low < high else None


_PLACES = r"(?:tinh|thanh pho|dia phuong|don vi|xa|phuong|nuoc|quoc gia)\b"
_RANK = re.compile(
    r"(?:(?:phan dau|dat|xep(?: hang)?|dung|nam|thuoc|trong|vao) )*"
    rf"(?:(?:nhom|top) (?P<group>[0-9]{{1,3}}) {_PLACES}|top (?P<top>[0-9]{{1,3}})\b"
    # Counts are written with a leading zero; "nhóm 2" is the name of a group.
    r"|(?<=thuoc )nhom (?P<counted>0[1-9])(?![0-9])|(?:hang|thu) (?P<place>[0-9]{1,3})\b"
    r"|tu (?:hang|thu) (?P<from>[0-9]{1,3})(?= tro len)"
    rf"|(?<=trong )(?:so )?(?P<among>[0-9]{{1,3}}) {_PLACES}(?=.*\b(?:dan dau|dung dau|cao nhat|tot nhat)\b))"
    r"(?P<tail>[^0-9]*)"
)
_FROM_BELOW = re.compile(r"\b(?:cuoi|thap|kem|yeu|duoi|khong|xuong)\b")


def _rank(cell: str) -> _Reading | None:
    """ "Thuộc nhóm 05 tỉnh": the counted places must be named, else it is a group's number."""
    match = _RANK.fullmatch(cell)
    named = [match[way] for way in ("group", "top", "counted", "place", "from", "among") if match[way]] if match else []
    place = int(named[0]) if named else 0
    if match is None or place == 0 or _FROM_BELOW.search(match["tail"]):
        return None
    return Comparator.RANK_WITHIN, Decimal(place), None


def _as_rank(reading: _Reading) -> _Reading | None:
    """In a column of ranks 1 is best, so at most 10, or 10 itself, is to be within the first ten."""
    comparator, value, _ = reading
    within = comparator in {Comparator.AT_MOST, Comparator.EQUAL, Comparator.RANK_WITHIN}
    return (Comparator.RANK_WITHIN, value, None) if within and value >= 1 and value == int(value) else None


def _decimal(written: str) -> Decimal:
    if _THOUSANDS.fullmatch(written):
        written = written.replace(".", "")
    return Decimal(written.replace(",", "."))
