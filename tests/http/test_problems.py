"""Refusals as RFC 9457 tells them, and what a defect of ours may show: nothing."""

from collections.abc import AsyncIterator, Collection
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message, Receive, Scope, Send

from shared.db import roles
from shared.domain.errors import DomainError, FieldError, Invalid
from shared.domain.principal import Role
from shared.http.app import create_service
from shared.http.edge import Edge, Rules, Watch
from shared.http.problems import STATUS
from shared.http.wording import too_large_words
from shared.settings import get_settings
from tests.conftest import client_of
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}
PROGRESS = f"/v1/assignments/{uuid4()}/progress"
trials = APIRouter(prefix="/v1/trials")


@trials.get("/defect")
async def fall_over() -> None:
    raise RuntimeError("the password is swordfish")


@trials.get("/refusals/{family}")
async def refuse(family: str) -> None:
    kind = next(kind for kind in STATUS if kind.__name__ == family)
    raise kind("some-code", "Vì một lẽ.", errors=[FieldError("percent", "too-much", "quá nhiều")], facts={"n": 7})


@trials.get("/statuses")
async def check_a_value_of_ours() -> None:
    raise ValidationError.from_exception_data("a defect, not the caller's", [])


@trials.post("/bodies")
async def measure_body(request: Request) -> int:
    return len(await request.body())


@trials.post("/json")
async def read_json(body: dict[str, Any]) -> int:
    return len(body)


@pytest.fixture
async def service(sessions: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The frame every service has, around routes that misbehave."""
    app = create_service("trials", role=roles.TASKS_API, title="Thử", routers=[trials], limits={"/v1/trials/json": 100})
    async with client_of(app, sessions) as client:
        yield client


@pytest.fixture
async def reporter(session: AsyncSession, token_maker: TokenMaker) -> dict[str, str]:
    return await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)


def ensure_problem(
    answer: httpx.Response, status: int, code: str, members: Collection[str] = MEMBERS
) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() == members
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:theodoi:problem:{code}")
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(("family", "status"), STATUS.items(), ids=lambda value: getattr(value, "__name__", value))
async def test_each_family_of_refusals_has_its_status(
    service: httpx.AsyncClient, family: type[DomainError], status: int
) -> None:
    answer = await service.get(f"/v1/trials/refusals/{family.__name__}")
    problem = ensure_problem(answer, status, "some-code", MEMBERS | {"facts"})

    assert problem["facts"] == {"n": 7}
    assert problem["detail"] == "Vì một lẽ."
    assert problem["errors"] == [{"place": "percent", "code": "too-much", "message": "quá nhiều"}]
    assert problem["title"] != "Lỗi hệ thống"


def test_every_family_of_refusals_is_in_the_table() -> None:
    assert set(STATUS) == set(DomainError.__subclasses__())


async def test_titles_are_vietnamese_and_english_on_request(service: httpx.AsyncClient) -> None:
    url = f"/v1/trials/refusals/{Invalid.__name__}"
    titles = {
        language: (await service.get(url, headers={"Accept-Language": language})).json()["title"]
        for language in ("vi", "vi,en;q=0.5", "fr", "en", "en-GB,en;q=0.9,vi;q=0.8", "EN")
    }

    assert titles == {
        "vi": "Không chấp nhận được",
        "vi,en;q=0.5": "Không chấp nhận được",
        "fr": "Không chấp nhận được",
        "en": "Unprocessable content",
        "en-GB,en;q=0.9,vi;q=0.8": "Unprocessable content",
        "EN": "Unprocessable content",
    }


@pytest.mark.parametrize("path", ["/v1/trials/defect", "/v1/trials/statuses"])
async def test_a_defect_shows_nothing_of_itself_but_the_request_id(service: httpx.AsyncClient, path: str) -> None:
    answer = await service.get(path)

    ensure_problem(answer, 500, "internal")
    for word in ("swordfish", "RuntimeError", "Traceback", "File", "defect"):
        assert word not in answer.text


async def test_a_defect_is_logged_under_its_request_id_with_its_place_and_without_its_words(
    service: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await service.get("/v1/trials/defect")

    logged = capsys.readouterr().out
    assert answer.json()["request_id"] in logged
    for word in ("RuntimeError", "test_problems.py", "fall_over"):
        assert word in logged
    assert "swordfish" not in logged


async def test_a_defect_after_the_answer_began_is_no_second_answer() -> None:
    sent: list[Message] = []

    async def begin_and_fall_over(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("in the middle of a file")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    edge = Edge(begin_and_fall_over, rules=Rules.of(get_settings(), {}, []), watch=Watch())
    with pytest.raises(RuntimeError, match="in the middle"):
        await edge(
            {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b"", "headers": []},
            receive,
            send,
        )

    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_every_answer_has_a_request_id_of_its_own(service: httpx.AsyncClient) -> None:
    answers = [await service.get("/healthz") for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 3


async def test_an_unknown_path_is_not_found(service: httpx.AsyncClient) -> None:
    ensure_problem(await service.get("/v1/nothing-here"), 404, "not-found")


async def test_an_unknown_method_is_told_which_are_allowed(service: httpx.AsyncClient) -> None:
    answer = await service.delete("/v1/trials/json")

    ensure_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "content", [b"{", b'{"percent": 40,}', b"percent=40", b"\xff\xfe", b'{"narrative": "\xff"}', b"[" * 32]
)
async def test_a_body_that_is_not_json_is_a_bad_request(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], content: bytes
) -> None:
    answer = await tasks_api.post(PROGRESS, content=content, headers=reporter | {"Content-Type": "application/json"})

    ensure_problem(answer, 400, "json-invalid")


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"percent": 40, "narrative": "x", "colour": "red"}, "colour", "extra_forbidden"),
        ({"percent": 40}, "narrative", "missing"),
        ({"percent": "nhiều", "narrative": "x"}, "percent", "decimal_type"),
        ({"percent": True, "narrative": "x"}, "percent", "decimal_type"),
        ({"percent": 40, "narrative": 7}, "narrative", "string_type"),
        ({"percent": 40, "narrative": "  "}, "narrative", "string_too_short"),
        ({"percent": 40, "narrative": "a\x00b"}, "narrative", "string_pattern_mismatch"),
        ({"percent": 40, "narrative": "x", "as_of": "hôm qua"}, "as_of", "date_parsing"),
        ([], "body", "model_attributes_type"),
        (7, "body", "model_attributes_type"),
        ("x", "body", "model_attributes_type"),
    ],
    ids=str,
)
async def test_each_wrong_field_is_named_in_vietnamese(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], body: object, place: str, code: str
) -> None:
    answer = await tasks_api.post(PROGRESS, json=body, headers=reporter)

    problem = ensure_problem(answer, 422, "validation-failed")
    assert [(error["place"], error["code"]) for error in problem["errors"]] == [(place, code)]
    assert problem["errors"][0]["message"] in problem["detail"]
    assert "giá trị không hợp lệ" not in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    "content",
    [
        rb'{"percent": 40, "narrative": "\ud800"}',
        rb'{"percent": 40, "narrative": "x", "\ud800": 1}',
        rb'{"percent": 40, "narrative": "x", "\u0000": 1}',
        b'{"percent": NaN, "narrative": "x"}',
        b'{"percent": 1e999, "narrative": "x"}',
        b'{"percent": -0.001, "narrative": "x"}',
        b'{"percent": {"a": [1]}, "narrative": ["x"]}',
        b"null",
        b"",
    ],
)
async def test_strange_json_is_refused_and_breaks_nothing(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], content: bytes
) -> None:
    answer = await tasks_api.post(PROGRESS, content=content, headers=reporter | {"Content-Type": "application/json"})

    ensure_problem(answer, 422, "validation-failed")


@pytest.mark.parametrize("path", ["/v1/tasks", "/v1/organizations"])
async def test_a_nul_in_the_query_is_refused(tasks_api: httpx.AsyncClient, reporter: dict[str, str], path: str) -> None:
    answer = await tasks_api.get(f"{path}?text=ke%00hoach", headers=reporter)

    ensure_problem(answer, 400, "query-unreadable")


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "application/xml", ""])
async def test_a_body_of_another_type_is_not_read_as_json(
    tasks_api: httpx.AsyncClient, reporter: dict[str, str], content_type: str
) -> None:
    content = b'{"percent": 40, "narrative": "x"}'
    answer = await tasks_api.post(PROGRESS, content=content, headers=reporter | {"Content-Type": content_type})

    ensure_problem(answer, 422, "validation-failed")


async def chunks(size: int) -> AsyncIterator[bytes]:
    """`size` bytes that nothing declares beforehand."""
    while size > 0:
        yield b" " * min(size, 1 << 16)
        size -= 1 << 16


async def test_a_body_that_declares_too_much_is_refused_unread(service: httpx.AsyncClient) -> None:
    answer = await service.post("/v1/trials/bodies", content=b"", headers={"Content-Length": str(50 << 20)})

    ensure_problem(answer, 413, "body-too-large")


async def test_a_body_that_grows_too_large_is_refused(service: httpx.AsyncClient) -> None:
    limit = get_settings().request_body_limit

    fits = await service.post("/v1/trials/bodies", content=chunks(limit))
    too_large = await service.post("/v1/trials/bodies", content=chunks(limit + 1))

    assert fits.json() == limit
    assert ensure_problem(too_large, 413, "body-too-large")["detail"] == too_large_words(limit)


@pytest.mark.parametrize(("length", "status"), [(100, 200), (101, 413)])
async def test_a_path_may_have_a_limit_of_its_own(service: httpx.AsyncClient, length: int, status: int) -> None:
    content = b'{"a":"' + b"x" * (length - 8) + b'"}'
    declared = await service.post("/v1/trials/json", content=content, headers={"Content-Type": "application/json"})

    async def undeclared() -> AsyncIterator[bytes]:
        yield content

    grown = await service.post("/v1/trials/json", content=undeclared(), headers={"Content-Type": "application/json"})

    assert (declared.status_code, grown.status_code) == (status, status)


async def test_a_client_cannot_choose_the_request_id(service: httpx.AsyncClient) -> None:
    answer = await service.get("/healthz", headers={"X-Request-Id": "mine"})

    assert answer.headers["X-Request-Id"] != "mine"
