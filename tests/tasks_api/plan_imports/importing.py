"""Imports as a client makes them, of the sample plan or of a small one that names bodies nobody knows."""

from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories.sample_ward import DOCX, WARD
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task

Caller = dict[str, str]
MINIMAL = docx_bytes(
    Grid(
        [
            HEADER,
            task("1", "Việc một", lead="Ban Không Tên", coordinating="Tổ Chưa Có; Công an phường"),
            task("2", "Việc hai", lead="Công an phường", coordinating="Ban Không Tên"),
            task("3", "Việc ba", lead="", deadline=""),
        ]
    )
)
NAMED = {"number": "34/KH-UBND", "issued_on": "2026-02-02", "title": "Kế hoạch nhỏ"}


async def propose(client: httpx.AsyncClient, caller: Caller, content: bytes = DOCX) -> str:
    answer = await client.post("/v1/plan-imports", params={"issuer": WARD}, content=content, headers=caller)
    assert answer.status_code == 201, answer.text
    return f"/v1/plan-imports/{answer.json()['id']}"


async def commit(client: httpx.AsyncClient, caller: Caller, path: str, **wanted: Any) -> httpx.Response:
    """Whatever is doubtful is accepted, unless the test says what is."""
    return await client.post(f"{path}/commit", json={"accept_issues": ["*"], **wanted}, headers=caller)


async def count(session: AsyncSession, model: type[Any]) -> int:
    return (await session.execute(select(func.count()).select_from(model))).scalar_one()
