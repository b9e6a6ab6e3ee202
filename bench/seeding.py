"""A synthetic administration at work, made by Postgres itself: a tree, its plans, and what they ask of whom.

Due days are spread over two years around today. Of what is past due nearly all is done; about one assignment in
a hundred is red.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

import asyncpg

from bench.places import SERVER_SETTINGS, asyncpg_dsn

NATION = 3_355
"""Organizations of the whole country at provincial and communal level, in 34 provinces."""
PROVINCES = 34

# Two levels of tens of departments and communes below the provinces, three offices below each commune.
_ORGANIZATIONS = (
    """
    INSERT INTO organizations (id, code, name, kind, path, provisional_code, search_text, version)
    SELECT uuid_v7(), code, 'Tỉnh thử nghiệm ' || code, 'province', '/' || code || '/', true, 'tinh ' || code, 1
    FROM (SELECT 'H' || lpad(n::text, 2, '0') AS code FROM generate_series(1, $1::int) AS n) AS codes
    """,
    """
    INSERT INTO organizations (id, code, name, kind, parent_id, path, provisional_code, search_text, version)
    SELECT uuid_v7(), p.code || '.' || n, 'Cơ quan thử nghiệm số ' || n, CASE WHEN n < 10 THEN 'department'
           ELSE 'commune' END, p.id, p.path || p.code || '.' || n || '/', true, 'co quan ' || n, 1
    FROM organizations p CROSS JOIN generate_series(0, 9 + $1::int) AS n
    WHERE p.kind = 'province'
    """,
    """
    INSERT INTO organizations (id, code, name, kind, parent_id, path, provisional_code, search_text, version)
    SELECT uuid_v7(), c.code || '.' || n, 'Phòng thử nghiệm số ' || n, 'office',
           c.id, c.path || c.code || '.' || n || '/', true, 'phong ' || n, 1
    FROM organizations c CROSS JOIN generate_series(1, 3) AS n
    WHERE c.kind = 'commune'
    """,
)

# Twelve plans a province, for its departments and communes; two a commune, for its offices and itself.
_PLANS = """
    INSERT INTO plans (id, issuer_id, kind, number, issued_on, title, starts_on, ends_on, state, visibility,
                       reviewing_organization_ids, reporting_rules, clarity, activated_at, version)
    SELECT uuid_v7(), o.id, 'plan', k || '/KH-UBND', $1::date - 380, 'Kế hoạch thử nghiệm số ' || k,
           $1::date - 365, $1::date + 365, 'active', 'internal', ARRAY[o.id], '[]', '[]', now(), 1
    FROM organizations o CROSS JOIN generate_series(1, CASE o.kind WHEN 'province' THEN 12 ELSE 2 END) AS k
    WHERE o.kind IN ('province', 'commune')
"""

# The i-th assignment belongs to plan `i mod plans`; within a plan each task has eight cycles for each lead.
_SPREAD = (
    """
    CREATE TEMP TABLE ranked AS
    SELECT p.id AS plan_id, row_number() OVER (ORDER BY p.id) - 1 AS place, count(*) OVER () AS plans, leads.ids,
           cardinality(leads.ids) AS size
    FROM plans p
    JOIN organizations issuer ON issuer.id = p.issuer_id
    CROSS JOIN LATERAL (
        SELECT array_agg(o.id ORDER BY o.code) AS ids FROM organizations o
        WHERE o.parent_id = issuer.id OR (o.id = issuer.id AND issuer.kind = 'commune')
    ) AS leads
    """,
    """
    CREATE TEMP TABLE spread AS
    SELECT uuid_v7() AS id, plan_id, j / (8 * size) AS task_no,
           ids[1 + (j / 8 + place) % size] AS lead_id, ids[1 + (j / 8 + place + 1) % size] AS coordinating_id,
           $2::date - 365 + (j % 8)::int * 91 + day / 30 * 30 - 60 AS starts_on,
           $2::date - 365 + (j % 8)::int * 91 + day AS due_on,
           abs(hashint8(i)::bigint) % 10000 AS luck
    FROM (SELECT i, plan_id, place, ids, size, i / plans AS j, (abs(hashint8(i + 777777)::bigint) % 91)::int AS day
          FROM generate_series(0, $1::bigint - 1) AS i
          JOIN ranked ON place = i % (SELECT count(*) FROM ranked)) AS numbered
    """,
    """
    INSERT INTO tasks (id, plan_id, position, code, title, required_output, deadline_text, deadline_kind,
                       deadline_days, milestones, source, search_text, version)
    SELECT uuid_v7(), plan_id, task_no + 1, (task_no + 1)::text,
           'Rà soát, chuẩn hóa và đưa vào khai thác dữ liệu số của lĩnh vực được giao, phần ' || task_no + 1,
           'Báo cáo kết quả kèm bộ dữ liệu đã đưa vào khai thác', 'Hằng quý', 'quarterly', '[]', '[]', '{}',
           'ra soat chuan hoa du lieu so ' || task_no + 1, 1
    FROM (SELECT DISTINCT plan_id, task_no FROM spread) AS wanted
    """,
)

# Facts first, alert days after: what `shared.domain.alert_rules` says of a straight roadmap of at most 150 days
# (whole percents are then reached on the same day, rounded to hundredths or not).
_ASSIGNMENTS = """
    WITH state AS (
        SELECT s.*, t.id AS task_id,
            CASE WHEN due_on < $1::date THEN
                    CASE WHEN luck < 9600 THEN 'completed' WHEN luck < 9750 THEN 'awaiting_appraisal'
                         WHEN luck < 9900 THEN 'in_progress' WHEN luck < 9950 THEN 'suspended' ELSE 'cancelled' END
                 WHEN starts_on >= $1 THEN CASE WHEN luck < 5000 THEN 'not_started' ELSE 'in_progress' END
                 ELSE CASE WHEN luck < 200 THEN 'not_started' WHEN luck < 300 THEN 'needs_completion'
                           ELSE 'in_progress' END END AS status
        FROM spread s JOIN tasks t ON t.plan_id = s.plan_id AND t.position = s.task_no + 1
    ), facts AS (
        SELECT *, status IN ('not_started', 'in_progress', 'needs_completion') AS worked_on,
            CASE status WHEN 'completed' THEN 100 WHEN 'not_started' THEN 0 ELSE 50 + luck % 49 END AS percent,
            CASE WHEN status IN ('completed', 'awaiting_appraisal') THEN due_on - (luck % 20)::int END AS submitted_on,
            CASE WHEN status = 'completed' THEN due_on END AS completed_on,
            CASE WHEN status = 'needs_completion' THEN 'invalid' WHEN status <> 'completed' THEN NULL
                 WHEN luck % 200 = 0 THEN 'valid_but_poor' ELSE 'valid' END AS verdict,
            CASE status WHEN 'needs_completion' THEN $1 - 1 WHEN 'completed' THEN due_on END AS verdict_on
        FROM state
    )
    INSERT INTO assignments (id, task_id, plan_id, organization_id, cycle_kind, cycle_starts_on, cycle_ends_on,
        cycle_due_on, starts_on, due_on, due_key, roadmap, status, percent, submitted_on, completed_on, verdict,
        verdict_on, overdue_from, lagging_from, poor_quality_from, version)
    SELECT id, task_id, plan_id, lead_id, 'quarter', starts_on, due_on,
        due_on, starts_on, due_on, due_on, '[]', status, percent, submitted_on, completed_on, verdict, verdict_on,
        CASE WHEN worked_on THEN due_on + 1 END,
        CASE WHEN worked_on AND percent < 50 THEN starts_on + (2 * percent * (due_on - starts_on) / 100 + 1)::int END,
        CASE WHEN verdict <> 'valid' THEN verdict_on END, 1
    FROM facts ORDER BY id
"""

# As `shared.db.viewers` keeps them: the lead, coordinating and issuing organizations, and all above.
_VIEWERS = (
    """
    CREATE TEMP TABLE above AS
    SELECT o.id AS organization_id, a.id AS above_id
    FROM organizations o
    CROSS JOIN LATERAL unnest(string_to_array(btrim(o.path, '/'), '/')) AS step (code)
    JOIN organizations a ON a.code = step.code
    """,
    """
    INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
    SELECT above_id, due_on, s.id FROM spread s JOIN above ON above.organization_id = s.lead_id
    UNION
    SELECT above_id, due_on, s.id FROM spread s JOIN above ON above.organization_id = s.coordinating_id
    ORDER BY 1, 2, 3
    """,
    """
    INSERT INTO task_viewers (organization_id, task_id)
    SELECT DISTINCT v.organization_id, a.task_id
    FROM assignment_viewers v JOIN assignments a ON a.id = v.assignment_id ORDER BY 1, 2
    """,
    """
    INSERT INTO plan_viewers (organization_id, plan_id)
    SELECT DISTINCT v.organization_id, t.plan_id FROM task_viewers v JOIN tasks t ON t.id = v.task_id ORDER BY 1, 2
    """,
)


async def seed(database_url: str, *, organizations: int, assignments: int, today: date) -> None:
    """Fill a migrated, empty database with about `organizations` organizations and exactly `assignments`."""
    provinces = max(2, round(organizations * PROVINCES / NATION))
    communes = max(1, round((organizations / provinces - 11) / 4))
    connection = await asyncpg.connect(asyncpg_dsn(database_url), server_settings=SERVER_SETTINGS)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'")
            await connection.execute(_ORGANIZATIONS[0], provinces)
            await connection.execute(_ORGANIZATIONS[1], communes)
            await connection.execute(_ORGANIZATIONS[2])
            await connection.execute(_PLANS, today)
            async with _bare(
                connection, ("tasks", "assignments", "assignment_viewers", "task_viewers", "plan_viewers")
            ):
                await connection.execute(_SPREAD[0])
                await connection.execute(_SPREAD[1], assignments, today)
                await connection.execute(_SPREAD[2])
                await connection.execute("ANALYZE spread; ANALYZE tasks")
                await connection.execute(_ASSIGNMENTS, today)
                for statement in _VIEWERS:
                    await connection.execute(statement)
            await connection.execute("DROP TABLE spread, ranked, above")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


@asynccontextmanager
async def _bare(connection: asyncpg.Connection, tables: Sequence[str]) -> AsyncIterator[None]:
    """Take foreign keys and plain indexes off while rows are poured in: checked and built at once, both are quick."""
    keys = await connection.fetch(
        """
        SELECT conrelid::regclass AS place, conname AS name, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[])
        """,
        tables,
    )
    indexes = await connection.fetch(
        """
        SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition
        FROM pg_index WHERE indrelid = ANY ($1::text[]::regclass[])
            AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
        """,
        tables,
    )
    for key in keys:
        await connection.execute(f'ALTER TABLE {key["place"]} DROP CONSTRAINT "{key["name"]}"')
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    for index in indexes:
        await connection.execute(index["definition"])
    for key in keys:
        await connection.execute(f'ALTER TABLE {key["place"]} ADD CONSTRAINT "{key["name"]}" {key["definition"]}')
