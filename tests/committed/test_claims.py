"""Reviewers of one body race for the same version: one holds it, and a verdict meets what others change meanwhile."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select, update

from services.evidence_api.appraisal_queue.operations import claim_evidence, take_next_appraisal
from services.evidence_api.appraisals.operations import appraise_evidence
from services.evidence_api.appraisals.schemas import AppraiseEvidence
from shared.clock import now
from shared.db.context import acting, session_info
from shared.db.models import Assignment, PendingAppraisal
from shared.db.session import Sessions
from shared.domain.assignment_states import Verdict
from shared.domain.errors import Conflict
from shared.domain.principal import Principal
from tests.committed.appraising import make_scene
from tests.committed.ledger import until
from tests.committed.locks import count_waiting


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
        scene = await make_scene(session, pieces=1)
    reviewers = scene.colleagues(6)
    answers = await asyncio.gather(*(claim(committed, reviewer, scene.piece) for reviewer in reviewers))
    assert Counter(answers) == {"held": 1, "claimed-by-other": 5}
    async with committed() as session:
        holder = await session.scalar(select(PendingAppraisal.claimed_by))
    assert holder == reviewers[answers.index("held")].subject


async def test_nobody_is_given_what_another_takes(committed: Sessions) -> None:
    async with committed.begin() as session:
        scene = await make_scene(session, pieces=5)
    reviewers = scene.colleagues(5)
    taken = await asyncio.gather(*(take(committed, reviewer) for reviewer in reviewers))
    assert sorted(each for each in taken if each) == sorted(scene.pieces)
    assert await take(committed, scene.first) is None


async def test_a_verdict_waits_for_what_another_reviewer_takes_at_the_moment(committed: Sessions) -> None:
    async with committed.begin() as session:
        scene = await make_scene(session, pieces=1)
    async with committed(info=session_info(acting(scene.first))) as session, session.begin():
        await take_next_appraisal(session, scene.first, now=now())
        verdict = asyncio.create_task(judge(committed, scene.second, scene.piece))
        await until(count_waiting, committed)
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
        scene = await make_scene(session, pieces=1)
    opinion = AppraiseEvidence(verdict=Verdict.VALID, evidence_version=1)
    cancel = update(Assignment).where(Assignment.id == scene.assignment_id).values(status="cancelled")

    async def close() -> None:
        async with committed.begin() as session:
            await session.execute(cancel)

    if closed_first:
        async with committed.begin() as session:
            await session.execute(cancel)
            judging = asyncio.create_task(judge(committed, scene.first, scene.piece))
            await until(count_waiting, committed)
        assert await judging == "assignment-closed"
    else:
        async with committed(info=session_info(acting(scene.first))) as session, session.begin():
            await appraise_evidence(session, scene.first, scene.piece, opinion, now=now())
            closing = asyncio.create_task(close())
            await until(count_waiting, committed)
        await closing
    async with committed() as session:
        assert (await session.scalars(select(PendingAppraisal.evidence_id))).all() == []
