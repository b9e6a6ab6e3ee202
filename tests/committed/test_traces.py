"""One trace from a request over the fact it committed to the handler that acts on it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deliveries import operations
from services.alerts_worker.handlers import Acting
from services.alerts_worker.metrics import WorkerMetrics
from services.alerts_worker.relay import relay_events
from services.alerts_worker.runner import Runner, attempt_delivery
from shared import clock, outbox
from shared.db.ids import new_id
from shared.db.models import OutboxEvent
from shared.db.session import Sessions
from shared.events import AlertOpened
from shared.http.app import create_service
from shared.http.deps import Session
from shared.log import get_logger
from shared.settings import Settings
from shared.tracing import Tracing, current_traceparent, tracing_to
from tests.committed.collector import collecting
from tests.committed.ledger import NAMES
from tests.http.serving import admit_anybody, settings_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLERS = f"00-{TRACE}-b7ad6b7169203331-01"
CANARY = "chim-bao-hieu-7319"

Act = Callable[[AsyncSession, AlertOpened, datetime], Awaitable[None]]

trials = APIRouter(prefix="/v1/trials")


@trials.post("/facts/{name}")
async def state_a_fact(name: str, session: Session) -> None:
    outbox.add(session, AlertOpened(alert_id=new_id()))


async def say_so(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
    get_logger("tests").info("handled")
    outbox.add(session, AlertOpened(alert_id=new_id()))
    await session.flush()


async def fail(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
    raise ValueError(CANARY)


@asynccontextmanager
async def service(settings: Settings, endpoint: str | None) -> AsyncIterator[httpx.AsyncClient]:
    """A service as its process runs it, from its start to its end."""
    assert settings.database_url
    changes = {"database_url": settings.database_url} | ({"otlp_endpoint": endpoint} if endpoint else {})
    with settings_of(**changes):
        app = create_service("trials", role=None, title="Thử", routers=[trials])
        admit_anybody(app)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


async def state(client: httpx.AsyncClient, traceparent: str | None) -> httpx.Response:
    headers = {"traceparent": traceparent} if traceparent else {}
    answer = await client.post(f"/v1/trials/facts/{CANARY}?text={CANARY}", headers=headers)
    assert answer.status_code == 200
    return answer


async def stored(sessions: Sessions) -> list[str | None]:
    async with sessions() as session:
        return list((await session.scalars(select(OutboxEvent.traceparent).order_by(OutboxEvent.id))).all())


async def handle(sessions: Sessions, settings: Settings, act: Act, tracing: Tracing) -> None:
    """Relay the facts there are, and make each delivery's first attempt."""
    await relay_events(sessions, now=clock.now(), names=NAMES)
    async with sessions.begin() as session:
        pushes = await operations.claim_due(session, settings, now=clock.now(), limit=10)
    handlers = {"watch": Acting("watch", AlertOpened, act)}
    for push in pushes:
        await attempt_delivery(Runner(sessions, settings, handlers, WorkerMetrics(), tracing), push, now=clock.now())


async def test_spans_of_service_and_worker_are_one_trace_at_the_collector(
    committed: Sessions, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with collecting() as collector:
        async with service(settings, collector.url) as client:
            await state(client, CALLERS)
        with tracing_to(collector.url, "worker") as tracing:
            await handle(committed, settings, say_so, tracing)

    served, handled = collector.spans
    assert (served.service, handled.service) == ("theodoi-trials", "theodoi-worker")
    assert (served.name, handled.name) == ("POST /v1/trials/facts/{name}", "watch")
    assert served.trace_id == handled.trace_id == TRACE
    assert served.parent_id == "b7ad6b7169203331"
    assert handled.parent_id == served.span_id
    assert not served.failed
    assert not handled.failed
    assert served.attributes["http.response.status_code"] == "200"
    assert CANARY not in str(collector.spans)

    first, second = await stored(committed)
    assert first == f"00-{TRACE}-{served.span_id}-01"
    assert second == f"00-{TRACE}-{handled.span_id}-01"
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["trace_id"] for line in lines if line["event"] in {"request", "handled"}} == {TRACE}


async def test_a_handler_that_fails_marks_its_span_and_repeats_no_words(
    committed: Sessions, settings: Settings
) -> None:
    with collecting() as collector:
        async with service(settings, None) as client:
            await state(client, CALLERS)
        with tracing_to(collector.url, "worker") as tracing:
            await handle(committed, settings, fail, tracing)
    (handled,) = collector.spans
    assert handled.failed
    assert handled.attributes["error.type"] == "ValueError"
    assert CANARY not in str(collector.spans)


async def test_a_collector_that_is_away_holds_up_nobody(
    committed: Sessions, settings: Settings, unused_tcp_port: int
) -> None:
    async with service(settings, f"http://127.0.0.1:{unused_tcp_port}") as client:
        await state(client, None)
    assert len(await stored(committed)) == 1


async def test_without_a_collector_the_ids_travel_all_the_same(
    committed: Sessions, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service(settings, None) as client:
        await state(client, CALLERS)
        answer = await state(client, None)
    await handle(committed, settings, say_so, Tracing.off())

    own = answer.headers["X-Request-Id"].replace("-", "")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["trace_id"] for line in lines if line["event"] == "request"] == [TRACE, own]
    assert [line["trace_id"] for line in lines if line["event"] == "handled"] == [TRACE, own]
    assert [traceparent and traceparent[:35] for traceparent in await stored(committed)] == [
        *(f"00-{TRACE}", f"00-{own}", f"00-{TRACE}", f"00-{own}")
    ]


@pytest.mark.parametrize(
    "nonsense",
    ["", "x", CALLERS[:-1], CALLERS.replace("00-", "ff-"), f"00-{'0' * 32}-b7ad6b7169203331-01", CALLERS.upper()],
)
async def test_a_trace_that_cannot_be_read_is_not_followed(
    committed: Sessions, settings: Settings, nonsense: str
) -> None:
    with collecting() as collector:
        for endpoint in (None, collector.url):
            async with service(settings, endpoint) as client:
                await state(client, nonsense)
    first, second = await stored(committed)
    assert first
    assert second
    assert TRACE not in first + second
    assert collector.spans[0].parent_id == ""


def test_a_trace_ends_with_its_span() -> None:
    with (
        tracing_to(None, "worker") as unrecorded,
        collecting() as collector,
        tracing_to(collector.url, "w") as recorded,
    ):
        for tracing in (unrecorded, recorded):
            assert current_traceparent() is None
            with tracing.continued("watch", CALLERS, {}):
                assert str(current_traceparent()).startswith(f"00-{TRACE}")
            assert current_traceparent() is None
