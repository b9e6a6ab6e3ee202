"""Reports as a client sends them."""

from typing import Any

import httpx

from shared.db.models import Assignment

Caller = dict[str, str]


async def report(
    client: httpx.AsyncClient, caller: Caller, assignment: Assignment, percent: Any = 40, **more: Any
) -> httpx.Response:
    body = {"percent": percent, "narrative": "Đã dự thảo."} | more
    return await client.post(f"/v1/assignments/{assignment.id}/progress", json=body, headers=caller)
