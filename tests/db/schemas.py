"""What a database is like and what it holds, so that it can be compared; and whose it is."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from migrations.walls import ROLES, WALL
from tests.conftest import run_sql

Rows = dict[str, list[dict[str, object]]]
"""Of each table, in any one order."""

SCHEMA = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       pg_get_expr(d.adbin, d.adrelid), (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(a.attacl) x)::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'relation', c.relname, c.relkind::text, c.relowner::regrole::text,
       c.relrowsecurity::text || c.relforcerowsecurity::text,
       CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END,
       (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(c.relacl) x)::text
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'policy', tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '', ''
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, pg_get_function_identity_arguments(oid), pg_get_functiondef(oid), proowner::regrole::text,
       (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(proacl) x)::text, ''
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


async def schema_of(connection: AsyncConnection) -> set[tuple[str | None, ...]]:
    """Every column, index, constraint, policy, right, trigger, view and function."""
    return {tuple(row) for row in await connection.execute(text(SCHEMA))}


async def rows_of(connection: AsyncConnection) -> Rows:
    """Every row of every table."""
    tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
    found = {}
    for table in tables.all():
        rows = await connection.scalars(text(f"SELECT to_jsonb(t) FROM {table} t ORDER BY t::text"))
        found[table] = list(rows.all())
    return found


async def hand_over(url: str, keeper: str) -> None:
    """Make a role the owner of a database and all in it but what is the wall's; from here on every connection of
    this login acts as that role.
    """
    await run_sql(url, f"CREATE ROLE {keeper} CREATEROLE")
    await run_sql(url, f"GRANT {', '.join((*ROLES, WALL))} TO {keeper}")
    await run_sql(
        url,
        f"""
        DO $$ DECLARE statement text; BEGIN
            FOR statement IN
                SELECT 'TABLE ' || oid::regclass FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
                AND relowner = current_user::regrole
                UNION ALL SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
                UNION ALL SELECT 'SCHEMA public'
                UNION ALL SELECT format('DATABASE %I', current_database())
            LOOP EXECUTE format('ALTER %s OWNER TO {keeper}', statement); END LOOP;
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET role TO {keeper}', current_user, current_database());
        END $$
        """,
    )
