"""Engines and sessions. One transaction per request or job; operations flush, only the edge commits."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def to_json(value: Any) -> str:
    """JSON for `jsonb` columns: compact, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def create_engine(url: str, settings: Settings, *, application: str) -> AsyncEngine:
    """An engine whose connections time out rather than hang; `application` shows in pg_stat_activity."""
    return create_async_engine(
        url,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=1,
        pool_pre_ping=False,
        json_serializer=to_json,
        hide_parameters=True,  # errors are logged, and logs hold nothing of what users wrote
        connect_args={
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(settings.statement_timeout * 1000),
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
                "jit": "off",
            },
        },
    )


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose objects stay readable after commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
