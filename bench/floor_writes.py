"""The floor of a progress update: the same rows as ours in one transaction, straight through asyncpg."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from shared.clock import today
from shared.db.ids import new_id

_LOCK = "SELECT status, percent FROM assignments WHERE id = $1 FOR UPDATE"
_MOVE = """
    UPDATE assignments SET status = $2, percent = $3, version = version + 1, updated_at = now() WHERE id = $1
    RETURNING version
"""
_PROGRESS = """
    INSERT INTO progress_updates (id, assignment_id, percent, narrative, reason, as_of, actor, organization_id,
                                  recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_TRANSITION = """
    INSERT INTO assignment_transitions (id, assignment_id, from_status, to_status, action, actor, organization_id,
                                        occurred_at, reason)
    VALUES ($1, $2, $3, $4, 'report_progress', $5, $6, $7, $8)
"""
_AUDIT = """
    INSERT INTO audit_entries (id, actor, client, organization_id, action, target_type, target_id, before, after,
                               request_id, address)
    VALUES ($1, $2, 'bench', $3, 'assignment.progress_reported', 'assignments', $4, $5, $6, $7, '127.0.0.1')
"""
_OUTBOX = "INSERT INTO outbox_events (id, type, payload) VALUES ($1, 'assignment.changed', $2)"
_ANSWERED = """
    INSERT INTO idempotency_records (caller, key, request_sha256, status, body, etag) VALUES ($1, $2, $3, 201, $4, $5)
"""


async def report_progress(request: Request) -> Response:
    """Believe the caller and write."""
    content = await request.body()
    body = json.loads(content)
    assignment_id = UUID(request.path_params["assignment_id"])
    actor, organization_id = "bench", UUID(request.headers["X-Organization"])
    percent, reason, now = Decimal(body["percent"]), body["reason"], datetime.now(UTC)
    progress_id, as_of = new_id(), today()
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        before = await connection.fetchrow(_LOCK, assignment_id)
        status = "in_progress" if before["status"] == "not_started" else before["status"]
        version = await connection.fetchval(_MOVE, assignment_id, status, percent)
        await connection.execute(
            _PROGRESS,
            progress_id,
            assignment_id,
            percent,
            body["narrative"],
            reason,
            as_of,
            actor,
            organization_id,
            now,
        )
        if status != before["status"]:
            await connection.execute(
                _TRANSITION, new_id(), assignment_id, before["status"], status, actor, organization_id, now, reason
            )
        was = {"status": before["status"], "percent": float(before["percent"])}
        became = {"status": status, "percent": float(percent)}
        trail = (new_id(), actor, organization_id, assignment_id, was, became, str(new_id()))
        await connection.execute(_AUDIT, *trail)
        await connection.execute(_OUTBOX, new_id(), {"assignment_id": str(assignment_id), "status": status})
        answer = json.dumps(
            {
                "id": str(progress_id),
                "assignment_id": str(assignment_id),
                "percent": float(percent),
                "narrative": body["narrative"],
                "reason": reason,
                "as_of": as_of.isoformat(),
                "recorded_at": now.isoformat(),
                "status": status,
                "version": version,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        digest, key, etag = hashlib.sha256(content).hexdigest(), request.headers["Idempotency-Key"], f'"{version}"'
        await connection.execute(_ANSWERED, str(organization_id), key, digest, answer, etag)
    return Response(answer, 201, {"ETag": etag}, media_type="application/json")
