"""Each filter keeps what it names and nothing else, edges included."""

from collections.abc import Mapping
from datetime import date

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment, Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization

Caller = dict[str, str]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward", code="H96.1")


@pytest.fixture
async def made(session: AsyncSession, ward: Organization) -> Mapping[str, Assignment]:
    """By name: three units, one below another, and one whose code begins alike; due on three days and on none."""
    office = await make_organization(session, parent=ward, code="H96.1.VP")
    desk = await make_organization(session, parent=office, code="H96.1.VP.1")
    alike = await make_organization(session, parent=ward, code="H96.1.VPX")
    days = {"office": date(2026, 3, 31), "desk": date(2026, 6, 30), "alike": date(2026, 9, 30), "undated": None}
    leads = {"office": office, "desk": desk, "alike": alike, "undated": alike}
    return {name: await make_assignment(session, issuer=ward, lead=leads[name], due=due) for name, due in days.items()}


@pytest.fixture
async def viewer(
    session: AsyncSession, token_maker: TokenMaker, ward: Organization, made: Mapping[str, Assignment]
) -> Caller:
    return await make_caller(session, token_maker, ward, Role.VIEWER)


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["office", "desk", "alike", "undated"]),
    ({"due_from": "2026-06-30"}, ["desk", "alike", "undated"]),
    ({"due_from": "2026-07-01"}, ["alike", "undated"]),
    ({"due_to": "2026-06-30"}, ["office", "desk"]),
    ({"due_to": "2026-06-29"}, ["office"]),
    ({"due_from": "2026-06-30", "due_to": "2026-06-30"}, ["desk"]),
    ({"organization": "office"}, ["office", "desk"]),
    ({"organization": "desk"}, ["desk"]),
    ({"organization": "alike"}, ["alike", "undated"]),
    ({"organization": "office", "due_from": "2026-04-01"}, ["desk"]),
    ({"plan": "alike"}, ["alike"]),
    ({"task": "undated"}, ["undated"]),
    ({"plan": "alike", "task": "undated"}, []),
    ({"status": "not_started", "organization": "desk"}, ["desk"]),
    ({"status": "completed"}, []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=str)
async def test_a_filter_keeps_what_it_names(
    tasks_api: httpx.AsyncClient,
    made: Mapping[str, Assignment],
    viewer: Caller,
    query: dict[str, str],
    expected: list[str],
) -> None:
    columns = {"organization": "organization_id", "plan": "plan_id", "task": "task_id"}
    params = {
        name: str(getattr(made[value], columns[name])) if name in columns else value for name, value in query.items()
    }

    answer = await tasks_api.get("/v1/assignments", params=params, headers=viewer)

    names = {str(assignment.id): name for name, assignment in made.items()}
    assert [names[item["id"]] for item in answer.json()["items"]] == expected
