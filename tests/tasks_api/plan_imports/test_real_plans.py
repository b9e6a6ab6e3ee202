"""The reader against two plans that were really issued, when their files are at hand.

They lie beside the project (`../shared/plans`) and are not part of it; without them these tests skip.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.tasks_api.plan_imports.proposal import Proposal, build_proposal
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.rows import TaskRow
from shared.domain.targets import Target, parse_target

PLANS = Path(__file__).resolve().parents[3].parent / "shared" / "plans"

pytestmark = pytest.mark.skipif(not PLANS.is_dir(), reason="the real plans are not beside the project")

TRAN_BIEN = "tranbien"
BINH_PHUOC = "binhphuoc"


def printed(plan: str) -> dict[str, Any]:
    """The cells as printed, typed by hand."""
    loaded: dict[str, Any] = json.loads((PLANS / plan / "plan.json").read_text(encoding="utf-8"))
    return loaded


def proposal_of(plan: str, file: str) -> Proposal:
    return build_proposal(read_document((PLANS / plan / file).read_bytes(), file), None, None)


def cells(task: TaskRow) -> dict[str, str | None]:
    return {
        "no": task.code,
        "group": task.group.no if task.group else None,
        "general_task": task.general_task,
        "title": task.title,
        "product_text": task.required_output,
        "kpi_text": task.kpi,
        "lead_text": task.lead_text,
        "coordinating_text": task.coordinating_text,
        "deadline_text": task.deadline_text,
    }


def expected_cells(row: dict[str, Any]) -> dict[str, str | None]:
    title = row.get("subtask") or row.get("title")
    known = {"general_task": None, "kpi_text": None} | row | {"no": str(row["no"]), "title": title}
    known.pop("subtask", None)
    return known


@pytest.mark.parametrize(
    ("plan", "file", "count", "groups"),
    [
        (TRAN_BIEN, "plan.docx", 32, 5),
        (TRAN_BIEN, "plan.xlsx", 32, 5),
        (BINH_PHUOC, "plan.docx", 71, 7),
    ],
)
def test_every_cell_of_every_task_is_read(plan: str, file: str, count: int, groups: int) -> None:
    expected = printed(plan)
    tasks = [task for task in proposal_of(plan, file).tasks if task.row.place.table]
    assert [cells(task.row) for task in tasks] == [expected_cells(row) for row in expected["tasks"]]
    assert len(tasks) == count
    titles = {task.row.group.no: task.row.group.title for task in tasks if task.row.group}
    assert titles == {group["no"]: group["title"] for group in expected["task_groups"]}
    assert len(titles) == groups


def test_every_task_of_the_text_is_read() -> None:
    expected = [
        {"general_task": None, "product_text": None, "kpi_text": None} | row | {"title": row["text"]}
        for row in printed(TRAN_BIEN)["narrative_tasks"]
    ]
    for row in expected:
        del row["text"]
    tasks = [task.row for task in proposal_of(TRAN_BIEN, "plan.docx").tasks if task.row.place.paragraph]
    assert [cells(task) for task in tasks] == expected
    assert len(tasks) == 28


def test_every_indicator_of_the_text_is_read_with_its_target() -> None:
    expected = printed(TRAN_BIEN)["indicators"]
    found = proposal_of(TRAN_BIEN, "plan.docx").indicators
    assert [(row.no, row.text) for row, _ in found] == [(row["no"], row["text"]) for row in expected]
    assert [reached(target) for _, target in found] == [reached(parse_target(row["target_text"])) for row in expected]
    assert {row.year for row, _ in found} == {2026}
    assert len(found) == 41


def reached(target: Target) -> tuple[object, ...]:
    return target.comparator, target.value, target.value_to


def test_every_cell_of_every_indicator_is_read() -> None:
    expected = [
        {**row, "no": str(row["no"]), "horizon": int(row["horizon"])} for row in printed(BINH_PHUOC)["indicators"]
    ]
    found = [
        {
            "no": row.no,
            "horizon": row.year,
            "text": row.text,
            "unit_text": row.unit,
            "target_text": row.target_text,
            "lead_text": row.lead_text,
        }
        for row, _ in proposal_of(BINH_PHUOC, "plan.docx").indicators
    ]
    assert found == expected
    assert len(found) == 37


@pytest.mark.parametrize(
    ("plan", "file"), [(TRAN_BIEN, "plan.docx"), (TRAN_BIEN, "plan.xlsx"), (BINH_PHUOC, "plan.docx")]
)
def test_the_title_block_is_read(plan: str, file: str) -> None:
    expected = printed(plan)["document"]
    block = proposal_of(plan, file).document
    assert block.number == expected["number"]
    assert block.issued_on == date.fromisoformat(expected["issued_on"])
    assert block.title == expected["title"]
    assert block.issuer_text


@pytest.mark.parametrize(
    ("plan", "rules"),
    [
        (
            TRAN_BIEN,
            [
                ("unspecified", None),
                ("monthly", "19"),
                ("half_year", None),
                ("annual", None),
                ("unspecified", None),
                ("monthly", None),
                ("quarterly", None),
            ],
        ),
        (BINH_PHUOC, [("half_year", "06-14"), ("annual", "12-09")]),
    ],
)
def test_the_reporting_duties_are_read(plan: str, rules: list[tuple[str, str | None]]) -> None:
    found = proposal_of(plan, "plan.docx").reporting_rules
    assert [(rule.period.value, rule.due) for rule in found] == rules
    texts = {duty["text"] for duty in printed(plan)["reporting"]}
    assert {rule.text for rule in found} == texts


@pytest.mark.parametrize(
    ("plan", "file", "codes"),
    [
        (
            TRAN_BIEN,
            "plan.xlsx",
            {"deadline-missing": 4, "lead-missing": 2, "duplicate-code": 1},
        ),
        (
            TRAN_BIEN,
            "plan.docx",
            {
                "deadline-missing": 5,
                "lead-missing": 2,
                "duplicate-code": 1,
                "indicator-repeated": 7,
                "reporting-due-missing": 3,
                "reporting-period-unknown": 2,
            },
        ),
        (
            BINH_PHUOC,
            "plan.docx",
            {
                "deadline-missing": 3,
                "narrative-not-read": 1,
                "narrative-targets-not-read": 1,
                "duty-outside-tasks": 2,
            },
        ),
    ],
)
def test_only_what_the_plan_leaves_open_is_an_issue(plan: str, file: str, codes: dict[str, int]) -> None:
    found = [issue.code for issue in proposal_of(plan, file).issues]
    assert {code: found.count(code) for code in found} == codes
