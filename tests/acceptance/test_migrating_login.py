"""Whoever migrates needs no more than CREATEROLE and a database of its own."""

from pathlib import Path

import asyncpg

from services.operator_cli.embedded import start_embedded
from tests.acceptance.console import run
from tests.conftest import run_sql, with_database


async def test_a_login_that_may_make_roles_sets_up_the_whole_database(tmp_path: Path) -> None:
    with start_embedded(tmp_path, redis=False) as servers:
        await run_sql(servers.database_url, "CREATE ROLE keeper LOGIN CREATEROLE")
        await run_sql(servers.database_url, "CREATE DATABASE kept OWNER keeper")
        url = with_database(servers.database_url, "kept").replace("//postgres", "//keeper")

        run("migrate", settings={"DATABASE_URL": url, "DATA_DIR": str(tmp_path)})

        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            assert await connection.fetchval("SELECT count(*) FROM tasks") == 0
        finally:
            await connection.close()
