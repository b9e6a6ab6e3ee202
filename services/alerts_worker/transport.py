"""Redis as transport: it carries (delivery, attempt) to a worker and may be flushed at any moment.

What must be done, and what was, is known by Postgres alone.
"""

import json
from enum import StrEnum
from uuid import UUID

from arq.connections import ArqRedis
from asyncpg.exceptions import InterfaceError, PostgresError
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.settings import Settings

JOB = "deliver"
PATIENCE = 5.0
"""Seconds to wait for an answer of Redis before it counts as away."""

OUTAGES = (OSError, TimeoutError, RedisError, DBAPIError, PoolTimeout, InterfaceError, PostgresError)
"""What Postgres or Redis being away, or not ready, looks like: wait and try again."""


def to_bytes(value: object) -> bytes:
    """A job as JSON: nothing read from Redis is ever executed, as pickle would."""
    return json.dumps(value, default=str).encode()


def from_bytes(value: bytes) -> dict[str, object]:
    """The job again."""
    job: dict[str, object] = json.loads(value)
    return job


def connect(settings: Settings) -> ArqRedis:
    """A client of `redis://…`, `rediss://…` or `unix://…`. It connects when first used, and again when cut off.

    Its queue is named after the database, whose ledger it serves: databases may share a Redis.
    """
    assert settings.database_url, "THEODOI_DATABASE_URL is not set"
    assert settings.redis_url, "THEODOI_REDIS_URL is not set"
    pool = ConnectionPool.from_url(settings.redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    queue = f"theodoi:deliveries:{make_url(settings.database_url).database}"
    redis = ArqRedis(pool, job_serializer=to_bytes, job_deserializer=from_bytes, default_queue_name=queue)
    redis.auto_close_connection_pool = True
    return redis


class Lane(StrEnum):
    """A queue with slots of its own in each worker: what is prompt never waits behind what looks at something slow."""

    PROMPT = "prompt"
    LOOKING = "looking"


def queue_of(redis: ArqRedis, lane: Lane) -> str:
    """Its key in Redis."""
    return redis.default_queue_name if lane is Lane.PROMPT else f"{redis.default_queue_name}:{lane}"


async def count_waiting(redis: ArqRedis, lane: Lane) -> int:
    """Pushed deliveries no worker has finished."""
    return int(await redis.zcard(queue_of(redis, lane)))


async def push(redis: ArqRedis, lane: Lane, delivery_id: UUID, attempt: int) -> None:
    """Ask a worker to make an attempt; asking again while it waits changes nothing."""
    job_id = f"{delivery_id}:{attempt}"
    await redis.enqueue_job(JOB, str(delivery_id), attempt, _job_id=job_id, _queue_name=queue_of(redis, lane))
