"""What can be done with an indicator after an amendment has changed it."""

from typing import Any

from sqlalchemy import select

from shared.db.models import AuditEntry, Indicator
from tests.tasks_api.amendments.desk import Desk
from tests.tasks_api.amendments.test_amend_indicators import (
    INSTRUMENT,
    NEXT,
    PUPILS,
    ROADS,
    THIS,
    WATER,
    plan_id,
    plan_of,
    targets,
)

__all__ = ["plan_id"]


async def put_in_force(desk: Desk, plan_id: str, *indicators: tuple[str, ...]) -> str:
    proposed = await desk.propose(plan_of(*indicators, number="31/KH-UBND"), amends=plan_id)
    committed = await desk.commit(proposed, accept_issues=["*"], **INSTRUMENT)
    assert committed.status_code == 201, committed.text
    assert await desk.apply() == 1
    amendment_id: str = committed.json()["amendment_id"]
    return amendment_id


async def test_a_target_that_was_taken_away_may_be_set_again(desk: Desk, plan_id: str) -> None:
    await put_in_force(desk, plan_id, WATER, (*PUPILS[:4], "", PUPILS[5]), ROADS)
    (pupils,) = await desk.session.scalars(select(Indicator).where(Indicator.no == "2"))

    wanted = {"year": NEXT, "target_text": "≥ 130"}
    headers = desk.admin | {"If-Match": f'"{pupils.version}"'}
    answer = await desk.client.post(f"/v1/indicators/{pupils.id}/targets", json=wanted, headers=headers)

    assert answer.status_code == 201, answer.text
    assert (await targets(desk, plan_id, history=True))["2"] == [
        (THIS, "≥ 100", 1),
        (NEXT, "≥ 120", 1),
        (NEXT, "≥ 130", 2),
    ]


async def test_figures_add_up_as_the_new_unit_says_unless_somebody_decided(desk: Desk, plan_id: str) -> None:
    roads = select(Indicator).where(Indicator.no == "3")
    (decided,) = await desk.session.scalars(roads)
    decided.aggregation = "latest"
    await desk.session.commit()

    await put_in_force(desk, plan_id, (*WATER[:2], "hộ", *WATER[3:]), PUPILS, (*ROADS[:2], "%", *ROADS[3:]))

    found = await desk.session.execute(select(Indicator.no, Indicator.unit, Indicator.aggregation))
    assert {tuple(each) for each in found} == {
        ("1", "hộ", "sum"),
        ("2", "học sinh", "sum"),
        ("3", "%", "latest"),
    }


async def test_what_is_added_is_in_the_trail(desk: Desk, plan_id: str) -> None:
    added = ("4", "Số thôn có điểm truy cập mạng", "thôn", "≥ 3", "≥ 9", "Văn phòng")
    amendment_id = await put_in_force(desk, plan_id, WATER, PUPILS, ROADS, added)

    (new,) = await desk.session.scalars(select(Indicator).where(Indicator.no == "4"))
    (entry,) = await desk.session.scalars(select(AuditEntry).where(AuditEntry.target_id == new.id))
    assert (entry.action, entry.before) == ("indicator.amended", None)
    told: Any = entry.after
    assert told["amendment_id"] == amendment_id
    assert [each["target_text"] for each in told["targets"]] == ["≥ 3", "≥ 9"]
    history = await desk.client.get(f"/v1/indicators/{new.id}/targets", headers=desk.admin)
    reason = f"Văn bản điều chỉnh số 9/QĐ-UBND ngày 01/06/{THIS}"
    assert [each["reason"] for each in history.json()["items"]] == [reason, reason]
