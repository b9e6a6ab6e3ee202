"""What every process of ours measures about itself, in a registry that belongs to it alone."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool


def watch_pools(registry: CollectorRegistry, engines: Mapping[str, AsyncEngine]) -> None:
    """Show how many connections of each engine are in use, and how many there may be."""
    in_use = Gauge("theodoi_pool_connections_in_use", "Database connections in use.", ["pool"], registry=registry)
    size = Gauge("theodoi_pool_connections_most", "Database connections there may be.", ["pool"], registry=registry)
    for name, engine in engines.items():
        in_use.labels(name).set_function(_count_in_use(engine))
        size.labels(name).set_function(_count_most(engine))


def _pool_of(engine: AsyncEngine) -> QueuePool:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool


def _count_in_use(engine: AsyncEngine) -> Callable[[], float]:
    # The pool is asked at each look: an engine replaces it when it is disposed of.
    return lambda: _pool_of(engine).checkedout()


def _count_most(engine: AsyncEngine) -> Callable[[], float]:
    return lambda: _pool_of(engine).size()
