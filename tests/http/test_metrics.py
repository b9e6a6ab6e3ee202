"""Figures of a service: each operation by its name, and nothing that callers could make many of."""

import re

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.app import create_app
from shared.db.session import create_engine
from shared.domain.principal import Role
from shared.http.metrics import HttpMetrics
from shared.metrics import watch_pools
from shared.settings import get_settings
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(content: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(content)
        for sample in family.samples
    }


def counts(samples: Samples) -> dict[tuple[str, str], float]:
    """Answers by operation and class of status."""
    return {
        (dict(labels)["operation"], dict(labels)["status"]): value
        for (name, labels), value in samples.items()
        if name == "theodoi_http_request_duration_seconds_count"
    }


@pytest.fixture
def apps() -> dict[str, FastAPI]:
    """A service that has counted nothing yet."""
    return {"tasks_api": create_app()}


@pytest.fixture
async def viewer(session: AsyncSession, token_maker: TokenMaker) -> dict[str, str]:
    return await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)


async def test_answers_are_counted_by_operation_and_class_of_status(
    tasks_api: httpx.AsyncClient, viewer: dict[str, str]
) -> None:
    for path in ("/v1/plans?limit=1", "/v1/plans?limit=2", "/v1/plans?limit=0"):
        await tasks_api.get(path, headers=viewer)
    await tasks_api.get("/v1/plans")
    answer = await tasks_api.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    seen = counts(read(answer.text))
    assert seen[("list_plans", "2xx")] == 2
    assert seen[("list_plans", "4xx")] == 2


async def test_whatever_callers_ask_for_makes_no_new_series(
    tasks_api: httpx.AsyncClient, viewer: dict[str, str]
) -> None:
    for number in range(20):
        await tasks_api.get(f"/v1/nowhere/{number}", headers=viewer)
        await tasks_api.get(f"/v1/assignments/01890a5d-ac96-774b-bcce-b302099a80{number:02}/history", headers=viewer)
    content = (await tasks_api.get("/metrics")).text
    assert set(counts(read(content))) == {("unmatched", "4xx"), ("get_assignment_history", "4xx")}
    assert not re.search("nowhere|01890a5d", content)


async def test_refusals_that_protect_the_service_are_told_apart(tasks_api: httpx.AsyncClient) -> None:
    await tasks_api.post("/v1/plans", content=b"", headers={"Content-Length": str(50 << 20)})
    samples = read((await tasks_api.get("/metrics")).text)
    assert samples[("theodoi_http_refusals_total", (("status", "413"),))] == 1
    assert samples[("theodoi_http_refusals_total", (("status", "429"),))] == 0
    assert samples[("theodoi_http_refusals_total", (("status", "503"),))] == 0


async def test_connections_in_use_are_seen(shared_url: str) -> None:
    engine = create_engine(shared_url, get_settings(), application="tests")
    metrics = HttpMetrics()
    watch_pools(metrics.registry, {"write": engine})

    def in_use() -> float:
        samples = read(bytes(metrics.answer().body).decode())
        assert samples[("theodoi_pool_connections_most", (("pool", "write"),))] == get_settings().database_pool_size
        return samples[("theodoi_pool_connections_in_use", (("pool", "write"),))]

    assert in_use() == 0
    async with engine.connect(), engine.connect():
        assert in_use() == 2
    await engine.dispose()
    assert in_use() == 0


async def test_services_beside_each_other_count_for_themselves(tasks_api: httpx.AsyncClient) -> None:
    await tasks_api.get("/v1/nowhere")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app()), base_url="http://testserver"
    ) as other:
        assert counts(read((await other.get("/metrics")).text)) == {}


async def test_figures_are_no_part_of_the_contract(tasks_api: httpx.AsyncClient) -> None:
    contract = (await tasks_api.get("/openapi.json")).json()
    assert not {"/metrics", "/docs", "/healthz"} & contract["paths"].keys()
