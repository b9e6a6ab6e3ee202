"""What the words of a deadline meant in the documents that a plan was made from."""

from collections.abc import Iterable
from typing import Any

from services.tasks_api.plan_imports.title_block import TitleBlock
from shared.db.models import PlanImport
from shared.domain.calendar import WorkCalendar
from shared.domain.deadlines import parse_deadline
from shared.tracking.cells import day_of

Json = dict[str, Any]


class Readings:
    """The same words may mean another day in each document: by the year in its title, and by its own day."""

    def __init__(self, imports: Iterable[PlanImport], calendar: WorkCalendar) -> None:
        documents: list[Json] = [each.proposal["document"] for each in imports]  # type: ignore[misc] # as published
        self._contexts = {
            (day_of(document["issued_on"]), TitleBlock(title=document["title"]).year) for document in documents
        }
        self._calendar = calendar
        self._known: dict[str | None, list[Json]] = {}

    def of(self, text: str | None) -> list[Json]:
        """The deadline and milestones of a cell as each document has them."""
        if text not in self._known:
            parsed = [
                parse_deadline(text, issued_on=issued_on, calendar=self._calendar, year=year)
                for issued_on, year in self._contexts
            ]
            self._known[text] = [
                {
                    "deadline": each.deadline.as_json(),
                    "milestones": [{"due": step.due.isoformat(), "title": step.title} for step in each.milestones],
                }
                for each in parsed
            ]
        return self._known[text]
