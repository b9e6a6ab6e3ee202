"""Trails that are committed, chained and checked."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain.keeping import AuditChain
from services.alerts_worker.audit_chain.keys import key_path, load_private_key
from services.alerts_worker.audit_chain.outside import file_of
from services.operator_cli.audit_commands import verify_trail
from services.operator_cli.audit_trail import find_origin
from services.operator_cli.audit_verification import Report
from shared import audit, clock
from shared.db.ids import new_id
from shared.db.models import AuditEntry, AuditLeaf, Organization
from shared.db.session import Sessions
from shared.settings import Settings

ACTOR = audit.System("tests")


async def commit_entries(sessions: Sessions, count: int = 1) -> list[UUID]:
    """One transaction with so many entries; returns the identifiers of their targets."""
    targets = [Organization(id=new_id()) for _ in range(count)]
    async with sessions.begin() as session:
        for number, target in enumerate(targets):
            audit.record(session, ACTOR, "organization.renamed", target, before={"số": number}, after={"tên": "Mới"})
    return [target.id for target in targets]


async def chain_all(chain: AuditChain, *, limit: int = 5_000) -> None:
    while await chain.carry_on(now=clock.now(), limit=limit):
        pass


async def make_trail(sessions: Sessions, settings: Settings, batches: Sequence[int]) -> AuditChain:
    """A trail with a checkpoint after every so many entries."""
    chain = AuditChain(sessions, settings)
    for count in batches:
        await commit_entries(sessions, count)
        await chain.carry_on(now=clock.now())
    return chain


async def checkpoint_file(sessions: Sessions, settings: Settings) -> Path:
    async with sessions() as session:
        origin = await find_origin(session)
    assert origin
    return file_of(settings, origin)


async def check(sessions: Sessions, settings: Settings) -> Report:
    """What `theodoi audit verify` finds in what is committed."""
    async with sessions() as session:
        return await check_in(session, settings, await checkpoint_file(sessions, settings))


async def check_in(session: AsyncSession, settings: Settings, checkpoints: Path | None) -> Report:
    """The same of what a session sees, with or without the file of checkpoints."""
    return await verify_trail(session, [load_private_key(key_path(settings)).public_key()], checkpoints)


async def entry_at(sessions: Sessions, position: int) -> str:
    async with sessions() as session:
        return str((await session.scalars(select(AuditLeaf.entry_id).where(AuditLeaf.position == position))).one())


async def chained_targets(sessions: Sessions) -> list[UUID]:
    """The targets of the entries in the tree, in its order."""
    statement = select(AuditEntry.target_id).join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
    async with sessions() as session:
        return list(await session.scalars(statement.order_by(AuditLeaf.position)))
