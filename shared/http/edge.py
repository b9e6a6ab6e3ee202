"""The outermost layer: what every request meets before any handler, and every answer on its way out."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared import audit, log
from shared.db.ids import new_id
from shared.http.callers import CALLER, pseudonym
from shared.http.cors import Cors
from shared.http.deadlines import Deadlines
from shared.http.exchange import Exchange, Head
from shared.http.metrics import HttpMetrics
from shared.http.problems import body_refused, problem, too_many, unexpected
from shared.http.proxies import Arrival, Proxies
from shared.http.rate_limits import Failures, RateLimit
from shared.http.receiving import Body, body_too_large
from shared.settings import Settings
from shared.tracing import Entered, Tracing

LONGEST_TARGET = 8 << 10
LARGEST_HEAD = 32 << 10
MOST_HEADERS = 100
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for every few seconds by machines: their lines would hide the others."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NO_ROUTE = "unmatched"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the edge holds requests to.

    `limits` gives path prefixes another body limit than `body_limit`, in bytes; `streaming` lists those whose
    handlers count and limit the body themselves.
    """

    body_limit: int
    limits: Mapping[str, int]
    streaming: tuple[str, ...]
    request_timeout: float
    receive_timeout: float
    stall_timeout: float
    proxies: Proxies
    cors: Cors
    failures: Failures

    @classmethod
    def of(cls, settings: Settings, limits: Mapping[str, int], streaming: Sequence[str]) -> "Rules":
        """The rules a deployment has chosen."""
        return cls(
            body_limit=settings.request_body_limit,
            limits=limits,
            streaming=tuple(streaming),
            request_timeout=settings.request_timeout,
            receive_timeout=settings.receive_timeout,
            stall_timeout=settings.stall_timeout,
            proxies=Proxies(settings.trusted_proxies),
            cors=Cors(settings.cors_origins),
            failures=Failures(RateLimit(settings.failure_rate, settings.failure_burst)),
        )

    def limit_of(self, path: str) -> int | None:
        """The most bytes a body sent to `path` may have; None where the handler counts."""
        if path.startswith(self.streaming):
            return None
        for prefix, size in self.limits.items():
            if path.startswith(prefix):
                return size
        return self.body_limit


@dataclass(slots=True)
class Watch:
    """How one application is observed; traces are recorded once it runs."""

    metrics: HttpMetrics = field(default_factory=HttpMetrics)
    tracing: Tracing = field(default_factory=Tracing.off)


class Edge:
    """Pure ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, *, rules: Rules, watch: Watch) -> None:
        self._app = app
        self._rules = rules
        self._watch = watch
        self._deadlines = Deadlines(min(rules.request_timeout, rules.receive_timeout, rules.stall_timeout))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        head = Head(scope["headers"])
        arrival = self._rules.proxies.resolve(scope, head)
        own_id = new_id()
        request_id = _choose_request_id(head, arrival, own_id)
        exchange = self._open(scope, receive, send, head, request_id)
        origin = audit.origin.set(audit.Origin(request_id, arrival.address))
        marked = log.request_id.set(request_id)
        span = self._watch.tracing.enter(scope["method"], SpanKind.SERVER, head.text(b"traceparent"), own_id)
        self._deadlines.enter(exchange)
        try:
            await self._serve(exchange, head, arrival)
        finally:
            self._deadlines.leave(exchange)
            self._tell(exchange, span, perf_counter() - started_at)
            self._rules.failures.note(arrival.address, head.get(b"authorization"), exchange.status)
            span.leave()
            log.request_id.reset(marked)
            audit.origin.reset(origin)

    def _open(self, scope: Scope, receive: Receive, send: Send, head: Head, request_id: str) -> Exchange:
        rules = self._rules
        return Exchange(
            scope,
            receive,
            send,
            body=Body(rules.limit_of(scope["path"]), is_json=b"json" in head.get(b"content-type", b"")),
            has_body=head.announces_body,
            own_headers=[(b"x-request-id", request_id.encode()), *rules.cors.of_answer(head.get(b"origin"))],
            request_timeout=rules.request_timeout,
            receive_timeout=rules.receive_timeout,
            stall_timeout=rules.stall_timeout,
        )

    async def _serve(self, exchange: Exchange, head: Head, arrival: Arrival) -> None:
        request = Request(exchange.scope)
        answer = self._refuse(request, head, arrival, exchange.body.limit)
        try:
            await (answer or self._app)(exchange.scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            if not exchange.ended_by_us():
                raise
            if exchange.abandoned or exchange.status is not None:
                return  # nobody reads an answer; the server closes what is not whole
            await _too_slow(request, exchange)(exchange.scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.status is not None:
                raise
            # Here and not in Starlette's outermost layer, where the request has lost its id and its headers.
            await unexpected(request, error)(exchange.scope, exchange.receive, exchange.send)

    def _refuse(self, request: Request, head: Head, arrival: Arrival, limit: int | None) -> Response | None:
        """What is answered before any handler sees the request; None lets it in."""
        scope = request.scope
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        declared = head.get(b"content-length", b"")
        preflight = self._rules.cors.of_preflight(scope["method"], head)
        if preflight is not None:
            return Response(status_code=204, headers=preflight)
        wait = self._rules.failures.wait(arrival.address, head.get(b"authorization"))
        if wait and path.startswith("/v1/") and not path.startswith("/v1/public/"):
            return too_many(request, wait)
        if head.size > LARGEST_HEAD or len(scope["headers"]) > MOST_HEADERS:
            return problem(request, 431, "head-too-large", f"Tiêu đề của yêu cầu lớn hơn {LARGEST_HEAD >> 10} KB.")
        if len(query) + len(path) > LONGEST_TARGET:
            return problem(request, 414, "target-too-long", f"Địa chỉ dài hơn {LONGEST_TARGET >> 10} KB.")
        if b"%00" in query:
            return problem(request, 400, "query-unreadable", "Địa chỉ có ký tự NUL (%00): hãy bỏ đi.")
        if limit is not None and declared.isdigit() and int(declared) > limit:
            return body_refused(request, body_too_large(limit))
        return None

    def _tell(self, exchange: Exchange, span: Entered, seconds: float) -> None:
        """One figure, one line and one span of every request."""
        scope, status = exchange.scope, exchange.status
        route = scope.get("route")
        template, operation = (route.path, route.name) if route is not None else (_NO_ROUTE, _NO_ROUTE)
        caller = scope.get(CALLER)
        if status is not None:
            self._watch.metrics.observe(operation, status, seconds)
        log.tell_request(
            quiet=template in PROBES,
            method=scope["method"],
            route=template,
            status=status,
            duration_ms=round(seconds * 1000, 1),
            caller=pseudonym(scope["app"].state.resources.cursor_secret, *caller) if caller else None,
        )
        if span.recorded:
            span.tell({"http.request.method": scope["method"], "http.route": template}, f"{scope['method']} {template}")
            if status is not None:
                span.tell({"http.response.status_code": status})


def _choose_request_id(head: Head, arrival: Arrival, own_id: UUID) -> str:
    """Ours, unless a proxy of ours already gave it one."""
    given = head.text(b"x-request-id") if arrival.by_proxy else ""
    return given if _REQUEST_ID.fullmatch(given) else str(own_id)


def _too_slow(request: Request, exchange: Exchange) -> Response:
    if exchange.receiving and exchange.body.streams:
        # 503: clients of tus send again after that, and go on where they were; they do not after 408.
        detail = "Đường truyền đứng quá lâu khi đang gửi tệp: hãy gửi tiếp (tus: từ vị trí HEAD cho biết) hoặc gửi lại."
        return problem(request, 503, "body-stalled", detail, headers={"Connection": "close", "Retry-After": "1"})
    if exchange.receiving:
        detail = "Nội dung gửi lên đến quá chậm: hãy gửi lại khi đường truyền tốt hơn."
        return problem(request, 408, "body-too-slow", detail, headers={"Connection": "close"})
    detail = "Yêu cầu được xử lý quá lâu nên đã dừng: hãy gửi lại sau ít giây, với cùng Idempotency-Key nếu có."
    return problem(request, 503, "request-timeout", detail, headers={"Retry-After": "5"})
