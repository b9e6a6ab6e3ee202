"""How far an organization has come, by its own figures or by those below it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.tasks_api.measurements.conftest import Caller, Measuring


async def first_quarter(measuring: Measuring, caller: Caller, code: str) -> dict[str, Any]:
    query = {"organization": code, "period_kind": "quarter", "year": "2026"}
    answer = await measuring.client.get(f"{measuring.url}/progress", params=query, headers=caller)
    assert answer.status_code == 200, answer.text
    periods: list[dict[str, Any]] = answer.json()["periods"]
    assert [each["period"] for each in periods] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert periods[1]["standing"] == "no_data"
    return periods[0]


async def test_figures_add_up_the_tree_until_one_is_measured_above(measuring: Measuring, session: AsyncSession) -> None:
    team = await make_organization(session, parent=measuring.unit)
    await session.commit()
    await measuring.record(measuring.head, team, 4)
    told = await first_quarter(measuring, measuring.head, measuring.ward.code)
    assert (told["value"], told["basis"], told["standing"], told["gap"]) == (4, "aggregated", "not_met", 6)
    assert (told["children_expected"], told["children_reported"]) == (2, 1)
    assert (told["target"]["year"], told["target"]["target_text"]) == (2026, "≥ 10")

    # What the unit says of itself counts, and no longer what its team said.
    await measuring.record(measuring.head, measuring.unit, 6)
    await measuring.record(measuring.head, measuring.other, 5)
    told = await first_quarter(measuring, measuring.head, measuring.ward.code)
    assert (told["value"], told["standing"], told["gap"], told["children_reported"]) == (11, "met", 0, 2)

    await measuring.record(measuring.head, measuring.ward, 9)
    told = await first_quarter(measuring, measuring.head, measuring.ward.code)
    assert (told["value"], told["basis"], told["standing"]) == (9, "measured", "not_met")


async def test_only_ones_own_is_told(measuring: Measuring, session: AsyncSession, token_maker: TokenMaker) -> None:
    await measuring.record(measuring.head, measuring.other, 5)
    assert (await first_quarter(measuring, measuring.reporter, measuring.unit.code))["standing"] == "no_data"
    for code in (measuring.other.code, measuring.ward.code):
        query = {"organization": code}
        answer = await measuring.client.get(f"{measuring.url}/progress", params=query, headers=measuring.reporter)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-your-organization")
    auditor = await make_caller(session, token_maker, measuring.ward, Role.AUDITOR)
    assert (await first_quarter(measuring, auditor, measuring.ward.code))["value"] == 5
