"""A document sent to be read: a proposal, or a refusal that says what to do, and never half of either."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, Organization, OutboxEvent, Plan, PlanImport, Task
from shared.domain.principal import Role
from shared.settings import get_settings
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import DOCX, GROUPS, INDICATORS, TASKS, WARD, XLSX, make_sample_ward
from tests.factories.tracking import make_organization
from tests.http.serving import committing_service
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task
from tests.tasks_api.plan_imports.pdf_building import Sheet, pdf_bytes

Caller = dict[str, str]
PATH = "/v1/plan-imports"


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def send(
    client: httpx.AsyncClient, caller: Caller, content: bytes | AsyncIterator[bytes] = DOCX, **query: str
) -> httpx.Response:
    return await client.post(PATH, params={"issuer": WARD} | query, content=content, headers=caller)


async def count(session: AsyncSession, model: type[Any]) -> int:
    return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_pdf_becomes_a_proposal(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    columns = (40.0, 80.0, 200.0, 300.0, 400.0, 480.0, 560.0)
    content = pdf_bytes(Sheet().table(60, columns, [HEADER, task("1", "Việc một"), task("2", "Việc hai")]))

    answer = await send(tasks_api, admin, content, filename="kế hoạch.pdf")

    assert answer.status_code == 201, answer.text
    assert [row["title"] for row in answer.json()["proposal"]["tasks"]] == ["Việc một", "Việc hai"]


@pytest.mark.parametrize("content", [DOCX, XLSX], ids=["docx", "xlsx"])
async def test_the_sample_plan_becomes_a_proposal(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, content: bytes
) -> None:
    answer = await send(tasks_api, admin, content, filename="Kế hoạch 12.docx")

    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"] == '"1"'
    body = answer.json()
    assert (body["state"], body["plan_id"], body["version"]) == ("proposed", None, 1)
    assert body["filename"] == "Kế hoạch 12.docx"
    assert body["document_sha256"] == hashlib.sha256(content).hexdigest()
    proposal = body["proposal"]
    assert (proposal["document"]["number"], proposal["document"]["issued_on"]) == ("12/KH-UBND", "2026-01-20")
    assert (len(proposal["tasks"]), len(proposal["indicators"])) == (TASKS, INDICATORS)
    assert list(dict.fromkeys(row["group"]["no"] for row in proposal["tasks"])) == GROUPS
    assert await count(session, Plan) == await count(session, Task) == await count(session, OutboxEvent) == 0


async def test_names_are_looked_up_from_the_issuers_place_in_the_tree(
    tasks_api: httpx.AsyncClient, admin: Caller
) -> None:
    tasks = (await send(tasks_api, admin)).json()["proposal"]["tasks"]

    leads = {row["code"]: row["leads"] for row in tasks}
    assert [(lead["organization"], lead["group"]) for lead in leads["I.1"]] == [("H99.01.VP", None)]
    assert [(lead["organization"], lead["group"]) for lead in leads["II.2"]] == [("H99.01.CA", None)]
    assert [(lead["organization"], lead["group"]) for lead in leads["III.1"]] == [(None, "Các trường học")]
    assert all(lead["organization"] or lead["group"] for names in leads.values() for lead in names)


async def test_an_import_is_stored_with_its_trail(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    answer = await send(tasks_api, admin)

    stored = (await session.scalars(select(PlanImport))).one()
    assert (str(stored.id), stored.issuer_id, stored.proposal) == (
        answer.json()["id"],
        ward.id,
        answer.json()["proposal"],
    )
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_import.created"))).one()
    assert (entry.target_type, entry.target_id) == ("plan_imports", stored.id)
    assert (entry.actor, entry.organization_id) == (stored.requested_by, ward.id)
    assert entry.request_id == answer.headers["X-Request-Id"]
    assert entry.after == {"issuer_id": str(ward.id), "filename": "ke-hoach", "sha256": stored.document_sha256}


async def test_the_same_document_again_is_the_same_import(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    first = await send(tasks_api, admin)
    again = await send(tasks_api, admin, filename="tên khác.docx")

    assert again.json() == first.json()
    assert await count(session, PlanImport) == 1
    created = select(func.count()).where(AuditEntry.action == "plan_import.created")
    assert (await session.execute(created)).scalar_one() == 1


async def test_the_same_document_of_another_issuer_is_another_import(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller, ward: Organization
) -> None:
    province = await session.get_one(Organization, ward.parent_id)
    caller = await make_caller(session, token_maker, province, Role.PLAN_ADMIN)

    first = await send(tasks_api, admin)
    other = await send(tasks_api, caller, issuer=province.code)

    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


async def test_sending_a_document_twice_at_once_creates_it_once(committed_url: str, token_maker: TokenMaker) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            admin = await make_caller(session, token_maker, await make_sample_ward(session), Role.PLAN_ADMIN)

        answers = await asyncio.gather(*(send(client, admin) for _ in range(3)))

        async with sessions() as session:
            stored = (await session.scalars(select(PlanImport.id))).all()
            trail = select(func.count()).where(AuditEntry.action == "plan_import.created")
            entries = (await session.execute(trail)).scalar_one()

    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.json()["id"] for answer in answers} == {str(import_id) for import_id in stored}
    assert (len(stored), entries) == (1, 1)


async def test_a_province_imports_for_its_wards_by_any_code(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization
) -> None:
    ward.admin_code = "26041"
    province = await session.get_one(Organization, ward.parent_id)
    caller = await make_caller(session, token_maker, province, Role.PLAN_ADMIN)

    answer = await send(tasks_api, caller, issuer="26041")

    assert answer.status_code == 201
    assert (await session.scalars(select(PlanImport))).one().issuer_id == ward.id


REFUSED = {
    "empty": (b"", 422, "document-empty"),
    "a text": ("Kế hoạch".encode(), 415, "document-type-unsupported"),
    "a PDF without pages": (b"%PDF-1.7\n", 400, "document-unreadable"),
    "an old Word file": (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), 415, "document-type-unsupported"),
    "a broken zip": (b"PK\x03\x04" + bytes(100), 400, "document-unreadable"),
    "cut off": (DOCX[: len(DOCX) // 2], 400, "document-unreadable"),
    "no table": (docx_bytes("Kế hoạch không có bảng."), 422, "no-task-table"),
    "unknown headers": (
        docx_bytes(Grid([("STT", "Nhiệm vụ", "Sản phẩm"), ("1", "Việc", "Báo cáo"), ("2", "Việc", "Báo cáo")])),
        422,
        "headers-unknown",
    ),
}


@pytest.mark.parametrize(("content", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_plan_is_refused_with_what_to_do_and_nothing_is_kept(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, content: bytes, status: int, code: str
) -> None:
    answer = await send(tasks_api, admin, content, filename="kế hoạch.docx")

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len(answer.json()["detail"]) > 20
    assert await count(session, PlanImport) == 0
    trail = select(func.count()).where(AuditEntry.action.startswith("plan"))
    assert (await session.execute(trail)).scalar_one() == 0


async def test_a_number_printed_twice_waits_for_a_person(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    content = docx_bytes(Grid([HEADER, task("1", "Việc một"), task("2", "Việc hai"), task("1", "Việc ba")]))

    proposal = (await send(tasks_api, admin, content)).json()["proposal"]

    (told,) = [issue for issue in proposal["issues"] if issue["code"] == "duplicate-code"]
    assert (told["row"], told["blocking"]) == ({"table": 1, "row": 4}, True)
    assert "dòng 2" in told["message"]


async def test_a_document_of_50_mb_is_refused_unread(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    answer = await send(tasks_api, admin | {"Content-Length": str(50 << 20)}, b"PK\x03\x04")

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def test_a_document_that_grows_past_the_limit_is_refused(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range((get_settings().document_limit >> 20) + 1):
            yield bytes(1 << 20)

    answer = await send(tasks_api, admin, chunks())

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def test_an_unknown_issuer_is_refused_with_what_to_do(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    answer = await send(tasks_api, admin, issuer="H98.77")

    assert (answer.status_code, answer.json()["code"]) == (422, "issuer-unknown")
    assert "H98.77" in answer.json()["detail"]


async def test_the_issuer_must_be_named(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    answer = await tasks_api.post(PATH, content=DOCX, headers=admin)

    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "issuer")


async def test_nobody_imports_without_a_token(tasks_api: httpx.AsyncClient, ward: Organization) -> None:
    assert (await send(tasks_api, {})).status_code == 401


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PLAN_ADMIN])
async def test_other_roles_do_not_import(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization, role: Role
) -> None:
    caller = await make_caller(session, token_maker, ward, role)

    answer = await send(tasks_api, caller)

    assert (answer.status_code, answer.json()["code"]) == (403, "role-required")


async def test_nobody_imports_for_an_organization_that_is_not_below_them(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization
) -> None:
    office = (await session.scalars(select(Organization).where(Organization.code == f"{WARD}.VP"))).one()
    neighbour = await make_organization(session, kind="ward")

    for organization in (office, neighbour):
        answer = await send(tasks_api, await make_caller(session, token_maker, organization, Role.PLAN_ADMIN))
        assert (answer.status_code, answer.json()["code"]) == (403, "not-your-organization")


async def test_a_repeated_request_gets_the_kept_answer(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    headers = admin | {"Idempotency-Key": "k1"}

    first = await send(tasks_api, headers)
    again = await send(tasks_api, headers)
    other = await send(tasks_api, headers, XLSX)

    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_proposal_is_read_by_the_issuers_branch_upwards_and_hidden_from_others(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller, ward: Organization
) -> None:
    created = (await send(tasks_api, admin)).json()
    province = await session.get_one(Organization, ward.parent_id)
    office = (await session.scalars(select(Organization).where(Organization.code == f"{WARD}.VP"))).one()

    for organization, status in ((ward, 200), (province, 200), (office, 404), (await make_organization(session), 404)):
        caller = await make_caller(session, token_maker, organization, Role.VIEWER)
        answer = await tasks_api.get(f"{PATH}/{created['id']}", headers=caller)
        assert answer.status_code == status
        if status == 200:
            assert (answer.json(), answer.headers["ETag"]) == (created, '"1"')
        else:
            assert answer.json()["code"] == "plan-import-not-found"

    assert (await tasks_api.get(f"{PATH}/{created['id']}")).status_code == 401
