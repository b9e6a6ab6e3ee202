"""Who leads, who coordinates and by when, named in the text itself: `* Cơ quan chủ trì: Ban A. Phối hợp: Ban B.`"""

import re
from collections.abc import Iterator
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
        r"|(?:hoan thanh|xong)(?= ?: ?(?:(?:truoc|trong|den|ngay|thang|quy|nam|cuoi|dau|het)\b|\d{1,2}[/.-]|20\d\d))"
    ),
    Duty.OUTPUT: (
        r"(?:du kien )?(?:san pham|ket qua|dau ra)"
        r"(?:[,/]? ?(?:va )?(?:san pham|ket qua|dau ra|du kien|dat duoc|can dat|bat buoc|hoan thanh))*"
    ),
    Duty.KPI: r"kpi(?: do luong)?|chi tieu(?: danh gia)?|chi so danh gia|tieu chi danh gia",
}
_LABEL = re.compile(
    r"(?:(?<![^.;,(\[\n*+•–-])|(?<=[.;,(\[*+•–-] ))(?:"
    + "|".join(f"(?P<{duty.name}>{words})" for duty, words in _LABELS.items())
    + r") ?:"
)
# “Rà soát, phân công: mỗi thôn một người” is no label; these words announce a duty even behind a comma.
_SURE = re.compile(r"\b(?:chu tri|thoi han|thoi gian (?:thuc hien|hoan thanh))\b")
# Up to four words that begin with a capital and end in a colon, and are neither a date nor a body.
_UNKNOWN_LABEL = re.compile(
    r"(?:(?<=[.;\n])|(?<=[.;\n] ))(?:[-–+*•] ?)?(?P<words>[^\W\d_][^\W\d_]*(?: [^\W\d_]+){0,3}) ?:(?=\s)"
)
_NO_LABEL = re.compile(
    r"(?:giai doan|dot|nam|quy|thang|tuan|lan|buoc|tu|den|truoc|ngay|hang|dinh ky|cac|nhung|so|phong|ban|bo|cuc|ubnd|"
    r"uy ban|cong an|hoi|doan|van phong|truong|don vi|co quan|cap)\b"
)
_EDGES = " .;,*-–+•\n"


@dataclass(frozen=True, slots=True)
class Fields:
    """`head` is what stands before the first label, empty when the text begins with one.

    `other`: what stands behind labels of another meaning, with them: `Kinh phí: 2 tỷ đồng`.
    """

    head: str
    values: dict[Duty, str]
    other: tuple[str, ...] = ()


def split_fields(text: str) -> Fields:
    """The labelled values of a paragraph; of two for one duty the first counts. Values keep their words as written."""
    lines = "\n".join(map(squeeze, text.splitlines()))
    labels = list(_labels(lines))
    if not labels:
        return Fields(lines, {})
    values: dict[Duty, str] = {}
    other: list[str] = []
    ends = [start for start, _, _ in labels[1:]] + [len(lines)]
    for (start, begin, duty), end in zip(labels, ends, strict=True):
        value = lines[begin:end].strip(_EDGES)
        for opening, closing in ("()", "[]"):
            if lines[:start].rstrip().endswith(opening):
                value = value.removesuffix(closing).rstrip(_EDGES)
            elif value.endswith(closing) and value.count(opening) < value.count(closing):
                value = value[:-1].rstrip(_EDGES)
        if duty is not None:
            values.setdefault(duty, value)
        else:
            other.append(lines[start:end].strip(_EDGES))
    return Fields(lines[: labels[0][0]].rstrip(" ([*-–+•\n"), values, tuple(other))


def _labels(lines: str) -> Iterator[tuple[int, int, Duty | None]]:
    """(start, where its value begins, duty) of each label from the first of a duty on, in order."""
    folded, at = _folded(lines)
    known: list[tuple[int, int, Duty | None]] = []
    for label in _LABEL.finditer(folded):
        assert label.lastgroup is not None
        behind_comma = folded[: label.start()].rstrip(" ").endswith(",")
        if known or not behind_comma or _SURE.search(label[0]):
            known.append((at[label.start()], at[label.end()], Duty[label.lastgroup]))
    if not known:
        return
    colons = {end for _, end, _ in known}
    unknown = [
        (label.start(), label.end(), None)
        for label in _UNKNOWN_LABEL.finditer(lines, known[0][1])
        if label.end() not in colons and label["words"][0].isupper() and not _NO_LABEL.match(fold(label["words"]))
    ]
    yield from sorted([*known, *unknown], key=lambda label: label[0])


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, and for each letter of it (and the end) where it came from."""
    letters: list[str] = []
    at: list[int] = []
    for index, char in enumerate(text):
        for letter in fold(char) or (char if char in " \n" else ""):
            letters.append(letter)
            at.append(index)
    return "".join(letters), [*at, len(text)]
