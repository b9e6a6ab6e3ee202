"""A system that is trusted no longer stays on record, and nothing about it changes any more."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry
from tests.http.systems import KeyPair
from tests.tasks_api.clients.conftest import Caller, Scene


async def revoke(
    client: httpx.AsyncClient, caller: Caller, client_id: str, *, version: int | None = 1
) -> httpx.Response:
    headers = caller | ({} if version is None else {"If-Match": f'"{version}"'})
    return await client.post(f"/v1/clients/{client_id}/revoke", headers=headers)


async def test_it_is_marked_and_recorded(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    answer = await revoke(tasks_api, scene.admin, client_of_ward["id"])

    assert answer.status_code == 200, answer.text
    assert answer.json()["revoked_at"] is not None
    assert (await tasks_api.get(f"/v1/clients/{client_of_ward['id']}", headers=scene.admin)).json() == answer.json()
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "client.revoked"))).one()
    assert str(entry.target_id) == client_of_ward["id"]


async def test_nothing_changes_afterwards(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    await revoke(tasks_api, scene.admin, client_of_ward["id"])
    address, headers = f"/v1/clients/{client_of_ward['id']}", scene.admin | {"If-Match": '"2"'}

    answers = [
        await tasks_api.post(f"{address}/revoke", headers=headers),
        await tasks_api.post(f"{address}/keys", json={"public_key": KeyPair().pem}, headers=headers),
        await tasks_api.post(f"{address}/keys/{client_of_ward['keys'][0]['kid']}/revoke", headers=headers),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "client-revoked")] * 3


@pytest.mark.parametrize(("version", "status"), [(None, 428), (7, 412)], ids=["unsaid", "another"])
async def test_the_version_seen_must_be_the_present_one(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any], version: int | None, status: int
) -> None:
    assert (await revoke(tasks_api, scene.admin, client_of_ward["id"], version=version)).status_code == status


async def test_only_administrators_may_and_outsiders_learn_nothing(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    for caller, status in ((scene.beside, 404), (scene.integrator, 403), (scene.reporter, 403), (scene.above, 200)):
        assert (await revoke(tasks_api, caller, client_of_ward["id"])).status_code == status
