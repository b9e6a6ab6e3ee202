"""Who comes too fast is told when to come back; others are not held up by it, nor is our memory."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.app import create_app
from shared.db.session import Sessions
from shared.domain.principal import Role
from shared.http.rate_limits import Failures, RateLimit
from tests.conftest import client_of
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.serving import settings_of


def test_a_burst_is_let_through_and_then_the_rate() -> None:
    limit = RateLimit(rate=2, burst=3)
    assert [limit.take("a", 10.0) for _ in range(3)] == [0, 0, 0]
    assert limit.take("a", 10.0) == pytest.approx(0.5)
    assert limit.take("a", 10.4) == pytest.approx(0.1)
    assert limit.take("a", 10.5) == 0
    assert limit.take("a", 10.5) == pytest.approx(0.5)


def test_a_refusal_takes_nothing() -> None:
    limit = RateLimit(rate=1, burst=1)
    assert limit.take("a", 0.0) == 0
    assert [limit.take("a", 0.5) for _ in range(5)] == [pytest.approx(0.5)] * 5
    assert limit.take("a", 1.0) == 0


def test_a_rest_fills_the_bucket_and_no_more() -> None:
    limit = RateLimit(rate=1, burst=2)
    assert limit.take("a", 0.0) == 0
    assert [limit.take("a", 1000.0) for _ in range(3)] == [0, 0, pytest.approx(1)]


def test_each_has_a_bucket_of_its_own() -> None:
    limit = RateLimit(rate=1, burst=1)
    assert (limit.take("a", 0.0), limit.take("b", 0.0)) == (0, 0)
    assert limit.wait("a", 0.0) > 0
    assert limit.wait("c", 0.0) == 0


def test_a_rate_of_nothing_limits_nothing_and_remembers_nothing() -> None:
    limit = RateLimit(rate=0, burst=1)
    assert [limit.take("a", 0.0) for _ in range(100)] == [0] * 100
    assert len(limit) == 0


def test_a_flood_of_keys_pushes_out_the_least_recent() -> None:
    limit = RateLimit(rate=1, burst=1, most=100)
    limit.take("old", 0.0)
    limit.take("busy", 0.0)
    for number in range(98):
        limit.take(number, 0.0)
    limit.take("busy", 1.0)
    limit.take("new", 1.0)
    assert len(limit) == 100
    assert limit.wait("old", 0.0) == 0
    assert limit.wait("busy", 1.0) > 0


def test_failures_of_an_address_hold_up_unknown_bearers_there_and_nobody_else() -> None:
    failures = Failures(RateLimit(rate=1, burst=2))
    failures.note("192.0.2.1", b"Bearer good", 200)
    for _ in range(3):
        failures.note("192.0.2.1", b"Bearer bad", 401)
    assert failures.wait("192.0.2.1", b"Bearer bad") > 0
    assert failures.wait("192.0.2.1", None) > 0
    assert failures.wait("192.0.2.1", b"Bearer good") == 0
    assert failures.wait("192.0.2.2", b"Bearer bad") == 0


def test_a_bearer_that_fails_is_no_longer_known() -> None:
    failures = Failures(RateLimit(rate=1, burst=1))
    failures.note("192.0.2.1", b"Bearer late", 200)
    failures.note("192.0.2.1", b"Bearer late", 401)
    assert failures.wait("192.0.2.1", b"Bearer late") > 0


def test_a_subscriber_of_ipv6_is_its_network() -> None:
    failures = Failures(RateLimit(rate=1, burst=1))
    failures.note("2001:db8:1:2:aaaa::1", None, 401)
    assert failures.wait("2001:db8:1:2:bbbb::2", None) > 0
    assert failures.wait("2001:db8:1:3::1", None) == 0


@pytest.fixture
async def limited(sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    """Rates so low that only bursts count."""
    with settings_of(caller_rate="0.001", caller_burst="3", failure_rate="0.001", failure_burst="2"):
        app = create_app()
    async with client_of(app, sessions) as client:
        yield client


def ensure_too_many(answer: httpx.Response) -> None:
    assert answer.status_code == 429, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == "too-many-requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 1000
    assert answer.headers["Retry-After"] in problem["detail"]


async def test_a_caller_that_comes_too_fast_is_told_when_to_come_back(
    limited: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    organization = await make_organization(session)
    hasty = await make_caller(session, token_maker, organization, Role.VIEWER)
    patient = await make_caller(session, token_maker, organization, Role.VIEWER)
    answers = [await limited.get("/v1/me", headers=hasty) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    ensure_too_many(answers[-1])
    assert (await limited.get("/v1/me", headers=patient)).status_code == 200


async def test_an_address_whose_tokens_fail_too_often_waits_and_its_good_callers_do_not(
    limited: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    good = await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)
    assert (await limited.get("/v1/me", headers=good)).status_code == 200
    bad = {"Authorization": "Bearer nothing"}
    assert [(await limited.get("/v1/me", headers=bad)).status_code for _ in range(3)] == [401, 401, 429]
    ensure_too_many(await limited.get("/v1/me"))
    assert (await limited.get("/v1/me", headers=good)).status_code == 200
    assert (await limited.get("/healthz", headers=bad)).status_code == 200
