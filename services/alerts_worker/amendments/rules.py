"""Where the open assignments of a task go when its deadline changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.domain.cycles import CycleKind

Span = tuple[CycleKind, date, date | None, date | None]
"""Kind, first day, last day of a cycle, and the day its work is due: neither of them where no deadline is known."""


@dataclass(frozen=True, slots=True)
class LastTerm:
    """The term of an assignment that was recorded last, and the day it is in force from."""

    number: int
    from_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """The span of one assignment of an organization; `open` is false for completed and cancelled work."""

    id: UUID
    span: Span
    open: bool


def place(held: Sequence[Held], spans: Sequence[Span], effective_on: date) -> dict[UUID, Span | None]:
    """The new span of each open assignment of one organization, or None where the task leaves it none.

    `spans` are the cycles begun under the new deadline. An assignment stays with its cycle where that still exists,
    and with its own day there when it was over by `effective_on`. A recurring one that was over and whose cycle no
    longer exists is not concerned, and not in the answer: it stays owed as it was. What else is open passes, with all
    that was reported on it, to the first cycle nobody took that is not over; one-off work, which has one cycle only,
    to any.
    """
    wanted = {_key(span): span for span in spans}
    taken = {_key(each.span) for each in held if not each.open}
    waiting = sorted((each for each in held if each.open), key=lambda each: each.span[1])
    placed: dict[UUID, Span | None] = {}
    for each in waiting:
        if _key(each.span) in wanted:
            placed[each.id] = each.span if is_over(each.span, effective_on) else wanted[_key(each.span)]
            taken.add(_key(each.span))
    for each in waiting:
        if each.id in placed or is_over(each.span, effective_on):
            continue
        free = [span for span in spans if _key(span) not in taken and not is_over(span, effective_on)]
        placed[each.id] = free[0] if free else None
        taken |= {_key(span) for span in free[:1]}
    return placed


def _key(span: Span) -> tuple[CycleKind, date | None]:
    """One-off work keeps its one cycle wherever that begins."""
    kind, starts_on, *_ = span
    return kind, None if kind is CycleKind.ONCE else starts_on


def is_over(span: Span, effective_on: date) -> bool:
    """A recurring cycle that ended before the day; one-off work is never over by itself."""
    kind, _, ends_on, _ = span
    return kind is not CycleKind.ONCE and ends_on is not None and ends_on < effective_on
