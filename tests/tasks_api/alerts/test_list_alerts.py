"""Stored alerts, and those of any other day worked out from the record."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import evaluate_all
from shared import audit
from shared.clock import today
from shared.db.ids import new_id
from shared.db.models import Appraisal, AssignmentTransition, Evidence, EvidenceVersion, ProgressUpdate
from shared.domain.assignment_states import Action
from shared.domain.principal import Role
from shared.tracking.moving import move
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization
from tests.tasks_api.alerts.conftest import Headers, Scene

ACTOR = audit.System("tests")


async def rules(client: httpx.AsyncClient, headers: Headers, **query: str) -> set[str]:
    response = await client.get("/v1/alerts", params=query, headers=headers)
    assert response.status_code == 200, response.text
    return {item["rule"] for item in response.json()["items"]}


def instant(day: date) -> datetime:
    """Noon in Viet Nam."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


async def report(session: AsyncSession, scene: Scene, percent: int, day: date) -> None:
    scene.assignment.percent = Decimal(percent)
    move(session, scene.assignment, Action.REPORT_PROGRESS, ACTOR, now=instant(day))
    session.add(
        ProgressUpdate(
            assignment_id=scene.assignment.id,
            percent=percent,
            narrative="…",
            as_of=day,
            actor="tests",
            organization_id=scene.lead.id,
            recorded_at=instant(day),
        )
    )
    await session.flush()


async def open_on(session: AsyncSession, scene: Scene, day: date) -> None:
    """Let history begin on `day`: the assignment was opened then."""
    of_scene = AssignmentTransition.assignment_id == scene.assignment.id
    await session.execute(update(AssignmentTransition).where(of_scene).values(occurred_at=instant(day)))


async def test_open_alerts_are_listed_with_what_they_speak_of(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await evaluate_all(session, on=date(2027, 1, 4), now=datetime(2027, 1, 4, 5, tzinfo=UTC))
    response = await tasks_api.get("/v1/alerts", headers=scene.chief)
    found = {item["rule"]: item for item in response.json()["items"]}
    assert set(found) == {"overdue", "lagging"}
    overdue = found["overdue"]
    assert overdue["label"] == "Quá hạn"
    assert (overdue["since"], overdue["opened_on"], overdue["closed_on"]) == ("2027-01-01", "2027-01-04", None)
    assert overdue["assignment"]["id"] == str(scene.assignment.id)
    assert overdue["assignment"]["due_on"] == "2026-12-31"
    assert overdue["acknowledgement"] is None
    assert await rules(tasks_api, scene.chief, rule="lagging") == {"lagging"}


async def test_an_alert_is_seen_where_its_assignment_is_and_nowhere_else(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await evaluate_all(session, on=date(2027, 1, 4), now=datetime(2027, 1, 4, 5, tzinfo=UTC))
    for headers in (scene.chief, scene.reporter, scene.viewer):
        assert await rules(tasks_api, headers) == {"overdue", "lagging"}
        assert await rules(tasks_api, headers, as_of="2027-01-04") == {"overdue", "lagging"}
    assert await rules(tasks_api, scene.outsider) == set()
    assert await rules(tasks_api, scene.outsider, as_of="2027-01-04") == set()


async def test_a_closed_alert_is_kept_and_only_listed_when_asked_for(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await evaluate_all(session, on=date(2026, 7, 1), now=datetime(2026, 7, 1, 5, tzinfo=UTC))
    assert await rules(tasks_api, scene.chief) == {"lagging"}
    await report(session, scene, 90, date(2026, 7, 1))
    await evaluate_all(session, on=date(2026, 7, 2), now=datetime(2026, 7, 2, 5, tzinfo=UTC))
    assert await rules(tasks_api, scene.chief) == set()
    response = await tasks_api.get("/v1/alerts", params={"state": "all"}, headers=scene.chief)
    assert [(item["rule"], item["closed_on"]) for item in response.json()["items"]] == [("lagging", "2026-07-02")]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2090-12-29", {"lagging"}), ("2090-12-30", {"lagging", "overdue"})],
)
async def test_a_later_day_is_worked_out_from_the_facts_as_they_stand(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    as_of: str,
    expected: set[str],
) -> None:
    ward = await make_organization(session, kind="ward")
    await make_assignment(session, issuer=ward, due=date(2090, 12, 29))
    headers = await make_caller(session, token_maker, ward, Role.VIEWER)
    assert await rules(tasks_api, headers, as_of=as_of) == expected
    assert await rules(tasks_api, headers) == set(), "nothing is written"


async def test_a_past_day_shows_what_was_recorded_by_its_end(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await open_on(session, scene, date(2026, 2, 1))
    await report(session, scene, 40, date(2026, 6, 1))
    assert await rules(tasks_api, scene.chief, as_of="2026-01-31") == set(), "not open yet"
    assert await rules(tasks_api, scene.chief, as_of="2026-05-31") == {"lagging"}, "the report came a day later"
    assert await rules(tasks_api, scene.chief, as_of="2026-06-01") == set(), "40 % reported, 42 % planned"


async def test_a_past_day_knows_the_verdict_of_that_day(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await open_on(session, scene, date(2026, 2, 1))
    await report(session, scene, 90, date(2026, 2, 2))
    evidence = Evidence(
        id=new_id(), assignment_id=scene.assignment.id, organization_id=scene.lead.id, kind="data", current_version=1
    )
    session.add(evidence)
    await session.flush()
    session.add(EvidenceVersion(evidence_id=evidence.id, number=1, submitted_by="tests", state="released"))
    for level, verdict, day in ((1, "invalid", date(2026, 3, 2)), (2, "valid", date(2026, 3, 10))):
        session.add(
            Appraisal(
                evidence_id=evidence.id,
                evidence_version=1,
                level=level,
                organization_id=scene.ward.id,
                appraised_by="tests",
                verdict=verdict,
                reasons=[],
                comment="",
                decided_at=instant(day),
            )
        )
    await session.flush()
    assert await rules(tasks_api, scene.chief, as_of="2026-03-01") == set()
    assert await rules(tasks_api, scene.chief, as_of="2026-03-02") == {"poor_quality"}
    assert await rules(tasks_api, scene.chief, as_of="2026-03-09") == {"poor_quality"}
    assert await rules(tasks_api, scene.chief, as_of="2026-03-10") == set()


async def test_a_day_is_asked_for_alone(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    query = {"as_of": "2026-12-01", "rule": "overdue"}
    response = await tasks_api.get("/v1/alerts", params=query, headers=scene.chief)
    assert (response.status_code, response.json()["code"]) == (422, "as-of-alone")


async def test_alerts_of_another_day_come_in_pages(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    del session
    later = (today() + timedelta(days=400)).isoformat()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"as_of": later, "limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await tasks_api.get("/v1/alerts", params=query, headers=scene.chief)).json()
        seen += [item["rule"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["lagging", "overdue"]
