"""What browsers are told: headers on every answer, and which other origins may call."""

import httpx
import pytest
from pydantic import ValidationError

from services.tasks_api.app import create_app
from shared.db.session import Sessions
from shared.http.docs_page import policy_of
from tests.conftest import client_of
from tests.http.serving import settings_of

PAGE = "https://theodoi.example.vn"


@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 200), ("/v1/me", 401), ("/nowhere", 404), ("/v1/me?text=%00", 400)]
)
async def test_every_answer_carries_what_browsers_obey(tasks_api: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await tasks_api.get(path)
    assert answer.status_code == status
    said = answer.headers
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "no-referrer"
    assert said["Cache-Control"] == "no-store"
    assert said["X-Frame-Options"] == "DENY"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in said["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in said["Content-Security-Policy"]
    assert "geolocation=()" in said["Permissions-Policy"]
    assert "Strict-Transport-Security" not in said
    assert "Access-Control-Allow-Origin" not in said


async def test_the_documentation_may_load_what_it_names_and_nothing_else(tasks_api: httpx.AsyncClient) -> None:
    answer = await tasks_api.get("/docs")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy == policy_of(answer.text)
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'sha256-" in scripts
    assert "unsafe" not in scripts
    assert "/openapi.json" in answer.text
    assert policy_of(answer.text.replace("SwaggerUIBundle(", "alert(")) != policy


async def ask(sessions: Sessions, method: str, path: str, origins: str = PAGE, **headers: str) -> httpx.Response:
    with settings_of(cors_origins=origins):
        app = create_app()
    async with client_of(app, sessions) as client:
        return await client.request(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})


async def test_a_listed_page_may_read_answers_refusals_included(sessions: Sessions) -> None:
    answer = await ask(sessions, "GET", "/v1/me", origins=f"https://other.vn, {PAGE}", Origin=PAGE)
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Vary"] == "Origin"
    assert {"ETag", "X-Request-Id", "Retry-After"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    ["https://evil.vn", f"{PAGE}.evil.vn", PAGE.replace("https", "http"), f"{PAGE}:8443", "null", PAGE.upper()],
)
async def test_no_other_page_may(sessions: Sessions, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await ask(sessions, method, "/healthz", Origin=origin, Access_Control_Request_Method="GET")
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["Vary"] == "Origin"


async def test_a_listed_page_is_told_before_it_sends(sessions: Sessions) -> None:
    answer = await ask(sessions, "OPTIONS", "/v1/plans", Origin=PAGE, Access_Control_Request_Method="POST")
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} <= set(allowed)


async def test_options_without_a_question_is_a_method_like_others(sessions: Sessions) -> None:
    assert (await ask(sessions, "OPTIONS", "/healthz", Origin=PAGE)).status_code == 405


@pytest.mark.parametrize("origins", ["*", "https://*.vn", "https://a.vn/", "https://a.vn/x", "a.vn", "null"])
def test_only_exact_origins_can_be_listed(origins: str) -> None:
    with settings_of(cors_origins=origins), pytest.raises(ValidationError):
        create_app()
