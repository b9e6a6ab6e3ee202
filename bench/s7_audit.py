"""S7: one entry of the trail edited, deleted, inserted or reordered by the owner of the database.

    python -m bench.s7_audit

Each is done to every place of a chained trail in turn, once leaving all hashes as they were and once rewriting them;
"located" says that each time the very entry was named. Exits with 1 when it was not.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.places import Place, temporary_place
from bench.tampering import FORGED, KINDS, cover_up
from services.alerts_worker.audit_chain.keeping import AuditChain
from services.alerts_worker.audit_chain.keys import key_path, load_private_key
from services.alerts_worker.audit_chain.outside import file_of
from services.operator_cli.audit_commands import verify_trail
from services.operator_cli.audit_trail import find_origin
from shared import audit, clock
from shared.db.ids import new_id
from shared.db.models import Organization
from shared.db.session import Sessions, create_engine, create_sessions
from shared.settings import Settings

BATCHES = (5, 1, 8, 3)
WORDS = {"edited": "edited", "missing": "deleted", "inserted": "inserted", "reordered": "reordered"}


def main() -> int:
    """Take the figure."""
    with temporary_place() as place:
        located = asyncio.run(_measure(place))
    told = ", ".join(f"{word} located {_word(located[kind, False])}" for kind, word in WORDS.items())
    print(f"S7 {told} (also with hashes rewritten: {_word(all(located[kind, True] for kind in KINDS))})")
    return 0 if all(located.values()) else 1


def _word(located: object) -> str:
    return "yes" if located else "NO"


async def _measure(place: Place) -> dict[tuple[str, bool], bool]:
    settings = Settings(database_url=place.database_url, data_dir=place.data_dir)
    engine = create_engine(place.database_url, settings, application="bench")
    sessions = create_sessions(engine)
    try:
        await _make_trail(sessions, settings)
        return {
            (kind, rewritten): await _is_located(sessions, settings, kind, hashes_rewritten=rewritten)
            for rewritten in (False, True)
            for kind in KINDS
        }
    finally:
        await engine.dispose()


async def _make_trail(sessions: Sessions, settings: Settings) -> None:
    chain = AuditChain(sessions, settings)
    await chain.carry_on(now=clock.now())
    for count in BATCHES:
        async with sessions.begin() as session:
            for _ in range(count):
                audit.record(session, audit.System("bench"), "organization.renamed", Organization(id=new_id()))
        await chain.carry_on(now=clock.now())


async def _is_located(sessions: Sessions, settings: Settings, kind: str, *, hashes_rewritten: bool) -> bool:
    async with sessions() as session:
        ids = [str(entry_id) for entry_id in await _list_ids(session)]
    for position in range(len(ids) - 1):
        async with sessions() as session:  # never committed
            await KINDS[kind](session, position)
            if hashes_rewritten:
                await cover_up(session)
            named = {"inserted": FORGED, "reordered": ids[position + 1]}.get(kind, ids[position])
            if await _find(session, settings) != (kind, position, named):
                return False
    return True


async def _list_ids(session: AsyncSession) -> Sequence[UUID]:
    return (await session.scalars(text("SELECT entry_id FROM audit_leaves ORDER BY position"))).all()


async def _find(session: AsyncSession, settings: Settings) -> tuple[str, int | None, str | None] | None:
    origin = await find_origin(session)
    assert origin
    keys = [load_private_key(key_path(settings)).public_key()]
    problem = (await verify_trail(session, keys, file_of(settings, origin))).problem
    return (problem.kind, problem.position, problem.entry_id) if problem else None


if __name__ == "__main__":
    raise SystemExit(main())
