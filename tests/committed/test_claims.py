"""Reviewers of one body race for the same version: one holds it, and a verdict meets what others change meanwhile."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisal_queue.operations import claim_evidence, take_next_appraisal
from services.evidence_api.appraisals.operations import appraise_evidence
from services.evidence_api.appraisals.schemas import AppraiseEvidence
from shared.clock import now
from shared.db.context import acting, session_info
from shared.db.models import Assignment, EvidenceFile, EvidenceVersion, Organization, PendingAppraisal, Upload
from shared.db.session import Sessions
from shared.domain.assignment_states import Verdict
from shared.domain.errors import Conflict
from shared.domain.principal import Principal, Role
from tests.factories.evidence import make_evidence
from tests.factories.identity import principal_of
from tests.factories.tracking import make_assignment, make_organization


async def waiting(session: AsyncSession, count: int) -> tuple[list[UUID], Organization, Assignment]:
    """So many pieces of evidence that wait for one of two bodies."""
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    team = await make_organization(session, parent=ward, kind="reviewing_body")
    assignment = await make_assignment(session, issuer=ward, reviewers=[team, province])
    ids = []
    for _ in range(count):
        evidence = await make_evidence(session, assignment)
        version = (
            await session.scalars(select(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence.id))
        ).one()
        upload = Upload(
            organization_id=assignment.organization_id,
            uploaded_by="tests",
            filename="x.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
            storage_key="x",
        )
        session.add(upload)
        await session.flush()
        session.add(EvidenceFile(evidence_version_id=version.id, position=1, upload_id=upload.id))
        ids.append(evidence.id)
    return ids, team, assignment


async def claim(sessions: Sessions, reviewer: Principal, evidence_id: UUID) -> str:
    try:
        async with sessions(info=session_info(acting(reviewer))) as session, session.begin():
            await claim_evidence(session, reviewer, evidence_id, now=now())
    except Conflict as refusal:
        return refusal.code
    return "held"


async def take(sessions: Sessions, reviewer: Principal) -> UUID | None:
    async with sessions(info=session_info(acting(reviewer))) as session, session.begin():
        return await take_next_appraisal(session, reviewer, now=now())


async def test_of_many_claims_at_once_one_wins(committed: Sessions) -> None:
    async with committed.begin() as session:
        (evidence_id,), team, _ = await waiting(session, 1)
    reviewers = [principal_of(team, Role.REVIEWER) for _ in range(6)]
    answers = await asyncio.gather(*(claim(committed, reviewer, evidence_id) for reviewer in reviewers))
    assert Counter(answers) == {"held": 1, "claimed-by-other": 5}
    async with committed() as session:
        holder = await session.scalar(select(PendingAppraisal.claimed_by))
    assert holder == reviewers[answers.index("held")].subject


async def test_nobody_is_given_what_another_takes(committed: Sessions) -> None:
    async with committed.begin() as session:
        ids, team, _ = await waiting(session, 5)
    reviewers = [principal_of(team, Role.REVIEWER) for _ in range(5)]
    taken = await asyncio.gather(*(take(committed, reviewer) for reviewer in reviewers))
    assert sorted(each for each in taken if each) == sorted(ids)
    assert await take(committed, principal_of(team, Role.REVIEWER)) is None


async def test_a_verdict_waits_for_what_another_reviewer_takes_at_the_moment(committed: Sessions) -> None:
    async with committed.begin() as session:
        (evidence_id,), team, _ = await waiting(session, 1)
    first, second = (principal_of(team, Role.REVIEWER) for _ in range(2))
    async with committed(info=session_info(acting(first))) as session, session.begin():
        await take_next_appraisal(session, first, now=now())
        verdict = asyncio.create_task(judge(committed, second, evidence_id))
        await asyncio.sleep(0.2)
        assert not verdict.done()
    assert await verdict == "claimed-by-other"


async def judge(sessions: Sessions, reviewer: Principal, evidence_id: UUID) -> str:
    opinion = AppraiseEvidence(verdict=Verdict.VALID, evidence_version=1)
    try:
        async with sessions(info=session_info(acting(reviewer))) as session, session.begin():
            await appraise_evidence(session, reviewer, evidence_id, opinion, now=now())
    except Conflict as refusal:
        return refusal.code
    return "given"


@pytest.mark.parametrize("closed_first", [True, False])
async def test_work_that_closes_while_a_verdict_is_given_leaves_nothing_waiting(
    committed: Sessions, closed_first: bool
) -> None:
    """Whichever commits first: the next level must not be left with evidence of work that is cancelled."""
    async with committed.begin() as session:
        (evidence_id,), team, assignment = await waiting(session, 1)
    reviewer = principal_of(team, Role.REVIEWER)
    opinion = AppraiseEvidence(verdict=Verdict.VALID, evidence_version=1)
    cancel = update(Assignment).where(Assignment.id == assignment.id).values(status="cancelled")

    async def close() -> None:
        async with committed.begin() as session:
            await session.execute(cancel)

    if closed_first:
        async with committed.begin() as session:
            await session.execute(cancel)
            judging = asyncio.create_task(judge(committed, reviewer, evidence_id))
            await asyncio.sleep(0.2)
            assert not judging.done()
        assert await judging == "assignment-closed"
    else:
        async with committed(info=session_info(acting(reviewer))) as session, session.begin():
            await appraise_evidence(session, reviewer, evidence_id, opinion, now=now())
            closing = asyncio.create_task(close())
            await asyncio.sleep(0.2)
            assert not closing.done()
        await closing
    async with committed() as session:
        assert (await session.scalars(select(PendingAppraisal.evidence_id))).all() == []
