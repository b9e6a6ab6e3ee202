"""What the machine lets a command reach: ports to open, databases and queues to talk to."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.operator_cli.data_folder import servers_in_use
from services.operator_cli.embedded import start_embedded
from services.operator_cli.migrating import migrate, plant_seeds
from services.operator_cli.refusals import OperatorError
from shared.settings import Settings

ANSWER_SECONDS = 5.0


def port_is_free(port: int) -> bool:
    """True if one of our services could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def find_database_problem(database_url: str) -> str | None:
    """Why the database cannot be used, in Vietnamese and without its password, or None."""
    try:
        shown = make_url(database_url).render_as_string(hide_password=True)
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with asyncio.timeout(ANSWER_SECONDS), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except TimeoutError:
        return f"Cơ sở dữ liệu {shown} không trả lời trong {ANSWER_SECONDS:.0f} giây."
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
        return f"Không kết nối được cơ sở dữ liệu {shown}: {getattr(error, 'orig', error)}"
    except (SQLAlchemyError, ImportError):
        return (
            "THEODOI_DATABASE_URL không đúng dạng postgresql+asyncpg://người_dùng:mật_khẩu@máy:cổng/tên_cơ_sở_dữ_liệu."
        )
    return None


async def find_queue_problem(redis_url: str) -> str | None:
    """Why the queue cannot be used, in Vietnamese, or None."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS), Redis.from_url(redis_url) as client:
            await client.ping()
    except ValueError:
        return "THEODOI_REDIS_URL không đúng dạng redis://máy:cổng/số hoặc unix:///đường/dẫn."
    except TimeoutError:
        return f"Redis không trả lời trong {ANSWER_SECONDS:.0f} giây."
    except (OSError, RedisError) as error:
        return f"Không kết nối được Redis: {error}"
    return None


async def ensure_reachable(database_url: str, redis_url: str) -> None:
    """Raise `OperatorError` naming the setting to correct when one of them does not answer."""
    if problem := await find_database_problem(database_url):
        raise OperatorError("database-unreachable", f"{problem} Hãy kiểm tra THEODOI_DATABASE_URL.")
    if problem := await find_queue_problem(redis_url):
        raise OperatorError("queue-unreachable", f"{problem} Hãy kiểm tra THEODOI_REDIS_URL.")


def prepare_database(database_url: str) -> None:
    """Migrate and plant the seeds; repeatable. Not callable from a running event loop."""
    migrate(database_url)
    asyncio.run(plant_seeds(database_url))


@contextmanager
def database_in_reach(settings: Settings) -> Iterator[str]:
    """The database of this installation for one command, as a SQLAlchemy URL.

    The configured one; or the embedded one that a running `theodoi up` serves; or the embedded one, started for
    the length of the command and brought to the present schema.
    """
    if settings.database_url:
        if problem := asyncio.run(find_database_problem(settings.database_url)):
            raise OperatorError("database-unreachable", f"{problem} Hãy kiểm tra THEODOI_DATABASE_URL.")
        yield settings.database_url
    elif (running := servers_in_use(settings.data_dir)) and "database_url" in running:
        yield running["database_url"]
    else:
        with start_embedded(settings.data_dir, redis=False) as servers:
            prepare_database(servers.database_url)
            yield servers.database_url
