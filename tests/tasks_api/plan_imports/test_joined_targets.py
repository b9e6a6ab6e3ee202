"""Rows of targets become indicators."""

from shared.db.ids import new_id
from shared.db.models import Plan
from shared.tracking.indicators import count_indicators, indicators_of


def row(no: str, text: str, target: str, value: int | None, year: int | None, group: str | None) -> dict[str, object]:
    return {
        "no": no,
        "text": text,
        "unit": "%",
        "target_text": target,
        "target": {"comparator": ">=" if value else "qualitative", "value": value, "value_to": None, "year": year},
        "lead_text": None,
        "group": group,
        "row": {"table": 1, "row": 2},
    }


def test_rows_with_the_same_number_and_text_are_one_indicator_unless_they_name_a_year_twice() -> None:
    rows = [
        row("1", "Tỷ lệ hộ có nước sạch", "≥ 60", 60, 2026, "Đô thị"),
        row("2", "Tỷ lệ khác", "Cao", None, None, None),
        row("1", "Tỷ lệ hộ có nước sạch", "≥ 70", 70, 2030, "Đô thị"),
        row("1", "Tỷ lệ hộ có nước sạch", "≥ 40", 40, 2026, "Nông thôn"),
    ]
    plan = Plan(id=new_id())

    made = list(indicators_of(plan, rows, actor="somebody"))

    assert count_indicators(rows) == len(made) == 3
    told = [
        (indicator.position, indicator.no, indicator.group_text, [(each.year, each.target_text) for each in targets])
        for indicator, targets in made
    ]
    assert told == [
        (1, "1", "Đô thị", [(2026, "≥ 60"), (2030, "≥ 70")]),
        (2, "2", None, [(None, "Cao")]),
        (3, "1", "Nông thôn", [(2026, "≥ 40")]),
    ]
    assert [(each.direction, each.aggregation) for each, _ in made] == [
        ("higher", "mean"),
        ("none", "mean"),
        ("higher", "mean"),
    ]
