"""How an organization may be succeeded by another, and who carries on its work on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class SuccessionKind(StrEnum):
    """`merge`: all of it becomes part of one receiver; `dissolve`: it ends, and one or more receivers share what it
    did; `split`: a part leaves it for the receiver, and it goes on. A new name for the same body is no succession.
    """

    MERGE = "merge"
    DISSOLVE = "dissolve"
    SPLIT = "split"

    @property
    def label(self) -> str:
        """The Vietnamese name of the kind."""
        return _LABELS[self]


_LABELS = {
    SuccessionKind.MERGE: "sáp nhập",
    SuccessionKind.DISSOLVE: "giải thể",
    SuccessionKind.SPLIT: "tách",
}

ENDING = frozenset({SuccessionKind.MERGE, SuccessionKind.DISSOLVE})
"""After these the predecessor is no more: its last day is the one before they take effect."""


@dataclass(frozen=True, slots=True)
class Step:
    """One succession. `task_ids` are the tasks whose work goes to this receiver, of a split or of a dissolution among
    several; None: the work of every task that is named for no other. `applied` once the work and the names in tasks
    have passed.
    """

    predecessor_id: UUID
    receiver_id: UUID
    kind: SuccessionKind
    effective_on: date
    task_ids: frozenset[UUID] | None = None
    applied: bool = False

    @property
    def takes_the_rest(self) -> bool:
        """Whether the work of tasks that no record names goes to this receiver."""
        return self.task_ids is None and self.kind in ENDING


def receiver_of(organization_id: UUID, on: date, known: Sequence[Step], task_id: UUID | None = None) -> UUID:
    """Who does on a day what was given to an organization: itself, or the last of those that took the work over.

    With `task_id`, the work of that task; without, whatever is named for nobody. Where an organization has ended and
    nobody was named for the work yet, it stays with that organization.
    """
    current, since = organization_id, date.min
    while (step := _next_step(current, since, on, known, task_id)) is not None:
        # A part may come back to where it was split off, but only later: days never go backwards along a chain, and
        # no record is followed twice.
        current, since = step.receiver_id, step.effective_on
        known = [other for other in known if other != step]
    return current


def bearer_of(organization_id: UUID, on: date, known: Sequence[Step], task_id: UUID) -> UUID:
    """Who leads on a day a task that names an organization.

    As `receiver_of`, but a split that was applied has put the receiver's name where it took work away: an organization
    that is named there was named later, by an amendment, and keeps the work.
    """
    return receiver_of(
        organization_id, on, [step for step in known if step.kind in ENDING or not step.applied], task_id
    )


def _next_step(
    organization_id: UUID, since: date, on: date, known: Sequence[Step], task_id: UUID | None
) -> Step | None:
    """The first record by which the work leaves an organization, from `since` to `on`."""
    taking = [
        step
        for step in known
        if step.predecessor_id == organization_id
        and since <= step.effective_on <= on
        and (_names(step, task_id) or step.takes_the_rest)
    ]
    return min(taking, key=lambda step: (step.effective_on, not _names(step, task_id), step.receiver_id), default=None)


def _names(step: Step, task_id: UUID | None) -> bool:
    return task_id is not None and step.task_ids is not None and task_id in step.task_ids


def heirs_of(organization_id: UUID, on: date, known: Sequence[Step]) -> frozenset[UUID]:
    """Those that exist on a day in the place of an organization: itself, or all that share what it did, through
    chains.
    """
    found: set[UUID] = set()
    pending, seen = [organization_id], {organization_id}
    while pending:
        current = pending.pop()
        receivers = {
            step.receiver_id
            for step in known
            if step.predecessor_id == current and step.kind in ENDING and step.effective_on <= on
        }
        if not receivers:
            found.add(current)
        pending += receivers - seen
        seen |= receivers
    return frozenset(found)
