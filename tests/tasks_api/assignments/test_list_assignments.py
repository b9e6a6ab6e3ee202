"""The page of assignments: whose they are, in what order, and the rules as the SQL words them."""

from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.assignments.page import list_assignments
from services.tasks_api.assignments.schemas import AssignmentBody
from shared.clock import today
from shared.db.context import acting
from shared.db.models import Assignment, Organization
from shared.domain.alert_rules import red_alerts
from shared.domain.assignment_states import AssignmentStatus, Verdict, official_status
from shared.domain.principal import Principal, Role
from shared.tracking.moving import facts_of, set_alert_days
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization
from tests.tasks_api.assignments.conftest import Headers, Scene

DUE = date(2026, 12, 31)


async def ids(client: httpx.AsyncClient, headers: Headers, **query: str) -> list[str]:
    response = await client.get("/v1/assignments", params=query, headers=headers)
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


async def test_an_item_tells_the_whole_assignment(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    listed = (await tasks_api.get("/v1/assignments", headers=scene.reporter)).json()
    one = (await tasks_api.get(scene.url, headers=scene.reporter)).json()
    assert listed == {"items": [one], "next_cursor": None}
    assert one["organization"] == {"id": str(scene.lead.id), "code": scene.lead.code, "name": scene.lead.name}
    assert one["cycle"] == {"kind": "once", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    assert (one["status"], one["percent"], one["version"]) == ("not_started", 0, 1)


async def test_everyone_with_a_part_sees_it_and_nobody_else(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, scene: Scene
) -> None:
    below = await make_organization(session, parent=scene.lead)
    beside = await make_organization(session, parent=scene.ward)
    mine = [str(scene.assignment.id)]
    for organization, expected in ((scene.ward, mine), (scene.lead, mine), (below, []), (beside, [])):
        headers = await make_caller(session, token_maker, organization, Role.VIEWER)
        assert await ids(tasks_api, headers) == expected
        assert (await tasks_api.get(scene.url, headers=headers)).status_code == (200 if expected else 404)
    assert await ids(tasks_api, scene.helper) == mine
    assert await ids(tasks_api, scene.outsider) == []
    assert (await tasks_api.get(f"{scene.url}/history", headers=scene.outsider)).status_code == 404


async def test_a_reviewing_body_elsewhere_sees_what_it_appraises(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    reviewer = await make_organization(session, kind="reviewing_body")
    assignment = await make_assignment(session, reviewers=[reviewer])
    headers = await make_caller(session, token_maker, reviewer, Role.REVIEWER)
    assert await ids(tasks_api, headers) == [str(assignment.id)]


@pytest.fixture
async def many(session: AsyncSession, scene: Scene) -> list[Assignment]:
    """Five assignments of the ward, one without a deadline, made out of order."""
    days: list[date | None] = [date(2026, 9, 30), None, date(2026, 3, 31), date(2026, 6, 30)]
    made = [await make_assignment(session, issuer=scene.ward, lead=scene.lead, due=due) for due in days]
    await session.commit()
    return sorted([scene.assignment, *made], key=lambda each: (each.due_key, each.id))


async def test_the_earliest_due_day_comes_first_and_no_deadline_last(
    tasks_api: httpx.AsyncClient, scene: Scene, many: list[Assignment]
) -> None:
    assert await ids(tasks_api, scene.reporter) == [str(each.id) for each in many]
    assert many[-1].due_on is None


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_join_to_the_whole_list(
    tasks_api: httpx.AsyncClient, scene: Scene, many: list[Assignment], limit: int
) -> None:
    seen: list[str] = []
    query = {"limit": str(limit)}
    while True:
        page = (await tasks_api.get("/v1/assignments", params=query, headers=scene.reporter)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [str(each.id) for each in many]


async def test_filters_narrow_the_list(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, many: list[Assignment]
) -> None:
    many[0].status = "in_progress"
    await session.commit()
    first = str(many[0].id)
    assert await ids(tasks_api, scene.reporter, status="in_progress") == [first]
    assert await ids(tasks_api, scene.reporter, plan=str(many[0].plan_id)) == [first]
    assert await ids(tasks_api, scene.reporter, task=str(many[0].task_id)) == [first]
    assert await ids(tasks_api, scene.reporter, due_to="2026-03-31") == [first]
    assert first not in await ids(tasks_api, scene.reporter, due_from="2026-04-01")
    assert len(await ids(tasks_api, scene.reporter, organization=str(scene.ward.id))) == 5
    assert await ids(tasks_api, scene.reporter, status="in_progress", due_from="2026-04-01") == []


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "201"}, {"status": "done"}, {"plan": "1"}, {"due_to": "mai"}, {"due_from": "20260320"}],
)
async def test_a_wrong_question_is_refused(tasks_api: httpx.AsyncClient, scene: Scene, query: dict[str, str]) -> None:
    refused = await tasks_api.get("/v1/assignments", params=query, headers=scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")


day = st.dates(DUE - timedelta(days=400), DUE + timedelta(days=30))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from(AssignmentStatus),
    due=st.sampled_from([DUE, None]),
    percent=st.integers(0, 100),
    submitted_on=day,
    day_known=st.booleans(),
    verdict=st.none() | st.sampled_from(Verdict),
    verdict_on=day,
    on=day,
)
async def test_the_sql_words_the_rules_as_the_domain_does(
    session: AsyncSession,
    scene: Scene,
    status: AssignmentStatus,
    due: date | None,
    percent: int,
    submitted_on: date,
    day_known: bool,
    verdict: Verdict | None,
    verdict_on: date,
    on: date,
) -> None:
    assignment = scene.assignment
    assignment.status = status
    assignment.due_on = due
    assignment.percent = Decimal(percent)
    was_submitted = day_known and status in {"awaiting_appraisal", "completed", "needs_completion"}
    assignment.submitted_on = submitted_on if was_submitted else None
    assignment.completed_on = submitted_on + timedelta(days=9) if status == "completed" else None
    assignment.verdict, assignment.verdict_on = verdict, verdict_on if verdict else None
    set_alert_days(assignment)
    await session.flush()

    viewer = Principal("người xem", "https://issuer.test", scene.lead.id, scene.lead.path, frozenset())
    page = await list_assignments(
        session, viewer=viewer.organization_id, today=on, limit=1, filters={}, context=acting(viewer)
    )
    item = AssignmentBody.model_validate_json(page.items.removeprefix("[").removesuffix("]"))
    assert set(item.red) == red_alerts(facts_of(assignment), on)
    expected = official_status(status, assignment.due_on, assignment.completed_on, assignment.submitted_on, on)
    assert item.official_status == expected


async def test_today_decides_what_is_red(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    ward: Organization = await make_organization(session, kind="ward")
    await make_assignment(session, issuer=ward, due=today() - timedelta(days=30))
    headers = await make_caller(session, token_maker, ward, Role.VIEWER)
    item = (await tasks_api.get("/v1/assignments", headers=headers)).json()["items"][0]
    assert item["official_status"] == "overdue"
    assert "overdue" in item["red"]
