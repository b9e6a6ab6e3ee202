"""What a deadline cell of a plan means once it has been read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DeadlineKind(StrEnum):
    """The form the deadline was written in; the values are part of the published contract."""

    DATE = "date"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    RANGE = "range"
    CONTINUOUS = "continuous"
    ANNUAL = "annual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTH_AND_CONTINUOUS = "month_and_continuous"
    YEAR_ONWARDS = "year_onwards"
    PHASED = "phased"
    UNKNOWN = "unknown"


class Recurrence(StrEnum):
    """How often the work comes back; `continuous` work is reported year by year, weekly work month by month."""

    ANNUAL = "annual"
    HALF_YEAR = "half_year"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    CONTINUOUS = "continuous"


# The words name the very days meant; or the last day follows from how such words are commonly meant.
CERTAIN = 1.0
BY_CONVENTION = 0.9
# The words name no year: it is the one year that the plan is for.
YEAR_OF_THE_PLAN = 0.6


@dataclass(frozen=True, slots=True)
class Deadline:
    """`start` and `due` are the first and the last day meant, both included.

    `start` is None when only an end is named ("trước 20/3/2025"). With a recurrence, `start` and `due` bound
    the recurring work as far as the text names bounds; only for `month_and_continuous` they are the dated
    part that comes first. `confidence` runs from 0 (unknown) to 1 (the words allow no other reading).
    """

    kind: DeadlineKind
    start: date | None
    due: date | None
    recurrence: Recurrence | None
    confidence: float
    days: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The published shape; `days` are there where the work comes back on days of its own."""
        return {
            "kind": self.kind.value,
            "start": self.start.isoformat() if self.start else None,
            "due": self.due.isoformat() if self.due else None,
            "recurrence": self.recurrence.value if self.recurrence else None,
            **({"days": list(self.days)} if self.days else {}),
        }


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step named inside the deadline cell; `title` is its clause as written."""

    due: date
    title: str


@dataclass(frozen=True, slots=True)
class ParsedDeadline:
    """`text` is the cell as written (NFC), empty when the cell is blank."""

    text: str
    deadline: Deadline
    milestones: tuple[Milestone, ...]


UNKNOWN = Deadline(DeadlineKind.UNKNOWN, start=None, due=None, recurrence=None, confidence=0.0)
