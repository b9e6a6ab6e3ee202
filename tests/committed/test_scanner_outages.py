"""clamd killed, frozen, or answering nonsense: nothing unscanned is released, and all is released once it is back."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deliveries.operations import Push
from services.alerts_worker.evidence_checks.jobs import checks_under, record_checks, resume_checks
from services.alerts_worker.handlers import Handler, Looking
from services.alerts_worker.relay import relay_events
from services.alerts_worker.runner import Runner, attempt_delivery
from shared import clock, outbox
from shared.db.models import Delivery, EvidenceFile, EvidenceFinding, EvidenceVersion
from shared.db.session import Sessions
from shared.events import EvidenceChecksResumed, EvidenceSubmitted
from shared.settings import Settings, get_settings
from tests.alerts_worker.cases import make_evidence, make_reviewed_assignment
from tests.alerts_worker.evidence_checks.making import pdf
from tests.alerts_worker.evidence_checks.scanners import BAD, Daemon, find_clamd, lying_clamd, real_clamd, saying
from tests.committed.ledger import NOW, until
from tests.committed.worker_processes import process

LEASE = 6
OURS = ("check_evidence", "go_on_checking")


@pytest.fixture
def clamd() -> Iterator[Daemon]:
    program = find_clamd()
    if program is None:
        pytest.skip("clamd is not installed here (Debian: clamav-daemon)")
    with real_clamd(program) as daemon:
        yield daemon


def new_content(words: bytes = b"") -> bytes:
    """A PDF that holds `words`, and is no other."""
    return pdf(streams=[(b"", words + uuid4().bytes)])


async def submit(sessions: Sessions, *contents: bytes) -> UUID:
    """Commit a version as the API does, with one file unless others are given; returns its id."""
    async with sessions.begin() as session:
        assignment = await make_reviewed_assignment(session)
        evidence = await make_evidence(session, assignment, contents or [new_content()], state="received")
        outbox.add(session, EvidenceSubmitted(evidence_id=evidence.id, version=1))
        return (
            await session.scalars(select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence.id))
        ).one()


async def work(sessions: Sessions, settings: Settings, *, at: datetime) -> None:
    """What relay, worker and schedule do, until nothing of ours is left to attempt."""
    look = partial(checks_under, settings)
    handlers: dict[str, Handler] = {
        "check_evidence": Looking("check_evidence", EvidenceSubmitted, look, record_checks),
        "go_on_checking": Looking("go_on_checking", EvidenceChecksResumed, look, record_checks),
    }
    async with sessions.begin() as session:
        await resume_checks(session, at)
    while True:
        await relay_events(sessions, now=at)
        async with sessions() as session:
            statement = select(Delivery).where(Delivery.handler.in_(OURS), Delivery.state == "queued")
            waiting = (await session.scalars(statement)).all()
        if not waiting:
            return
        runner = Runner(sessions, settings, handlers)
        for delivery in waiting:
            await attempt_delivery(runner, Push(delivery.id, delivery.attempt + 1), now=at)


async def places(session: AsyncSession, statement: Select[UUID, int]) -> dict[UUID, set[int]]:
    """Positions of files, by version."""
    found = defaultdict[UUID, set[int]](set)
    for version_id, position in await session.execute(statement):
        found[version_id].add(position)
    return found


async def states(sessions: Sessions, versions: list[UUID]) -> list[str]:
    """Of the versions; none may be released without a scanner's word for each file."""
    async with sessions() as session:
        found = {
            version.id: version
            for version in (
                await session.scalars(select(EvidenceVersion).where(EvidenceVersion.id.in_(versions)))
            ).all()
        }
        submitted = await places(session, select(EvidenceFile.evidence_version_id, EvidenceFile.position))
        scanned = select(EvidenceFinding.evidence_version_id, EvidenceFinding.position).where(
            EvidenceFinding.step == "malware", EvidenceFinding.outcome == "clean"
        )
        clean = await places(session, scanned)
    for version in found.values():
        assert version.state not in {"scanned", "verified", "released"} or submitted[version.id] == clean[version.id]
        assert (version.released_at is None) == (version.state != "released")
        assert version.state in {"released", "refused"} or version.checks_due_at is not None
    return [found[version_id].state for version_id in versions]


async def test_nothing_passes_unscanned_and_everything_once_it_is_back(
    committed: Sessions, settings: Settings, clamd: Daemon
) -> None:
    settings = settings.model_copy(update={"clamd_url": clamd.url, "delivery_lease": LEASE})
    first = await submit(committed, new_content(), new_content())
    await work(committed, settings, at=NOW)
    assert await states(committed, [first]) == ["released"]

    clamd.kill()
    versions = [await submit(committed), await submit(committed, new_content(), new_content())]
    await work(committed, settings, at=NOW)
    assert await states(committed, versions) == ["inspected"] * 2

    clamd.start()
    clamd.freeze()
    versions.append(await submit(committed))
    hasty = settings.model_copy(update={"delivery_lease": LEASE / 2})
    await work(committed, hasty, at=NOW + timedelta(minutes=1))
    assert await states(committed, versions) == ["inspected"] * 3
    clamd.kill()

    for words in (b"", b"stream: OK", b"stream: OK\0stream: OK\0", b"stream: scanned OK\0"):
        async with lying_clamd(saying(words)) as url:
            lied_to = settings.model_copy(update={"clamd_url": url})
            versions.append(await submit(committed))
            await work(committed, lied_to, at=NOW + timedelta(minutes=5))
    assert await states(committed, versions) == ["inspected"] * 7

    clamd.start()
    versions.append(await submit(committed, new_content(), new_content(BAD)))
    await work(committed, settings, at=NOW + timedelta(minutes=20))
    assert await states(committed, versions) == [*["released"] * 7, "refused"]


async def test_a_scanner_killed_while_it_scans(committed: Sessions, settings: Settings, clamd: Daemon) -> None:
    settings = settings.model_copy(update={"clamd_url": clamd.url, "delivery_lease": LEASE})
    versions = []
    for delay in (0.0, 0.1, 0.2, 0.4, 0.8):
        versions.append(await submit(committed, new_content(uuid4().bytes * 50_000)))
        working = asyncio.create_task(work(committed, settings, at=NOW))
        await asyncio.sleep(delay)
        clamd.kill()
        await working
        assert set(await states(committed, versions)) <= {"released", "inspected"}
        clamd.start()
    await work(committed, settings, at=NOW + timedelta(minutes=20))
    assert await states(committed, versions) == ["released"] * len(versions)


async def test_a_scanner_that_is_slow_is_shown(committed: Sessions, settings: Settings) -> None:
    async with lying_clamd(saying(b"stream: OK\0"), delay=LEASE / 4) as url:
        settings = settings.model_copy(update={"clamd_url": url, "delivery_lease": LEASE})
        version_id = await submit(committed)
        await work(committed, settings, at=NOW)
    assert await states(committed, [version_id]) == ["inspected"]
    async with committed() as session:
        statement = select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version_id)
        findings = {finding.step: finding for finding in (await session.scalars(statement)).all()}
        deliveries = (await session.scalars(select(Delivery).where(Delivery.handler.in_(OURS)))).all()
    assert findings.keys() == {"integrity", "type", "unpacking", "malware"}
    assert findings["malware"].facts == {"why": "slow", "tries": 1}
    assert {delivery.state for delivery in deliveries} == {"done"}


async def test_a_worker_whose_scanner_is_killed_and_started_again(
    committed: Sessions, settings: Settings, clamd: Daemon, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"clamd_url": clamd.url, "data_dir": get_settings().data_dir})

    async def wait_for(expected: list[str]) -> None:
        async def reached(_: AsyncSession) -> bool:
            return await states(committed, versions) == expected

        await until(reached, committed)

    with process("relay", settings, tmp_path), process("worker", settings, tmp_path):
        versions = [await submit(committed, new_content(), new_content())]
        await wait_for(["released"])
        clamd.kill()
        versions += [await submit(committed, new_content(), new_content()), await submit(committed, BAD)]
        await wait_for(["released", "inspected", "inspected"])
        clamd.start()
        async with committed.begin() as session:
            await resume_checks(session, clock.now() + timedelta(hours=1))
        await wait_for(["released", "released", "refused"])
