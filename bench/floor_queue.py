"""The floor of A1 as a process: a bare Starlette over asyncpg that lets Postgres build the same page of the queue.

No authentication, no policies, no calendar: who asks, and what the calendar says of everything alike, stand in the
query.
"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.places import SERVER_SETTINGS, asyncpg_dsn
from shared.clock import now
from shared.settings import get_settings

_ITEM = """
    json_build_object(
        'evidence_id', q.evidence_id, 'evidence_version', q.evidence_version, 'kind', e.kind, 'level', q.level,
        'reviewing_organization_id', q.organization_id, 'assignment_id', q.assignment_id,
        'organization_id', q.lead_id, 'organization_name', o.name,
        'plan_number', p.number, 'plan_title', p.title, 'task_code', t.code, 'task_title', t.title,
        'required_output', t.required_output, 'due_on', a.due_on, 'released_at', v.released_at, 'risk', q.risk,
        'waiting_since', q.since, 'escalated_at', q.escalated_at, 'supplement', q.supplement,
        'claim', CASE WHEN q.claimed_until > $2 THEN q.claimed_by END, 'appraisal', NULL,
        'age_days', $4::int, 'decide_by', $5::text, 'overdue', true)
"""

_PAGE = f"""
    SELECT json_agg({_ITEM} ORDER BY (-q.risk), q.since, q.evidence_id)::text AS items, max(q.since) AS last_since
    FROM (SELECT * FROM pending_appraisals WHERE organization_id = $1 AND supplement IS DISTINCT FROM 'open'
          ORDER BY (-risk), since, evidence_id LIMIT $3) AS q
    JOIN evidence e ON e.id = q.evidence_id
    JOIN evidence_versions v ON v.evidence_id = q.evidence_id AND v.number = q.evidence_version
    JOIN assignments a ON a.id = q.assignment_id
    JOIN plans p ON p.id = q.plan_id
    JOIN tasks t ON t.id = a.task_id
    JOIN organizations o ON o.id = q.lead_id
"""


def create_app() -> Starlette:
    """The floor; settings come from the environment, like ours."""
    settings = get_settings()
    assert settings.database_url
    dsn, size = asyncpg_dsn(settings.database_url), settings.database_pool_size

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=size, max_size=size, server_settings=SERVER_SETTINGS) as pool:
            app.state.pool = pool
            yield

    return Starlette(
        routes=[Route("/readyz", _answer_ready), Route("/v1/appraisals", _list_appraisals)], lifespan=lifespan
    )


async def _answer_ready(_: Request) -> Response:
    return Response(b"ok")


async def _list_appraisals(request: Request) -> Response:
    asked = request.query_params
    values = (UUID(asked["viewer"]), now(), int(asked["limit"]), int(asked["age"]), asked["decide_by"])
    row = await request.app.state.pool.fetchrow(_PAGE, *values)
    cursor = base64.urlsafe_b64encode(json.dumps([row["last_since"].isoformat()]).encode()).decode()
    return Response(f'{{"items":{row["items"]},"next_cursor":"{cursor}"}}'.encode(), media_type="application/json")
