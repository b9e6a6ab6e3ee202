"""Reads of registered systems."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Client, TokenKey
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def get_client(session: AsyncSession, principal: Principal, client_id: UUID, *, lock: bool = False) -> Client:
    """The system, as far as the caller may know of it; NotFound otherwise."""
    statement = select(Client).where(Client.id == client_id, visible(principal, Client))
    client = await session.scalar(statement.with_for_update() if lock else statement)
    if client is None:
        raise NotFound("client-not-found", "Không tìm thấy hệ thống kết nối này.")
    return client


async def list_clients(
    session: AsyncSession, principal: Principal, *, after: Sequence[str], limit: int
) -> Sequence[Client]:
    """One page of visible systems, newest first."""
    statement = select(Client).where(visible(principal, Client)).order_by(Client.id.desc()).limit(limit)
    if after:
        statement = statement.where(Client.id < UUID(after[0]))
    return (await session.scalars(statement)).all()


async def list_keys(session: AsyncSession, *clients: Client) -> dict[UUID, list[TokenKey]]:
    """All keys ever registered for each of `clients`, in the order they retire: the present one is last."""
    keys: dict[UUID, list[TokenKey]] = {client.id: [] for client in clients}
    statement = select(TokenKey).where(TokenKey.client_id.in_(keys)).order_by(TokenKey.retires_at, TokenKey.kid)
    for key in await session.scalars(statement):
        assert key.client_id is not None
        keys[key.client_id].append(key)
    return keys
