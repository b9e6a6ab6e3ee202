"""Systems of one's own subtree, page by page."""

import httpx

from tests.http.systems import KeyPair, register
from tests.tasks_api.clients.conftest import Scene


async def test_each_sees_the_systems_of_its_own_subtree(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    of_ward = (await register(tasks_api, scene.admin, scene.ward.code, KeyPair())).json()
    of_province = (await register(tasks_api, scene.above, scene.province.code, KeyPair())).json()

    async def seen(caller: dict[str, str]) -> list[str]:
        answer = await tasks_api.get("/v1/clients", headers=caller)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await seen(scene.above) == [of_province["id"], of_ward["id"]]
    assert await seen(scene.admin) == await seen(scene.integrator) == [of_ward["id"]]
    assert await seen(scene.beside) == []


async def test_pages_follow_one_another(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    made = [(await register(tasks_api, scene.admin, scene.ward.code, KeyPair())).json() for _ in range(3)]

    first = (await tasks_api.get("/v1/clients?limit=2", headers=scene.admin)).json()
    rest = (await tasks_api.get(f"/v1/clients?limit=2&cursor={first['next_cursor']}", headers=scene.admin)).json()

    assert first["items"] + rest["items"] == made[::-1]
    assert rest["next_cursor"] is None


async def test_others_of_the_organization_may_not(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    answer = await tasks_api.get("/v1/clients", headers=scene.reporter)

    assert answer.status_code == 403
    assert answer.json()["code"] == "role-required"
