"""The same body under a new name: the old one goes on being found."""

from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.successions.renaming import apply_due_renames
from services.tasks_api.organizations.operations import import_organizations
from services.tasks_api.organizations.rules import OrganizationRecord
from services.tasks_api.plan_imports.queries import load_name_index
from services.tasks_api.renames.rules import ensure_follows
from shared.audit import System
from shared.clock import now, today
from shared.db import roles
from shared.db.models import Organization
from shared.domain.errors import DomainError
from shared.domain.organizations import OrganizationKind
from tests.conftest import served_as
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, trail

JUNE_30, JULY, AUGUST = date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 1)
TOMORROW = today() + timedelta(days=1)


async def record(
    client: httpx.AsyncClient, by: Person, organization: Organization, name: str, on: date
) -> httpx.Response:
    body = {"name": name, "effective_on": on.isoformat(), "instrument": "5/NQ-HĐND"}
    return await client.post(f"/v1/organizations/{organization.id}/renames", json=body, headers=by.headers)


async def apply(connection: AsyncConnection, on: date) -> int:
    """As the worker does it, in its role."""
    async with served_as(roles.WORKER, connection).begin() as session:
        return await apply_due_renames(session, System("apply_successions"), on=on, now=now())


async def test_from_its_day_on_the_body_bears_the_name_and_both_are_found(
    tasks_api: httpx.AsyncClient, connection: AsyncConnection, session: AsyncSession, offices: Offices
) -> None:
    old = offices.ward.name
    answer = await record(tasks_api, offices.chief, offices.ward, "Phường Bến Mới", TOMORROW)
    assert (answer.status_code, answer.json()["applied_at"]) == (201, None)
    assert await apply(connection, today()) == 0
    assert [await apply(connection, TOMORROW) for _ in range(2)] == [1, 0]

    await session.refresh(offices.ward)
    assert (offices.ward.name, offices.ward.version) == ("Phường Bến Mới", 2)
    headers = offices.admin.headers
    for text in (old, "ben moi"):
        found = await tasks_api.get("/v1/organizations", params={"text": text}, headers=headers)
        assert [each["name"] for each in found.json()["items"]] == ["Phường Bến Mới"]
    (listed,) = (await tasks_api.get(f"/v1/organizations/{offices.ward.id}/renames", headers=headers)).json()["items"]
    assert (listed["name"], listed["previous_name"], listed["instrument"]) == ("Phường Bến Mới", old, "5/NQ-HĐND")
    # A document that names it as it was called means this body, surely.
    match = (await load_name_index(session, offices.province, on=TOMORROW)).match(old, str(offices.province.id))
    assert match.organization is not None
    assert (match.organization.id, match.confidence) == (str(offices.ward.id), 1.0)
    assert ("organization.renamed", "system:apply_successions") in await trail(session, offices.ward.id)
    assert ("rename.recorded", offices.chief.subject) in await trail(session, answer.json()["id"])
    # Nor does a correction of the list make the old name forgotten.
    corrected = OrganizationRecord(offices.ward.code, "Phường Bến Mới A", OrganizationKind.WARD, offices.province.code)
    await import_organizations(session, System("tests"), [corrected])
    assert offices.ward.search_text.split("\n")[0] == "phuong ben moi a"
    assert len(offices.ward.search_text.split("\n")) == 2


async def test_a_superior_gives_names(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    for by, code in (
        (offices.admin, "own-organization"),
        (offices.stranger, "not-your-organization"),
        (offices.reporter, "role-required"),
    ):
        answer = await record(tasks_api, by, offices.ward, "Phường Khác", today())
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert (await record(tasks_api, offices.admin, offices.unit, "Phòng Khác", today())).status_code == 201


@pytest.mark.parametrize(
    ("name", "on", "known", "last_day", "code"),
    [
        ("B", JULY, [], None, None),
        ("A", JULY, [], None, "name-unchanged"),
        ("B", AUGUST, [(JULY, "B")], None, "name-unchanged"),
        ("A", AUGUST, [(JULY, "B")], None, None),
        ("C", JULY, [(JULY, "B")], None, "rename-contradicts"),
        ("C", JUNE_30, [(JULY, "B")], None, "rename-contradicts"),
        ("B", JULY, [], JUNE_30, "organization-ended"),
        ("B", JULY, [], JULY, None),
    ],
)
def test_names_follow_each_other(
    name: str, on: date, known: list[tuple[date, str]], last_day: date | None, code: str | None
) -> None:
    told = None
    try:
        ensure_follows(name, on, current="A", known=known, last_day=last_day)
    except DomainError as error:
        told = error.code
    assert told == code
