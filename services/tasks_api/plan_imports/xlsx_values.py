"""Values of spreadsheet cells as the reader of the sheet sees them."""

import re
from datetime import date, datetime, time

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from services.tasks_api.plan_imports.xml_names import (
    Element,
    attribute,
    child,
    children,
    local_name,
    number_attribute,
)

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_FIXED_DECIMALS = re.compile(r"0\.(0{1,9})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,2})?")


def plain_text(element: Element | None) -> str:
    """The text of a shared or inline string; readings printed above (phonetics) are left out."""
    if element is None:
        return ""
    pieces: list[str] = []
    for part in element:
        if local_name(part) == "t":
            pieces.append(part.text or "")
        elif local_name(part) == "r":
            pieces.extend(text.text or "" for text in children(part, "t"))
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(pieces))


class CellValues:
    """Renders cells with the shared strings, number formats and calendar of one workbook."""

    def __init__(self, workbook: Element, strings: Element | None, styles: Element | None) -> None:
        self._strings = [plain_text(item) for item in children(strings, "si")]
        self._formats = _formats(styles)
        mac = attribute(child(workbook, "workbookPr"), "date1904") in {"1", "true"}
        self._epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900

    def text(self, cell: Element) -> str:
        """The printed text; for a formula, of the value last calculated."""
        kind = attribute(cell, "t") or "n"
        if kind == "inlineStr":
            return plain_text(child(cell, "is"))
        value = child(cell, "v")
        raw = (value.text or "") if value is not None else ""
        if kind == "s":
            index = int(raw) if raw.isdecimal() else -1
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "d":
            return _iso_text(raw)
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        return self._number_text(raw, number_attribute(cell, "s", 0)) if kind == "n" else raw

    def _number_text(self, raw: str, style: int) -> str:
        if not _NUMBER.fullmatch(raw):
            return raw
        number = float(raw)
        form = self._formats[style] if style < len(self._formats) else "General"
        if is_date_format(form):
            moment = _moment(number, self._epoch)
            return date_text(moment, form) if moment is not None else raw
        bare = _QUOTED.sub("", form)
        decimals = _FIXED_DECIMALS.search(bare)
        if "%" in bare:
            return number_text(number * 100, len(decimals[1]) if decimals else None) + "%"
        return number_text(number, len(decimals[1]) if decimals else None)


def _formats(styles: Element | None) -> list[str]:
    """Number format codes by style index."""
    named = {
        attribute(form, "numFmtId") or "": attribute(form, "formatCode") or "General"
        for form in children(child(styles, "numFmts"), "numFmt")
    }
    formats = []
    for style in children(child(styles, "cellXfs"), "xf"):
        identity = attribute(style, "numFmtId") or "0"
        builtin = BUILTIN_FORMATS.get(int(identity), "General") if identity.isdecimal() else "General"
        formats.append(named.get(identity, builtin))
    return formats


def _moment(number: float, epoch: datetime) -> datetime | None:
    try:
        moment = from_excel(number, epoch)
    except (OverflowError, ValueError):
        return None
    return moment if isinstance(moment, datetime) else None


def date_text(moment: datetime, form: str) -> str:
    """`dd/mm/yyyy`; a format without a day shows `mm/yyyy`, one with only a year `yyyy`."""
    letters = _QUOTED.sub("", form).lower()
    if "d" in letters or "y" not in letters:
        shown = f"{moment:%d/%m/%Y}"
        return f"{moment:%H:%M} {shown}" if moment.time() != time(0) else shown
    return f"{moment:%m/%Y}" if "m" in letters else f"{moment:%Y}"


def number_text(number: float, decimals: int | None) -> str:
    """Vietnamese digits: 2026.0 is `2026`, 0.7 is `0,7`; fixed decimals are kept (`1,10`)."""
    if decimals is not None:
        shown = f"{number:.{decimals}f}"
    elif number == int(number):
        shown = str(int(number))
    else:
        shown = f"{number:.10g}"
    return shown.replace(".", ",")


def _iso_text(raw: str) -> str:
    try:
        return f"{date.fromisoformat(raw[:10]):%d/%m/%Y}"
    except ValueError:
        return raw
