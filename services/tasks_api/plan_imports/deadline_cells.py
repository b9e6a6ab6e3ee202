"""What a deadline cell says together with its header: `31/5/2026` under “Trước ngày” is before that day."""

import re

from services.tasks_api.plan_imports.columns import BEFORE
from shared.domain.text import fold

_A_TIME = re.compile(r"(?:\d|(?:ngay|thang|quy|nam)\b)")
_UNIT = re.compile(r"\(\s*(?:số\s+)?((?:ngày|tuần|tháng|năm)(?:\s+làm việc)?)\s*\)", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,3}(?:\s*[-–]\s*\d{1,3})?")


def said_under(header: str, cell: str | None) -> str | None:
    """The words of the deadline. Bare numbers under “Thời gian (tháng)” may count months or name them: with the unit
    they are a length, which is no deadline until a person gives the day.
    """
    if not cell:
        return None
    text = cell.strip()
    unit = _UNIT.search(header)
    if unit is not None and _COUNT.fullmatch(text):
        return f"{text} {unit[1].lower()}"
    if BEFORE.search(fold(header)) and "\n" not in text and _A_TIME.match(fold(text)):
        return f"trước {text}"
    return cell
