"""Runs migrations over asyncpg. The URL is `config.attributes["database_url"]`, else the settings'."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.models import Base
from shared.settings import get_settings


def run(connection: Connection) -> None:
    """Migrate over an open connection, all in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    """Open a connection of our own and migrate."""
    url = context.config.attributes.get("database_url") or get_settings().database_url
    if not url:
        raise SystemExit("Chưa đặt THEODOI_DATABASE_URL: không biết nâng cấp cơ sở dữ liệu nào.")
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(run_online())
