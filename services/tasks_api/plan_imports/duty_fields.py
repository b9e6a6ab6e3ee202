"""Who leads, who coordinates and by when, named in the text itself: `* Cơ quan chủ trì: Ban A. Phối hợp: Ban B.`"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.text import fold, squeeze


class Duty(StrEnum):
    """What a label of the text announces."""

    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"
    OUTPUT = "required_output"
    KPI = "kpi"


_WHO = r"(?:cac )?(?:co quan|don vi|bo phan|to chuc|ca nhan|nguoi|dong chi|dau moi)"
_DOING = r"(?:[,/]? ?(?:va )?(?:tham muu|thuc hien|trien khai|to chuc(?: thuc hien)?|theo doi))*"
_LABELS = {
    Duty.COORDINATING: rf"(?:{_WHO}(?:[,/] ?{_WHO})* )?(?:cung )?phoi hop{_DOING}",
    Duty.LEAD: (
        rf"(?:(?:giao )?{_WHO}(?:[,/] ?{_WHO})* )?(?:duoc (?:giao|phan cong) )?"
        rf"(?:chu tri|phu trach|chiu trach nhiem(?: chinh)?|dau moi){_DOING}"
        rf"|{_WHO}(?:[,/] ?{_WHO})* thuc hien|phan cong(?: thuc hien)?|trach nhiem(?: thuc hien)?"
    ),
    Duty.DEADLINE: (
        r"(?:thoi gian|thoi han|tien do|han|moc thoi gian|lo trinh)"
        r"(?:[,/]? ?(?:thuc hien|hoan thanh|trien khai|ket thuc|bao cao|xong))*"
    ),
    Duty.OUTPUT: (
        r"(?:du kien )?(?:san pham|ket qua|dau ra)"
        r"(?:[,/]? ?(?:va )?(?:san pham|ket qua|dau ra|du kien|dat duoc|can dat|bat buoc|hoan thanh))*"
    ),
    Duty.KPI: r"kpi(?: do luong)?|chi tieu(?: danh gia)?|chi so danh gia|tieu chi danh gia",
}
_LABEL = re.compile(
    r"(?:(?<![^.;,(\n*+•–-])|(?<=[.;,(*+•–-] ))(?:"
    + "|".join(f"(?P<{duty.name}>{words})" for duty, words in _LABELS.items())
    + r") ?:"
)
_EDGES = " .;,*-–+•\n"


@dataclass(frozen=True, slots=True)
class Fields:
    """`head` is what stands before the first label, empty when the text begins with one."""

    head: str
    values: dict[Duty, str]


def split_fields(text: str) -> Fields:
    """The labelled values of a paragraph; of two for one duty the first counts. Values keep their words as written."""
    lines = "\n".join(map(squeeze, text.splitlines()))
    folded, at = _folded(lines)
    labels = list(_LABEL.finditer(folded))
    if not labels:
        return Fields(lines, {})
    values: dict[Duty, str] = {}
    ends = [label.start() for label in labels[1:]] + [len(folded)]
    for label, end in zip(labels, ends, strict=True):
        value = lines[at[label.end()] : at[end]].strip(_EDGES)
        if folded[: label.start()].rstrip().endswith("("):
            value = value.removesuffix(")").rstrip(_EDGES)
        elif value.endswith(")") and value.count("(") < value.count(")"):
            value = value[:-1].rstrip(_EDGES)
        assert label.lastgroup is not None
        values.setdefault(Duty[label.lastgroup], value)
    return Fields(lines[: at[labels[0].start()]].rstrip(" (*-–+•\n"), values)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, and for each letter of it (and the end) where it came from."""
    letters: list[str] = []
    at: list[int] = []
    for index, char in enumerate(text):
        for letter in fold(char) or (char if char in " \n" else ""):
            letters.append(letter)
            at.append(index)
    return "".join(letters), [*at, len(text)]
