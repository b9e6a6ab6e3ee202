"""The calendar is read by everyone and kept by whoever nothing is above."""

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.operator_cli.seeding import seed
from shared.db.models import AuditEntry, CalendarChange, CalendarDay
from tests.alerts_worker.cases import list_payloads
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person

DAY = "2027-03-10"
OFF = {"kind": "off", "name": "Nghỉ hoán đổi", "instrument": "1/TB-BNV"}


async def put(
    client: httpx.AsyncClient, by: Person, body: dict[str, Any], *, version: int | None = None
) -> httpx.Response:
    headers = by.headers | ({"If-Match": f'"{version}"'} if version else {})
    return await client.put(f"/v1/calendar-days/{DAY}", json=body, headers=headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_day_is_set_changed_and_removed_with_its_trail(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    answer = await put(tasks_api, offices.chief, OFF)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.json() == OFF | {"day": DAY, "version": 1}
    assert (await put(tasks_api, offices.chief, OFF)).json()["version"] == 1
    made_up = OFF | {"kind": "make_up", "instrument": None}
    assert told(await put(tasks_api, offices.chief, made_up)) == (428, "if-match-required")
    assert told(await put(tasks_api, offices.chief, made_up, version=7)) == (412, "version-stale")
    assert (await put(tasks_api, offices.chief, made_up, version=1)).json()["version"] == 2
    assert (await put(tasks_api, offices.chief, made_up | {"name": "Làm bù"}, version=2)).status_code == 200
    listed = await tasks_api.get("/v1/calendar-days", params={"from": DAY, "to": DAY}, headers=offices.reporter.headers)
    assert [(each["day"], each["kind"], each["name"]) for each in listed.json()["items"]] == [
        (DAY, "make_up", "Làm bù")
    ]
    gone = await tasks_api.delete(f"/v1/calendar-days/{DAY}", headers=offices.chief.headers | {"If-Match": '"3"'})
    assert (gone.status_code, gone.content) == (204, b"")
    again = await tasks_api.delete(f"/v1/calendar-days/{DAY}", headers=offices.chief.headers | {"If-Match": '"3"'})
    assert told(again) == (404, "calendar-day-not-found")

    kept = (await session.scalars(select(CalendarChange).order_by(CalendarChange.id))).all()
    kinds = [(None, "off"), ("off", "make_up"), ("make_up", "make_up"), ("make_up", None)]
    assert [(each.kind_before, each.kind_after) for each in kept] == kinds
    actions = select(AuditEntry.action).where(AuditEntry.target_type == "calendar_changes").order_by(AuditEntry.id)
    assert list(await session.scalars(actions)) == ["calendar_day.set"] * 3 + ["calendar_day.removed"]
    # A name alone moves no deadline.
    assert await list_payloads(session, "calendar.changed") == [{"day": DAY}] * 3


async def test_only_administrators_of_the_highest_decide(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    for by, code in ((offices.admin, "not-root"), (offices.reporter, "role-required")):
        assert told(await put(tasks_api, by, OFF)) == (403, code)
        gone = await tasks_api.delete("/v1/calendar-days/2027-01-01", headers=by.headers | {"If-Match": '"1"'})
        assert told(gone) == (403, code)


async def test_the_list_comes_in_pages(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    query: dict[str, Any] = {"from": "2026-01-01", "to": "2026-12-31", "limit": 12}
    first = (await tasks_api.get("/v1/calendar-days", params=query, headers=offices.admin.headers)).json()
    query["cursor"] = first["next_cursor"]
    second = (await tasks_api.get("/v1/calendar-days", params=query, headers=offices.admin.headers)).json()
    days = [each["day"] for each in first["items"] + second["items"]]
    assert days == sorted(set(days))
    assert {"2026-01-01", "2026-11-24"} <= set(days)


@pytest.mark.parametrize("wrong", [{"kind": "holiday"}, {"name": " "}, {"why": 1}, {"instrument": ""}])
async def test_what_is_no_day_is_refused(tasks_api: httpx.AsyncClient, offices: Offices, wrong: dict[str, Any]) -> None:
    assert (await put(tasks_api, offices.chief, OFF | wrong)).status_code == 422
    other = await tasks_api.put("/v1/calendar-days/2027-02-30", json=OFF, headers=offices.chief.headers)
    assert other.status_code == 422


async def test_what_people_removed_is_not_planted_again(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    gone = await tasks_api.delete("/v1/calendar-days/2027-01-01", headers=offices.chief.headers | {"If-Match": '"1"'})
    assert gone.status_code == 204
    await seed(session)
    assert await session.get(CalendarDay, date(2027, 1, 1)) is None
