"""What checks find, how far a version has come with it, and when checks that wait are tried again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

POLICY_VERSION = 1
"""Of the rules that make findings of what tools see. It counts from the first release: raise it when one of them
changes after that."""

WAITING = "waiting"
"""The outcome of a check that could not be made yet; it holds the version."""

TYPE_STEP = "type"
"""The step whose `media_type` holds for those after it."""
UNPACKING_STEP = "unpacking"
"""The step that tells what a file becomes."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
MISSES_UNTIL_LOST = 8
"""So often in a row a file must not be in the store, over the ten minutes that these waits make, to be given up."""
WATCH = timedelta(minutes=10)
"""After so long without news whoever had the checks in hand is taken for lost."""


class State(StrEnum):
    """How far a version has come. Members stand in the order they are reached; `REFUSED` may follow any."""

    RECEIVED = "received"
    INSPECTED = "inspected"
    SCANNED = "scanned"
    VERIFIED = "verified"
    RELEASED = "released"
    REFUSED = "refused"


FINAL = frozenset({State.RELEASED, State.REFUSED})
STAGES = (State.INSPECTED, State.SCANNED, State.VERIFIED)
"""States that are reached by steps."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What looked at a file, with its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact for the appraiser, `message` in Vietnamese. One that refuses ends the checks."""

    outcome: str
    message: str
    facts: dict[str, object] = field(default_factory=dict)
    refuses: bool = False
    tool: Tool | None = None
    """Where it is not the tool of the step."""

    @property
    def waits(self) -> bool:
        """Whether the check is still to be made."""
        return self.outcome == WAITING


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file of a version. `media_type` was told at upload by its beginning, and later by the whole.

    `expanded` are the bytes it becomes when it is unpacked, however deep they lie; 0 until that was told.
    """

    position: int
    filename: str
    media_type: str
    size: int
    sha256: str
    storage_key: str
    expanded: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """What the submitter said the document is, and what the task promised; None for what was left out."""

    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    required_output: str | None = None


Place = tuple[str, int]
"""A step by its name, and the position of a file."""


@dataclass(frozen=True, slots=True)
class Case:
    """A version of evidence as its checks find it.

    `runs` counts the times they were taken up: what is recorded must have been seen in the latest. `found` holds
    the place of every step made, `waits` how often a step that still waits was tried, `misses` how often in a row its
    file was not in the store.
    """

    evidence_id: UUID
    number: int
    version_id: UUID
    assignment_id: UUID
    organization_id: UUID
    received_at: datetime
    kind: str
    state: State
    runs: int
    files: Sequence[CheckedFile]
    declared: Declared
    link_url: str | None = None
    found: frozenset[Place] = frozenset()
    waits: dict[Place, int] = field(default_factory=dict)
    misses: dict[Place, int] = field(default_factory=dict)


def state_reached(state: State, outstanding: Iterable[State], findings: Collection[Finding]) -> State:
    """Where a version stands after findings, when steps of the stages `outstanding` are still to be made.

    The first refusal ends it; a stage is reached when nothing of it or of an earlier one is outstanding; after the last
    the version is released.
    """
    if any(finding.refuses for finding in findings):
        return State.REFUSED
    left = set(outstanding)
    for stage in STAGES:
        if stage in left:
            return state
        state = max(state, stage, key=list(State).index)
    return State.RELEASED


def wait_before(tries: int) -> timedelta:
    """How long a check waits that was tried so often (from 1): twice as long each time, up to a limit."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 10)))
