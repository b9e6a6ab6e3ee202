"""Texts alone in their rows, without a number: the name of a group, or one more line of the task above."""

import re

from services.tasks_api.plan_imports.plan_rows import PlanRow
from services.tasks_api.plan_imports.printed_numbers import Printed, Style
from shared.domain.text import nfc

_GROUP_WORD = re.compile(
    r"(?:các )?(?:nhóm|phần|lĩnh vực|mục|khối|nội dung|nhiệm vụ|giải pháp|chuyên đề|chương|về)\b|.*:$"
)
_LINE = re.compile(r"[-–+*•]\s*\S")


def bullet_of(text: str) -> tuple[Printed, str] | None:
    """The dash a text begins with, and the rest; None for other texts."""
    found = re.match(r"([-–+*•])\s*(?=\S)", text)
    return (Printed(Style.BULLET, found[1]), text[found.end() :]) if found else None


def says_group(text: str) -> bool:
    """Whether the words themselves say that they name a group: capitals throughout, or `Lĩnh vực …`."""
    return text.isupper() or _GROUP_WORD.match(nfc(text).lower()) is not None


def continues_a_text(row: PlanRow) -> bool:
    """Whether the text begins like a line inside a cell: with a dash, or with a small letter."""
    if row.number is not None:
        return row.number.style is Style.BULLET
    text = nfc(row.text)
    return text[:1].islower() or _LINE.match(text) is not None
