"""One trace from a request over its facts to the handlers that act on them (W3C trace context, OpenTelemetry).

Spans are recorded and sent only where a collector is named. Without one the ids still travel, so that the log lines
of the worker carry the trace id of the request that caused them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID, uuid4

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, SpanContext, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
PATIENCE = 5
"""Seconds to wait for a collector."""


@dataclass(frozen=True, slots=True)
class _Ids:
    """A trace that nobody records: its ids travel all the same."""

    traceparent: str
    trace_id: str


_unrecorded: ContextVar[_Ids | None] = ContextVar("unrecorded", default=None)


class Tracing:
    """What one process needs to record spans: nothing, unless a collector takes them."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer

    @classmethod
    def off(cls) -> Self:
        """Ids only."""
        return cls()

    def enter(self, name: str, kind: SpanKind, traceparent: str | None, own_id: UUID) -> "Entered":
        """Begin a span under `traceparent` where that can be read, else a trace of its own, and make it current.

        `own_id` names the trace where nobody records it.
        """
        if self._tracer is None:
            return Entered(None, _unrecorded.set(_follow(traceparent) or _ids_of(own_id)))
        # Always from an empty context: what another request left behind is no parent of this one.
        context = _PROPAGATOR.extract({"traceparent": traceparent or ""}, Context())
        span = self._tracer.start_span(name, context, kind)
        return Entered(span, attach(trace.set_span_in_context(span, context)))

    @contextmanager
    def continued(self, name: str, traceparent: str | None, attributes: Mapping[str, str]) -> Iterator[None]:
        """The span of a handler that acts on a fact; an exception marks it failed, without its words."""
        entered = self.enter(name, SpanKind.CONSUMER, traceparent, uuid4())
        entered.tell(attributes)
        try:
            yield
        except BaseException as error:
            entered.fail(error)
            raise
        finally:
            entered.leave()


@dataclass(frozen=True, slots=True)
class Entered:
    """The present span; without a recorder, its ids alone."""

    _span: Span | None
    _mark: Token[Any]

    @property
    def recorded(self) -> bool:
        """Whether anybody will ever read what is told about it."""
        return self._span is not None

    def tell(self, attributes: Mapping[str, str | int], name: str | None = None) -> None:
        """Say more about it, or name it anew."""
        if self._span is not None:
            self._span.set_attributes(attributes)
            if name is not None:
                self._span.update_name(name)

    def fail(self, error: BaseException) -> None:
        """Mark it failed by the type of an error: its message may repeat what users wrote."""
        if self._span is not None:
            self._span.set_status(StatusCode.ERROR)
            self._span.set_attribute("error.type", type(error).__name__)

    def leave(self) -> None:
        """End it; the one before is current again."""
        if self._span is None:
            _unrecorded.reset(self._mark)
        else:
            detach(self._mark)
            self._span.end()


def _follow(traceparent: str | None) -> _Ids | None:
    if not traceparent:
        return None
    found = trace.get_current_span(_PROPAGATOR.extract({"traceparent": traceparent}, Context())).get_span_context()
    return _ids(found) if found.is_valid else None


def _ids_of(own_id: UUID) -> _Ids:
    trace_id = own_id.hex
    return _Ids(f"00-{trace_id}-{trace_id[16:]}-00", trace_id)


def _ids(context: SpanContext) -> _Ids:
    trace_id = f"{context.trace_id:032x}"
    return _Ids(f"00-{trace_id}-{context.span_id:016x}-{context.trace_flags:02x}", trace_id)


def _current() -> _Ids | None:
    ids = _unrecorded.get()
    if ids is None:
        context = trace.get_current_span().get_span_context()
        ids = _ids(context) if context.is_valid else None
    return ids


def current_traceparent() -> str | None:
    """What a fact of the present span carries on; None outside of any."""
    ids = _current()
    return ids.traceparent if ids else None


def current_trace_id() -> str | None:
    """For log lines."""
    ids = _current()
    return ids.trace_id if ids else None


@contextmanager
def tracing_to(endpoint: str | None, service: str) -> Iterator[Tracing]:
    """Send the spans of this process to an OTLP/HTTP collector at `endpoint`; leaving it sends what is left.

    Leaving takes at most as long as the exporter waits for the collector, and blocks.
    """
    if endpoint is None:
        yield Tracing.off()
        return
    # Imported here: the SDK is a quarter of a second that nobody without a collector should wait for.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource({"service.name": f"theodoi-{service}"}), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=PATIENCE)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Tracing(provider.get_tracer("theodoi"))
    finally:
        provider.shutdown()
