"""A POST sent twice under one `Idempotency-Key` has one effect."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Assignment,
    AuditEntry,
    IdempotencyRecord,
    Organization,
    OutboxEvent,
    ProgressUpdate,
)
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller, make_member
from tests.factories.tracking import make_assignment
from tests.http.serving import committing_service

Caller = dict[str, str]
REPORT = {"percent": 40, "narrative": "Đã dự thảo."}


@pytest.fixture
async def assignment(session: AsyncSession) -> Assignment:
    return await make_assignment(session)


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker, assignment: Assignment) -> Caller:
    lead = await session.get_one(Organization, assignment.organization_id)
    return await make_caller(session, token_maker, lead, Role.REPORTER)


def progress_of(assignment: Assignment) -> str:
    return f"/v1/assignments/{assignment.id}/progress"


async def count_updates(session: AsyncSession, assignment_id: UUID) -> int:
    statement = select(func.count()).where(ProgressUpdate.assignment_id == assignment_id)
    return (await session.execute(statement)).scalar_one()


async def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    headers = reporter | {"Idempotency-Key": "k1"}

    first = await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)
    second = await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    for name in ("ETag", "Content-Type"):
        assert first.headers[name] == second.headers[name]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert await count_updates(session, assignment.id) == 1
    for table in (OutboxEvent.type, AuditEntry.action):
        recorded = (await session.scalars(select(table))).all()
        assert len([name for name in recorded if name.startswith("assignment.")]) == 1


async def test_the_kept_answer_survives_what_happens_later(
    tasks_api: httpx.AsyncClient, assignment: Assignment, reporter: Caller
) -> None:
    headers = reporter | {"Idempotency-Key": "k1"}
    first = await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)
    await tasks_api.post(progress_of(assignment), json=REPORT | {"percent": 60}, headers=reporter)

    again = await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)

    assert again.content == first.content
    assert again.json()["percent"] == 40


async def test_without_a_key_every_request_counts(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    for _ in range(2):
        answer = await tasks_api.post(progress_of(assignment), json=REPORT, headers=reporter)
        assert answer.status_code == 201

    assert await count_updates(session, assignment.id) == 2
    assert (await session.scalars(select(IdempotencyRecord))).all() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("progress", REPORT | {"percent": 41}), ("progress?x=1", REPORT), ("completion", REPORT)],
    ids=["another body", "another query", "another operation"],
)
async def test_the_key_of_another_request_is_refused(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    assignment: Assignment,
    reporter: Caller,
    path: str,
    body: dict[str, object],
) -> None:
    headers = reporter | {"Idempotency-Key": "k1"}
    await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)

    answer = await tasks_api.post(f"/v1/assignments/{assignment.id}/{path}", json=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert await count_updates(session, assignment.id) == 1


async def test_the_same_words_about_another_assignment_are_another_request(
    tasks_api: httpx.AsyncClient, session: AsyncSession, assignment: Assignment, reporter: Caller
) -> None:
    lead = await session.get_one(Organization, assignment.organization_id)
    other = await make_assignment(session, lead=lead)
    await session.commit()
    headers = reporter | {"Idempotency-Key": "k1"}
    await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)

    answer = await tasks_api.post(progress_of(other), json=REPORT, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert await count_updates(session, other.id) == 0


@pytest.mark.parametrize(
    ("path", "body", "version", "status"),
    [
        ("progress", {"percent": 100, "narrative": "x"}, None, 422),
        ("progress", {"percent": 140, "narrative": "x"}, None, 422),
        ("progress", {"narrative": "x"}, None, 422),
        ("progress", REPORT, '"9"', 412),
        ("completion", {"evidence_ids": []}, None, 422),
        ("completion", {"evidence_ids": [str(uuid4())]}, None, 422),
    ],
    ids=["rule", "field", "missing field", "stale", "no evidence", "unknown evidence"],
)
async def test_a_refused_request_leaves_its_key_free(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    assignment: Assignment,
    reporter: Caller,
    path: str,
    body: dict[str, object],
    version: str | None,
    status: int,
) -> None:
    headers = reporter | {"Idempotency-Key": "k1"}
    refused = await tasks_api.post(
        f"/v1/assignments/{assignment.id}/{path}",
        json=body,
        headers=headers | ({"If-Match": version} if version else {}),
    )

    mended = await tasks_api.post(progress_of(assignment), json=REPORT, headers=headers)

    assert refused.status_code == status
    assert mended.status_code == 201, mended.text
    assert await count_updates(session, assignment.id) == 1


async def test_callers_do_not_share_keys(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    assignment: Assignment,
    reporter: Caller,
) -> None:
    lead = await session.get_one(Organization, assignment.organization_id)
    colleague = await make_caller(session, token_maker, lead, Role.REPORTER)

    for caller in (reporter, colleague):
        answer = await tasks_api.post(
            progress_of(assignment), json=REPORT, headers=caller | {"Idempotency-Key": "the same"}
        )
        assert answer.status_code == 201

    assert await count_updates(session, assignment.id) == 2


async def test_one_person_acting_for_two_organizations_has_two_spaces_of_keys(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, assignment: Assignment
) -> None:
    lead = await session.get_one(Organization, assignment.organization_id)
    above = await session.get_one(Organization, lead.parent_id)
    await make_caller(session, token_maker, lead, Role.REPORTER)
    for organization in (lead, above):
        await make_member(session, "both", organization, Role.REPORTER)
    await session.commit()

    for organization in (lead, above):
        token = token_maker.sign(token_maker.claims("both", organization=organization.code))
        answer = await tasks_api.post(
            progress_of(assignment),
            json=REPORT,
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "the same"},
        )
        assert answer.status_code == 201

    assert await count_updates(session, assignment.id) == 2


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_has_between_1_and_255_characters(
    tasks_api: httpx.AsyncClient, assignment: Assignment, reporter: Caller, key: str
) -> None:
    answer = await tasks_api.post(progress_of(assignment), json=REPORT, headers=reporter | {"Idempotency-Key": key})

    assert answer.status_code == 422


async def test_requests_sent_at_once_under_one_key_have_one_effect(committed_url: str, token_maker: TokenMaker) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            assignment = await make_assignment(session)
            lead = await session.get_one(Organization, assignment.organization_id)
            reporter = await make_caller(session, token_maker, lead, Role.REPORTER)
        headers = reporter | {"Idempotency-Key": "k1"}

        answers = await asyncio.gather(
            *(client.post(progress_of(assignment), json=REPORT, headers=headers) for _ in range(4))
        )

        async with sessions() as session:
            updates = await count_updates(session, assignment.id)
            record = (await session.scalars(select(IdempotencyRecord))).one()

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert updates == 1
    assert (record.key, record.status, record.body) == ("k1", 201, answers[0].text)


async def test_a_request_whose_rival_fails_takes_the_key_over(committed_url: str, token_maker: TokenMaker) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            assignment = await make_assignment(session)
            lead = await session.get_one(Organization, assignment.organization_id)
            reporter = await make_caller(session, token_maker, lead, Role.REPORTER)
        bodies = [REPORT | {"percent": 100}, REPORT]

        answers = await asyncio.gather(
            *(
                client.post(progress_of(assignment), json=body, headers=reporter | {"Idempotency-Key": "k1"})
                for body in bodies
            )
        )

        async with sessions() as session:
            updates = await count_updates(session, assignment.id)

    assert answers[0].json()["code"] in {"evidence-required", "idempotency-key-reused"}
    assert answers[1].status_code == 201
    assert updates == 1
