"""Figures of one service for Prometheus. Operations are named as in the contract, so their number is known."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
REFUSALS = frozenset({408, 413, 429, 500, 503})
"""Told by their own status: each means something else to an operator."""


class HttpMetrics:
    """One per application; `registry` takes what else the service measures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._durations = Histogram(
            "theodoi_http_request_duration_seconds",
            "From a request's head to the last byte of its answer, by operation and class of status.",
            ["operation", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "theodoi_http_refusals", "Answers by which a service protects itself.", ["status"], registry=self.registry
        )
        self._known: dict[tuple[str, int], Histogram] = {}
        for status in sorted(REFUSALS):
            self._refusals.labels(str(status))

    def observe(self, operation: str, status: int, seconds: float) -> None:
        """Count one answer; `operation` is a route's name, of which there are few."""
        key = (operation, status // 100)
        child = self._known.get(key)
        if child is None:
            child = self._known[key] = self._durations.labels(operation, f"{status // 100}xx")
        child.observe(seconds)
        if status in REFUSALS:
            self._refusals.labels(str(status)).inc()

    def answer(self) -> Response:
        """All figures as Prometheus reads them."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
