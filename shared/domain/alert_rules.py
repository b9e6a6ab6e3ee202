"""The three red alerts: overdue, lagging behind the roadmap, poor quality."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shared.domain.assignment_states import AssignmentStatus, Verdict, overdue_from
from shared.domain.roadmaps import Roadmap, first_day_above


class AlertRule(StrEnum):
    OVERDUE = "overdue"
    LAGGING = "lagging"
    POOR_QUALITY = "poor_quality"


RULE_LABELS_VI = MappingProxyType(
    {
        AlertRule.OVERDUE: "Quá hạn",
        AlertRule.LAGGING: "Tiến độ dưới 50% lộ trình",
        AlertRule.POOR_QUALITY: "Minh chứng thiếu chất lượng",
    }
)

_WORKED_ON = frozenset({AssignmentStatus.NOT_STARTED, AssignmentStatus.IN_PROGRESS, AssignmentStatus.NEEDS_COMPLETION})
_NOT_FOLLOWED = frozenset({AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """What the rules look at, all as of one moment.

    `due` is the enforced day (shifted for days off). `submitted_on` is the day of the submission now in
    appraisal or accepted. `verdict` is the latest one, of any level, on the evidence the completion stands on
    (before any completion: on any evidence), given on `verdict_on`; the two go together (ValueError otherwise).
    `completed_on` belongs to the official status; no red rule looks at it.
    """

    status: AssignmentStatus
    percent: Decimal
    roadmap: Roadmap | None
    due: date | None
    submitted_on: date | None
    completed_on: date | None
    verdict: str | None
    verdict_on: date | None

    def __post_init__(self) -> None:
        if (self.verdict is None) != (self.verdict_on is None):
            raise ValueError("a verdict has a day, and a day of verdict has a verdict")


def red_alerts(facts: AssignmentFacts, on: date) -> frozenset[AlertRule]:
    """The rules that are red on a day: what the stored days, and every page made from them, must agree with."""
    return frozenset(rule for rule, since in red_from(facts).items() if since <= on)


def red_from(facts: AssignmentFacts) -> dict[AlertRule, date]:
    """The first day on which each rule is red, and stays so while no fact changes; absent when it never will be.

    - `overdue`: from the day after the due day.
    - `lagging`: from the first day when the reported percent is under half of the planned one. Work that has
      been submitted is not lagging.
    - `poor_quality`: from the day of a verdict that the evidence is poor or invalid. New evidence alone does not
      clear it: the latest verdict stands until a reviewing body gives a better one, for silence approves nothing.
      Work completed on a last verdict `valid_but_poor` stays red: its evidence does lack quality, and no verdict is
      given on completed work; only reopening it leads to a better one.

    Nothing is red for suspended or cancelled work: nobody may act on it.
    """
    if facts.status in _NOT_FOLLOWED:
        return {}
    since = {
        AlertRule.OVERDUE: overdue_from(facts.status, facts.due, facts.submitted_on),
        AlertRule.LAGGING: _lagging_from(facts),
        AlertRule.POOR_QUALITY: _poor_quality_from(facts),
    }
    return {rule: day for rule, day in since.items() if day is not None}


def _lagging_from(facts: AssignmentFacts) -> date | None:
    if facts.status not in _WORKED_ON or facts.roadmap is None:
        return None
    # percent < planned / 2, without a division that could round.
    return first_day_above(facts.roadmap, facts.percent * 2)


def _poor_quality_from(facts: AssignmentFacts) -> date | None:
    return facts.verdict_on if facts.verdict in {Verdict.VALID_BUT_POOR, Verdict.INVALID} else None
