"""A body that a plan names is created once, whatever happened between the proposal and its commit."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.plan_imports.naming import list_unknown_bodies
from shared.db.models import Organization, TaskOrganization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import WARD, make_sample_ward
from tests.factories.tracking import make_organization
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task
from tests.tasks_api.plan_imports.importing import NAMED, Caller, commit, count, propose

STRANGER = "Ban Không Tên"


def document(*leads: str) -> bytes:
    return docx_bytes(Grid([HEADER, *(task(str(at), f"Việc {at}", lead=lead) for at, lead in enumerate(leads, 1))]))


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def leads_of(session: AsyncSession, text: str) -> set[str]:
    statement = (
        select(Organization.code)
        .join(TaskOrganization, TaskOrganization.organization_id == Organization.id)
        .where(TaskOrganization.text == text)
    )
    return set(await session.scalars(statement))


async def test_two_proposals_that_name_one_unknown_body_create_it_once(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    paths = [await propose(tasks_api, admin, document(*leads)) for leads in ([STRANGER], [STRANGER, STRANGER])]
    bodies = await count(session, Organization)

    answers = [
        await commit(tasks_api, admin, path, **NAMED | {"number": f"{at}/KH-UBND"}, create_organizations=[STRANGER])
        for at, path in enumerate(paths)
    ]

    assert [answer.json()["organizations_created"] for answer in answers] == [[STRANGER], []]
    assert [answer.json()["tasks_without_lead"] for answer in answers] == [[], []]
    assert await count(session, Organization) == bodies + 1
    assert await leads_of(session, STRANGER) == {f"{WARD}.X1"}


async def test_a_body_loaded_since_the_proposal_is_taken_instead(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    path = await propose(tasks_api, admin, document(STRANGER))
    loaded = await make_organization(session, parent=ward, name=STRANGER)

    answer = await commit(tasks_api, admin, path, **NAMED, create_organizations=[STRANGER])

    assert answer.json()["organizations_created"] == []
    assert await leads_of(session, STRANGER) == {loaded.code}


async def test_a_name_borne_by_several_since_the_proposal_is_refused(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    path = await propose(tasks_api, admin, document(STRANGER))
    for _ in range(2):
        await make_organization(session, parent=ward, name=STRANGER)

    answer = await commit(tasks_api, admin, path, **NAMED, create_organizations=[STRANGER])

    assert (answer.status_code, answer.json()["code"]) == (409, "organization-ambiguous")


async def test_an_ambiguous_name_is_never_created(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    for _ in range(2):
        await make_organization(session, parent=ward, name=STRANGER)
    path = await propose(tasks_api, admin, document(STRANGER, "Tổ Chưa Có"))
    proposal = (await tasks_api.get(path, headers=admin)).json()["proposal"]

    answer = await commit(tasks_api, admin, path, **NAMED, create_organizations=[STRANGER])

    assert list_unknown_bodies(proposal) == ["Tổ Chưa Có"]
    assert (answer.status_code, answer.json()["code"]) == (422, "organization-not-proposed")


@pytest.mark.parametrize(
    ("names", "created"),
    [
        (["BHXH tỉnh", "Bảo hiểm Xã hội tỉnh"], ["Bảo hiểm Xã hội tỉnh"]),
        (["Phòng DTTG", "Phòng Dân tộc, Tôn giáo"], ["Phòng Dân tộc, Tôn giáo"]),
        (
            ["phòng dân tộc và tôn giáo", "Phòng DT-TG phường Bến Sông", "Phòng Dân tộc - Tôn giáo phường"],
            ["Phòng Dân tộc - Tôn giáo phường"],
        ),
        (["TTDVC", "Giám đốc Trung tâm Dịch vụ công", "Trung tâm Dịch vụ công"], ["Trung tâm Dịch vụ công"]),
        (["Tổ công tác 1", "Tổ công tác 2"], ["Tổ công tác 1", "Tổ công tác 2"]),
        (["Ban Bảo vệ rừng", "Ban Bảo tồn rừng"], ["Ban Bảo vệ rừng", "Ban Bảo tồn rừng"]),
    ],
    ids=lambda value: str(value[0]),
)
async def test_ways_to_write_a_name_are_one_body(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, names: list[str], created: list[str]
) -> None:
    path = await propose(tasks_api, admin, document(*names))

    answer = await commit(tasks_api, admin, path, **NAMED, create_organizations=names)

    assert answer.json()["organizations_created"] == created
    assert answer.json()["tasks_without_lead"] == []
    assert set().union(*[await leads_of(session, name) for name in names]) == {
        f"{WARD}.X{number}" for number in range(1, len(created) + 1)
    }


async def test_a_person_is_never_made_a_body(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    path = await propose(tasks_api, admin, document("Đ/c Nguyễn Văn Mẫu", STRANGER))
    proposal = (await tasks_api.get(path, headers=admin)).json()["proposal"]
    assert list_unknown_bodies(proposal) == [STRANGER]


async def test_committing_again_tells_of_the_leads_that_were_created(
    tasks_api: httpx.AsyncClient, admin: Caller
) -> None:
    path = await propose(tasks_api, admin, document(STRANGER, "Tổ Chưa Có", ""))

    first = await commit(tasks_api, admin, path, **NAMED, create_organizations=[STRANGER])
    again = await commit(tasks_api, admin, path, **NAMED)

    assert first.json()["tasks_without_lead"] == again.json()["tasks_without_lead"] == ["2", "3"]
