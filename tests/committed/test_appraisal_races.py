"""Two people act on the same evidence at the same moment: whoever commits first, the facts stay whole.

Every race is run in both orders of commit. What follows is handled in the order it happened, in the second run
backwards.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from shared.db import roles
from shared.db.models import Appraisal, CompletionEvidence, Evidence, SupplementRequest
from shared.db.outages import is_passing
from shared.db.session import create_engine, create_sessions
from shared.settings import Settings
from tests.committed.appraising import (
    ASK,
    CLAIM,
    CLAIM_LONG_AGO,
    COMPLETE,
    COMPLETE_ON_BOTH,
    ESCALATE,
    EXPIRE,
    JUDGE,
    JUDGE_ABOVE,
    JUDGE_AS_COLLEAGUE,
    JUDGE_OTHER,
    REFUSE,
    SETTLE,
    SUBMIT_VERSION,
    TAKE_BACK,
    TAKE_NEXT,
    WITHDRAW,
    WITHDRAW_OTHER,
    Step,
    add_assignment,
)
from tests.committed.racing import DONE, End, Office
from tests.conftest import Servers, cloned


@dataclass(frozen=True)
class Race:
    """What happened and was handled before, who acts at once, and how it ends when this or the other commits first."""

    before: tuple[Step, ...]
    one: Step
    other: Step
    one_first: End
    other_first: End
    levels: int = 2


NEW, OPEN, SENT, COMPLETED = "not_started", "in_progress", "awaiting_appraisal", "completed"
PASSED, TWICE = ((1, "valid"),), ((1, "valid"), (2, "valid"))
RACES: Mapping[str, Race] = {
    "evidence is withdrawn, a verdict given": Race(
        (), WITHDRAW, JUDGE, End("evidence-withdrawn", NEW), End(DONE, NEW, PASSED)
    ),
    "one of two pieces is withdrawn, the last verdict on it given": Race(
        (COMPLETE_ON_BOTH, JUDGE_OTHER),
        WITHDRAW,
        JUDGE,
        End("evidence-withdrawn", COMPLETED),
        End(DONE, COMPLETED, PASSED),
        levels=1,
    ),
    "one of two pieces is withdrawn, the other alone suffices": Race(
        (COMPLETE_ON_BOTH, JUDGE_OTHER), WITHDRAW, SETTLE, End(DONE, COMPLETED), End(DONE, COMPLETED), levels=1
    ),
    "evidence is withdrawn, reported as complete": Race(
        (), WITHDRAW, COMPLETE, End("evidence-required", NEW), End("evidence-in-appraisal", SENT, (), (1, 1, ""))
    ),
    "work is reported as complete, the last verdict given": Race(
        (), COMPLETE, JUDGE, End(DONE, COMPLETED, PASSED), End(DONE, COMPLETED, PASSED), levels=1
    ),
    "a new version comes, a verdict on the one before": Race(
        (COMPLETE,), SUBMIT_VERSION, JUDGE, End("evidence-version-changed", SENT), End(DONE, SENT, PASSED)
    ),
    "a new version comes, the last verdict on the one before": Race(
        (COMPLETE,),
        SUBMIT_VERSION,
        JUDGE,
        End("evidence-version-changed", SENT),
        End(DONE, COMPLETED, PASSED),
        levels=1,
    ),
    "a verdict is withdrawn, the next level's given": Race(
        (COMPLETE, JUDGE),
        TAKE_BACK,
        JUDGE_ABOVE,
        End("not-your-turn", SENT, (), (1, 1, "")),
        End("later-level-decided", COMPLETED, TWICE),
    ),
    "a refusal is withdrawn, the work reported again": Race(
        (COMPLETE, REFUSE),
        TAKE_BACK,
        COMPLETE_ON_BOTH,
        End(DONE, SENT, (), (1, 1, "")),
        End(DONE, SENT, (), (1, 1, "")),
    ),
    "more is asked for, a new version comes": Race(
        (), ASK, SUBMIT_VERSION, End(DONE, NEW), End("evidence-version-changed", NEW)
    ),
    "more is asked for, a colleague's verdict given": Race(
        (),
        ASK,
        JUDGE_AS_COLLEAGUE,
        End("supplement-open", NEW, (), (1, 1, "open")),
        End("already-appraised", NEW, PASSED, (1, 2, "")),
    ),
    "a claim ran out: a colleague claims, the holder judges": Race(
        (CLAIM_LONG_AGO,),
        CLAIM,
        JUDGE,
        End("claimed-by-other", NEW, (), (1, 1, "claimed")),
        End("already-appraised", NEW, PASSED, (1, 2, "")),
    ),
    "a claim ran out: a colleague takes the next, the holder judges": Race(
        (CLAIM_LONG_AGO,),
        TAKE_NEXT,
        JUDGE,
        End("claimed-by-other", NEW, (), (1, 1, "claimed")),
        End(DONE, NEW, PASSED, (1, 2, "")),
    ),
    "silence is told, the verdict given": Race(
        (), ESCALATE, JUDGE, End(DONE, NEW, PASSED, (1, 2, "")), End(DONE, NEW, PASSED, (1, 2, ""))
    ),
    "two of one body judge": Race(
        (COMPLETE,),
        JUDGE,
        JUDGE_AS_COLLEAGUE,
        End("already-appraised", SENT, PASSED, (1, 2, "")),
        End("already-appraised", SENT, PASSED, (1, 2, "")),
    ),
}


@pytest.fixture(scope="module")
async def office(servers: Servers, template_url: str) -> AsyncIterator[Office]:
    async with cloned(servers, template_url) as url:
        settings = Settings(database_url=url)
        engines = {
            role: create_engine(url, settings, application="races", role=role)
            for role in (None, roles.TASKS_API, roles.EVIDENCE_API, roles.WORKER)
        }
        yield Office({role: create_sessions(engine) for role, engine in engines.items()})
        for engine in engines.values():
            await engine.dispose()


@pytest.mark.parametrize("turned", [False, True], ids=["one first", "other first"])
@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
async def test_whoever_commits_first(office: Office, race: Race, turned: bool) -> None:
    scene = await office.open(*race.before, levels=race.levels)
    first, second = (race.other, race.one) if turned else (race.one, race.other)
    async with office.session(first, scene) as session, session.begin():
        await first.act(session, scene)
        following = asyncio.create_task(office.take(second, scene))
        await office.until_waiting(following)
    told = await following
    await office.handle(backwards=turned)
    assert await office.end_of(scene, told) == (race.other_first if turned else race.one_first)
    await office.ensure_whole(scene)


async def test_a_refusal_withdrawn_and_work_reported_again_do_not_hold_each_other(office: Office) -> None:
    """Each has locked its own first row when it comes to the other's."""
    scene = await office.open(COMPLETE, REFUSE)
    async with office.onlooker.begin() as session:
        refusal = select(Appraisal.id).where(Appraisal.evidence_id == scene.piece).with_for_update()
        await session.execute(refusal)
        taking_back = asyncio.create_task(office.take(TAKE_BACK, scene))
        await office.until_waiting(taking_back)
        completing = asyncio.create_task(office.take(COMPLETE_ON_BOTH, scene))
        await office.until_waiting(taking_back, completing)
    assert [await taking_back, await completing] == [DONE, DONE]


async def test_a_version_that_comes_as_the_day_for_it_ends_is_an_answer(office: Office) -> None:
    scene = await office.open(ASK)
    async with office.session(SUBMIT_VERSION, scene) as session, session.begin():
        await SUBMIT_VERSION.act(session, scene)
        expiring = asyncio.create_task(office.take(EXPIRE, scene))
        await office.until_waiting(expiring)
    assert await expiring == DONE
    async with office.onlooker() as session:
        asked = select(SupplementRequest.expired_at).where(SupplementRequest.evidence_id == scene.piece)
        assert (await session.scalars(asked)).all() == [None]


async def test_of_a_completion_just_reported_two_withdrawals_leave_a_piece(office: Office) -> None:
    scene = await office.open()
    async with office.session(COMPLETE_ON_BOTH, scene) as session, session.begin():
        await COMPLETE_ON_BOTH.act(session, scene)
        withdrawals = [asyncio.create_task(office.take(each, scene)) for each in (WITHDRAW, WITHDRAW_OTHER)]
        await office.until_waiting(*withdrawals)
    answers = await asyncio.gather(*withdrawals, return_exceptions=True)
    (left,) = (answer for answer in answers if answer != DONE)
    assert left == "evidence-in-appraisal" or (isinstance(left, Exception) and is_passing(left))


async def test_two_completions_on_one_piece_are_settled_one_after_the_other(office: Office) -> None:
    scene = await office.open(COMPLETE, levels=1)
    async with office.onlooker.begin() as session:
        further = await add_assignment(session, scene)
        completion = {"evidence_id": scene.piece, "evidence_version": 1}
        session.add(CompletionEvidence(assignment_id=further.assignment_id, **completion))
    assert await office.take(JUDGE, scene) == DONE
    async with office.onlooker.begin() as session:
        # Whoever would only share the piece at first comes to it beside this.
        await session.execute(select(Evidence.id).where(Evidence.id == scene.piece).with_for_update(read=True))
        settling = [asyncio.create_task(office.take(SETTLE, each)) for each in (scene, further)]
        await office.until_waiting(*settling)
    assert [await each for each in settling] == [DONE, DONE]
    assert [(await office.end_of(each, DONE)).status for each in (scene, further)] == [COMPLETED, COMPLETED]
