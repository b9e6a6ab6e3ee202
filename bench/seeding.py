"""A synthetic administration at work, made by Postgres itself: a tree, its plans, and what they ask of whom.

Of the assignments half are past due, nearly all of them done; one or two in a hundred are red.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg

from bench.places import SERVER_SETTINGS, Place, asyncpg_dsn

PROVINCES_OF_NATION = 34
ORGANIZATIONS_OF_NATION = 3_355
DEPARTMENTS = 10
"""Of one province; the rest of the tree are communes with three inner units each."""
PLANS_OF_PROVINCE = 12
PLANS_OF_COMMUNE = 2

_ORGANIZATIONS = """
    WITH node AS (
        SELECT n,
            CASE WHEN n <= $2 THEN 'province' WHEN n <= $2 * (1 + $3) THEN 'department'
                 WHEN (n - $2 * (1 + $3)) % 4 = 1 THEN 'commune' ELSE 'office' END AS kind
        FROM generate_series(1, $1::int) AS n
    ), placed AS (
        SELECT n, kind, uuid_v7() AS id,
            CASE kind WHEN 'province' THEN NULL
                      WHEN 'office' THEN n - (n - $2 * (1 + $3) - 1) % 4
                      WHEN 'commune' THEN 1 + (n / 4) % $2
                      ELSE 1 + n % $2 END AS parent_n
        FROM node
    ), named AS (
        SELECT p.n, p.kind, p.id, parent.id AS parent_id,
            'H' || lpad(coalesce(grand.n, parent.n, p.n)::text, 2, '0') AS top,
            CASE WHEN grand.n IS NOT NULL THEN '.' || parent.n END AS middle,
            CASE WHEN parent.n IS NOT NULL THEN '.' || p.n END AS own
        FROM placed p
        LEFT JOIN placed parent ON parent.n = p.parent_n
        LEFT JOIN placed grand ON grand.n = parent.parent_n
    )
    INSERT INTO organizations (id, code, name, kind, parent_id, path, provisional_code, search_text, version)
    SELECT id, concat(top, middle, own), 'Cơ quan thử nghiệm số ' || n, kind, parent_id,
        concat('/', top, '/', top || middle || '/', top || middle || own || '/',
               CASE WHEN middle IS NULL THEN top || own || '/' END),
        true, 'co quan thu nghiem so ' || n, 1
    FROM named ORDER BY n
"""

# Who stands above whom, oneself included; who may lead what an issuer asks; the plans in a row.
_HELPERS = (
    """
    CREATE TEMP TABLE above AS
    SELECT o.id AS organization_id, a.id AS above_id
    FROM organizations o
    CROSS JOIN LATERAL unnest(string_to_array(btrim(o.path, '/'), '/')) AS step (code)
    JOIN organizations a ON a.code = step.code
    """,
    """
    CREATE TEMP TABLE leads AS
    SELECT issuer.id AS issuer_id, array_agg(o.id ORDER BY o.code) AS ids
    FROM organizations issuer
    JOIN organizations o ON o.parent_id = issuer.id OR (o.id = issuer.id AND issuer.kind = 'commune')
    WHERE issuer.kind IN ('province', 'commune')
    GROUP BY issuer.id
    """,
    """
    INSERT INTO plans (id, issuer_id, kind, number, issued_on, title, starts_on, ends_on, state, visibility,
                       reviewing_organization_ids, reporting_rules, activated_at, version)
    SELECT uuid_v7(), o.id, 'plan', k || '/KH-UBND', $1::date - 380, 'Kế hoạch thử nghiệm số ' || k,
        $1::date - 365, $1::date + 365, 'active', 'internal', ARRAY[o.id], '[]', now(), 1
    FROM organizations o
    CROSS JOIN LATERAL generate_series(1, CASE o.kind WHEN 'province' THEN $2 ELSE $3 END::int) AS k
    WHERE o.kind IN ('province', 'commune')
    """,
    """
    CREATE TEMP TABLE ranked AS
    SELECT row_number() OVER (ORDER BY p.id) - 1 AS place, p.id, l.ids, cardinality(l.ids) AS size, p.issuer_id
    FROM plans p JOIN leads l USING (issuer_id)
    """,
)

# The i-th assignment is of plan i mod plans; within a plan, eight cycles of a quarter for each lead and task.
_SPREAD = """
    CREATE TEMP TABLE spread AS
    WITH numbered AS (
        SELECT i, i / (SELECT count(*) FROM ranked) AS j, i % (SELECT count(*) FROM ranked) AS place
        FROM generate_series(0, $1::bigint - 1) AS i
    ), chance AS (
        SELECT n.*, r.id AS plan_id, j / (8 * r.size) AS task_no, j % 8 AS cycle,
            r.ids[1 + (j / 8) % r.size] AS lead_id, r.ids[1 + (j / 8 + 1) % r.size] AS helper_id,
            abs(hashint8(i)::bigint) % 10000 AS luck, abs(hashint8(i + 777777777)::bigint) % 91 AS day
        FROM numbered n JOIN ranked r USING (place)
    )
    SELECT *, $2::date - 365 + (cycle * 91)::int - 30 + day::int AS due_on, 60 + day::int % 30 AS length,
        $2::date AS today
    FROM chance
"""

_TASKS = """
    WITH made AS (
        INSERT INTO tasks (id, plan_id, position, code, title, required_output, deadline_text, deadline_kind,
                           milestones, source, search_text, version)
        SELECT uuid_v7(), plan_id, task_no + 1, (task_no + 1)::text,
            'Rà soát, chuẩn hóa và đưa vào khai thác dữ liệu số của lĩnh vực được giao, phần việc thứ ' || task_no + 1,
            'Báo cáo kết quả kèm bộ dữ liệu đã đưa vào khai thác', 'Hằng quý', 'quarterly', '[]', '{}',
            'ra soat chuan hoa du lieu so ' || task_no + 1, 1
        FROM (SELECT DISTINCT plan_id, task_no FROM spread) AS wanted
        RETURNING id, plan_id, position
    )
    SELECT count(*) FROM made
"""

# Facts first, alert days after: by the rules of `shared.domain.alert_rules` for a straight roadmap, where
# counting days exactly and comparing hundredths agree because no cycle is longer than 200 days.
_ASSIGNMENTS = """
    WITH state AS (
        SELECT s.*, t.id AS task_id, due_on - length AS starts_on,
            CASE WHEN due_on < today THEN
                    CASE WHEN luck < 9700 THEN 'completed' WHEN luck < 9800 THEN 'awaiting_appraisal'
                         WHEN luck < 9900 THEN 'in_progress' WHEN luck < 9950 THEN 'suspended' ELSE 'cancelled' END
                 WHEN luck < 5000 THEN 'in_progress' WHEN luck < 9900 THEN 'not_started'
                 WHEN due_on - length < today THEN 'needs_completion' ELSE 'in_progress' END AS status
        FROM spread s JOIN tasks t ON t.plan_id = s.plan_id AND t.position = s.task_no + 1
    ), facts AS (
        SELECT *,
            CASE WHEN status = 'completed' THEN 100
                 WHEN status = 'not_started' AND (luck < 9600 AND starts_on < today) THEN 50
                 WHEN status = 'not_started' THEN 0
                 WHEN luck % 20 = 0 THEN 5 ELSE 50 + luck % 45 END AS percent,
            CASE WHEN status IN ('completed', 'awaiting_appraisal') THEN due_on - (luck % 20)::int END AS submitted_on,
            CASE WHEN status = 'completed' THEN least(due_on - (luck % 20)::int + 5, today) END AS completed_on,
            CASE WHEN status = 'needs_completion' THEN 'invalid'
                 WHEN status = 'completed' THEN
                    CASE WHEN luck % 200 = 0 THEN 'valid_but_poor' ELSE 'valid' END END AS verdict
        FROM state
    )
    INSERT INTO assignments (id, task_id, plan_id, organization_id, cycle_kind, cycle_starts_on, cycle_ends_on,
        starts_on, due_on, due_key, roadmap, status, percent, submitted_on, completed_on, verdict, verdict_on,
        overdue_from, lagging_from, poor_quality_from, version)
    SELECT uuid_v7(), task_id, plan_id, lead_id, 'quarterly', starts_on, due_on, starts_on, due_on, due_on, '[]',
        status, percent, submitted_on, completed_on, verdict,
        CASE verdict WHEN 'invalid' THEN today - 1 WHEN NULL THEN NULL ELSE completed_on END,
        CASE WHEN status IN ('in_progress', 'not_started', 'needs_completion') THEN due_on + 1 END,
        CASE WHEN status IN ('in_progress', 'not_started', 'needs_completion') AND percent < 50
             THEN starts_on + (2 * percent * length / 100 + 1)::int END,
        CASE WHEN verdict = 'invalid' THEN today - 1 WHEN verdict = 'valid_but_poor' THEN completed_on END,
        1
    FROM facts ORDER BY i
"""

# As `shared.db.viewers` keeps them: lead, coordinating and issuing organizations, and all above.
_VIEWERS = """
    INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
    SELECT DISTINCT above.above_id, a.due_key, a.id
    FROM spread s
    JOIN tasks t ON t.plan_id = s.plan_id AND t.position = s.task_no + 1
    JOIN assignments a ON a.task_id = t.id AND a.organization_id = s.lead_id AND a.cycle_starts_on = s.due_on - s.length
    JOIN above ON above.organization_id IN (s.lead_id, s.helper_id)
    ORDER BY 1, 2, 3
"""
