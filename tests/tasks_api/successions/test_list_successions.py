"""What an organization gave up or received: public, without who recorded it."""

from datetime import date, datetime
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import OrganizationSuccession
from tests.tasks_api.conftest import Offices


@pytest.fixture
async def recorded(session: AsyncSession, offices: Offices) -> list[str]:
    """Ids, newest first: the ward received its neighbour's part, and was merged elsewhere."""
    rows = [
        OrganizationSuccession(
            predecessor_id=predecessor.id,
            receiver_id=receiver.id,
            kind=kind,
            effective_on=date(2026, 7, 1),
            instrument="1662/NQ-UBTVQH15",
            recorded_by="nguoi-ghi",
        )
        for predecessor, receiver, kind in (
            (offices.neighbour, offices.ward, "split"),
            (offices.ward, offices.elsewhere, "merge"),
        )
    ]
    for row in rows:
        session.add(row)
        await session.flush()
    await session.commit()
    return sorted((str(row.id) for row in rows), reverse=True)


async def test_anyone_may_read_both_sides(tasks_api: httpx.AsyncClient, offices: Offices, recorded: list[str]) -> None:
    # Of the ward's unit: in the ward itself nobody acts any more.
    answer = await tasks_api.get(f"/v1/organizations/{offices.ward.id}/successions", headers=offices.reporter.headers)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [item["id"] for item in items] == recorded
    assert {(item["predecessor"]["code"], item["receiver"]["code"]) for item in items} == {
        (offices.neighbour.code, offices.ward.code),
        (offices.ward.code, offices.elsewhere.code),
    }
    assert datetime.fromisoformat(items[0]["created_at"])
    assert "nguoi-ghi" not in answer.text


async def test_pages_follow_each_other(tasks_api: httpx.AsyncClient, offices: Offices, recorded: list[str]) -> None:
    url = f"/v1/organizations/{offices.ward.id}/successions"
    first = (await tasks_api.get(url, params={"limit": 1}, headers=offices.chief.headers)).json()
    query = {"limit": 1, "cursor": first["next_cursor"]}
    second = (await tasks_api.get(url, params=query, headers=offices.chief.headers)).json()
    assert [item["id"] for item in first["items"] + second["items"]] == recorded
    assert second["next_cursor"] is None


async def test_an_organization_that_is_not_there_has_none(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    answer = await tasks_api.get(f"/v1/organizations/{uuid4()}/successions", headers=offices.chief.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "organization-not-found")
    none = await tasks_api.get(f"/v1/organizations/{offices.unit.id}/successions", headers=offices.chief.headers)
    assert none.json() == {"items": [], "next_cursor": None}
