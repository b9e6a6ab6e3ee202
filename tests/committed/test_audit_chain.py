"""Entries come into the tree once each, whatever order they commit in, however many chain, and whoever is killed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.tampering import cover_up, edit
from services.alerts_worker.audit_chain.keeping import AuditChain
from services.alerts_worker.audit_chain.keys import key_path, load_private_key
from services.alerts_worker.audit_chain.operations import ChainBroken, chain_batch
from services.alerts_worker.audit_chain.outside import file_of
from shared import audit, clock
from shared.db.ids import new_id
from shared.db.models import AuditCheckpoint, AuditPending, Organization
from shared.db.session import Sessions
from shared.settings import Settings
from tests.committed.ledger import until
from tests.committed.locks import count_waiting
from tests.committed.trails import (
    ACTOR,
    chain_all,
    chained_targets,
    check,
    checkpoint_file,
    commit_entries,
    make_trail,
)
from tests.committed.worker_processes import process

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data_dir": tmp_path / "data", "audit_interval": 0.05})


async def count_checkpoints(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(AuditCheckpoint)) or 0


async def nothing_is_pending(session: AsyncSession) -> bool:
    return await session.scalar(select(func.count()).select_from(AuditPending)) == 0


async def test_an_entry_that_commits_late_is_not_skipped(committed: Sessions, settings: Settings) -> None:
    chain = AuditChain(committed, settings)
    late = Organization(id=new_id())
    async with committed() as holder:
        audit.record(holder, ACTOR, "organization.renamed", late)
        await holder.flush()
        early = await commit_entries(committed, 2)
        await chain.carry_on(now=NOW)
        assert set(await chained_targets(committed)) == set(early)
        await holder.commit()
    await chain.carry_on(now=NOW)
    assert (await chained_targets(committed))[2:] == [late.id]
    assert (await check(committed, settings)).problem is None


async def test_what_is_rolled_back_is_never_chained(committed: Sessions, settings: Settings) -> None:
    async with committed() as session:
        audit.record(session, ACTOR, "organization.renamed", Organization(id=new_id()))
        await session.flush()
        await session.rollback()
    await chain_all(AuditChain(committed, settings))
    assert await chained_targets(committed) == []
    assert await count_checkpoints(committed) == 0


async def test_writers_side_by_side_and_two_chains(committed: Sessions, settings: Settings) -> None:
    """Each writer holds every other transaction open while the next ones commit."""
    writing = True

    async def write() -> list[object]:
        targets: list[object] = []
        for _ in range(10):
            held = Organization(id=new_id())
            async with committed.begin() as session:
                audit.record(session, ACTOR, "organization.renamed", held)
                await session.flush()
                targets += await commit_entries(committed, 2)
            targets.append(held.id)
        return targets

    async def keep_chaining(chain: AuditChain) -> None:
        while writing:
            await chain.carry_on(now=clock.now(), limit=7)

    here, elsewhere = settings, settings.model_copy(update={"audit_dir": settings.data_dir / "other"})
    chains = [AuditChain(committed, own) for own in (here, elsewhere)]
    async with asyncio.TaskGroup() as tasks:
        chaining = [tasks.create_task(keep_chaining(chain)) for chain in chains]
        written = await asyncio.gather(*(write() for _ in range(3)))
        writing = False
        await asyncio.wait(chaining)
    for chain in chains:
        await chain_all(chain, limit=7)
    chained = await chained_targets(committed)
    assert len(chained) == len(set(chained)) == 90
    assert set(chained) == {target for targets in written for target in targets}
    report = await check(committed, settings)
    assert (report.problem, report.covered, report.uncovered) == (None, 90, 0)
    for own in (here, elsewhere):
        assert (await check(committed, own)).outside == 90


async def test_chains_that_share_a_file_write_each_line_once(committed: Sessions, settings: Settings) -> None:
    chains = [AuditChain(committed, settings) for _ in range(3)]
    for _ in range(5):
        await commit_entries(committed, 3)
        await asyncio.gather(*(chain.carry_on(now=clock.now()) for chain in chains))
    await chain_all(chains[0])
    report = await check(committed, settings)
    assert (report.problem, report.outside) == (None, 15)
    assert (await checkpoint_file(committed, settings)).read_text().count("\n") == report.checkpoints


async def test_a_backlog_is_chained_in_batches(committed: Sessions, settings: Settings) -> None:
    targets = await commit_entries(committed, 25)
    await chain_all(AuditChain(committed, settings), limit=10)
    assert set(await chained_targets(committed)) == set(targets)
    assert await count_checkpoints(committed) == 3
    assert not await AuditChain(committed, settings).carry_on(now=NOW)
    assert await count_checkpoints(committed) == 3, "nothing new, nothing signed"


async def test_a_worker_killed_in_the_middle_of_a_round(
    committed: Sessions, settings: Settings, tmp_path: Path
) -> None:
    first = await commit_entries(committed, 3)
    async with committed.begin() as holder:
        # Leaves and nodes are written by then; the checkpoint waits for this.
        await holder.execute(text("LOCK TABLE audit_checkpoints IN EXCLUSIVE MODE"))
        with process("worker", settings, tmp_path) as worker:
            await until(count_waiting, committed)
            worker.kill()
    await until(_nobody_else_is_connected, committed)
    assert await chained_targets(committed) == []
    second = await commit_entries(committed, 2)
    with process("worker", settings, tmp_path):
        await until(nothing_is_pending, committed)
    assert sorted(await chained_targets(committed)) == sorted(first + second)
    # The last round of a worker that was killed may have ended before its line was written.
    await chain_all(AuditChain(committed, settings))
    report = await check(committed, settings)
    assert (report.problem, report.covered, report.outside) == (None, 5, 5)


async def _nobody_else_is_connected(session: AsyncSession) -> bool:
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'worker'"
    )
    return bool((await session.execute(statement)).scalar_one() == 0)


async def test_a_file_that_cannot_be_written_delays_nothing_else(
    committed: Sessions, settings: Settings, tmp_path: Path
) -> None:
    blocked = tmp_path / "not a folder"
    blocked.touch()
    chain = AuditChain(committed, settings.model_copy(update={"audit_dir": blocked}))
    for _ in range(2):
        await commit_entries(committed, 2)
        await chain.carry_on(now=NOW)
    assert len(await chained_targets(committed)) == 4
    await chain_all(AuditChain(committed, settings))
    report = await check(committed, settings)
    assert (report.problem, report.checkpoints, report.outside) == (None, 2, 4)


@pytest.mark.parametrize("kept", [1, 40])
async def test_a_line_cut_short_by_a_crash_is_written_again(committed: Sessions, settings: Settings, kept: int) -> None:
    chain = await make_trail(committed, settings, [2, 3])
    path = await checkpoint_file(committed, settings)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + kept])
    await commit_entries(committed)
    await chain_all(chain)
    assert path.read_bytes().startswith(whole)
    assert (await check(committed, settings)).outside == 6


async def test_a_lost_file_is_written_again(committed: Sessions, settings: Settings) -> None:
    chain = await make_trail(committed, settings, [2, 3])
    path = await checkpoint_file(committed, settings)
    whole = path.read_bytes()
    path.unlink()
    await chain_all(chain)
    assert path.read_bytes() == whole


async def test_nothing_is_signed_on_top_of_rewritten_hashes(committed: Sessions, settings: Settings) -> None:
    await make_trail(committed, settings, [2, 3])
    async with committed.begin() as session:
        await edit(session, 1)
        await cover_up(session)
    await commit_entries(committed)
    await chain_all(AuditChain(committed, settings))
    assert await count_checkpoints(committed) == 2
    async with committed() as session:
        with pytest.raises(ChainBroken, match="another root"):
            await chain_batch(session, load_private_key(key_path(settings)), now=NOW)


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM audit_checkpoints WHERE tree_size = 5",
        "UPDATE audit_checkpoints SET note = replace(note, '2026', '2027') WHERE tree_size = 5",
        "DELETE FROM audit_nodes",
    ],
)
async def test_nothing_is_signed_where_the_past_is_not_what_was_signed(
    committed: Sessions, settings: Settings, loss: str
) -> None:
    chain = await make_trail(committed, settings, [2, 3])
    async with committed.begin() as session:
        await session.execute(text(loss))
    await commit_entries(committed)
    before = await count_checkpoints(committed)
    await chain_all(chain)
    assert await count_checkpoints(committed) == before
    async with committed() as session:
        assert not await nothing_is_pending(session)


async def test_copies_go_to_the_store_and_are_never_overwritten(
    committed: Sessions, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    await make_trail(committed, settings, [2])
    with_store = settings.model_copy(update={"audit_storage_url": folder.as_uri()})
    await make_trail(committed, with_store, [3])
    lines = (await checkpoint_file(committed, settings)).read_bytes().splitlines(keepends=True)
    copies = sorted((folder / "audit" / "checkpoints").iterdir())
    assert [copy.name for copy in copies] == [f"{size:020}" for size in (2, 5)]
    assert [copy.read_bytes() for copy in copies] == lines
    copies[1].write_bytes(b"as it was found")
    await make_trail(committed, with_store, [1])
    assert copies[1].read_bytes() == b"as it was found"


async def test_a_log_has_a_file_of_its_own(settings: Settings) -> None:
    assert file_of(settings, "theodoi/audit/1") == settings.data_dir / "audit" / "checkpoints-1.log"
    elsewhere = settings.model_copy(update={"audit_dir": Path("/elsewhere")})
    assert file_of(elsewhere, "theodoi/audit/2") == Path("/elsewhere/checkpoints-2.log")


async def test_the_private_key_is_its_owner_s_alone(settings: Settings) -> None:
    key = load_private_key(key_path(settings))
    assert key_path(settings).stat().st_mode & 0o777 == 0o600
    assert load_private_key(key_path(settings)).public_key() == key.public_key()
