"""Indicators over HTTP: found, defined, and given targets whose history stays."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, Indicator, Organization, Plan
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.indicators import make_indicator
from tests.factories.tracking import make_organization, make_plan

Caller = dict[str, str]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward")


@pytest.fixture
async def plan(session: AsyncSession, ward: Organization) -> Plan:
    return await make_plan(session, ward)


@pytest.fixture
async def indicator(session: AsyncSession, plan: Plan) -> Indicator:
    return await make_indicator(session, plan)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization, indicator: Indicator) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def test_indicators_are_found_without_marks_in_the_order_of_their_plan(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    ward: Organization,
    plan: Plan,
    admin: Caller,
) -> None:
    await make_indicator(session, plan, text="Tỷ lệ hồ sơ trực tuyến", position=2)
    await make_indicator(session, await make_plan(session, ward), text="Tỷ lệ hộ nghèo")
    await session.commit()

    async def found(caller: Caller, **query: str) -> list[str]:
        answer = await tasks_api.get("/v1/indicators", params=query, headers=caller)
        return [each["text"] for each in answer.json()["items"]]

    mine = ["Số mô hình tổ công nghệ số", "Tỷ lệ hồ sơ trực tuyến"]
    assert await found(admin, plan=str(plan.id)) == mine
    assert sorted(await found(admin, text="ty le ho")) == ["Tỷ lệ hồ sơ trực tuyến", "Tỷ lệ hộ nghèo"]
    first = (await tasks_api.get("/v1/indicators", params={"limit": "2"}, headers=admin)).json()
    rest = await found(admin, limit="2", cursor=first["next_cursor"])
    assert len(rest) == 1
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.PLAN_ADMIN)
    assert await found(stranger) == []


async def test_a_definition_is_changed_by_who_saw_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, indicator: Indicator, admin: Caller
) -> None:
    url = f"/v1/indicators/{indicator.id}"
    change = {"unit": None, "aggregation": "latest"}
    assert (await tasks_api.patch(url, json=change, headers=admin)).status_code == 428
    answer = await tasks_api.patch(url, json=change, headers=admin | {"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    told = answer.json()
    assert (told["unit"], told["direction"], told["aggregation"]) == (None, "higher", "latest")
    assert [target["target_text"] for target in told["targets"]] == ["≥ 10"]
    assert (await tasks_api.patch(url, json=change, headers=admin | {"If-Match": '"1"'})).status_code == 412
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.before, entry.after) == (
        {"unit": "mô hình", "direction": "higher", "aggregation": "sum"},
        {"unit": None, "direction": "higher", "aggregation": "latest"},
    )


async def test_a_corrected_target_keeps_the_old_one_readable(
    tasks_api: httpx.AsyncClient, indicator: Indicator, admin: Caller
) -> None:
    url = f"/v1/indicators/{indicator.id}"

    async def put(**target: object) -> httpx.Response:
        return await tasks_api.post(f"{url}/targets", json=target, headers=admin)

    assert (await put(year=2026, target_text="≥ 10")).status_code == 200
    refused = await put(year=2026, target_text="≥ 12")
    assert (refused.status_code, refused.json()["code"]) == (422, "reason-required")
    corrected = await put(year=2026, target_text="≥ 12", reason="Điều chỉnh theo Quyết định 5")
    assert (corrected.status_code, corrected.json()["revision"], corrected.headers["etag"]) == (201, 2, '"2"')
    assert (corrected.json()["comparator"], corrected.json()["value"]) == (">=", 12)
    assert (await put(target_text="25-30")).json()["value_to"] == 30

    current = (await tasks_api.get(url, headers=admin)).json()["targets"]
    assert [(each["year"], each["target_text"]) for each in current] == [(2026, "≥ 12"), (None, "25-30")]
    history = (await tasks_api.get(f"{url}/targets", headers=admin)).json()["items"]
    assert [(each["target_text"], each["revision"], each["superseded_at"] is None) for each in history] == [
        ("≥ 12", 2, True),
        ("≥ 10", 1, False),
        ("25-30", 1, True),
    ]


async def test_only_plan_administrators_of_the_issuer_or_above_define(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, plan: Plan, indicator: Indicator
) -> None:
    plan.visibility, plan.state = "public", "active"
    other = await make_caller(session, token_maker, await make_organization(session), Role.PLAN_ADMIN)
    url = f"/v1/indicators/{indicator.id}"
    assert (await tasks_api.get(url, headers=other)).status_code == 200
    answer = await tasks_api.post(f"{url}/targets", json={"target_text": "≥ 1"}, headers=other)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-organization")
