"""A lost key is trusted no longer; the system goes on with its others."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry
from tests.tasks_api.clients.conftest import Caller, Scene


async def revoke(
    client: httpx.AsyncClient, caller: Caller, told: dict[str, Any], *, kid: str | None = None, version: int | None = 1
) -> httpx.Response:
    headers = caller | ({} if version is None else {"If-Match": f'"{version}"'})
    kid = kid or told["keys"][0]["kid"]
    return await client.post(f"/v1/clients/{told['id']}/keys/{kid}/revoke", headers=headers)


async def test_it_is_marked_and_recorded_once(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    answer = await revoke(tasks_api, scene.admin, client_of_ward)
    again = await revoke(tasks_api, scene.admin, client_of_ward, version=2)

    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    assert answer.json()["keys"][0]["revoked_at"] is not None
    assert answer.json()["revoked_at"] is None
    assert (again.status_code, again.json()["code"]) == (409, "key-already-revoked")
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "client.key_revoked"))).one()
    assert entry.after == {"kid": client_of_ward["keys"][0]["kid"]}


async def test_a_key_the_system_never_had(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    for kid in ("another", "%00", "a" * 500):
        answer = await revoke(tasks_api, scene.admin, client_of_ward, kid=kid)
        assert (answer.status_code, answer.json()["code"]) == (404, "key-not-found")


@pytest.mark.parametrize(("version", "status"), [(None, 428), (7, 412)], ids=["unsaid", "another"])
async def test_the_version_seen_must_be_the_present_one(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any], version: int | None, status: int
) -> None:
    assert (await revoke(tasks_api, scene.admin, client_of_ward, version=version)).status_code == status


async def test_only_administrators_may_and_outsiders_learn_nothing(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    for caller, status in ((scene.beside, 404), (scene.integrator, 403), (scene.reporter, 403), (scene.above, 200)):
        assert (await revoke(tasks_api, caller, client_of_ward)).status_code == status
