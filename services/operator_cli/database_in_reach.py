"""The database a command works on."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.operator_cli.data_folder import servers_in_use
from services.operator_cli.refusals import OperatorError
from shared.settings import Settings

ANSWER_SECONDS = 5.0


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
        # Most commands find a server that is up: they need not load what starts and migrates one.
        from services.operator_cli.embedded import start_embedded  # noqa: PLC0415
        from services.operator_cli.migrating import prepare_database  # noqa: PLC0415

        with start_embedded(settings.data_dir, redis=False) as servers:
            prepare_database(servers.database_url)
            yield servers.database_url
