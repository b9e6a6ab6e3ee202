"""What was told for a day is told the same, byte for byte, whatever bodies, names and calendar have become since."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deadlines.operations import move_deadlines
from services.alerts_worker.successions.operations import apply_due
from services.alerts_worker.successions.renaming import apply_due_renames
from services.tasks_api.calendar_days.operations import set_day
from services.tasks_api.renames.operations import record_rename
from services.tasks_api.successions.operations import record_succession
from shared.audit import System
from shared.clock import now, today
from shared.db import roles
from shared.db.models import Organization
from shared.db.session import Sessions, create_engine, create_sessions
from shared.domain.principal import Role
from shared.domain.successions import SuccessionKind
from shared.settings import Settings
from shared.tracking.opening import open_begun_cycles
from tests.acceptance.console import run
from tests.conftest import client_of
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization, make_plan, make_task

ACTOR = System("tests")
OPENED = datetime(2026, 1, 5, 3, tzinfo=UTC)
FRIDAY, MONDAY = date(2026, 3, 20), date(2026, 3, 23)
Headers = dict[str, str]


@pytest.fixture
async def api(settings: Settings, apps: dict[str, FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    assert settings.database_url
    engine = create_engine(settings.database_url, settings, application="tests", role=roles.TASKS_API)
    async with client_of(apps["tasks_api"], create_sessions(engine)) as client:
        yield client
    await engine.dispose()


async def open_overdue(session: AsyncSession, issuer: Organization, lead: Organization, due: date) -> None:
    plan = await make_plan(session, issuer)
    plan.state = "active"
    await make_task(session, plan, lead, due=due)
    await open_begun_cycles(session, plan, ACTOR, on=OPENED.date(), now=OPENED)


async def told(api: httpx.AsyncClient, caller: Headers, on: date) -> list[bytes]:
    """The pages of red alerts of a day."""
    pages: list[bytes] = []
    query = {"as_of": on.isoformat(), "limit": "3"}
    while True:
        answer = await api.get("/v1/alerts", params=query, headers=caller)
        assert answer.status_code == 200, answer.text
        pages.append(answer.content)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return pages
        query["cursor"] = cursor


def items(pages: list[bytes]) -> list[dict[str, Any]]:
    return [item for page in pages for item in json.loads(page)["items"]]


async def test_a_day_gone_by_reads_the_same_after_mergers_new_names_and_another_calendar(
    committed: Sessions, settings: Settings, api: httpx.AsyncClient, token_maker: TokenMaker, tmp_path: Path
) -> None:
    async with committed() as session:
        province = await make_organization(session, kind="province", name="Tỉnh Thử")
        gone, heir, other = [
            await make_organization(session, parent=province, kind="ward", name=f"Phường {name}")
            for name in ("Một", "Hai", "Ba")
        ]
        # By the days of now, the first of these will come behind the others.
        for lead, due in ((heir, MONDAY), (other, MONDAY), (gone, FRIDAY), (heir, FRIDAY), (gone, MONDAY)):
            await open_overdue(session, province, lead, due)
        above, beside = [
            await make_caller(session, token_maker, organization, Role.VIEWER) for organization in (province, other)
        ]
        receiving = await make_caller(session, token_maker, heir, Role.VIEWER)
    yesterday = today() - timedelta(days=1)
    place = {"DATABASE_URL": str(settings.database_url), "DATA_DIR": str(tmp_path)}

    def evaluated() -> str:
        return run("alerts", "evaluate", "--as-of", yesterday.isoformat(), "--json", settings=place).stdout

    async def everything() -> list[list[bytes]]:
        return [await told(api, caller, yesterday) for caller in (above, beside)]

    before, at_console, current = await everything(), evaluated(), await told(api, above, today())
    own = items(await told(api, receiving, yesterday))
    assert len(before[0]) == 4  # ten alerts, in pages of three

    async with committed.begin() as session:
        await record_succession(
            session,
            ACTOR,
            await session.get_one(Organization, gone.id),
            await session.get_one(Organization, heir.id),
            kind=SuccessionKind.MERGE,
            effective_on=today(),
            instrument="1/NQ",
        )
        assert await apply_due(session, ACTOR, on=today(), now=now()) == 1
    assert await everything() == before
    merged = await told(api, above, today())
    assert merged != current

    async with committed.begin() as session:
        organization = await session.get_one(Organization, heir.id)
        await record_rename(session, ACTOR, organization, name="Phường Mới", effective_on=today(), instrument="2/NQ")
        assert await apply_due_renames(session, ACTOR, on=today(), now=now()) == 1
    assert await everything() == before
    renamed = await told(api, above, today())
    assert {item["assignment"]["organization_name"] for item in items(renamed)} == {"Phường Mới", "Phường Ba"}

    async with committed.begin() as session:
        said = {"kind": "off", "name": "Nghỉ bù", "instrument": None, "expected_version": None}
        await set_day(session, ACTOR, FRIDAY, now=now(), **said)  # type: ignore[arg-type] # each has its own type
        assert await move_deadlines(session, ACTOR, FRIDAY, now=now()) == 2
    assert await everything() == before
    assert evaluated() == at_console
    for pages, days in ((renamed, {FRIDAY, MONDAY}), (await told(api, above, today()), {MONDAY})):
        assert {item["assignment"]["due_on"] for item in items(pages)} == {day.isoformat() for day in days}

    # The receiver reads what it read, and what came to it under the name of whom it came from.
    reading = items(await told(api, receiving, yesterday))
    inherited = [item for item in reading if item not in own]
    assert [item for item in reading if item in own] == own
    assert {item["assignment"]["organization_name"] for item in own} == {"Phường Hai"}
    assert {item["assignment"]["organization_name"] for item in inherited} == {"Phường Một"}
