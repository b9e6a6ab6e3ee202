"""A proposal becomes a plan once every issue that would lose or misassign a duty is settled or accepted by name."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.plan_imports.review import list_open
from shared.db.models import AuditEntry, Organization, Plan, PlanImport, Task, TaskGroup, TaskOrganization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import WARD, make_sample_ward
from tests.factories.tracking import make_organization
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task
from tests.tasks_api.plan_imports.importing import NAMED, Caller, commit, count, propose

DOUBTFUL = docx_bytes(
    Grid(
        [
            HEADER,
            task("1", "Việc một", lead="Văn phòng HĐND và UBND", deadline="Khi có kinh phí"),
            task("2", "Việc hai", lead="Ban Không Tên", coordinating="Tổ Chưa Có"),
            task("3", "Việc ba", lead="Các cơ quan, đơn vị liên quan"),
            task("4", "Việc bốn", lead="", deadline=""),
            task("5", "Việc năm", lead="Công an phường (đ/c Nguyễn Văn Mẫu)", coordinating="Các đơn vị liên quan"),
        ]
    )
)
OPEN = [
    ("deadline-unknown", 2),
    ("organization-unknown", 3),
    ("lead-vague", 4),
    ("lead-missing", 5),
]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


@pytest.fixture
async def path(tasks_api: httpx.AsyncClient, admin: Caller) -> str:
    return await propose(tasks_api, admin, DOUBTFUL)


async def correct(
    client: httpx.AsyncClient, caller: Caller, path: str, row: str, version: int, **changes: Any
) -> dict[str, Any]:
    headers = caller | {"If-Match": f'"{version}"'}
    answer = await client.patch(f"{path}/rows/{row}", json=changes, headers=headers)
    assert answer.status_code == 200, answer.text
    proposal: dict[str, Any] = answer.json()["proposal"]
    return proposal


def waiting(proposal: dict[str, Any], *agreed: str) -> list[tuple[str, int]]:
    return [(issue["code"], issue["row"]["row"]) for issue in list_open(proposal, agreed)]


async def test_a_commit_names_every_row_that_waits_and_makes_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    answer = await commit(tasks_api, admin, path, **NAMED, accept_issues=[])

    assert (answer.status_code, answer.json()["code"]) == (409, "proposal-has-blocking-issues")
    told = [(issue["code"], issue["row"]["row"]) for issue in answer.json()["facts"]["issues"]]
    assert told == OPEN
    assert [error["place"] for error in answer.json()["errors"]] == [f"bảng 1, dòng {row}" for _, row in OPEN]
    assert await count(session, Plan) == 0


async def test_a_body_agreed_to_be_created_blocks_no_more(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    answer = await commit(tasks_api, admin, path, **NAMED, accept_issues=[], create_organizations=["Ban Không Tên"])

    told = [(issue["code"], issue["row"]["row"]) for issue in answer.json()["facts"]["issues"]]
    assert told == [issue for issue in OPEN if issue[0] != "organization-unknown"]


async def test_every_issue_is_settled_accepted_or_left_out(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    accepted = await correct(tasks_api, admin, path, "1.2", 1, accept_issues=["deadline-unknown"])
    (word,) = [issue["accepted"] for issue in accepted["tasks"][0]["issues"]]
    assert word["by"]
    assert word["at"][:4].isdigit()
    assert [issue["accepted"] for issue in accepted["issues"] if issue.get("accepted")] == [word]
    assert waiting(accepted) == OPEN[1:]
    await correct(tasks_api, admin, path, "1.3", 2, leads=[f"{WARD}.VP"])
    excluded = await correct(tasks_api, admin, path, "1.4", 3, excluded=True)
    assert waiting(excluded) == OPEN[3:]
    settled = await correct(tasks_api, admin, path, "1.5", 4, leads=[{"organization": f"{WARD}.CA"}])
    assert waiting(settled) == []

    answer = await commit(tasks_api, admin, path, **NAMED, accept_issues=[])

    assert (answer.status_code, answer.json()["tasks"]) == (201, 4), answer.text
    assert answer.json()["tasks_without_deadline"] == ["1", "4"]
    assert (await session.scalars(select(Task.code).order_by(Task.position))).all() == ["1", "2", "4", "5"]
    entries = await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_import.row_corrected"))
    assert sum("accepted" in str(entry.after) for entry in entries) == 1


async def test_an_issue_accepted_stays_accepted_when_names_are_looked_up_again(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization, path: str
) -> None:
    await correct(tasks_api, admin, path, "1.3", 1, accept_issues=["organization-unknown"])
    before = await correct(tasks_api, admin, path, "1.2", 2, accept_issues=["deadline-unknown"], title="Việc một, sửa")
    await make_organization(session, parent=ward, name="Tổ Chưa Có")

    await propose(tasks_api, admin, DOUBTFUL)
    after = (await tasks_api.get(path, headers=admin)).json()["proposal"]

    assert after["tasks"][1]["coordinating"][0]["organization"] is not None
    assert waiting(after) == waiting(before) == OPEN[2:]
    assert after["tasks"][0] == before["tasks"][0]


async def test_what_is_accepted_at_once_is_kept_with_who_did(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    codes = sorted({code for code, _ in OPEN})

    assert (await commit(tasks_api, admin, path, **NAMED, accept_issues=codes)).status_code == 201

    proposal = (await session.scalars(select(PlanImport.proposal))).one()
    words = [issue.get("accepted") for issue in proposal["issues"] if issue["blocking"]]  # type: ignore[attr-defined]
    assert len(words) == len(OPEN)
    assert all(words)


async def test_only_what_is_open_can_be_accepted(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    answer = await tasks_api.patch(
        f"{path}/rows/1.2", json={"accept_issues": ["lead-missing"]}, headers=admin | {"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "issue-not-open")


async def test_every_cell_can_be_corrected(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    changed = await correct(
        tasks_api,
        admin,
        path,
        "1.2",
        1,
        code="9",
        group={"no": "I", "title": "Nhóm mới"},
        general_task="Việc chung",
        deadline_text="Quý III/2026",
        leads=[{"text": "VP HĐND & UBND phường", "officer": "Chánh Văn phòng"}, {"group": "Các trường học"}],
        coordinating=[{"text": "Ban Chưa Ai Biết"}],
    )

    row = changed["tasks"][0]
    assert (row["deadline"]["due"], row["deadline_text"]) == ("2026-09-30", "Quý III/2026")
    assert [(name["text"], name["organization"], name["group"]) for name in row["leads"]] == [
        ("VP HĐND & UBND phường", f"{WARD}.VP", None),
        ("Các trường học", None, "Các trường học"),
    ]
    assert [(issue["code"], issue["blocking"]) for issue in row["issues"]] == [("organization-unknown", False)]
    await commit(tasks_api, admin, path, **NAMED)
    stored = (await session.scalars(select(Task).where(Task.code == "9"))).one()
    assert stored.general_task == "Việc chung"
    assert (await session.scalars(select(TaskGroup.title))).all() == ["Nhóm mới"]
    officers = select(TaskOrganization.text, TaskOrganization.officer).where(TaskOrganization.officer.is_not(None))
    assert dict((await session.execute(officers)).all()) == {
        "VP HĐND & UBND phường": "Chánh Văn phòng",
        "Công an phường (đ/c Nguyễn Văn Mẫu)": "Nguyễn Văn Mẫu",
    }


async def test_a_code_is_one_tasks_alone(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    headers = admin | {"If-Match": '"1"'}
    taken = await tasks_api.patch(f"{path}/rows/1.2", json={"code": "2"}, headers=headers)
    assert (taken.status_code, taken.json()["code"]) == (409, "code-taken")
    await correct(tasks_api, admin, path, "1.3", 1, excluded=True)
    await correct(tasks_api, admin, path, "1.2", 2, code="2")
    back = await tasks_api.patch(f"{path}/rows/1.3", json={"excluded": False}, headers=admin | {"If-Match": '"3"'})
    assert (back.status_code, back.json()["code"]) == (409, "code-taken")


async def test_a_missed_row_is_added_behind_another(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    row = {"code": "2a", "title": "Việc bị sót", "after": "1.3", "leads": [f"{WARD}.VP"], "deadline_text": "Năm 2026"}

    answer = await tasks_api.post(f"{path}/rows", json=row, headers=admin | {"If-Match": '"1"'})
    bare = await tasks_api.post(
        f"{path}/rows", json={"code": "6", "title": "Việc cuối"}, headers=admin | {"If-Match": '"2"'}
    )

    assert (answer.status_code, bare.status_code) == (201, 201), bare.text
    rows = bare.json()["proposal"]["tasks"]
    assert [each["code"] for each in rows] == ["1", "2", "2a", "3", "4", "5", "6"]
    assert (rows[2]["row"], rows[2]["issues"], rows[2]["deadline"]["due"]) == ({"table": 0, "row": 1}, [], "2026-12-31")
    assert {issue["code"] for issue in rows[6]["issues"]} == {"deadline-missing", "lead-missing"}
    again = await correct(tasks_api, admin, path, "0.2", 3, leads=[f"{WARD}.VP"])
    assert waiting(again) == OPEN
    await commit(tasks_api, admin, path, **NAMED)
    assert "2a" in (await session.scalars(select(Task.code))).all()


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        ({"code": "2", "title": "Trùng mã"}, 409, "code-taken"),
        ({"code": "8", "title": "Sau dòng không có", "after": "7.7"}, 404, "row-not-found"),
        ({"code": "8"}, 422, "validation-failed"),
        ({"code": "8", "title": "x", "group": {"no": "I"}}, 422, "validation-failed"),
        ({"code": "8", "title": "x", "excluded": "đúng"}, 422, "validation-failed"),
        ({"code": "8", "title": "x", "leads": [{"group": "Các hội đoàn"}]}, 422, "group-unknown"),
        (
            {"code": "8", "title": "x", "leads": [{"group": "Các trường học", "organization": WARD}]},
            422,
            "validation-failed",
        ),
        ({"code": "8", "title": "x", "leads": [{"officer": "Ai đó"}]}, 422, "validation-failed"),
    ],
    ids=str,
)
async def test_a_row_that_cannot_be_is_not_added(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, row: dict[str, Any], status: int, code: str
) -> None:
    answer = await tasks_api.post(f"{path}/rows", json=row, headers=admin | {"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
