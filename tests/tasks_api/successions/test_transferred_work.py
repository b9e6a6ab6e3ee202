"""Work that has passed on goes on at the receiver, with what the predecessor did for it."""

from datetime import date
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.alerting.operations import evaluate_all
from services.alerts_worker.successions.operations import apply_due
from shared.audit import System
from shared.clock import now, today
from shared.db.models import Assignment, EvidenceVersion
from shared.domain.principal import Role
from tests.evidence_api.scene import upload
from tests.factories.identity import TokenMaker, make_member
from tests.factories.tracking import make_assignment, make_plan, make_task
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, fresh_service, make_person
from tests.tasks_api.successions.test_record_succession import record


@pytest.fixture
async def assignment(session: AsyncSession, offices: Offices) -> Assignment:
    """The ward's, appraised by its neighbour; due long ago."""
    assignment = await make_assignment(
        session, issuer=offices.province, lead=offices.ward, reviewers=[offices.neighbour], due=date(2026, 3, 2)
    )
    await session.commit()
    return assignment


async def prove(api: httpx.AsyncClient, session: AsyncSession, by: Person, assignment: Assignment) -> str:
    """Released evidence."""
    body = {
        "assignment_id": str(assignment.id),
        "kind": "minutes",
        "upload_ids": [await upload(api, by.headers)],
    }
    answer = await api.post("/v1/evidence", json=body, headers=by.headers)
    assert answer.status_code == 201, answer.text
    released = update(EvidenceVersion).where(EvidenceVersion.evidence_id == UUID(answer.json()["id"]))
    await session.execute(released.values(state="released", released_at=now()))
    await session.commit()
    return str(answer.json()["id"])


async def test_the_receiver_completes_the_work_with_what_the_predecessor_proved(
    tasks_api: httpx.AsyncClient,
    evidence_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
    assignment: Assignment,
) -> None:
    old = await make_person(session, token_maker, offices.ward, Role.REPORTER)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REPORTER, Role.REVIEWER)
    fellow = await make_person(session, token_maker, offices.neighbour, Role.REVIEWER)
    evidence = await prove(evidence_api, session, old, assignment)
    await evaluate_all(session, on=today(), now=now())
    await session.commit()
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    assert answer.status_code == 201
    await apply_due(session, System("apply_successions"), on=today(), now=now())
    await session.commit()

    url = f"/v1/assignments/{assignment.id}"
    async with fresh_service(connection) as client:
        alerts = (await client.get("/v1/alerts", headers=heir.headers)).json()["items"]
        assert {(each["assignment"]["id"], each["rule"]) for each in alerts} == {
            (str(assignment.id), rule) for rule in ("overdue", "lagging")
        }
        shown = (await client.get(url, headers=heir.headers)).json()
        assert (shown["organization"]["code"], shown["carried_from"]["code"]) == (
            offices.neighbour.code,
            offices.ward.code,
        )
        listed = await evidence_api.get(f"/v1/evidence?assignment_id={assignment.id}", headers=heir.headers)
        assert [each["id"] for each in listed.json()["items"]] == [evidence]
        claim = {"evidence_ids": [evidence]}
        done = await client.post(f"{url}/completion", json=claim, headers=heir.headers)
        assert (done.status_code, done.json()["status"]) == (201, "awaiting_appraisal")
        (transfer,) = (await client.get(f"{url}/history", headers=heir.headers)).json()["transfers"]
    assert (transfer["from_organization"]["code"], transfer["to_organization"]["code"]) == (
        offices.ward.code,
        offices.neighbour.code,
    )
    assert (transfer["kind"], transfer["effective_on"]) == ("merge", today().isoformat())

    # Whoever submitted it for the predecessor now reviews for the receiver, and still not what they submitted.
    await make_member(session, old.subject, offices.neighbour, Role.REVIEWER)
    await session.commit()
    verdict = {"verdict": "valid", "evidence_version": 1}
    appraisals = f"/v1/evidence/{evidence}/appraisals"
    hint = token_maker.claims(old.subject, organization=offices.neighbour.code)
    again = {"Authorization": f"Bearer {token_maker.sign(hint)}"}
    refused = await evidence_api.post(appraisals, json=verdict, headers=again)
    assert (refused.status_code, refused.json()["code"]) == (403, "four-eyes")
    assert (await evidence_api.post(appraisals, json=verdict, headers=fellow.headers)).status_code == 201


async def test_after_a_split_both_read_and_only_the_receiver_reports(
    tasks_api: httpx.AsyncClient,
    evidence_api: httpx.AsyncClient,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
    assignment: Assignment,
) -> None:
    old = await make_person(session, token_maker, offices.ward, Role.REPORTER)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REPORTER)
    evidence = await prove(evidence_api, session, old, assignment)
    tasks = [str(assignment.task_id)]
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today(), kind="split", tasks=tasks)
    assert answer.status_code == 201
    await apply_due(session, System("apply_successions"), on=today(), now=now())
    await session.commit()

    report = {"percent": 55, "narrative": "Tiếp tục sau khi tách."}
    for person, status in ((old, 403), (heir, 201)):
        told = await tasks_api.post(f"/v1/assignments/{assignment.id}/progress", json=report, headers=person.headers)
        assert told.status_code == status, told.text
        read = await evidence_api.get(f"/v1/evidence/{evidence}", headers=person.headers)
        assert (read.status_code, read.json()["organization_id"]) == (200, str(offices.ward.id))


async def test_a_queue_of_appraisals_goes_on_at_the_receiver(
    tasks_api: httpx.AsyncClient,
    evidence_api: httpx.AsyncClient,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    work = await make_assignment(session, issuer=offices.province, lead=offices.unit, reviewers=[offices.ward])
    await session.commit()
    evidence = await prove(evidence_api, session, offices.reporter, work)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REVIEWER)
    assert (await evidence_api.get("/v1/appraisals", headers=heir.headers)).json()["items"] == []
    await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    await apply_due(session, System("apply_successions"), on=today(), now=now())
    await session.commit()

    pending = (await evidence_api.get("/v1/appraisals", headers=heir.headers)).json()["items"]
    assert [each["evidence_id"] for each in pending] == [evidence]
    verdict = {"verdict": "valid", "evidence_version": 1}
    answer = await evidence_api.post(f"/v1/evidence/{evidence}/appraisals", json=verdict, headers=heir.headers)
    assert answer.status_code == 201, answer.text


async def test_the_receiver_puts_a_plan_of_the_predecessor_into_force_and_owes_what_it_names(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    plan = await make_plan(session, offices.ward)
    await make_task(session, plan, offices.ward)
    heir = await make_person(session, token_maker, offices.neighbour, Role.PLAN_ADMIN)
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    assert answer.status_code == 201
    # Nobody has applied the succession yet: its day counts.
    async with fresh_service(connection) as client:
        headers = heir.headers | {"If-Match": '"1"'}
        activated = await client.post(f"/v1/plans/{plan.id}/activate", headers=headers)
        assert (activated.status_code, activated.json()["assignments_opened"]) == (200, 1), activated.text
        listed = await client.get("/v1/assignments", params={"plan": str(plan.id)}, headers=heir.headers)
    assert [each["organization"]["code"] for each in listed.json()["items"]] == [offices.neighbour.code]
