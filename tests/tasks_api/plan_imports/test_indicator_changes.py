"""What a document changes in indicators, from its rows to what an amendment records."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.tasks_api.plan_imports.indicator_changes import IndicatorChanges, compare
from shared.db.ids import new_id
from shared.db.models import Plan
from shared.tracking.indicators import indicators_of

Row = dict[str, Any]
PLAN = Plan(id=new_id())


def row(no: str, text: str, value: int, year: int | None = 2026, **more: Any) -> Row:
    target = {"comparator": ">=", "value": value, "value_to": None, "year": year}
    return {
        "no": no,
        "text": text,
        "unit": "%",
        "target_text": f"≥ {value}",
        "target": target,
        "lead_text": None,
    } | more


def restate(before: Sequence[Row], after: Sequence[Row], issued_on: date | None = date(2026, 6, 1)) -> IndicatorChanges:
    """The plan that the first rows make, and a document of the others."""
    targets = [
        (indicator, target)
        for indicator, targets in indicators_of(PLAN, before, actor="tests")
        for target in sorted(targets, key=lambda target: (target.year is None, target.year or 0))
    ]
    return compare(targets, after, issued_on)


def drafted(found: IndicatorChanges) -> list[tuple[str, Any, Any]]:
    """(cell, words before, words after) of what would be recorded; of a new indicator the words of all its targets."""

    def words(cell: Any) -> Any:
        if isinstance(cell, dict) and "rows" in cell:
            return [each["target_text"] for each in cell["rows"]]
        return cell["target_text"] if isinstance(cell, dict) else cell

    return [(draft.field, words(draft.before), words(draft.after)) for draft in found.drafts()]


def test_indicators_of_two_parts_that_share_number_and_name_are_still_the_same() -> None:
    twice = [row("1", "Hộ có nước sạch", 60, group="Thành thị"), row("1", "Hộ có nước sạch", 40, group="Nông thôn")]

    same = restate(twice, [{**each} for each in twice])
    assert (drafted(same), same.issues()) == ([], [])

    (change,) = drafted(restate(twice, [twice[0], row("1", "Hộ có nước sạch", 45)]))
    assert change == ("target", "≥ 40", "≥ 45")


def test_a_row_for_a_year_that_its_namesake_has_is_an_indicator_of_its_own() -> None:
    known = [row("1", "Hộ có nước sạch", 60), row("1", "Hộ có nước sạch", 70, 2027)]
    found = restate(known, [*known, row("1", "Hộ có nước sạch", 45)])

    # Which of the two is the old one nobody can tell, and a person is told so; one year never gets two targets.
    assert {issue["code"] for issue in found.issues()} == {"match-ambiguous"}
    assert drafted(found) == [("target", None, "≥ 60"), ("indicator", None, ["≥ 45"]), ("target", "≥ 60", None)]


def test_a_further_year_belongs_to_the_indicator_that_stands() -> None:
    before = [row("1", "Hộ có nước sạch", 60)]
    assert drafted(restate(before, [*before, row("1", "Hộ có nước sạch", 70, 2027)])) == [("target", None, "≥ 70")]


def test_years_that_were_over_stay_unless_the_document_names_them() -> None:
    past, present = row("1", "Hộ có nước sạch", 50, 2025), row("1", "Hộ có nước sạch", 60)

    assert drafted(restate([past, present], [present])) == []
    assert drafted(restate([past, present], [past, present])) == []
    corrected = row("1", "Hộ có nước sạch", 55, 2025)
    assert drafted(restate([past, present], [corrected, present])) == [("target", "≥ 50", "≥ 55")]


def test_an_indicator_without_any_target_left_is_given_up_once() -> None:
    gone = [row("1", "Hộ có nước sạch", 60), row("1", "Hộ có nước sạch", 70, 2027)]
    kept = row("2", "Học sinh đến trường", 90)
    assert drafted(restate([*gone, kept], [kept])) == [("state", None, "cancelled")]
    assert drafted(restate([*gone, kept], [])) == [], "a document without indicators says nothing of them"
