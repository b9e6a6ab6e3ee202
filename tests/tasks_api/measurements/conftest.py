"""A ward that issued a plan with an indicator, and two units of it that measure."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Indicator, Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.indicators import make_indicator
from tests.factories.tracking import make_organization, make_plan

Caller = dict[str, str]


@dataclass(frozen=True)
class Measuring:
    ward: Organization
    unit: Organization
    other: Organization
    indicator: Indicator
    head: Caller
    """Approver of the ward."""
    reporter: Caller
    """Of the unit."""
    client: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"/v1/indicators/{self.indicator.id}"

    async def record(self, caller: Caller, organization: Organization, value: float, **more: Any) -> httpx.Response:
        body = {"organization": organization.code, "period": "2026-Q1", "value": value} | more
        return await self.client.post(f"{self.url}/measurements", json=body, headers=caller)

    async def send(self, caller: Caller, content: str | bytes, kind: str = "text/csv", **query: str) -> httpx.Response:
        headers = caller | {"Content-Type": kind}
        data = content.encode() if isinstance(content, str) else content
        return await self.client.post(f"{self.url}/measurements/bulk", content=data, headers=headers, params=query)

    async def listed(self, caller: Caller, **query: str) -> list[dict[str, Any]]:
        answer = await self.client.get(f"{self.url}/measurements", params=query, headers=caller)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
async def measuring(session: AsyncSession, token_maker: TokenMaker, tasks_api: httpx.AsyncClient) -> Measuring:
    ward = await make_organization(session, kind="ward")
    unit, other = [await make_organization(session, parent=ward) for _ in range(2)]
    plan = await make_plan(session, ward)
    plan.state, plan.visibility = "active", "public"  # so that its units know of it without any task
    indicator = await make_indicator(session, plan)
    return Measuring(
        ward,
        unit,
        other,
        indicator,
        head=await make_caller(session, token_maker, ward, Role.APPROVER),
        reporter=await make_caller(session, token_maker, unit, Role.REPORTER),
        client=tasks_api,
    )
