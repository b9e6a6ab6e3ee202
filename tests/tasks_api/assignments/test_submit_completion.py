"""Complete is what released evidence proves: the claim is kept with the exact versions it stands on."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import (
    Assignment,
    AssignmentTransition,
    AuditEntry,
    CompletionEvidence,
    EvidenceAssignment,
    Organization,
    OutboxEvent,
)
from shared.domain.principal import Role
from tests.factories.evidence import add_damaged_file, make_evidence
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization

Caller = dict[str, str]


@pytest.fixture
async def assignment(session: AsyncSession) -> Assignment:
    return await make_assignment(session)


@pytest.fixture
async def lead(session: AsyncSession, assignment: Assignment) -> Organization:
    return await session.get_one(Organization, assignment.organization_id)


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker, lead: Organization) -> Caller:
    return await make_caller(session, token_maker, lead, Role.REPORTER)


async def complete(
    client: httpx.AsyncClient, caller: Caller, assignment: Assignment, *evidence_ids: UUID
) -> httpx.Response:
    body = {"evidence_ids": [str(evidence_id) for evidence_id in evidence_ids]}
    return await client.post(f"/v1/assignments/{assignment.id}/completion", json=body, headers=caller)


async def list_claimed(session: AsyncSession) -> set[tuple[UUID, int]]:
    rows = await session.scalars(select(CompletionEvidence).execution_options(populate_existing=True))
    return {(row.evidence_id, row.evidence_version) for row in rows}


async def test_released_evidence_brings_the_work_to_appraisal(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    one, two = await make_evidence(session, assignment, "refused", "released"), await make_evidence(session, assignment)
    await session.commit()

    answer = await complete(tasks_api, reporter, assignment, one.id, two.id, one.id)

    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"] == '"2"'
    assert answer.json() == {
        "assignment_id": str(assignment.id),
        "status": "awaiting_appraisal",
        "submitted_on": today().isoformat(),
        "version": 2,
    }
    await session.refresh(assignment)
    assert (assignment.status, assignment.submitted_on, assignment.completed_on) == (
        "awaiting_appraisal",
        today(),
        None,
    )
    assert assignment.percent == Decimal(0)
    assert await list_claimed(session) == {(one.id, 2), (two.id, 1)}


async def test_a_claim_leaves_its_fact_its_trail_and_its_history(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, lead: Organization, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment)
    await session.commit()

    await complete(tasks_api, reporter, assignment, evidence.id)

    event = (await session.scalars(select(OutboxEvent))).one()
    assert (event.type, event.payload["status"]) == ("assignment.changed", "awaiting_appraisal")
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.target_id, entry.organization_id) == (
        "assignment.completion_submitted",
        assignment.id,
        lead.id,
    )
    assert entry.after == {"status": "awaiting_appraisal", "evidence": {str(evidence.id): 1}}
    steps = await session.scalars(select(AssignmentTransition).order_by(AssignmentTransition.id))
    assert [(step.action, step.from_status, step.to_status) for step in steps][1:] == [
        ("submit_completion", "not_started", "awaiting_appraisal")
    ]


@pytest.mark.parametrize("states", [("received",), ("inspected",), ("scanned",), ("verified",), ("refused",)], ids=str)
async def test_evidence_that_is_not_released_proves_nothing(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    assignment: Assignment,
    reporter: Caller,
    states: tuple[str, ...],
) -> None:
    evidence = await make_evidence(session, assignment, *states)
    await session.commit()

    answer = await complete(tasks_api, reporter, assignment, evidence.id)

    await ensure_refused(session, assignment, answer)


async def test_a_new_version_still_being_checked_proves_nothing_though_the_old_one_was_released(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment, "released", "received")
    await session.commit()

    await ensure_refused(session, assignment, await complete(tasks_api, reporter, assignment, evidence.id))


async def test_evidence_that_nobody_can_open_any_more_proves_nothing_new(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment)
    await add_damaged_file(session, evidence, datetime.now(UTC))
    await session.commit()
    answer = await complete(tasks_api, reporter, assignment, evidence.id)
    assert (answer.status_code, answer.json()["code"]) == (409, "evidence-damaged")
    await session.refresh(assignment)
    assert assignment.status == "not_started"


async def test_evidence_that_was_withdrawn_proves_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment)
    evidence.withdrawn_at, evidence.withdrawn_by, evidence.withdrawal_reason = datetime.now(UTC), "x", "x"
    await session.commit()
    await ensure_refused(session, assignment, await complete(tasks_api, reporter, assignment, evidence.id))


async def test_evidence_of_several_assignments_proves_each(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    elsewhere = await make_assignment(session)
    evidence = await make_evidence(session, elsewhere)
    session.add(EvidenceAssignment(evidence_id=evidence.id, assignment_id=assignment.id))
    await session.commit()
    assert (await complete(tasks_api, reporter, assignment, evidence.id)).status_code == 201
    assert await list_claimed(session) == {(evidence.id, 1)}


async def test_no_evidence_foreign_evidence_and_unknown_evidence_prove_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    foreign = await make_evidence(session, await make_assignment(session))
    await session.commit()

    for evidence_ids in ((), (foreign.id,), (uuid4(),)):
        await ensure_refused(session, assignment, await complete(tasks_api, reporter, assignment, *evidence_ids))


async def test_one_bad_piece_spoils_the_claim_and_is_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    good, bad = await make_evidence(session, assignment), await make_evidence(session, assignment, "scanned")
    await session.commit()

    answer = await complete(tasks_api, reporter, assignment, good.id, bad.id)

    await ensure_refused(session, assignment, answer)
    assert [(error["place"], error["code"]) for error in answer.json()["errors"]] == [
        (str(bad.id), "evidence-not-released")
    ]


async def ensure_refused(session: AsyncSession, assignment: Assignment, answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence-required"), answer.text
    await session.refresh(assignment)
    assert (assignment.status, assignment.version, assignment.submitted_on) == ("not_started", 1, None)
    assert await list_claimed(session) == set()
    assert (await session.scalars(select(OutboxEvent))).all() == []
    assert (await session.scalars(select(AuditEntry))).all() == []


async def test_a_claim_after_a_refusal_stands_on_its_own_evidence(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    old, new = await make_evidence(session, assignment), await make_evidence(session, assignment)
    await session.commit()
    await complete(tasks_api, reporter, assignment, old.id)
    await session.refresh(assignment)
    assignment.status = "needs_completion"
    await session.commit()

    answer = await complete(tasks_api, reporter, assignment, new.id)

    assert (answer.status_code, answer.json()["status"]) == (201, "awaiting_appraisal")
    assert await list_claimed(session) == {(new.id, 1)}


@pytest.mark.parametrize("status", ["awaiting_appraisal", "completed", "suspended", "cancelled"])
async def test_only_open_work_is_completed(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller, status: str
) -> None:
    evidence = await make_evidence(session, assignment)
    assignment.status = status
    await session.commit()

    answer = await complete(tasks_api, reporter, assignment, evidence.id)

    assert (answer.status_code, answer.json()["code"]) == (409, "transition-not-allowed")


async def test_a_version_that_is_offered_must_be_the_current_one(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment)
    await session.commit()

    stale = await complete(tasks_api, reporter | {"If-Match": '"9"'}, assignment, evidence.id)
    current = await complete(tasks_api, reporter | {"If-Match": '"1"'}, assignment, evidence.id)

    assert (stale.status_code, stale.json()["code"]) == (412, "version-stale")
    assert current.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"evidence_ids": None},
        {"evidence_ids": "x"},
        {"evidence_ids": ["x"]},
        {"evidence_ids": [], "percent": 100},
        {"evidence_ids": [str(uuid4()) for _ in range(51)]},
    ],
    ids=["nothing", "null", "text", "no ids", "unknown field", "too many"],
)
async def test_a_claim_that_cannot_be_read_is_refused(
    tasks_api: httpx.AsyncClient, assignment: Assignment, reporter: Caller, body: dict[str, Any]
) -> None:
    answer = await tasks_api.post(f"/v1/assignments/{assignment.id}/completion", json=body, headers=reporter)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")


async def test_a_repeated_request_gets_the_kept_answer(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    evidence = await make_evidence(session, assignment)
    await session.commit()
    headers = reporter | {"Idempotency-Key": "k1"}

    first = await complete(tasks_api, headers, assignment, evidence.id)
    again = await complete(tasks_api, headers, assignment, evidence.id)

    assert (again.status_code, again.content, again.headers["ETag"]) == (201, first.content, '"2"')
    assert len((await session.scalars(select(OutboxEvent))).all()) == 1


async def test_others_may_not(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    assignment: Assignment,
    lead: Organization,
) -> None:
    evidence = await make_evidence(session, assignment)
    viewer = await make_caller(session, token_maker, lead, Role.VIEWER, Role.REVIEWER)
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)

    statuses = [
        (await complete(tasks_api, caller, assignment, evidence.id)).status_code for caller in (viewer, stranger, {})
    ]

    assert statuses == [403, 404, 401]
    assert await list_claimed(session) == set()
