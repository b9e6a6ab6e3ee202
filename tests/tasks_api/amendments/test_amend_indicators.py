"""What a document changes in the indicators of a plan is carried out on its day, and nothing is overwritten."""

from typing import Any

import pytest
from sqlalchemy import select

from shared.clock import today
from shared.db.models import AuditEntry, Indicator, IndicatorTarget
from tests.tasks_api.amendments.desk import ONE, REASON, Desk, document
from tests.tasks_api.plan_imports.building import Grid, task

THIS, NEXT = today().year, today().year + 1
HEADER = ("STT", "Chỉ tiêu", "Đơn vị tính", f"Năm {THIS}", f"Năm {NEXT}", "Cơ quan chủ trì")
WATER = ("1", "Tỷ lệ hộ có nước sạch", "%", "≥ 60", "≥ 70", "Văn phòng")
PUPILS = ("2", "Số học sinh đến trường", "học sinh", "≥ 100", "≥ 120", "Văn phòng")
ROADS = ("3", "Chiều dài đường được sửa", "km", "≥ 5", "", "Phòng Kinh tế")
INSTRUMENT = {"number": "9/QĐ-UBND", "issued_on": f"{THIS}-06-01"} | REASON


def plan_of(*indicators: tuple[str, ...], number: str = "30/KH-UBND") -> bytes:
    tables = (Grid([HEADER, *indicators]),) if indicators else ()
    return document(task("1", "Xây dựng đề án chuyển đổi số", **ONE), number=number, more=tables, year=THIS)


@pytest.fixture
async def plan_id(desk: Desk) -> str:
    """A plan in force with three indicators."""
    proposed = await desk.propose(plan_of(WATER, PUPILS, ROADS))
    committed = await desk.commit(proposed, accept_issues=["*"])
    assert committed.json()["indicators"] == 3, committed.text
    url = f"/v1/plans/{committed.json()['plan_id']}/activate"
    assert (await desk.client.post(url, headers=desk.admin | {"If-Match": '"1"'})).status_code == 200
    plan_id: str = committed.json()["plan_id"]
    return plan_id


async def targets(desk: Desk, plan_id: str, *, history: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """(year, words, revision) of each indicator by its number; of those given up nothing."""
    statement = (
        select(Indicator.no, IndicatorTarget.year, IndicatorTarget.target_text, IndicatorTarget.revision)
        .join(IndicatorTarget, IndicatorTarget.indicator_id == Indicator.id)
        .where(Indicator.plan_id == plan_id, Indicator.state == "active")
        .order_by(Indicator.position, IndicatorTarget.year, IndicatorTarget.revision)
    )
    if not history:
        statement = statement.where(IndicatorTarget.superseded_at.is_(None))
    found: dict[str, list[tuple[Any, ...]]] = {}
    for no, *rest in (await desk.session.execute(statement)).all():
        found.setdefault(no, []).append(tuple(rest))
    return found


async def test_targets_cells_and_rows_follow_the_document(desk: Desk, plan_id: str) -> None:
    later = plan_of(
        ("1", "Tỷ lệ hộ có nước sạch", "%", "≥ 65", "≥ 70", "Phòng Kinh tế"),
        ("2", "Số học sinh đến trường", "học sinh", "≥ 100", "", "Văn phòng"),
        ("4", "Số thôn có điểm truy cập mạng", "thôn", "≥ 3", "≥ 9", "Văn phòng"),
        number="31/KH-UBND",
    )
    proposed = await desk.propose(later, amends=plan_id)
    told = proposed["diff"]["indicators"]
    assert [row["target_text"] for row in told["removed"]] == ["≥ 120", "≥ 5"]
    assert [(row["no"], row["target_text"]) for row in told["added"]] == [("4", "≥ 3"), ("4", "≥ 9")]

    committed = await desk.commit(proposed, accept_issues=["*"], **INSTRUMENT)
    assert committed.status_code == 201, committed.text
    before = await targets(desk, plan_id)
    assert before["1"] == [(THIS, "≥ 60", 1), (NEXT, "≥ 70", 1)], "not before its day is here"
    assert await desk.apply() == 1

    assert await targets(desk, plan_id) == {
        "1": [(THIS, "≥ 65", 2), (NEXT, "≥ 70", 1)],
        "2": [(THIS, "≥ 100", 1)],
        "4": [(THIS, "≥ 3", 1), (NEXT, "≥ 9", 1)],
    }
    kept = await targets(desk, plan_id, history=True)
    assert kept["1"] == [(THIS, "≥ 60", 1), (THIS, "≥ 65", 2), (NEXT, "≥ 70", 1)]
    rows = await desk.session.execute(
        select(Indicator.no, Indicator.lead_text, Indicator.state).where(Indicator.plan_id == plan_id)
    )
    assert {tuple(row) for row in rows} == {
        ("1", "Phòng Kinh tế", "active"),
        ("2", "Văn phòng", "active"),
        ("3", "Phòng Kinh tế", "cancelled"),
        ("4", "Văn phòng", "active"),
    }
    again = await desk.propose(later + b"\0", amends=plan_id)
    assert again["diff"]["indicators"] == {"added": [], "removed": [], "changed": []}


async def test_before_and_after_are_told_and_in_the_trail(desk: Desk, plan_id: str) -> None:
    proposed = await desk.propose(plan_of(WATER, (*PUPILS[:3], "≥ 150", *PUPILS[4:]), ROADS), amends=plan_id)
    committed = (await desk.commit(proposed, accept_issues=["*"], **INSTRUMENT)).json()
    await desk.apply()

    url = f"/v1/plans/{plan_id}/amendments/{committed['amendment_id']}"
    (change,) = (await desk.client.get(url, headers=desk.admin)).json()["changes"]
    assert (change["field"], change["indicator_no"], change["task_id"]) == ("target", "2", None)
    assert [change[side]["target_text"] for side in ("before", "after")] == ["≥ 100", "≥ 150"]
    (entry,) = await desk.session.scalars(select(AuditEntry).where(AuditEntry.action == "indicator.amended"))
    assert entry.after
    assert entry.after["amendment_id"] == committed["amendment_id"]
    history = await desk.client.get(f"/v1/indicators/{change['indicator_id']}/targets", headers=desk.admin)
    newest = history.json()["items"][0]
    assert newest["reason"] == f"Văn bản điều chỉnh số 9/QĐ-UBND ngày 01/06/{THIS}"


async def test_what_was_given_up_takes_no_more_figures_and_stays_readable(desk: Desk, plan_id: str) -> None:
    proposed = await desk.propose(plan_of(WATER, PUPILS), amends=plan_id)
    await desk.commit(proposed, accept_issues=["*"], **INSTRUMENT)
    await desk.apply()

    (road,) = await desk.session.scalars(select(Indicator).where(Indicator.state == "cancelled"))
    shown = await desk.client.get(f"/v1/indicators/{road.id}", headers=desk.admin)
    assert (shown.json()["state"], [each["target_text"] for each in shown.json()["targets"]]) == ("cancelled", ["≥ 5"])
    figure = {"organization": "H98.1", "period": f"{THIS}", "value": 4}
    refused = await desk.client.post(f"/v1/indicators/{road.id}/measurements", json=figure, headers=desk.admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "indicator-cancelled")


async def test_years_may_change_places(desk: Desk, plan_id: str) -> None:
    proposed = await desk.propose(plan_of((*WATER[:3], "≥ 70", "≥ 60", WATER[5]), PUPILS, ROADS), amends=plan_id)
    await desk.commit(proposed, accept_issues=["*"], **INSTRUMENT)
    await desk.apply()

    assert (await targets(desk, plan_id))["1"] == [(THIS, "≥ 70", 2), (NEXT, "≥ 60", 2)]


async def test_a_document_without_indicators_leaves_them_alone(desk: Desk, plan_id: str) -> None:
    proposed = await desk.propose(plan_of(), amends=plan_id)
    assert proposed["diff"]["indicators"] == {"added": [], "removed": [], "changed": []}
