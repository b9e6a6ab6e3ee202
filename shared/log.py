"""Structured logs, one JSON object a line, with nothing of what users wrote and no token.

Our own loggers and the standard library's (uvicorn, asyncio, the exporter of traces) end in the same lines.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.tracing import current_trace_id

FORBIDDEN = frozenset(
    {
        "access_token",
        "address",
        "authorization",
        "body",
        "content",
        "cookie",
        "email",
        "filename",
        "headers",
        "name",
        "narrative",
        "params",
        "password",
        "payload",
        "phone",
        "query",
        "query_string",
        "secret",
        "sub",
        "subject",
        "token",
        "url",
    }
)
"""Keys whose values never reach a line, whoever logs them."""
MASK = "[…]"

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Set by the HTTP edge; in every line of the request."""

_REQUESTS = logging.getLogger("theodoi.requests")


def configure_logging(level: str) -> None:
    """Set up JSON lines on stdout for our own loggers and the standard library's."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_shared_processors(), _render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Lines(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if _HANDLER not in root.handlers:
        root.addHandler(_HANDLER)
    for name in ("uvicorn", "uvicorn.error"):
        # uvicorn sets up handlers of its own before it loads an application.
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn").setLevel(number)
    _REQUESTS.setLevel(number)
    # Whole addresses, with what callers ask for, stand in access lines; other libraries stay at their WARNING.
    logging.getLogger("uvicorn.access").disabled = True


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that carries its module's name."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(component=name))


def tell_request(*, quiet: bool, **facts: object) -> None:
    """The line of one request. Its keys are known and hold nothing of what users wrote, so it goes past the
    processors: every request pays for it.
    """
    level = logging.DEBUG if quiet else logging.INFO
    if not _REQUESTS.isEnabledFor(level):
        return
    event = {
        "event": "request",
        **facts,
        "request_id": request_id.get(),
        "trace_id": current_trace_id(),
        "level": "debug" if quiet else "info",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    _write(to_json(event).decode())


def describe(error: BaseException) -> str:
    """An error without its words, which may repeat what users wrote: its type, and what the system or the database
    calls it.
    """
    original = getattr(error, "orig", None) or error
    known = getattr(original, "sqlstate", None) or getattr(error, "errno", None)
    name = type(error).__name__
    if original is not error:
        name += f"/{type(original).__name__}"
    return f"{name} ({known})" if known else name


def places(error: BaseException) -> list[str]:
    """An error and what caused it, each with the lines of code it came through, without any message."""
    return [line for each in _chain(error) for line in (describe(each), *_frames(each))]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _frames(error: BaseException) -> Sequence[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _write(line: str) -> None:
    """To wherever stdout is at this moment."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class _Lines:
    """What structlog hands finished lines to."""

    debug = info = warning = error = critical = msg = staticmethod(_write)


def _add_ids(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in (("request_id", request_id.get()), ("trace_id", current_trace_id())):
        if value is not None:
            event[name] = value
    return event


def _mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key in event.keys() & FORBIDDEN:
        event[key] = MASK
    return event


def _tell_errors(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = places(error)
    return event


def _render(_: WrappedLogger, __: str, event: EventDict) -> str:
    return to_json(event, fallback=str).decode()


def _shared_processors() -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_ids,
        _mask,
        _tell_errors,
    ]


class _StandardLines(logging.Handler):
    """Records of the standard library's loggers as lines like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a record that cannot be told is told by the standard library's own means."""
        try:
            event: EventDict = {"event": record.getMessage().partition("\n")[0], "component": record.name}
            if record.exc_info:
                event["exc_info"] = record.exc_info
            for processor in _shared_processors():
                event = cast("dict[str, Any]", processor(None, record.levelname.lower(), event))
            _write(_render(None, "", event))
        except Exception:  # noqa: BLE001 -- logging never breaks what it tells about
            self.handleError(record)


_HANDLER = _StandardLines()
