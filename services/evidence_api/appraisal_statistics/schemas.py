"""Answers about service levels."""

from datetime import date
from uuid import UUID

from shared.bodies import ResponseBody


class ReviewingBody(ResponseBody):
    """Who appraises."""

    id: UUID
    code: str
    name: str


class AppraisalStatistics(ResponseBody):
    """How a body kept to its service level. `received` and `decided` are of the span asked for: what came before it in
    those days and is decided or still there, and the verdicts of those days that stand; `decided` = `within` + `late`.

    `waiting` are now before it, `overdue` among them, and `with_submitter` wait for what it asked for. `median_days`
    and `slow_days` (the 90th percentile) are the working days that its verdicts took.
    """

    organization: ReviewingBody
    received: int
    decided: int
    within: int
    late: int
    waiting: int
    overdue: int
    with_submitter: int
    median_days: int | None
    slow_days: int | None


class AppraisalStatisticsPage(ResponseBody):
    """The bodies that have anything to tell, in the order of the tree."""

    from_on: date
    to_on: date
    items: list[AppraisalStatistics]
    next_cursor: str | None
