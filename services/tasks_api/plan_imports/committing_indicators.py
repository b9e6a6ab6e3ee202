"""The indicators of an agreed proposal: its rows are single targets, and those of one indicator are joined."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.db.ids import new_id
from shared.db.models import Indicator, IndicatorTarget, Plan
from shared.domain.indicators import aggregation_of, direction_of
from shared.domain.targets import Comparator
from shared.domain.text import fold

Row = Mapping[str, Any]


def indicators_of(plan: Plan, rows: Sequence[Row], *, actor: str) -> Iterator[tuple[Indicator, list[IndicatorTarget]]]:
    """Each indicator with its targets, in the order of the document."""
    for position, targets in enumerate(_joined(rows), start=1):
        first = targets[0]
        indicator = Indicator(
            id=new_id(),
            plan_id=plan.id,
            position=position,
            no=first["no"],
            text=first["text"],
            group_text=first.get("group"),
            unit=first["unit"],
            direction=direction_of(Comparator(row["target"]["comparator"]) for row in targets),
            aggregation=aggregation_of(first["unit"]),
            lead_text=first["lead_text"],
            source=first.get("row"),
            search_text=fold(f"{first['no']} {first['text']}"),
        )
        yield indicator, [_target(indicator, row, actor) for row in targets]


def count_indicators(rows: Sequence[Row]) -> int:
    """How many indicators the rows make."""
    return len(_joined(rows))


def _joined(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows with the same number and text are targets of one indicator for several years. Where they name the same year
    twice they are two indicators after all, as in two parts of a plan.
    """
    joined: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    seen: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for row in rows:
        year = row["target"]["year"]
        joined[row["no"], row["text"], seen[row["no"], row["text"], year]].append(row)
        seen[row["no"], row["text"], year] += 1
    return list(joined.values())


def _target(indicator: Indicator, row: Row, actor: str) -> IndicatorTarget:
    target = row["target"]
    return IndicatorTarget(
        indicator_id=indicator.id,
        year=target["year"],
        target_text=row["target_text"],
        comparator=target["comparator"],
        value=_decimal(target["value"]),
        value_to=_decimal(target["value_to"]),
        actor=actor,
    )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
