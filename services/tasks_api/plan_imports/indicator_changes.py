"""What a document changes in the indicators of a plan: shown row by row, recorded as changes of an amendment.

A row is one target of an indicator. An indicator of which no target is left is given up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.tasks_api.amendments.rules import Draft
from services.tasks_api.plan_imports.diffing import Difference, Proposed, Standing, compare_indicators
from shared.db.models import Indicator, IndicatorTarget
from shared.tracking.indicators import PLAIN, indicator_cells, joined, target_cell

Row = Mapping[str, Any]
_TARGET = ("target_text", "target")


@dataclass(frozen=True, slots=True)
class IndicatorChanges:
    """The targets of a plan beside the rows of a document, and the difference between them by their places."""

    standing: Sequence[tuple[Indicator, IndicatorTarget]]
    rows: Sequence[Row]
    found: Difference

    def told(self) -> dict[str, Any]:
        """The published difference."""
        return {
            "added": [self.rows[at] for at in self.found.added],
            "removed": [indicator_cells(*self.standing[at]) for at in self.found.removed],
            "changed": [
                {
                    "no": self.rows[after]["no"],
                    "text": self.standing[before][0].text,
                    "changes": [
                        {"field": change.field, "before": change.before, "after": change.after} for change in changes
                    ],
                }
                for before, after, changes in self.found.changed
            ],
        }

    def issues(self) -> list[dict[str, Any]]:
        """What the comparison cannot settle by itself."""
        return [
            {"row": self.rows[at].get("row"), "code": code, "message": message}
            for at, code, message in self.found.issues
        ]

    def drafts(self) -> list[Draft]:
        """What an amendment records: cells, targets by their year, indicators added and given up."""
        added = [*self._added()]
        return [*self._cells(), *self._targets(), *added, *self._given_up({each.indicator_id for each in added})]

    def _cells(self) -> Iterator[Draft]:
        """A cell stands once for all years: of rows that differ in it the first is taken."""
        known = set()
        for before, _, changes in self.found.changed:
            indicator, _ = self.standing[before]
            for change in changes:
                if change.field in PLAIN and (indicator.id, change.field) not in known:
                    known.add((indicator.id, change.field))
                    yield Draft(None, change.field, change.before, change.after, indicator.id)

    def _targets(self) -> Iterator[Draft]:
        for before, after, changes in self.found.changed:
            indicator, target = self.standing[before]
            if any(change.field in _TARGET for change in changes):
                new = {name: self.rows[after][name] for name in _TARGET}
                yield Draft(None, "target", target_cell(target), new, indicator.id)

    def _added(self) -> Iterator[Draft]:
        """A further year of an indicator that stands, or a new indicator with all its years: also one that is called
        like another and has the same years, as in two parts of a plan.
        """
        owners = {self._name(self.rows[after]): self.standing[before][0] for before, after in self.found.pairs}
        taken = {(self.standing[before][0].id, _year(self.rows[after])) for before, after in self.found.pairs}
        for rows in joined([self.rows[at] for at in self.found.added]):
            owner = owners.get(self._name(rows[0]))
            years = {(owner.id, _year(row)) for row in rows} if owner else set()
            if owner is None or years & taken:
                yield Draft(None, "indicator", None, {"rows": rows})
            else:
                taken |= years
                for row in rows:
                    yield Draft(None, "target", None, {name: row[name] for name in _TARGET}, owner.id)

    def _given_up(self, extended: set[Any]) -> Iterator[Draft]:
        kept = {self.standing[before][0].id for before, _ in self.found.pairs} | extended
        ended = set()
        for at in self.found.removed:
            indicator, target = self.standing[at]
            if indicator.id in kept:
                yield Draft(None, "target", target_cell(target), None, indicator.id)
            elif indicator.id not in ended:
                ended.add(indicator.id)
                yield Draft(None, "state", indicator.state, "cancelled", indicator.id)

    @staticmethod
    def _name(row: Row) -> tuple[str, str]:
        return row["no"], row["text"]


def _year(row: Row) -> int | None:
    year: int | None = row["target"]["year"]
    return year


def compare(
    targets: Sequence[tuple[Indicator, IndicatorTarget]], rows: Sequence[Row], issued_on: date | None
) -> IndicatorChanges:
    """The indicators of a document against those of the plan. A document without any leaves them alone; targets for
    years that were over when it was issued, and that it does not name, stay too.
    """
    named = {_year(row) for row in rows}
    standing = [
        (indicator, target)
        for indicator, target in targets
        if rows and (issued_on is None or target.year is None or target.year in named or target.year >= issued_on.year)
    ]
    cells = [Standing(indicator_cells(*each)) for each in standing]
    return IndicatorChanges(standing, rows, compare_indicators(cells, [Proposed(row) for row in rows]))
