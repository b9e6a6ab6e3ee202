"""Deadlines at the end of a text: `… trên địa bàn xã. Năm 2026, Năm 2027.`, `… (Quý II/2026)`."""

import re

from shared.domain.deadlines import parse_deadline

# Below it the words beside the day were only taken to say nothing about it.
_SURE = 0.9

_LAST_SENTENCE = re.compile(r"(?P<words>.+?[.;])\s+(?P<when>[^.;]*(?:\d\.\d[^.;]*)*)[.;]?", re.DOTALL)
_IN_PARENTHESES = re.compile(r"(?P<words>.+?)\s*\((?P<when>[^()]+)\)[.;]?", re.DOTALL)
_LAST_CLAUSE = re.compile(
    r"(?P<words>.+?),\s+(?P<when>(?:hoàn thành|thực hiện|xong|chậm nhất|muộn nhất|trước|trong|đến hết)\s[^;]+?)[.;]?",
    re.DOTALL | re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:thời gian|thời hạn|tiến độ)(?: thực hiện| hoàn thành)?:?\s+", re.IGNORECASE)


def split_trailing_deadline(text: str) -> tuple[str, str | None]:
    """The text and the deadline it ends with, as written; one that is part of the last sentence stays in it too."""
    for pattern, keeps in ((_LAST_SENTENCE, False), (_IN_PARENTHESES, False), (_LAST_CLAUSE, True)):
        match = pattern.fullmatch(text.strip())
        if match is None:
            continue
        when = _LABEL.sub("", match["when"].strip())
        if is_deadline(when):
            return (text if keeps else match["words"].strip()), when
    return text, None


def is_deadline(text: str) -> bool:
    """Whether the whole of a text is surely a deadline."""
    return parse_deadline(text).deadline.confidence >= _SURE
