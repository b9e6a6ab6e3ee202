"""A database that gives up waiting is no defect: the caller is asked to come back. One that is asked nonsense is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from shared.db.outages import PASSING, is_passing
from shared.http.app import create_service
from shared.http.deps import Session
from tests.conftest import client_of
from tests.http.serving import admit_anybody

trials = APIRouter(prefix="/v1/trials")


@trials.post("/raise/{code}")
async def refuse(code: str, session: Session) -> None:
    await session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'said so' USING ERRCODE = '{code}'; END $$"))


@trials.post("/statement-timeout")
async def take_too_long(session: Session) -> None:
    await session.execute(text("SET LOCAL statement_timeout = 1"))
    await session.execute(text("SELECT pg_sleep(3600)"))


@pytest.fixture
async def service(sessions: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_service("trials", role=None, title="Thử", routers=[trials])
    admit_anybody(app)
    async with client_of(app, sessions) as client:
        yield client


@pytest.mark.parametrize("code", sorted(PASSING))
async def test_what_passes_by_itself_is_busy(service: httpx.AsyncClient, code: str) -> None:
    answer = await service.post(f"/v1/trials/raise/{code}")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("code", ["22012", "23505", "42P01", "XX000"])
async def test_anything_else_is_a_defect(service: httpx.AsyncClient, code: str) -> None:
    answer = await service.post(f"/v1/trials/raise/{code}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


async def test_a_statement_that_takes_too_long_is_busy(service: httpx.AsyncClient) -> None:
    answer = await service.post("/v1/trials/statement-timeout")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


def test_an_error_of_ours_is_not_the_databases() -> None:
    assert not is_passing(ValueError("40001"))
