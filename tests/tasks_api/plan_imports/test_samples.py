from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.operator_cli.samples import make_samples
from services.tasks_api.plan_imports.proposal import Proposal, build_proposal
from services.tasks_api.plan_imports.reading import read_document
from shared.domain.deadlines import DeadlineKind

FOLDER = Path(make_samples.__file__).parent
NAMES = [make_samples.DOCX_NAME, make_samples.XLSX_NAME]


def proposal_of(name: str) -> Proposal:
    return build_proposal(read_document((FOLDER / name).read_bytes(), name), None, None)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (make_samples.DOCX_NAME, make_samples.docx_bytes),
        (make_samples.XLSX_NAME, make_samples.xlsx_bytes),
        (make_samples.NEIGHBOUR_NAME, make_samples.neighbour_bytes),
    ],
)
def test_the_files_are_what_the_generator_writes(name: str, written: Callable[[], bytes]) -> None:
    assert (FOLDER / name).read_bytes() == written()


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_shows_what_plans_can_hold(name: str) -> None:
    proposal = proposal_of(name)
    codes = [task.row.code for task in proposal.tasks]
    assert codes == [
        *("I.1", "I.2", "I.3", "I.4", "I.5"),
        *("II.1.1", "II.1.2", "II.1.3", "II.2", "II.3", "II.4"),
        *("III.1", "III.2", "III.3", "III.4"),
    ]
    kinds = {task.deadline.deadline.kind for task in proposal.tasks}
    assert kinds == set(DeadlineKind) - {DeadlineKind.WEEKLY, DeadlineKind.FORTNIGHTLY}
    found = {issue.code for issue in proposal.issues if issue.place is not None}
    assert found == {"deadline-missing", "deadline-unknown"}
    assert len(proposal.indicators) == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_names_its_number_date_issuer_and_title(name: str) -> None:
    block = proposal_of(name).document
    assert (block.number, block.issued_on) == ("12/KH-UBND", date(2026, 1, 20))
    assert block.issuer_text == "ỦY BAN NHÂN DÂN PHƯỜNG BẾN SÔNG"
    assert block.title is not None


def test_the_sample_document_says_when_to_report() -> None:
    rules = proposal_of(make_samples.DOCX_NAME).reporting_rules
    assert [(rule.period.value, rule.due) for rule in rules] == [
        ("monthly", "19"),
        ("half_year", "06-14"),
        ("annual", "12-09"),
    ]


def test_the_neighbours_plan_is_another_plan() -> None:
    proposal = proposal_of(make_samples.NEIGHBOUR_NAME)
    block = proposal.document
    assert (block.number, block.issued_on) == ("27/KH-UBND", date(2026, 2, 5))
    assert block.issuer_text == "ỦY BAN NHÂN DÂN PHƯỜNG ĐỒI MẪU"
    assert [task.row.code for task in proposal.tasks] == ["1", "2", "3"]
    assert not [task for task in proposal.tasks if task.deadline.deadline.kind is DeadlineKind.UNKNOWN]
