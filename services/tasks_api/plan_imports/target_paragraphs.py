"""Indicators that a plain paragraph under a heading of goals lists: `Đến cuối năm 2028: … đạt 75%; … dưới 1%.`"""

import re

from services.tasks_api.plan_imports.duty_fields import split_fields
from shared.domain.text import fold

# A longer paragraph argues and does not list.
_LONGEST = 2_000
_INTRODUCTION = re.compile(r"^[^:;.]{0,80}\b20\d\d\s*:\s*(?=\S)")
_APART = re.compile(r";(?![^()]*\))")
# Numbers that name or date something: years, documents, days, articles.
_NO_FIGURE = re.compile(
    r"\b\d{1,2}/\d{1,2}(?:/\d{4})?\b|\b(?:20|19)\d\d\b|\b\d+[-/][^\W\d][\w/-]*"
    r"|\b(?:so|dieu|khoan|quy|ngay|thang|de an|cap do|muc do|khoa|lan thu) \d+(?:/\d+)*"
)


def listed_in(text: str) -> tuple[str, ...]:
    """The indicators of the paragraph, none when it gives no figure: then it is a general goal."""
    if len(text) > _LONGEST or text.rstrip().endswith(":") or not _has_figure(text) or split_fields(text).values:
        return ()
    return tuple(part.strip() for part in _APART.split(_INTRODUCTION.sub("", text)) if part.strip(" ."))


def _has_figure(text: str) -> bool:
    return any(letter.isdecimal() for letter in _NO_FIGURE.sub("", fold(text)))
