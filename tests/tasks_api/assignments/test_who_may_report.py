"""Who may report on an assignment: the lead and those above it, in a role that reports, one after another."""

import asyncio
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment, Organization, ProgressUpdate
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization
from tests.http.serving import committing_service
from tests.tasks_api.assignments.reporting import Caller, report


@pytest.fixture
async def assignment(session: AsyncSession) -> Assignment:
    return await make_assignment(session)


@pytest.fixture
async def lead(session: AsyncSession, assignment: Assignment) -> Organization:
    return await session.get_one(Organization, assignment.organization_id)


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker, lead: Organization) -> Caller:
    return await make_caller(session, token_maker, lead, Role.REPORTER)


@pytest.mark.parametrize("role", list(Role))
async def test_reporters_and_approvers_report(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    assignment: Assignment,
    lead: Organization,
    role: Role,
) -> None:
    answer = await report(tasks_api, await make_caller(session, token_maker, lead, role), assignment)

    if role in {Role.REPORTER, Role.APPROVER}:
        assert answer.status_code == 201
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "role-required")


async def test_those_above_report_for_the_lead_others_who_see_it_may_not_and_strangers_know_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    lead = await make_organization(session, parent=ward)
    helper = await make_organization(session, parent=ward)
    reviewer = await make_organization(session)
    below = await make_organization(session, parent=lead)
    assignment = await make_assignment(session, issuer=ward, lead=lead, coordinating=[helper], reviewers=[reviewer])

    outcome = {}
    for name, organization in {
        "above": ward,
        "far above": province,
        "helper": helper,
        "reviewer": reviewer,
        "below": below,
        "stranger": await make_organization(session),
    }.items():
        caller = await make_caller(session, token_maker, organization, Role.REPORTER)
        outcome[name] = (await report(tasks_api, caller, assignment)).status_code

    assert outcome == {
        "above": 201,
        "far above": 201,
        "helper": 403,
        "reviewer": 403,
        "below": 404,
        "stranger": 404,
    }


async def test_without_a_token_or_an_assignment_there_is_nothing_to_report_on(
    tasks_api: httpx.AsyncClient, assignment: Assignment, reporter: Caller
) -> None:
    body = {"percent": 40, "narrative": "x"}

    unknown = await tasks_api.post(f"/v1/assignments/{uuid4()}/progress", json=body, headers=reporter)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "assignment-not-found")
    assert (await report(tasks_api, {}, assignment)).status_code == 401


async def test_reports_sent_at_once_are_taken_one_after_another(committed_url: str, token_maker: TokenMaker) -> None:
    """Each is judged against the one before: without that, both could rise from 0 and the lower one stand."""
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            assignment = await make_assignment(session)
            lead = await session.get_one(Organization, assignment.organization_id)
            reporter = await make_caller(session, token_maker, lead, Role.REPORTER)

        answers = await asyncio.gather(*(report(client, reporter, assignment, percent) for percent in (60, 30, 45)))

        async with sessions() as session:
            stored = await session.get_one(Assignment, assignment.id)
            percents = (
                await session.scalars(select(ProgressUpdate.percent).order_by(ProgressUpdate.recorded_at))
            ).all()

    taken = [answer.json()["percent"] for answer in answers if answer.status_code == 201]
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert set(refused) <= {"reason-required"}
    assert len(percents) == len(taken) == stored.version - 1
    assert stored.percent == max(taken) == 60
