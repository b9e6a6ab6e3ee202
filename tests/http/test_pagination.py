"""Pages: every row once, in order, and no cursor but our own."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.app import create_app
from shared.db.models import Alert, Organization
from shared.db.session import Sessions
from shared.domain.principal import Role
from shared.http.auth import Authenticator
from shared.http.deps import Resources
from shared.settings import get_settings
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization, make_plan

MANY = 7
Caller = dict[str, str]


@pytest.fixture
async def issuer(session: AsyncSession) -> Organization:
    """A ward with seven of everything that is listed."""
    ward = await make_organization(session, kind="ward")
    lead = await make_organization(session, parent=ward)
    for _ in range(MANY):
        assignment = await make_assignment(session, issuer=ward, lead=lead)
        session.add(
            Alert(
                assignment_id=assignment.id,
                rule="overdue",
                since=assignment.starts_on,
                opened_on=assignment.starts_on,
            )
        )
    for _ in range(MANY - 1):
        await make_organization(session, parent=ward)
    await session.commit()
    return ward


@pytest.fixture
async def caller(session: AsyncSession, token_maker: TokenMaker, issuer: Organization) -> Caller:
    return await make_caller(session, token_maker, issuer, Role.VIEWER)


async def walk(client: httpx.AsyncClient, caller: Caller, path: str, **query: Any) -> AsyncIterator[list[Any]]:
    """The pages of a list, following cursors to the end."""
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params=query | cursor, headers=caller)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


LISTS = ("/v1/organizations", "/v1/plans", "/v1/tasks", "/v1/assignments", "/v1/alerts")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3, MANY - 1, MANY, MANY + 1, 200])
async def test_walking_the_pages_gives_every_row_once_in_the_same_order(
    tasks_api: httpx.AsyncClient, caller: Caller, issuer: Organization, path: str, limit: int
) -> None:
    query = {"parent": str(issuer.id)} if path == "/v1/organizations" else {}
    whole = [page async for page in walk(tasks_api, caller, path, limit=200, **query)]

    pages = [page async for page in walk(tasks_api, caller, path, limit=limit, **query)]

    assert len(whole) == 1
    assert len(whole[0]) == MANY
    assert [item for page in pages for item in page] == whole[0]
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit


async def test_a_row_added_before_the_cursor_moves_nothing_behind_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, caller: Caller, issuer: Organization
) -> None:
    pages = walk(tasks_api, caller, "/v1/plans", limit=3)
    first = await anext(pages)
    newest = await make_plan(session, issuer)
    await session.commit()

    rest = [item async for page in pages for item in page]

    ids = [item["id"] for item in [*first, *rest]]
    assert len(ids) == MANY
    assert str(newest.id) not in ids


async def test_the_default_page_has_fifty_rows(
    tasks_api: httpx.AsyncClient, session: AsyncSession, caller: Caller, issuer: Organization
) -> None:
    for _ in range(51):
        await make_plan(session, issuer)
    await session.commit()

    answer = await tasks_api.get("/v1/plans", headers=caller)

    assert len(answer.json()["items"]) == 50


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "201", "-1", "ba", "1.5", ""])
async def test_a_page_has_between_1_and_200_rows(
    tasks_api: httpx.AsyncClient, caller: Caller, path: str, limit: str
) -> None:
    answer = await tasks_api.get(path, params={"limit": limit}, headers=caller)

    assert answer.status_code == 422, answer.text
    assert [error["place"] for error in answer.json()["errors"]] == ["limit"]


async def first_cursor(client: httpx.AsyncClient, caller: Caller, path: str, **query: str) -> str:
    page = (await client.get(path, params=query | {"limit": "1"}, headers=caller)).json()
    return str(page["next_cursor"])


def flipped(cursor: str, at: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[at] ^= 1
    return base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()


@pytest.mark.parametrize("path", LISTS)
async def test_a_forged_cursor_is_refused(tasks_api: httpx.AsyncClient, caller: Caller, path: str) -> None:
    cursor = await first_cursor(tasks_api, caller, path)
    forged = [flipped(cursor, 0), flipped(cursor, 20), flipped(cursor, -1), cursor[:-4], cursor[:20], cursor + "AAAA"]
    forged += ["x", "!!!!", "é", "AAAA", "null", base64.urlsafe_b64encode(b"\x00" * 16 + b"[]").decode()]

    answers = [await tasks_api.get(path, params={"cursor": each}, headers=caller) for each in forged]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "cursor-invalid")] * len(
        forged
    )


async def test_a_cursor_too_long_to_be_ours_is_refused(tasks_api: httpx.AsyncClient, caller: Caller) -> None:
    answer = await tasks_api.get("/v1/plans", params={"cursor": "A" * 1001}, headers=caller)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "string_too_long")


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (("/v1/plans", {}), ("/v1/tasks", {})),
        (("/v1/assignments", {}), ("/v1/alerts", {})),
        (("/v1/alerts", {}), ("/v1/alerts", {"as_of": "2099-06-01"})),
        (("/v1/alerts", {"as_of": "2099-06-01"}), ("/v1/alerts", {})),
        (("/v1/alerts", {"as_of": "2099-06-01"}), ("/v1/alerts", {"as_of": "2099-06-02"})),
        (("/v1/assignments", {}), ("/v1/assignments", {"status": "not_started"})),
        (("/v1/plans", {"state": "active"}), ("/v1/plans", {})),
    ],
    ids=str,
)
async def test_a_cursor_continues_only_the_list_it_came_from(
    tasks_api: httpx.AsyncClient,
    caller: Caller,
    origin: tuple[str, dict[str, str]],
    target: tuple[str, dict[str, str]],
) -> None:
    cursor = await first_cursor(tasks_api, caller, origin[0], **origin[1])

    answer = await tasks_api.get(target[0], params=target[1] | {"cursor": cursor}, headers=caller)

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-invalid")


async def test_the_page_size_may_change_on_the_way(tasks_api: httpx.AsyncClient, caller: Caller) -> None:
    cursor = await first_cursor(tasks_api, caller, "/v1/plans")

    answer = await tasks_api.get("/v1/plans", params={"cursor": cursor, "limit": "200"}, headers=caller)

    assert len(answer.json()["items"]) == MANY - 1


async def test_a_cursor_signed_with_another_secret_is_refused(
    tasks_api: httpx.AsyncClient, caller: Caller, sessions: Sessions
) -> None:
    app = create_app()
    app.state.resources = Resources(
        sessions=sessions,
        read_sessions=sessions,
        authenticator=Authenticator(sessions, audience=get_settings().token_audience),
        cursor_secret=b"another secret",
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as other:
        cursor = await first_cursor(other, caller, "/v1/plans")

    answer = await tasks_api.get("/v1/plans", params={"cursor": cursor}, headers=caller)

    assert answer.status_code == 422


async def test_an_empty_list_is_one_empty_page(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)

    for path in ("/v1/plans", "/v1/tasks", "/v1/assignments", "/v1/alerts"):
        assert (await tasks_api.get(path, headers=stranger)).json() == {"items": [], "next_cursor": None}
