"""The tree over HTTP: public knowledge for anyone with a token."""

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization
from shared.domain.organizations import DEFAULT_GROUPS
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization

Caller = dict[str, str]


@pytest.fixture
async def province(session: AsyncSession) -> Organization:
    province = await make_organization(session, kind="province", code="H19", name="Tỉnh Đồng Nai")
    await make_organization(session, parent=province, kind="department", code="H19.2", name="Sở Kế hoạch và Đầu tư")
    await make_organization(session, parent=province, kind="ward", code="H19.1", name="Phường Trấn Biên")
    await make_organization(session, parent=province, kind="ward", code="H19.3", name="Phường 100%_Mới")
    return province


@pytest.fixture
async def stranger(session: AsyncSession, token_maker: TokenMaker, province: Organization) -> Caller:
    return await make_caller(session, token_maker, await make_organization(session, code="A01"), Role.VIEWER)


async def codes(client: httpx.AsyncClient, caller: Caller, **query: str) -> list[str]:
    answer = await client.get("/v1/organizations", params=query, headers=caller)
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


async def test_everyone_sees_the_whole_tree_in_the_order_of_codes(
    tasks_api: httpx.AsyncClient, stranger: Caller
) -> None:
    assert await codes(tasks_api, stranger) == ["A01", "H19", "H19.1", "H19.2", "H19.3"]


async def test_the_tree_can_be_walked_down(
    tasks_api: httpx.AsyncClient, stranger: Caller, province: Organization
) -> None:
    assert await codes(tasks_api, stranger, parent=str(province.id)) == ["H19.1", "H19.2", "H19.3"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "ward"}, ["H19.1", "H19.3"]),
        ({"text": "ke hoach"}, ["H19.2"]),
        ({"text": "KẾ  HOẠCH"}, ["H19.2"]),
        ({"text": "đầu tư"}, ["H19.2"]),
        ({"text": "tran"}, ["H19.1"]),
        ({"text": "100%"}, ["H19.3"]),
        ({"text": "0%_m"}, ["H19.3"]),
        ({"text": "__"}, []),
        ({"text": "phuong", "kind": "department"}, []),
        ({"text": "không có"}, []),
    ],
    ids=str,
)
async def test_filters_narrow_the_list_and_marks_are_optional(
    tasks_api: httpx.AsyncClient, stranger: Caller, query: dict[str, str], expected: list[str]
) -> None:
    assert await codes(tasks_api, stranger, **query) == expected


@pytest.mark.parametrize("query", [{"kind": "so"}, {"parent": "H19"}, {"text": "a"}, {"text": "a" * 201}], ids=str)
async def test_a_filter_that_cannot_be_is_refused(
    tasks_api: httpx.AsyncClient, stranger: Caller, query: dict[str, str]
) -> None:
    answer = await tasks_api.get("/v1/organizations", params=query, headers=stranger)

    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == list(query)


async def test_one_organization_is_shown_with_its_etag(
    tasks_api: httpx.AsyncClient, stranger: Caller, province: Organization
) -> None:
    answer = await tasks_api.get(f"/v1/organizations/{province.id}", headers=stranger)

    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == {
        "id": str(province.id),
        "code": "H19",
        "name": "Tỉnh Đồng Nai",
        "kind": "province",
        "parent_id": None,
        "admin_code": None,
        "provisional_code": False,
        "version": 1,
    }


async def test_an_unknown_organization_is_not_found(tasks_api: httpx.AsyncClient, stranger: Caller) -> None:
    answer = await tasks_api.get("/v1/organizations/01890000-0000-7000-8000-000000000000", headers=stranger)

    assert (answer.status_code, answer.json()["code"]) == (404, "organization-not-found")


async def test_the_collectives_are_listed_with_their_other_names(
    tasks_api: httpx.AsyncClient, stranger: Caller
) -> None:
    answer = await tasks_api.get("/v1/organization-groups", headers=stranger)

    groups = answer.json()["items"]
    assert len(groups) == len(DEFAULT_GROUPS)
    schools = next(group for group in groups if group["name"] == "Các trường học")
    assert "Các trường" in schools["aliases"]
    assert schools["selector"] == {"kinds": ["school"], "scope": "ward", "relation": "descendants"}


@pytest.mark.parametrize("path", ["/v1/organizations", f"/v1/organizations/{'0' * 32}", "/v1/organization-groups"])
async def test_nobody_reads_the_tree_without_a_token(tasks_api: httpx.AsyncClient, path: str) -> None:
    assert (await tasks_api.get(path)).status_code == 401
