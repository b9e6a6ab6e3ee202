"""A person corrects what was read, row by row, before it becomes a plan."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, Organization, PlanImport
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task

Caller = dict[str, str]
DOCUMENT = docx_bytes(
    Grid(
        [
            HEADER,
            task("1", "Việc một", lead="Văn phòng", deadline="Khi có kinh phí"),
            task("2", "Việc hai", lead="Ban Không Tên", coordinating="Tổ Chưa Có", deadline=""),
            task("3", "Việc ba", lead="", deadline="Quý I/2026"),
            task("4", "Việc bốn", lead="Ban Không Tên", coordinating="Các đơn vị liên quan", deadline="Quý I/2026"),
        ]
    )
)


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    ward = await make_organization(session, kind="ward", code="H98.1", name="Phường Thử")
    await make_organization(session, parent=ward, code="H98.1.VP", name="Văn phòng")
    await make_organization(session, parent=ward, code="H98.1.KT", name="Phòng Kinh tế")
    return ward


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


@pytest.fixture
async def path(tasks_api: httpx.AsyncClient, admin: Caller) -> str:
    answer = await tasks_api.post("/v1/plan-imports", params={"issuer": "H98.1"}, content=DOCUMENT, headers=admin)
    assert answer.status_code == 201, answer.text
    return f"/v1/plan-imports/{answer.json()['id']}"


async def correct(
    client: httpx.AsyncClient, caller: Caller, path: str, row: str, *, version: str | None = '"1"', **changes: Any
) -> httpx.Response:
    headers = caller | ({"If-Match": version} if version is not None else {})
    return await client.patch(f"{path}/rows/{row}", json=changes, headers=headers)


def row_of(answer: httpx.Response, code: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["proposal"]["tasks"]
    return next(row for row in rows if row["code"] == code)


def codes(issues: list[dict[str, Any]]) -> set[str]:
    return {issue["code"] for issue in issues}


async def test_only_what_is_sent_changes(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    before = (await tasks_api.get(path, headers=admin)).json()["proposal"]

    answer = await correct(tasks_api, admin, path, "1.2", title="  Việc một, viết lại  ", kpi="90%")

    after = answer.json()["proposal"]
    expected = before["tasks"][0] | {"title": "Việc một, viết lại", "kpi": "90%"}
    assert after == before | {"tasks": [expected, *before["tasks"][1:]]}
    assert (answer.json()["version"], answer.headers["ETag"]) == (2, '"2"')
    assert (await tasks_api.get(path, headers=admin)).json() == answer.json()


async def test_a_correction_leaves_the_row_before_and_after_in_the_trail(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    await correct(tasks_api, admin, path, "1.2", title="Mới")

    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_import.row_corrected"))).one()
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["title"], entry.after["title"]) == ("Việc một", "Mới")


async def test_leads_are_named_by_code_and_settle_what_was_doubtful_about_them(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    named = await correct(tasks_api, admin, path, "1.3", leads=["H98.1.KT", "H98.1.VP"], coordinating=[])
    added = await correct(tasks_api, admin, path, "1.4", version='"2"', leads=["H98.1.KT"])
    beside_a_collective = await correct(tasks_api, admin, path, "1.5", version='"3"', leads=["H98.1.KT"])

    leads = row_of(named, "2")["leads"]
    assert [(lead["text"], lead["organization"], lead["confidence"]) for lead in leads] == [
        ("Phòng Kinh tế", "H98.1.KT", 1.0),
        ("Văn phòng", "H98.1.VP", 1.0),
    ]
    assert codes(row_of(named, "2")["issues"]) == {"deadline-missing"}
    assert codes(row_of(added, "3")["issues"]) == set()
    assert codes(row_of(beside_a_collective, "4")["issues"]) == set()
    whole = beside_a_collective.json()["proposal"]["issues"]
    assert codes([issue for issue in whole if issue["row"]]) == {
        "deadline-unknown",
        "deadline-missing",
    }


async def test_an_unknown_helper_stays_doubtful_when_only_the_lead_is_settled(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    answer = await correct(tasks_api, admin, path, "1.3", leads=["H98.1.KT"])

    assert "organization-unknown" in codes(row_of(answer, "2")["issues"])


async def test_taking_the_leads_away_makes_the_row_doubtful(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    answer = await correct(tasks_api, admin, path, "1.2", leads=[])

    row = row_of(answer, "1")
    assert row["leads"] == []
    assert "lead-missing" in codes(row["issues"])


DEADLINES: list[dict[str, Any]] = [
    {"kind": "date", "due": "2026-06-30"},
    {"kind": "range", "start": "2026-01-01", "due": "2026-12-31"},
    {"kind": "date", "start": "2026-06-30", "due": "2026-06-30"},
    {"kind": "quarterly", "recurrence": "quarterly"},
    {"kind": "half_year", "due": "2026-06-30"},
    {"kind": "half_year", "recurrence": "half_year"},
    {"kind": "month_and_continuous", "start": "2026-04-01", "due": "2026-04-30", "recurrence": "continuous"},
]


async def test_a_deadline_nobody_knows_stays_doubtful(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    answer = await correct(tasks_api, admin, path, "1.2", deadline={"kind": "unknown"})

    assert codes(row_of(answer, "1")["issues"]) == {"deadline-unknown"}


@pytest.mark.parametrize("deadline", DEADLINES, ids=str)
async def test_a_deadline_is_stated_and_settles_the_doubt(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, deadline: dict[str, Any]
) -> None:
    answer = await correct(tasks_api, admin, path, "1.2", deadline=deadline)

    row = row_of(answer, "1")
    assert row["deadline"] == {"start": None, "due": None, "recurrence": None} | deadline
    assert row["deadline_text"] == "Khi có kinh phí"
    assert codes(row["issues"]) == set()
    assert "deadline-unknown" not in codes(answer.json()["proposal"]["issues"])


async def test_milestones_read_in_the_text_go_with_it(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    phased = "Quý I/2026 hoàn thành khảo sát, Quý III/2026 hoàn thành lắp đặt"
    content = docx_bytes(Grid([HEADER, task("1", lead="Văn phòng", deadline=phased)]))
    sent = await tasks_api.post("/v1/plan-imports", params={"issuer": "H98.1"}, content=content, headers=admin)
    path = f"/v1/plan-imports/{sent.json()['id']}"
    assert len(sent.json()["proposal"]["tasks"][0]["milestones"]) == 2

    corrected = await correct(tasks_api, admin, path, "1.2", deadline={"kind": "date", "due": "2027-12-31"})

    assert row_of(corrected, "1")["milestones"] == []


async def test_a_lead_outside_the_issuers_commune_makes_the_row_doubtful_until_another_is_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str
) -> None:
    stranger = await make_organization(session, kind="province", code="H26", name="Thành phố Hà Nội")

    outside = await correct(tasks_api, admin, path, "1.2", leads=["H98.1.VP", stranger.code])
    inside = await correct(tasks_api, admin, path, "1.2", version='"2"', leads=["H98.1.VP"])

    doubts = [issue for issue in row_of(outside, "1")["issues"] if issue["code"] == "lead-outside-issuer"]
    assert len(doubts) == 1
    assert "Thành phố Hà Nội" in doubts[0]["message"]
    assert doubts[0] in outside.json()["proposal"]["issues"]
    assert "lead-outside-issuer" not in codes(inside.json()["proposal"]["issues"])


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"deadline": {"kind": "range", "start": "2026-12-31", "due": "2026-01-01"}}, "deadline"),
    ({"deadline": {"kind": "date"}}, "deadline"),
    ({"deadline": {"kind": "year", "start": "2026-01-01"}}, "deadline"),
    ({"deadline": {"kind": "quarterly"}}, "deadline"),
    ({"deadline": {"kind": "half_year"}}, "deadline"),
    ({"deadline": {"kind": "month_and_continuous", "recurrence": "continuous"}}, "deadline"),
    ({"deadline": {"kind": "date", "due": "2026-06-30", "recurrence": "monthly"}}, "deadline"),
    ({"deadline": {"kind": "unknown", "due": "2026-06-30"}}, "deadline"),
    ({"deadline": {"kind": "someday", "due": "2026-06-30"}}, "deadline.kind"),
    ({"deadline": {"kind": "date", "due": "30/6/2026"}}, "deadline.due"),
    ({"deadline": {"kind": "date", "due": "2026-06-31"}}, "deadline.due"),
    ({"deadline": {"kind": "date", "due": "9999-12-31"}}, "deadline.due"),
    ({"deadline": {"kind": "date", "due": "2101-01-01"}}, "deadline.due"),
    ({"deadline": {"kind": "date", "due": "2026-06-30", "hour": 8}}, "deadline.hour"),
    ({"title": None}, "title"),
    ({"leads": "H98.1.KT"}, "leads"),
    ({"leads": None}, "leads"),
    ({"deadline": None}, "deadline"),
    ({"colour": "red"}, "colour"),
    ({"code": " "}, "code"),
    ({"excluded": None}, "excluded"),
    ({"accept_issues": ["Mọi thứ"]}, "accept_issues.0"),
]


@pytest.mark.parametrize(("changes", "place"), WRONG, ids=[str(changes) for changes, _ in WRONG])
async def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, path: str, changes: dict[str, Any], place: str
) -> None:
    answer = await correct(tasks_api, admin, path, "1.2", **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), answer.text
    assert [error["place"] for error in answer.json()["errors"]] == [place]
    assert (await session.scalars(select(PlanImport.version))).one() == 1


@pytest.mark.parametrize("field", ["leads", "coordinating"])
async def test_a_code_nobody_has_is_refused_by_name(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, field: str
) -> None:
    changes: dict[str, Any] = {field: ["H98.1.KT", "H98.1.ZZ"]}

    answer = await correct(tasks_api, admin, path, "1.2", **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, "organization-unknown")
    assert [(error["place"], "H98.1.ZZ" in error["message"]) for error in answer.json()["errors"]] == [(field, True)]


@pytest.mark.parametrize("row", ["1.1", "1.9", "9.2"])
async def test_a_row_that_is_no_task_is_not_found(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, row: str
) -> None:
    answer = await correct(tasks_api, admin, path, row, title="x")

    assert (answer.status_code, answer.json()["code"]) == (404, "row-not-found")


@pytest.mark.parametrize("row", ["1", "x.y", "1.2.3", "1.-2"])
async def test_a_row_is_written_as_table_dot_row(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, row: str
) -> None:
    answer = await correct(tasks_api, admin, path, row, title="x")

    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "row")


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        (None, 428, "if-match-required"),
        ('"2"', 412, "version-stale"),
        ('W/"1"', 412, "version-unknown"),
        ("1", 412, "version-unknown"),
        ("*", 412, "version-unknown"),
        ('"1", "2"', 412, "version-unknown"),
    ],
)
async def test_one_edits_what_one_has_seen(
    tasks_api: httpx.AsyncClient, admin: Caller, path: str, version: str | None, status: int, code: str
) -> None:
    answer = await correct(tasks_api, admin, path, "1.2", version=version, title="x")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_second_of_two_editors_is_told(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    assert (await correct(tasks_api, admin, path, "1.2", title="Người thứ nhất")).status_code == 200

    second = await correct(tasks_api, admin, path, "1.2", title="Người thứ hai")

    assert second.status_code == 412


async def test_what_is_committed_is_corrected_no_more(tasks_api: httpx.AsyncClient, admin: Caller, path: str) -> None:
    document = {"number": "1/KH", "issued_on": "2026-01-05", "title": "Kế hoạch", "accept_issues": ["*"]}
    assert (await tasks_api.post(f"{path}/commit", json=document, headers=admin)).status_code == 201

    answer = await correct(tasks_api, admin, path, "1.2", version='"2"', title="x")

    assert (answer.status_code, answer.json()["code"]) == (409, "plan-import-committed")


async def test_others_may_not(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization, path: str
) -> None:
    viewer = await make_caller(session, token_maker, ward, Role.VIEWER)
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.PLAN_ADMIN)

    statuses = [
        (await correct(tasks_api, caller, path, "1.2", title="x")).status_code for caller in (viewer, stranger, {})
    ]

    assert statuses == [403, 404, 401]
