"""What a person once said a name means is known in the next plan of the same issuer, until somebody says otherwise."""

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, NameCorrection, Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import WARD, make_sample_ward
from tests.factories.tracking import make_organization
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task

Caller = dict[str, str]
NAME = "Bộ phận phụ trách văn hóa"


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def propose(
    client: httpx.AsyncClient, caller: Caller, title: str, lead: str = NAME, issuer: str = WARD
) -> dict[str, Any]:
    """An import of a plan with one task."""
    document = docx_bytes(Grid([HEADER, task("1", title, lead=lead)]))
    answer = await client.post("/v1/plan-imports", params={"issuer": issuer}, content=document, headers=caller)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def explain(client: httpx.AsyncClient, caller: Caller, made: dict[str, Any], **meaning: str) -> None:
    path = f"/v1/plan-imports/{made['id']}/rows/1.2"
    body = {"leads": [{"text": made["proposal"]["tasks"][0]["leads"][0]["text"], **meaning}]}
    answer = await client.patch(path, json=body, headers=caller | {"If-Match": f'"{made["version"]}"'})
    assert answer.status_code == 200, answer.text


def lead_of(made: dict[str, Any]) -> dict[str, Any]:
    lead: dict[str, Any] = made["proposal"]["tasks"][0]["leads"][0]
    return {key: lead.get(key) for key in ("text", "organization", "group", "confidence", "remembered")}


def remembered(text: str, organization: str | None = None, group: str | None = None) -> dict[str, Any]:
    return {"text": text, "organization": organization, "group": group, "confidence": 1.0, "remembered": True}


async def listed(client: httpx.AsyncClient, caller: Caller, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/name-corrections", params=query, headers=caller)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_next_plan_is_read_with_it_however_it_is_written(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    first = await propose(tasks_api, admin, "Việc một")
    assert lead_of(first)["organization"] is None

    await explain(tasks_api, admin, first, organization=f"{WARD}.VHXH")

    again = await propose(tasks_api, admin, "Việc hai", NAME.upper())
    assert lead_of(again) == remembered(NAME.upper(), f"{WARD}.VHXH")
    assert again["proposal"]["tasks"][0]["issues"] == []


async def test_the_latest_word_counts_and_may_be_a_group(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    await explain(tasks_api, admin, await propose(tasks_api, admin, "Việc một"), organization=f"{WARD}.VHXH")
    await explain(tasks_api, admin, await propose(tasks_api, admin, "Việc hai"), group="Các trường học")

    assert lead_of(await propose(tasks_api, admin, "Việc ba")) == remembered(NAME, group="Các trường học")
    (kept,) = await listed(tasks_api, admin, issuer=WARD)
    assert (kept["text"], kept["organization"], kept["group"]) == (NAME, None, "Các trường học")
    entries = await session.scalars(
        select(AuditEntry.after).where(AuditEntry.action == "name_correction.remembered").order_by(AuditEntry.id)
    )
    assert [(entry or {}).get("organization") for entry in entries] == [f"{WARD}.VHXH", None]


async def test_another_issuer_reads_on_its_own(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller
) -> None:
    await explain(tasks_api, admin, await propose(tasks_api, admin, "Việc một"), organization=f"{WARD}.VHXH")
    other = await make_organization(session, kind="ward", code="H98.5", name="Phường Khác")
    stranger = await make_caller(session, token_maker, other, Role.PLAN_ADMIN)

    assert lead_of(await propose(tasks_api, stranger, "Việc một", issuer="H98.5"))["organization"] is None
    assert await listed(tasks_api, stranger) == []
    (kept,) = await listed(tasks_api, admin)
    refused = await tasks_api.delete(f"/v1/name-corrections/{kept['id']}", headers=stranger)
    assert refused.status_code == 404


async def test_a_body_that_ended_is_meant_no_more(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    body = await make_organization(session, parent=ward, name="Tổ Văn nghệ")
    await explain(tasks_api, admin, await propose(tasks_api, admin, "Việc một"), organization=body.code)
    body.valid_to = date(2026, 1, 1)
    await session.flush()

    assert lead_of(await propose(tasks_api, admin, "Việc hai"))["organization"] is None


async def test_what_is_forgotten_is_looked_up_again(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller, ward: Organization
) -> None:
    await explain(tasks_api, admin, await propose(tasks_api, admin, "Việc một"), organization=f"{WARD}.VHXH")
    (kept,) = await listed(tasks_api, admin)
    viewer = await make_caller(session, token_maker, ward, Role.VIEWER)
    assert (await tasks_api.delete(f"/v1/name-corrections/{kept['id']}", headers=viewer)).status_code == 403

    answer = await tasks_api.delete(f"/v1/name-corrections/{kept['id']}", headers=admin)

    assert (answer.status_code, answer.json()) == (200, kept)
    assert (await session.scalars(select(NameCorrection))).all() == []
    assert lead_of(await propose(tasks_api, admin, "Việc hai"))["organization"] is None
    gone = await tasks_api.delete(f"/v1/name-corrections/{kept['id']}", headers=admin)
    assert gone.status_code == 404


async def test_the_same_name_means_the_same_in_the_other_rows(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    rows = [
        task("1", "Việc một", lead=NAME),
        task("2", "Việc hai", lead=f"{NAME.upper()}; Ban Không Tên", coordinating=NAME),
        task("3", "Việc ba", lead="Công an phường"),
    ]
    document = docx_bytes(Grid([HEADER, *rows]))
    sent = await tasks_api.post("/v1/plan-imports", params={"issuer": WARD}, content=document, headers=admin)
    made = sent.json()

    await explain(tasks_api, admin, made, organization=f"{WARD}.VHXH")

    after = (await tasks_api.get(f"/v1/plan-imports/{made['id']}", headers=admin)).json()["proposal"]
    known = {"organization": f"{WARD}.VHXH", "group": None, "confidence": 1.0, "remembered": True}
    second = after["tasks"][1]
    assert second["leads"][0] == {"text": NAME.upper(), **known}
    assert second["coordinating"] == [{"text": NAME, **known}]
    assert [issue["message"].split("”")[0] for issue in second["issues"]] == ["Hệ thống chưa có “Ban Không Tên"]
    assert [issue for issue in after["issues"] if issue["row"]] == second["issues"]
    assert after["tasks"][2] == made["proposal"]["tasks"][2]


async def test_a_code_without_the_name_teaches_nothing(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    made = await propose(tasks_api, admin, "Việc một")
    answer = await tasks_api.patch(
        f"/v1/plan-imports/{made['id']}/rows/1.2",
        json={"leads": [f"{WARD}.VHXH"]},
        headers=admin | {"If-Match": '"1"'},
    )
    assert answer.status_code == 200
    assert await listed(tasks_api, admin) == []
