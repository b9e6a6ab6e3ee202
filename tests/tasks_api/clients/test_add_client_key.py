"""The next key of a system takes over while those before it still hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry
from tests.http.systems import KeyPair
from tests.tasks_api.clients.conftest import Caller, Scene


async def add(
    client: httpx.AsyncClient, caller: Caller, client_id: str, *, version: int | None = 1, **body: Any
) -> httpx.Response:
    headers = caller | ({} if version is None else {"If-Match": f'"{version}"'})
    return await client.post(f"/v1/clients/{client_id}/keys", json=body, headers=headers)


@pytest.mark.parametrize(
    ("asked", "overlap"),
    [({}, timedelta(days=1)), ({"overlap_seconds": 0}, timedelta()), ({"overlap_seconds": 2592000}, timedelta(30))],
    ids=["a day unless asked otherwise", "none", "thirty days"],
)
async def test_the_former_key_holds_for_the_overlap(
    tasks_api: httpx.AsyncClient,
    scene: Scene,
    client_of_ward: dict[str, Any],
    asked: dict[str, int],
    overlap: timedelta,
) -> None:
    before = datetime.now(UTC)
    answer = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().pem, **asked)
    after = datetime.now(UTC)

    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"] == '"2"'
    former, current = answer.json()["keys"]
    assert former["kid"] == client_of_ward["keys"][0]["kid"]
    assert before + overlap <= datetime.fromisoformat(former["retires_at"]) <= after + overlap
    assert current["retires_at"] is None


async def test_a_key_that_retires_earlier_is_not_kept_longer(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    first = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().pem, overlap_seconds=60)
    second = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().pem, version=2)

    assert second.json()["keys"][0]["retires_at"] == first.json()["keys"][0]["retires_at"]
    assert second.json()["keys"][1]["retires_at"] is not None
    actions = await session.scalars(select(AuditEntry.action).where(AuditEntry.action == "client.key_added"))
    assert len(actions.all()) == 2


@pytest.mark.parametrize("overlap", [-1, 2592001, 1.5, "60", True], ids=repr)
async def test_an_overlap_is_whole_seconds_up_to_thirty_days(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any], overlap: object
) -> None:
    answer = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().pem, overlap_seconds=overlap)

    assert answer.status_code == 422


async def test_a_key_never_comes_back(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    kept, renamed = KeyPair(), KeyPair()
    await add(tasks_api, scene.admin, client_of_ward["id"], public_key=kept.jwk | {"kid": "a"})

    again = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=kept.jwk | {"kid": "b"}, version=2)
    same_name = await add(
        tasks_api, scene.admin, client_of_ward["id"], public_key=renamed.jwk | {"kid": "a"}, version=2
    )

    assert again.status_code == same_name.status_code == 409
    assert again.json()["code"] == "key-already-registered"


async def test_a_private_key_is_refused(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    answer = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().private_pem)

    assert (answer.status_code, answer.json()["code"]) == (422, "key-private")


@pytest.mark.parametrize(("version", "status"), [(None, 428), (7, 412)], ids=["unsaid", "another"])
async def test_the_version_seen_must_be_the_present_one(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any], version: int | None, status: int
) -> None:
    answer = await add(tasks_api, scene.admin, client_of_ward["id"], public_key=KeyPair().pem, version=version)

    assert answer.status_code == status


async def test_only_administrators_may_and_outsiders_learn_nothing(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    for caller, status in ((scene.beside, 404), (scene.integrator, 403), (scene.reporter, 403), (scene.above, 201)):
        answer = await add(tasks_api, caller, client_of_ward["id"], public_key=KeyPair().pem)
        assert answer.status_code == status
