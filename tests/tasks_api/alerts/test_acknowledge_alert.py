"""Answering an alert: a note and a promised day, kept beside it."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import evaluate_all
from shared.clock import today
from shared.db.models import Alert, AlertAcknowledgement, AuditEntry
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization
from tests.tasks_api.alerts.conftest import Scene


@pytest.fixture
async def alert(session: AsyncSession, scene: Scene) -> Alert:
    await evaluate_all(session, on=date(2026, 7, 1), now=datetime(2026, 7, 1, 5, tzinfo=UTC))
    statement = select(Alert).where(Alert.assignment_id == scene.assignment.id)
    return (await session.scalars(statement)).one()


def url(alert: Alert) -> str:
    return f"/v1/alerts/{alert.id}/acknowledge"


async def test_an_answer_is_kept_shown_and_audited(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, alert: Alert
) -> None:
    promised = (today() + timedelta(days=7)).isoformat()
    answer = {"note": "Đã bố trí thêm người", "promised_on": promised}
    response = await tasks_api.post(url(alert), json=answer, headers=scene.reporter)
    assert response.status_code == 201
    assert response.json()["acknowledgement"]["note"] == "Đã bố trí thêm người"
    listed = (await tasks_api.get("/v1/alerts", headers=scene.chief)).json()["items"]
    assert [item["acknowledgement"]["promised_on"] for item in listed] == [promised]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "alert.acknowledged"))).one()
    assert (entry.target_id, entry.after) == (alert.id, answer)


async def test_the_latest_answer_is_shown_and_earlier_ones_stay(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, alert: Alert
) -> None:
    for note in ("Lần một", "Lần hai"):
        assert (await tasks_api.post(url(alert), json={"note": note}, headers=scene.reporter)).status_code == 201
    listed = (await tasks_api.get("/v1/alerts", headers=scene.chief)).json()["items"]
    assert listed[0]["acknowledgement"]["note"] == "Lần hai"
    kept = await session.scalars(select(AlertAcknowledgement.note).order_by(AlertAcknowledgement.id))
    assert kept.all() == ["Lần một", "Lần hai"]


async def test_one_key_gives_one_answer(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, alert: Alert
) -> None:
    headers = scene.reporter | {"Idempotency-Key": "một khóa".encode().hex()}
    first = await tasks_api.post(url(alert), json={"note": "Đang làm"}, headers=headers)
    second = await tasks_api.post(url(alert), json={"note": "Đang làm"}, headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert len((await session.scalars(select(AlertAcknowledgement))).all()) == 1


async def test_outsiders_know_of_no_alert_and_viewers_may_not_answer(
    tasks_api: httpx.AsyncClient, scene: Scene, alert: Alert
) -> None:
    for headers, expected in ((scene.outsider, (404, "alert-not-found")), (scene.viewer, (403, "role-required"))):
        refused = await tasks_api.post(url(alert), json={"note": "…"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == expected


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"note": "Xong", "promised_on": "2020-01-01"}, "promise-in-past"),
        ({"note": "  "}, "validation-failed"),
        ({"note": "Xong", "extra": 1}, "validation-failed"),
        ({}, "validation-failed"),
    ],
)
async def test_a_wrong_answer_is_refused_and_nothing_is_kept(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    scene: Scene,
    alert: Alert,
    answer: dict[str, object],
    code: str,
) -> None:
    refused = await tasks_api.post(url(alert), json=answer, headers=scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await session.scalars(select(AlertAcknowledgement))).all() == []


async def test_an_alert_that_has_closed_is_not_answered(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, alert: Alert
) -> None:
    await session.execute(update(Alert).values(closed_on=date(2026, 7, 2)))
    await session.commit()
    refused = await tasks_api.post(url(alert), json={"note": "Muộn rồi"}, headers=scene.reporter)
    assert (refused.status_code, refused.json()["code"]) == (409, "alert-closed")


async def test_without_a_token_or_an_alert_there_is_nothing_to_answer(
    tasks_api: httpx.AsyncClient, scene: Scene, alert: Alert
) -> None:
    assert (await tasks_api.post(url(alert), json={"note": "…"})).status_code == 401
    unknown = await tasks_api.post(f"/v1/alerts/{uuid4()}/acknowledge", json={"note": "…"}, headers=scene.reporter)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "alert-not-found")


async def test_those_who_only_help_see_the_alert_and_do_not_answer_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    helper = await make_organization(session)
    assignment = await make_assignment(session, coordinating=[helper])
    alert = Alert(assignment_id=assignment.id, rule="lagging", since=date(2026, 6, 1), opened_on=date(2026, 6, 1))
    session.add(alert)
    caller = await make_caller(session, token_maker, helper, Role.REPORTER)

    assert len((await tasks_api.get("/v1/alerts", headers=caller)).json()["items"]) == 1
    refused = await tasks_api.post(url(alert), json={"note": "…"}, headers=caller)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organization")
