"""Indicators as cells of JSON, one row for each target: what proposals publish and amendments change."""

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
PLAIN = ("no", "text", "unit", "lead_text")
"""The cells of an indicator beside its targets."""


def indicators_of(
    plan: Plan, rows: Sequence[Row], *, actor: str, first: int = 1
) -> Iterator[tuple[Indicator, list[IndicatorTarget]]]:
    """Each indicator with its targets, in the order of the document, counted from `first`."""
    for position, targets in enumerate(joined(rows), start=first):
        row = targets[0]
        indicator = Indicator(
            id=new_id(),
            plan_id=plan.id,
            position=position,
            no=row["no"],
            text=row["text"],
            group_text=row.get("group"),
            unit=row["unit"],
            direction=direction_of(Comparator(each["target"]["comparator"]) for each in targets),
            aggregation=aggregation_of(row["unit"]),
            lead_text=row["lead_text"],
            source=row.get("row"),
            search_text=searched(row["no"], row["text"]),
        )
        yield indicator, [new_target(indicator, each, actor) for each in targets]


def count_indicators(rows: Sequence[Row]) -> int:
    """How many indicators the rows make."""
    return len(joined(rows))


def joined(rows: Sequence[Row]) -> list[list[Row]]:
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


def new_target(indicator: Indicator, row: Row, actor: str) -> IndicatorTarget:
    """The target of a row: its first revision."""
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


def indicator_cells(indicator: Indicator, target: IndicatorTarget) -> dict[str, Any]:
    """An indicator of a plan with one of its targets, as proposals publish it."""
    return {**{name: getattr(indicator, name) for name in PLAIN}, **target_cell(target)}


def target_cell(target: IndicatorTarget) -> dict[str, Any]:
    """A target alone: its words, and what they were read to mean."""
    return {
        "target_text": target.target_text,
        "target": {
            "comparator": target.comparator,
            "value": number_json(target.value),
            "value_to": number_json(target.value_to),
            "year": target.year,
        },
    }


def number_json(value: Decimal | None) -> int | float | None:
    """A figure as published: whole numbers without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def searched(no: str, text: str) -> str:
    """What an indicator is found by."""
    return fold(f"{no} {text}")


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
