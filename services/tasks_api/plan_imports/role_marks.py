"""One cell for all bodies, with words that say who leads and who coordinates: `Sở A (chủ trì), Sở B (phối hợp)`."""

import re
from dataclasses import dataclass

from services.tasks_api.plan_imports.duty_fields import Duty, split_fields
from services.tasks_api.plan_imports.name_splitting import split_names
from shared.domain.text import nfc

_LEADING = r"(?:chủ trì|chủ chì|ct|c\.t)"
_HELPING = r"(?:(?:cùng )?phối hợp(?: thực hiện)?|p/h|ph|p\.h)"
_MARK = re.compile(
    # In brackets any of the words; without them only where they end or begin a part of the cell.
    rf"[(\[]\s*(?:là )?(?:cơ quan |đơn vị )?(?:(?P<lead>{_LEADING})|(?P<help>{_HELPING}))\s*[)\]]\s*:?"
    r"|(?<!\w)(?:(?:là )?(?:cơ quan|đơn vị) )?(?:"
    r"(?P<leads>chủ trì)(?=\s*(?:[,;.\n]|$|(?:và )?phối hợp))"
    r"|(?P<helps>(?:cùng )?phối hợp(?: thực hiện)?)(?=\s*(?:[,;.\n]|$)))"
    r"|(?:^|(?<=[,;.\n])|(?<=\bvà))\s*(?:(?P<before>chủ trì|ct(?=\s*:))"
    r"|(?P<with>(?:cùng )?phối hợp(?: thực hiện)?(?: (?:với|cùng))?|ph(?=\s*:)))\s*:?(?=\s+\S)"
    r"|(?<!\w)(?P<along>(?:cùng )?phối hợp(?: thực hiện)? (?:với|cùng))(?=\s+\S)",
    re.IGNORECASE,
)
_EDGES = " \n\t,;.:-–—+•"


@dataclass(frozen=True, slots=True)
class Bodies:
    """`unclear`: several bodies, of which nothing says who only coordinates.

    `other`: what the cell says besides, with its labels; `deadline` where it names that.
    """

    lead: str | None
    coordinating: str | None
    unclear: bool = False
    deadline: str | None = None
    other: tuple[str, ...] = ()


def read_bodies(cell: str | None, *, together: bool = False) -> Bodies:
    """Who leads and who coordinates in a cell under leads; `together`: its header speaks of both."""
    if not cell:
        return Bodies(None, None)
    fields = split_fields(cell)
    if bool(fields.head) is not (Duty.LEAD in fields.values) and fields.values.keys() & {Duty.LEAD, Duty.COORDINATING}:
        lead = fields.values.get(Duty.LEAD) or fields.head.strip(_EDGES)
        inside = read_bodies(lead) if _MARK.search(nfc(lead)) else Bodies(lead or None, None)
        coordinating = _joined([inside.coordinating or "", fields.values.get(Duty.COORDINATING, "")])
        deadline = fields.values.get(Duty.DEADLINE) or None
        return Bodies(inside.lead, coordinating, inside.unclear, deadline, fields.other)
    text = nfc(cell)
    marks = list(_MARK.finditer(text))
    found = _sorted(text, marks) if marks else None
    if found is None or any(part.count("(") != part.count(")") for part in (found.lead, found.coordinating) if part):
        return Bodies(cell, None, together and len(split_names(cell)) > 1)
    return found


def helpers_in(cell: str | None) -> str | None:
    """Who coordinates by a cell under those who do, without a label that only repeats the header."""
    fields = split_fields(cell or "")
    only = not fields.head and len(fields.values) == 1 and not fields.other
    return (fields.values.get(Duty.COORDINATING) if only else None) or cell


def _sorted(text: str, marks: list[re.Match[str]]) -> Bodies:
    """Text between two marks belongs to the one that ends it, or to the one before it where the cell begins with
    a mark, as it does behind `phối hợp với`."""
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    before = re.sub(r"^giao\s+", "", text[: marks[0].start()].strip(_EDGES), flags=re.IGNORECASE)
    told: dict[bool, list[str]] = {True: [], False: []}
    waiting = before
    in_front = not before
    unclear = False
    for mark, end in zip(marks, ends, strict=True):
        leads = bool(mark["lead"] or mark["leads"] or mark["before"])
        after = _without_and(text[mark.end() : end])
        if in_front or mark["before"] or mark["with"] or mark["along"]:
            told[leads].append(after)
            if waiting:
                told[True].append(waiting)
            waiting = ""
            continue
        if not leads and not told[True]:
            first, rest = _first_and_rest(waiting)
            unclear = unclear or "\n" in rest or len(split_names(rest)) > 1
            told[True].append(first)
            waiting = rest
        told[leads].append(waiting)
        waiting = after
    if waiting and not in_front:  # behind the last mark: they are named with those who lead, and do not
        told[False].append(waiting)
        unclear = True
    return Bodies(_joined(told[True]), _joined(told[False]), unclear)


def _first_and_rest(text: str) -> tuple[str, str]:
    """The first body named, and those behind it."""
    parts = [part.strip(_EDGES) for part in re.split(r"[;\n]", text) if part.strip(_EDGES)]
    if len(parts) < 2:
        parts = split_names(text)
    return (parts[0], "; ".join(parts[1:])) if len(parts) > 1 else ("", text)


def _without_and(text: str) -> str:
    return re.sub(r"^và\s+|\s+và$", "", text.strip(_EDGES)).strip(_EDGES)


def _joined(parts: list[str]) -> str | None:
    return "; ".join(part for part in parts if part) or None
