import pytest

from services.tasks_api.plan_imports.recognition import recognise
from tests.tasks_api.plan_imports.building import group, read_tasks, task


@pytest.mark.parametrize(
    "ditto", ["nt", "-nt-", "NT", "n.t", "như trên", "Như trên.", "//", "-//-", '"', "”", "“", "''"]
)
def test_as_above_means_the_words_of_the_row_above_in_each_column(ditto: str) -> None:
    rows = [task("1", lead="Sở Y tế", deadline="30/6/2026")]
    rows += [task("2", lead=ditto, deadline=ditto), task("3", lead="Sở A", deadline=ditto, output=ditto)]
    found = recognise(read_tasks(*rows))
    assert [(row.lead_text, row.deadline_text, row.required_output) for row in found.tasks] == [
        ("Sở Y tế", "30/6/2026", "Báo cáo"),
        ("Sở Y tế", "30/6/2026", "Báo cáo"),
        ("Sở A", "30/6/2026", "Báo cáo"),
    ]
    assert not found.issues


@pytest.mark.parametrize("between", [group("II", "Hạ tầng"), task("2", lead="")])
def test_as_above_with_nothing_above_is_told(between: tuple[str, ...]) -> None:
    found = recognise(read_tasks(task("1"), between, task("3", lead="nt")))
    assert found.tasks[-1].lead_text == "nt"
    assert [(issue.code, issue.place and issue.place.row, issue.blocks) for issue in found.issues] == [
        ("ditto-without-above", 4, True)
    ]


def test_a_line_that_goes_on_with_the_row_above_parts_nothing() -> None:
    found = recognise(read_tasks(task("1", lead="Sở Y tế"), group("", "- Qua loa"), task("2", lead="nt")))
    assert [row.lead_text for row in found.tasks] == ["Sở Y tế"] * 2


@pytest.mark.parametrize("cell", ["-", "Như mục 1", "Trên địa bàn"])
def test_other_short_cells_keep_their_words(cell: str) -> None:
    assert recognise(read_tasks(task("1"), task("2", output=cell))).tasks[1].required_output == cell
