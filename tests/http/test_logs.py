"""One line a request, which says what was asked for and how it went, and repeats nothing that anybody sent."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import User
from shared.db.session import Sessions
from shared.domain.principal import Role
from shared.http.app import create_service
from shared.http.deps import Session
from shared.log import MASK, describe, get_logger, places
from tests.conftest import client_of
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.serving import admit_anybody

CANARY = "chim-bao-hieu-7319"
ASSIGNMENT = "01890a5d-ac96-774b-bcce-b302099a8057"

trials = APIRouter(prefix="/v1/trials")


@trials.post("/defect/{name}")
async def fall_over(name: str, body: dict[str, str]) -> None:
    try:
        int(body["number"])
    except ValueError as error:
        raise RuntimeError(f"cannot use {name} and {body}") from error


@trials.post("/database")
async def upset_the_database(body: dict[str, str], session: Session) -> None:
    for _ in range(2):
        session.add(User(issuer=body["number"], subject=body["number"]))
        await session.flush()


@trials.post("/statement")
async def send_nonsense(body: dict[str, str], session: Session) -> None:
    await session.execute(text("SELECT CAST(:number AS integer)"), {"number": body["number"]})


@pytest.fixture
async def service(sessions: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_service("trials", role=None, title="Thử", routers=[trials])
    admit_anybody(app)
    async with client_of(app, sessions) as client:
        yield client


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker) -> dict[str, str]:
    return await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert CANARY not in captured.err
    return [json.loads(line) for line in captured.out.splitlines()]


async def test_a_request_is_one_line(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await tasks_api.get(f"/v1/assignments/{ASSIGNMENT}/history?limit=5", headers=reporter)
    (line,) = lines(capsys)
    assert line.keys() == {
        *("event", "method", "route", "status", "duration_ms", "caller", "request_id", "trace_id"),
        *("level", "timestamp"),
    }
    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 404)
    assert line["route"] == "/v1/assignments/{assignment_id}/history"
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["trace_id"] == line["request_id"].replace("-", "")


async def test_the_lines_of_one_caller_are_told_apart_from_others_without_a_name(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    reporter: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)
    for headers in (reporter, reporter, other, {}):
        await tasks_api.get("/v1/me", headers=headers)
    first, second, third, nobody = (line["caller"] for line in lines(capsys))
    assert first == second != third
    assert nobody is None
    assert len(first) == 16


async def test_probes_fill_no_log(tasks_api: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await tasks_api.get(path)).status_code == 200
    assert lines(capsys) == []


CANARY_REQUESTS = [
    pytest.param("GET", f"/v1/{CANARY}", {}, id="path"),
    pytest.param("GET", f"/v1/assignments/{CANARY}/history", {}, id="id"),
    pytest.param("GET", f"/v1/tasks?text={CANARY}", {}, id="query"),
    pytest.param("GET", f"/v1/tasks?limit={CANARY}&cursor={CANARY}", {}, id="wrong query"),
    pytest.param("GET", f"/v1/me?{'x' * 9000}{CANARY}", {}, id="long query"),
    pytest.param("GET", "/v1/me", {"headers": {"Authorization": f"Bearer {CANARY}.x.y"}}, id="token"),
    pytest.param("GET", "/v1/me", {"headers": {"Authorization": CANARY}}, id="no token"),
    pytest.param(
        "GET",
        "/v1/me",
        {"headers": dict.fromkeys(("User-Agent", "Cookie", "X-Request-Id", "Traceparent", "X-Forwarded-For"), CANARY)},
        id="headers",
    ),
    pytest.param(
        "POST", f"/v1/assignments/{ASSIGNMENT}/progress", {"json": {"percent": 4, "narrative": CANARY}}, id="body"
    ),
    pytest.param(
        "POST", f"/v1/assignments/{ASSIGNMENT}/progress", {"json": {"percent": CANARY, "narrative": 7}}, id="wrong body"
    ),
    pytest.param(
        "POST", f"/v1/assignments/{ASSIGNMENT}/progress", {"content": f'{{"{CANARY}'.encode()}, id="broken body"
    ),
    pytest.param(
        "POST",
        f"/v1/assignments/{ASSIGNMENT}/progress",
        {"json": {"percent": 1, "narrative": "x"}, "headers": {"Idempotency-Key": CANARY, "If-Match": CANARY}},
        id="key",
    ),
]


@pytest.mark.parametrize(("method", "path", "request_of"), CANARY_REQUESTS)
async def test_neither_line_nor_answer_repeats_what_was_sent(
    tasks_api: httpx.AsyncClient,
    reporter: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    method: str,
    path: str,
    request_of: dict[str, Any],
) -> None:
    headers = reporter | request_of.pop("headers", {})
    answer = await tasks_api.request(method, path, headers=headers, **request_of)
    assert CANARY not in json.dumps(lines(capsys), ensure_ascii=False)
    assert CANARY not in answer.text
    assert headers["Authorization"].split()[-1] not in answer.text


@pytest.mark.parametrize("filename", [f"{CANARY}.exe", f"{CANARY}/../x.pdf", f"{CANARY}.pdf"])
async def test_neither_repeats_the_name_or_the_content_of_a_file(
    evidence_api: httpx.AsyncClient, reporter: dict[str, str], capsys: pytest.CaptureFixture[str], filename: str
) -> None:
    answer = await evidence_api.post(
        "/v1/uploads", params={"filename": filename}, content=b"MZ\x00\xff" + CANARY.encode(), headers=reporter
    )
    assert answer.status_code == 415, answer.text
    assert CANARY not in json.dumps(lines(capsys), ensure_ascii=False)
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", [f"/v1/trials/defect/{CANARY}", "/v1/trials/database", "/v1/trials/statement"])
async def test_a_defect_is_told_by_its_place_alone(
    service: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    answer = await service.post(path, json={"number": CANARY})
    assert answer.status_code == 500
    assert CANARY not in answer.text
    defect, request = lines(capsys)
    assert CANARY not in json.dumps([defect, request], ensure_ascii=False)
    assert (defect["event"], defect["request_id"]) == ("unexpected", request["request_id"])
    assert any("test_logs.py" in line for line in defect["exception"])


def test_forbidden_keys_are_masked_whoever_logs_them(sessions: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    create_service("trials", role=None, title="Thử", routers=[])
    get_logger("tests").warning("said", token=CANARY, payload={"a": CANARY}, subject=CANARY, attempts=3)
    (line,) = lines(capsys)
    assert (line["token"], line["payload"], line["subject"], line["attempts"]) == (MASK, MASK, MASK, 3)


def test_other_loggers_end_in_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    create_service("trials", role=None, title="Thử", routers=[])
    capsys.readouterr()
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    logging.getLogger("httpx").info("GET %s", CANARY)
    logging.getLogger("uvicorn.access").info("GET %s", CANARY)
    logging.getLogger("asyncio").error("never retrieved\nfuture: %s", CANARY)
    first, second = lines(capsys)
    assert (first["component"], first["event"], first["level"]) == (
        "uvicorn.error",
        "Exception in ASGI application",
        "error",
    )
    assert first["exception"][0] == "ValueError"
    assert second["event"] == "never retrieved"


def test_an_error_is_told_with_what_caused_it() -> None:
    try:
        try:
            raise ConnectionRefusedError(111, CANARY)
        except OSError as cause:
            raise RuntimeError(CANARY) from cause
    except RuntimeError as error:
        told = places(error)
    assert [line for line in told if not line.startswith(" ")] == ["RuntimeError", "ConnectionRefusedError (111)"]
    assert describe(ValueError(CANARY)) == "ValueError"
