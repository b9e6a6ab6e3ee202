"""A document that restates a plan in force: what it changes is shown, agreed to, and becomes an amendment."""

from datetime import date, timedelta

from sqlalchemy import select

from shared.clock import today
from shared.db.models import Amendment, Assignment, Organization, Plan, PlanImport
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.tasks_api.amendments.desk import FIRST, ONE, REASON, THREE, TWO, Desk, changes_of, document
from tests.tasks_api.plan_imports.building import task

SECOND = document(
    task("1", "Xây dựng đề án chuyển đổi số", **ONE),
    task("2", "Lắp đặt điểm truy cập mạng", **THREE),
    task("3", "Tập huấn cho cán bộ, công chức", **TWO | {"deadline": "31/12/2027", "lead": "Văn phòng"}),
)


async def test_the_same_number_and_date_from_another_file_is_a_difference_and_an_amendment(desk: Desk) -> None:
    proposed = await desk.propose(SECOND)

    assert proposed["amends_plan_id"] == str((await desk.plan()).id)
    diff = proposed["diff"]
    assert changes_of(diff) == {"2": ["code", "leads", "deadline"]}, "what a person corrected has not changed"
    assert [each["title"] for each in diff["tasks"]["added"]] == ["Lắp đặt điểm truy cập mạng"]
    assert [each["title"] for each in diff["tasks"]["removed"]] == ["Rà soát dữ liệu đất đai"]

    refused = await desk.commit(proposed)
    assert (refused.status_code, refused.json()["code"]) == (422, "amendment-incomplete")
    committed = await desk.commit(proposed, number="9/QĐ-UBND", issued_on="2026-06-01", **REASON)

    assert committed.status_code == 201, committed.text
    assert committed.json()["amendment_id"]
    assert await desk.apply() == 1
    tasks = await desk.tasks()
    assert {code: task.title for code, task in tasks.items()} == {
        "1": "Xây dựng đề án chuyển đổi số",
        "2": "Lắp đặt điểm truy cập mạng",
        "3": "Tập huấn cho toàn thể cán bộ",
    }
    assert tasks["2"].position == tasks["1"].position, "right behind the one before it"
    assert tasks["1"].deadline_due == date(2026, 12, 11)
    assert (tasks["3"].title, tasks["3"].deadline_due) == ("Tập huấn cho toàn thể cán bộ", date(2027, 12, 31))
    led = select(Assignment.status, Organization.code).join(Organization, Organization.id == Assignment.organization_id)
    rows = await desk.session.execute(led.where(Assignment.task_id == tasks["3"].id))
    assert {tuple(row) for row in rows} == {("cancelled", "H98.1.KT"), ("not_started", "H98.1.VP")}


async def test_after_it_is_in_force_the_same_document_changes_nothing(desk: Desk) -> None:
    proposed = await desk.propose(SECOND)
    await desk.commit(proposed, number="9/QĐ-UBND", issued_on="2026-06-01", **REASON)
    await desk.apply()

    again = await desk.propose(SECOND)
    assert (again["id"], again["state"], again["diff"]) == (proposed["id"], "committed", None)
    repeated = await desk.commit(proposed)
    assert (repeated.status_code, repeated.json()["created"]) == (200, False)
    restated = await desk.propose(SECOND + b"\0", amends=str((await desk.plan()).id))
    assert restated["diff"]["tasks"] == {"added": [], "removed": [], "changed": []}
    empty = await desk.commit(restated, number="10/QĐ-UBND", issued_on="2026-06-02", **REASON)
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing-changes")
    assert len((await desk.session.scalars(select(Amendment))).all()) == 1
    assert len((await desk.session.scalars(select(Plan))).all()) == 1


async def test_tasks_may_change_codes_with_each_other(desk: Desk) -> None:
    proposed = await desk.propose(
        document(
            task("3", "Xây dựng đề án chuyển đổi số", **ONE),
            task("1", "Tập huấn cho cán bộ, công chức", **TWO),
            task("2", "Rà soát dữ liệu đất đai", **THREE),
        )
    )
    assert changes_of(proposed["diff"]) == {"1": ["code"], "2": ["code"], "3": ["code"]}

    await desk.commit(proposed, number="9/QĐ-UBND", issued_on="2026-06-01", **REASON)
    assert await desk.apply() == 1

    titles = {code: task.title for code, task in (await desk.tasks()).items()}
    assert titles["3"] == "Xây dựng đề án chuyển đổi số"
    assert titles["2"] == "Rà soát dữ liệu đất đai"


async def test_the_very_document_of_the_plan_changes_nothing(desk: Desk) -> None:
    again = await desk.propose(FIRST)

    assert (again["state"], again["diff"]) == ("committed", None)
    assert len((await desk.session.scalars(select(PlanImport))).all()) == 1


async def test_a_deadline_that_a_document_leaves_blank_is_not_taken_away_unseen(desk: Desk) -> None:
    blank = document(
        task("1", "Xây dựng đề án chuyển đổi số", **ONE),
        task("2", "Tập huấn cho cán bộ, công chức", lead="Phòng Kinh tế", deadline=""),
        task("3", "Rà soát dữ liệu đất đai", **THREE),
    )
    proposed = await desk.propose(blank)
    assert "deadline-taken-away" in [issue["code"] for issue in proposed["diff"]["issues"]]
    instrument = {"number": "9/QĐ-UBND", "issued_on": "2026-06-01"} | REASON
    refused = await desk.commit(proposed, **instrument)
    assert (refused.status_code, refused.json()["code"]) == (409, "proposal-has-blocking-issues")
    accepted = await desk.commit(proposed, accept_issues=["deadline-taken-away"], **instrument)
    assert accepted.status_code == 201, accepted.text


async def test_a_later_document_amends_the_plan_it_is_said_to_amend(desk: Desk) -> None:
    later = document(
        task("1", "Xây dựng đề án chuyển đổi số", **ONE | {"deadline": "30/6/2027"}),
        task("2", "Tập huấn cho cán bộ, công chức", **TWO),
        task("3", "Rà soát dữ liệu đất đai", **THREE),
        number="15/KH-UBND",
    )
    assert (await desk.propose(later))["amends_plan_id"] is None
    plan = await desk.plan()

    proposed = await desk.propose(later, amends=str(plan.id))

    assert changes_of(proposed["diff"]) == {"1": ["deadline"]}
    effective = (today() + timedelta(days=1)).isoformat()
    committed = await desk.commit(proposed, reason="Bổ sung kinh phí", effective_on=effective)
    assert committed.status_code == 201, committed.text
    amendment = (await desk.session.scalars(select(Amendment))).one()
    assert (amendment.number, amendment.issued_on) == ("15/KH-UBND", date(2026, 1, 20))
    assert await desk.apply() == 0


async def test_a_correction_in_the_amending_document_is_part_of_the_difference(desk: Desk) -> None:
    proposed = await desk.propose(FIRST + b"\0")
    assert changes_of(proposed["diff"]) == {}

    await desk.correct(proposed, "2.2", 1, deadline={"kind": "date", "due": "2027-03-31"})

    assert changes_of((await desk.look_again(proposed))["diff"]) == {"1": ["deadline"]}


async def test_a_plan_that_changed_since_the_difference_was_shown_is_compared_anew(desk: Desk) -> None:
    """Another amendment adds a task meanwhile: a document that knows nothing of it does not cancel it unseen."""
    proposed = await desk.propose(SECOND)
    plan = await desk.plan()
    added = {
        "kind": "add_task",
        "code": "4",
        "title": "Thêm việc mới",
        "leads": ["H98.1.VP"],
        "deadline_text": "Quý IV/2026",
    }
    body = {"number": "8/QĐ-UBND", "issued_on": "2026-05-01", "changes": [added]} | REASON
    headers = desk.admin | {"If-Match": f'"{plan.version}"'}
    url = f"/v1/plans/{plan.id}/amendments"
    assert (await desk.client.post(url, json=body, headers=headers)).status_code == 201

    instrument = {"number": "9/QĐ-UBND", "issued_on": "2026-06-01"} | REASON
    refused = await desk.commit(proposed, **instrument)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan-changed")
    waiting = await desk.look_again(proposed)
    assert [issue["code"] for issue in waiting["diff"]["issues"]] == ["amendment-waiting"]
    blocked = await desk.commit(waiting, **instrument)
    assert [error["code"] for error in blocked.json()["errors"]] == ["amendment-waiting"]
    assert await desk.apply() == 1
    refused = await desk.commit(waiting, accept_issues=["amendment-waiting"], **instrument)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan-changed")
    assert len((await desk.session.scalars(select(Amendment))).all()) == 1

    seen = await desk.look_again(proposed)
    removed = [each["title"] for each in seen["diff"]["tasks"]["removed"]]
    assert removed == ["Rà soát dữ liệu đất đai", "Thêm việc mới"]
    assert (await desk.commit(seen, **instrument)).status_code == 201


async def test_the_same_words_in_a_document_for_another_year_are_a_change(desk: Desk) -> None:
    """ "Quý III" of the plan for 2026 was July to September of it."""
    rows = (task("1", "Xây dựng đề án chuyển đổi số", lead="Văn phòng", deadline="Quý III"),)
    first = await desk.propose(document(*rows, number="20/KH-UBND"))
    committed = await desk.commit(first)
    url = f"/v1/plans/{committed.json()['plan_id']}/activate"
    assert (await desk.client.post(url, headers=desk.admin | {"If-Match": '"1"'})).status_code == 200

    amends = {"amends": committed.json()["plan_id"]}
    again = await desk.propose(document(*rows, number="21/KH-UBND"), **amends)
    assert changes_of(again["diff"]) == {}
    later = await desk.propose(document(*rows, number="22/KH-UBND", year=2027), **amends)
    assert changes_of(later["diff"]) == {"1": ["deadline"]}
    (change,) = later["diff"]["tasks"]["changed"][0]["changes"]
    days = [cell["deadline"]["due"] for cell in (change["before"], change["after"])]
    assert days == ["2026-09-30", "2027-09-30"]


async def test_only_a_plan_in_force_of_the_same_issuer_is_amended(desk: Desk, token_maker: TokenMaker) -> None:
    plan = await desk.plan()
    other = await make_organization(desk.session, kind="ward", code="H98.2", name="Phường Khác")
    stranger = await make_caller(desk.session, token_maker, other, Role.PLAN_ADMIN)
    await desk.session.commit()
    params = {"issuer": "H98.2", "amends": str(plan.id)}
    unseen = await desk.client.post("/v1/plan-imports", params=params, content=SECOND, headers=stranger)
    assert unseen.status_code == 404
    plan.state = "draft"
    await desk.session.commit()
    params = {"issuer": "H98.1", "amends": str(plan.id)}
    draft = await desk.client.post("/v1/plan-imports", params=params, content=SECOND, headers=desk.admin)
    assert (draft.status_code, draft.json()["code"]) == (409, "plan-not-active")
