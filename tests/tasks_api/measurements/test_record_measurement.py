"""Figures one by one: new, again, corrected; by whom they may be told and seen."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, Measurement, OutboxEvent
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.tasks_api.measurements.conftest import Measuring


async def test_a_figure_is_kept_once_and_corrected_with_a_reason(measuring: Measuring, session: AsyncSession) -> None:
    first = await measuring.record(measuring.reporter, measuring.unit, 3.5, note="Theo báo cáo quý")
    assert first.status_code == 201, first.text
    told = first.json()
    assert (told["period"], told["starts_on"], told["ends_on"]) == ("2026-Q1", "2026-01-01", "2026-03-31")
    assert (told["value"], told["revision"], told["source"]) == (3.5, 1, "manual")

    again = await measuring.record(measuring.reporter, measuring.unit, 3.5)
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    refused = await measuring.record(measuring.reporter, measuring.unit, 4)
    assert (refused.status_code, refused.json()["code"]) == (422, "reason-required")
    corrected = await measuring.record(measuring.reporter, measuring.unit, 4, reason="Cộng thiếu một thôn")
    assert (corrected.status_code, corrected.json()["revision"]) == (201, 2)
    assert corrected.json()["note"] == "Theo báo cáo quý"

    values = (await session.scalars(select(Measurement.value).order_by(Measurement.revision))).all()
    assert values == [Decimal("3.5"), Decimal(4)]
    trail = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert [entry.action for entry in trail] == ["measurement.recorded", "measurement.corrected"]
    assert trail[1].before is not None
    assert trail[1].before["value"] == "3.500000"
    facts = (
        await session.scalars(select(OutboxEvent.payload).where(OutboxEvent.type == "measurements.recorded"))
    ).all()
    assert facts == [{"indicator_id": str(measuring.indicator.id), "count": 1}] * 2


async def test_the_list_tells_what_counts_and_with_history_all(measuring: Measuring) -> None:
    for value in (1, 2, 3):
        await measuring.record(measuring.reporter, measuring.unit, value, reason="Rà soát lại")
    await measuring.record(measuring.head, measuring.other, 9, period="2026")

    assert [each["value"] for each in await measuring.listed(measuring.reporter)] == [3]
    whole = await measuring.listed(measuring.reporter, history="true")
    assert [(each["value"], each["revision"]) for each in whole] == [(1, 1), (2, 2), (3, 3)]
    assert sorted(each["value"] for each in await measuring.listed(measuring.head)) == [3, 9]
    assert [each["value"] for each in await measuring.listed(measuring.head, period_kind="year")] == [9]
    assert [each["value"] for each in await measuring.listed(measuring.head, organization=measuring.unit.code)] == [3]
    assert await measuring.listed(measuring.head, **{"from": "2026-01-02"}) == []


async def test_pages_follow_each_other(measuring: Measuring) -> None:
    for period in ("2025", "2026", "2025-H1", "2026-01"):
        await measuring.record(measuring.reporter, measuring.unit, 1, period=period)
    url, seen, cursor = f"{measuring.url}/measurements", [], None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await measuring.client.get(url, params=query, headers=measuring.reporter)).json()
        seen += [each["period"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["2025", "2025-H1", "2026", "2026-01"]


async def test_nobody_tells_figures_of_others(
    measuring: Measuring, session: AsyncSession, token_maker: TokenMaker
) -> None:
    of_sibling = await measuring.record(measuring.reporter, measuring.other, 1)
    assert (of_sibling.status_code, of_sibling.json()["code"]) == (403, "not-your-organization")
    viewer = await make_caller(session, token_maker, measuring.unit, Role.VIEWER)
    assert (await measuring.record(viewer, measuring.unit, 1)).json()["code"] == "role-required"
    early = await measuring.record(measuring.reporter, measuring.unit, 1, period="2099-12")
    assert early.json()["code"] == "period-in-future"
    unknown = await measuring.record(measuring.reporter, measuring.unit, 1, period="2026-Q5")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "validation-failed")
