"""One system with its keys."""

from typing import Any

import httpx

from shared.db.ids import new_id
from tests.tasks_api.clients.conftest import Scene


async def test_it_is_told_as_it_was_registered(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    for caller in (scene.admin, scene.above, scene.integrator):
        answer = await tasks_api.get(f"/v1/clients/{client_of_ward['id']}", headers=caller)

        assert answer.json() == client_of_ward
        assert answer.headers["ETag"] == '"1"'


async def test_outsiders_do_not_learn_of_it_and_insiders_lack_the_role(
    tasks_api: httpx.AsyncClient, scene: Scene, client_of_ward: dict[str, Any]
) -> None:
    address = f"/v1/clients/{client_of_ward['id']}"

    assert (await tasks_api.get(address, headers=scene.beside)).status_code == 404
    assert (await tasks_api.get(address, headers=scene.reporter)).status_code == 403
    assert (await tasks_api.get(f"/v1/clients/{new_id()}", headers=scene.admin)).status_code == 404
