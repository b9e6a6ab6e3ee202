"""Engines and sessions. One transaction per request or job; operations flush, only the edge commits."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.db.appending import AppendingSession
from shared.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def to_json(value: Any) -> str:
    """JSON for `jsonb` columns: compact, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def create_engine(url: str, settings: Settings, *, application: str, read_only: bool = False) -> AsyncEngine:
    """An engine whose connections time out rather than hang; `application` shows in pg_stat_activity.

    `read_only`: Postgres itself refuses writes, and each statement is a transaction of its own. Most reads are one
    statement, and opening and closing a transaction around it would cost two journeys more than the answer.
    """
    return create_async_engine(
        url,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=0.8,  # told within a second that there is none
        pool_pre_ping=False,
        json_serializer=to_json,
        isolation_level="AUTOCOMMIT" if read_only else "READ COMMITTED",
        hide_parameters=True,  # errors are logged, and logs hold nothing of what users wrote
        connect_args={
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(settings.statement_timeout * 1000),
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
                "jit": "off",
                "default_transaction_read_only": "on" if read_only else "off",
            },
        },
    )


def create_sessions(bind: AsyncEngine | AsyncConnection, **options: Any) -> Sessions:
    """Sessions whose objects stay readable after commit; `options` are those of SQLAlchemy's session."""
    return async_sessionmaker(bind, expire_on_commit=False, sync_session_class=AppendingSession, **options)
