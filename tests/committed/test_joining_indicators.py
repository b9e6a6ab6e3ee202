"""What older versions stored, a row for each target, becomes indicators."""

import asyncio
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.operator_cli.migrating import migrate
from tests.conftest import Servers, run_sql, with_database

ROWS = [(1, "1", "Tỷ lệ hộ", 60, 2026), (2, "2", "Số xã", 5, 2026), (3, "1", "Tỷ lệ hộ", 70, 2030)]
ROWS.append((4, "1", "Tỷ lệ hộ", 40, 2026))  # in another part of the plan

_PLAN = (
    """
    INSERT INTO organizations (id, code, name, kind, path, provisional_code, search_text, version)
    VALUES (gen_random_uuid(), 'H1', 'x', 'ward', '/H1/', false, 'x', 1)
    """,
    """
    INSERT INTO plans (id, issuer_id, kind, number, issued_on, title, starts_on, state, visibility,
                       reviewing_organization_ids, reporting_rules, clarity, version)
    SELECT gen_random_uuid(), id, 'plan', '1', '2026-01-01', 'x', '2026-01-01', 'draft', 'internal', '{}', '[]', '[]', 1
    FROM organizations
    """,
)
_ROW = text("""
    INSERT INTO indicators (id, plan_id, position, no, text, unit, target_text, comparator, value, year)
    SELECT gen_random_uuid(), id, :position, :no, :text, '%', :target, '>=', :value, :year FROM plans
""")
_JOINED = text("""
    SELECT i.position, i.no, i.direction, i.aggregation, i.search_text, t.year, t.target_text, t.value, t.revision
    FROM indicators i JOIN indicator_targets t ON t.indicator_id = i.id ORDER BY i.position, t.year
""")


async def test_rows_of_one_indicator_are_joined(servers: Servers) -> None:
    name = f"theodoi_{uuid4().hex[:12]}"
    await run_sql(servers.database_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = with_database(servers.database_url, name)
    await asyncio.to_thread(migrate, url, "0020-1")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in _PLAN:
            await connection.exec_driver_sql(statement)
        for position, no, words, value, year in ROWS:
            told = {"position": position, "no": no, "text": words, "target": f"≥ {value}", "value": value}
            await connection.execute(_ROW, told | {"year": year})
    await engine.dispose()

    await asyncio.to_thread(migrate, url, "0020")

    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(_JOINED)]
    await engine.dispose()
    await run_sql(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")
    assert found == [
        (1, "1", "higher", "mean", "1 ty le ho", 2026, "≥ 60", 60, 1),
        (1, "1", "higher", "mean", "1 ty le ho", 2030, "≥ 70", 70, 1),
        (2, "2", "higher", "mean", "2 so xa", 2026, "≥ 5", 5, 1),
        (4, "1", "higher", "mean", "1 ty le ho", 2026, "≥ 40", 40, 1),
    ]
