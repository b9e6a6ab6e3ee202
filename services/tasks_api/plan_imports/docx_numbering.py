"""Numbers that Word writes by itself: `STT` columns are often automatic lists whose numbers are in no text."""

import re
from collections import defaultdict
from dataclasses import dataclass

from services.tasks_api.plan_imports.xml_names import (
    Element,
    attribute,
    child,
    children,
    number_attribute,
)

_PLACEHOLDER = re.compile(r"%(\d)")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MAX_STYLE_DEPTH = 10


def roman(number: int) -> str:
    digits = ""
    for value, letters in _ROMAN:
        digits += letters * (number // value)
        number %= value
    return digits


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


class ListNumbering:
    """Gives each paragraph its automatic number; must see the paragraphs once each, in document order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._restarted: set[str] = set()
        self._style_lists: dict[str, tuple[str, int]] = {}
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        if numbering is not None:
            self._learn_lists(numbering)
        if styles is not None:
            self._learn_styles(styles)

    def _learn_lists(self, numbering: Element) -> None:
        for definition in children(numbering, "abstractNum"):
            self._levels[attribute(definition, "abstractNumId") or ""] = {
                number_attribute(level, "ilvl", 0): _Level(
                    attribute(child(level, "numFmt"), "val") or "decimal",
                    attribute(child(level, "lvlText"), "val") or "",
                    number_attribute(child(level, "start"), "val", 1),
                )
                for level in children(definition, "lvl")
            }
        for instance in children(numbering, "num"):
            identity = attribute(instance, "numId") or ""
            self._abstract_of[identity] = attribute(child(instance, "abstractNumId"), "val") or ""
            if child(instance, "lvlOverride", "startOverride") is not None:
                self._restarted.add(identity)

    def _learn_styles(self, styles: Element) -> None:
        by_id = {attribute(style, "styleId") or "": style for style in children(styles, "style")}
        for identity, own in by_id.items():
            style: Element | None = own
            for _ in range(_MAX_STYLE_DEPTH):
                reference = _list_reference(child(style, "pPr", "numPr"))
                if reference is not None:
                    self._style_lists[identity] = reference
                    break
                style = by_id.get(attribute(child(style, "basedOn"), "val") or "")

    def label(self, paragraph: Element) -> str:
        """The number as printed ("1.", "a)", "-" for a bullet), or an empty string."""
        properties = child(paragraph, "pPr")
        reference = _list_reference(child(properties, "numPr"))
        if reference is None:
            reference = self._style_lists.get(attribute(child(properties, "pStyle"), "val") or "")
        if reference is None:
            return ""
        identity, depth = reference
        levels = self._levels.get(self._abstract_of.get(identity, ""), {})
        if depth not in levels:
            return ""
        key = f"num {identity}" if identity in self._restarted else self._abstract_of[identity]
        counters = self._counters[key]
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [other for other in counters if other > depth]:
            del counters[deeper]
        if levels[depth].form == "bullet":
            return "-"
        return _PLACEHOLDER.sub(lambda match: _printed(levels, counters, int(match[1]) - 1), levels[depth].text)


def _list_reference(properties: Element | None) -> tuple[str, int] | None:
    """(list, level) of a `numPr`; list 0 switches numbering off and is no list."""
    identity = attribute(child(properties, "numId"), "val")
    if identity is None:
        return None
    return identity, number_attribute(child(properties, "ilvl"), "val", 0)


def _printed(levels: dict[int, _Level], counters: dict[int, int], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    count = counters.get(depth, level.start)
    if level.form in {"upperRoman", "lowerRoman"}:
        return roman(count) if level.form == "upperRoman" else roman(count).lower()
    if level.form in {"upperLetter", "lowerLetter"} and count >= 1:
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if level.form == "upperLetter" else letter.lower()
    return f"{count:02d}" if level.form == "decimalZero" else str(count)
