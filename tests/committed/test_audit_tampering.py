"""What the owner of the database does to the trail is found, and the first entry it was done to is named."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.tampering import FORGED, KINDS, cover_up
from services.alerts_worker.audit_chain.keys import key_path, load_private_key
from services.alerts_worker.audit_chain.operations import chain_batch
from services.operator_cli.audit_commands import verify_trail
from shared import audit, clock
from shared.db.ids import new_id
from shared.db.models import Organization
from shared.db.session import Sessions, create_engine, create_sessions
from shared.settings import Settings
from tests.committed.trails import ACTOR, check_in, checkpoint_file, entry_at, make_trail
from tests.conftest import Servers, cloned

BATCHES = (3, 4, 1, 5)
LAST = sum(BATCHES) - 1


@dataclass(frozen=True)
class Trail:
    """A trail that is committed and chained, and a session that tampers with it and never commits."""

    session: AsyncSession
    settings: Settings
    checkpoints: Path
    ids: Sequence[str]

    async def run(self, *statements: str) -> None:
        for statement in statements:
            await self.session.execute(text(statement))

    async def problem(self, *, outside: bool = True) -> tuple[str, int | None, str | None]:
        """Kind, position and entry of what is found."""
        report = await check_in(self.session, self.settings, self.checkpoints if outside else None)
        assert report.problem
        return report.problem.kind, report.problem.position, report.problem.entry_id


@pytest.fixture(scope="module")
async def chained(
    servers: Servers, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Sessions, Settings]]:
    async with cloned(servers, template_url) as url:
        settings = Settings(database_url=url, data_dir=tmp_path_factory.mktemp("trail"))
        engine = create_engine(url, settings, application="tests")
        sessions = create_sessions(engine)
        await make_trail(sessions, settings, BATCHES)
        yield sessions, settings
        await engine.dispose()


@pytest.fixture
async def trail(chained: tuple[Sessions, Settings]) -> AsyncIterator[Trail]:
    sessions, settings = chained
    ids = [await entry_at(sessions, position) for position in range(sum(BATCHES))]
    async with sessions() as session:
        yield Trail(session, settings, await checkpoint_file(sessions, settings), ids)


async def test_an_honest_trail_is_intact(trail: Trail) -> None:
    audit.record(trail.session, ACTOR, "organization.renamed", Organization(id=new_id()))
    await trail.session.flush()
    for path in (trail.checkpoints, None):
        report = await check_in(trail.session, trail.settings, path)
        assert (report.problem, report.covered, report.uncovered) == (None, LAST + 1, 1)
        assert (report.checkpoints, report.outside) == (len(BATCHES), LAST + 1 if path else 0)


@pytest.mark.parametrize("position", [0, 2, 3, 7, LAST - 1])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hashes_rewritten", [False, True], ids=["hashes as they were", "hashes rewritten"])
async def test_an_entry_is_named(trail: Trail, kind: str, position: int, *, hashes_rewritten: bool) -> None:
    await KINDS[kind](trail.session, position)
    if hashes_rewritten:
        await cover_up(trail.session)
    named = {"inserted": FORGED, "reordered": trail.ids[position + 1]}.get(kind, trail.ids[position])
    assert await trail.problem() == (kind, position, named)


@pytest.mark.parametrize("kind", KINDS)
async def test_without_the_file_the_batch_is_named(trail: Trail, kind: str) -> None:
    await KINDS[kind](trail.session, 4)
    await cover_up(trail.session)
    assert await trail.problem(outside=False) == ("altered", 3, None)


async def test_without_the_file_an_edited_entry_whose_hash_was_left_is_named(trail: Trail) -> None:
    await KINDS["edited"](trail.session, 4)
    assert await trail.problem(outside=False) == ("edited", 4, trail.ids[4])


async def test_the_first_of_several_is_named(trail: Trail) -> None:
    for kind, position in (("edited", 9), ("missing", 6), ("reordered", 2)):
        await KINDS[kind](trail.session, position)
    assert await trail.problem() == ("reordered", 2, trail.ids[3])


FIELDS = {
    "actor": "'khác'",
    "client": "'khác'",
    "organization_id": "gen_random_uuid()",
    "action": "'khác'",
    "target_type": "'khác'",
    "target_id": "gen_random_uuid()",
    "before": """'{"số": 1.0}'""",
    "after": "NULL",
    "request_id": "'khác'",
    "address": "'khác'",
    "occurred_at": "occurred_at + interval '1 microsecond'",
}


@pytest.mark.parametrize("field", FIELDS)
async def test_no_field_can_be_edited(trail: Trail, field: str) -> None:
    await trail.run(f"UPDATE audit_entries SET {field} = {FIELDS[field]} WHERE id = '{trail.ids[5]}'")
    assert await trail.problem() == ("edited", 5, trail.ids[5])


async def test_an_entry_replaced_by_another_is_named(trail: Trail) -> None:
    await trail.run(
        f"UPDATE audit_entries SET id = '{FORGED}' WHERE id = '{trail.ids[5]}'",
        f"UPDATE audit_leaves SET entry_id = '{FORGED}' WHERE position = 5",
    )
    assert await trail.problem() == ("edited", 5, trail.ids[5])


ENTRIES_CUT = "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE position >= 8)"
LEAVES_CUT = ("DELETE FROM audit_leaves WHERE position >= 8", "DELETE FROM audit_checkpoints WHERE tree_size > 8")


@pytest.mark.parametrize("cut", [[ENTRIES_CUT], [ENTRIES_CUT, *LEAVES_CUT]], ids=["entries", "all"])
async def test_the_newest_entries_cannot_be_cut_off(trail: Trail, cut: list[str]) -> None:
    await trail.run(*cut)
    assert await trail.problem() == ("missing", 8, trail.ids[8])


async def test_a_leaf_taken_out_leaves_a_gap(trail: Trail) -> None:
    await trail.run("DELETE FROM audit_leaves WHERE position = 5")
    assert await trail.problem() == ("missing", 5, trail.ids[5])
    assert await trail.problem(outside=False) == ("missing", 5, None)


async def test_an_entry_gone_before_it_was_chained_is_missed(trail: Trail) -> None:
    await trail.run(f"INSERT INTO audit_pending VALUES ('{FORGED}')")
    assert await trail.problem() == ("missing", None, FORGED)


async def test_an_entry_put_in_past_the_queue_is_named(trail: Trail) -> None:
    await trail.run(
        "ALTER TABLE audit_entries DISABLE TRIGGER USER",
        BACK_DATED.replace("interval '2 hours'", "interval '1 second'"),
    )
    for outside in (True, False):
        assert await trail.problem(outside=outside) == ("inserted", None, FORGED)


BACK_DATED = f"""
    INSERT INTO audit_entries (id, occurred_at, actor, client, action, target_type, target_id)
    VALUES ('{FORGED}', now() - interval '2 hours', 'ai đó', 'theodoi', 'plan.activated', 'plans', '{FORGED}')
"""


async def test_a_back_dated_entry_is_named_before_it_is_chained(trail: Trail) -> None:
    await trail.run(BACK_DATED)
    assert await trail.problem() == ("inserted", None, FORGED)


async def test_a_back_dated_entry_is_named_after_it_was_chained(trail: Trail) -> None:
    await trail.run(BACK_DATED)
    await chain_batch(trail.session, load_private_key(key_path(trail.settings)), now=clock.now())
    assert await trail.problem() == ("inserted", LAST + 1, FORGED)


@pytest.mark.parametrize("line", [0, 2])
async def test_a_checkpoint_file_without_a_line_is_believed_no_further(trail: Trail, tmp_path: Path, line: int) -> None:
    lines = trail.checkpoints.read_text().splitlines(keepends=True)
    damaged = tmp_path / "damaged.log"
    damaged.write_text("".join(lines[:line] + lines[line + 1 :]))
    report = await check_in(trail.session, trail.settings, damaged)
    assert report.problem
    assert (report.problem.kind, report.outside) == ("checkpoint", sum(BATCHES[:line]))


async def test_a_forged_checkpoint_is_told(trail: Trail) -> None:
    await trail.run("UPDATE audit_checkpoints SET note = replace(note, E'\n7\n', E'\n6\n')")
    assert await trail.problem(outside=False) == ("checkpoint", None, None)


async def test_checkpoints_cannot_be_taken_away(trail: Trail) -> None:
    await trail.run("DELETE FROM audit_checkpoints WHERE tree_size = 7")
    assert await trail.problem() == ("checkpoint", 7, None)


async def test_another_key_proves_nothing(trail: Trail) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    report = await verify_trail(trail.session, [other], trail.checkpoints)
    assert report.problem
    assert (report.problem.kind, "chữ ký" in report.problem.detail) == ("checkpoint", True)
