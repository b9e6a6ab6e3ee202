"""Structured logs, one JSON object a line, with nothing of what users wrote and no token."""

import logging
from typing import cast

import structlog


def configure_logging(level: str) -> None:
    """Set up JSON lines on stdout for our own loggers and the standard library's."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that carries its module's name."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(component=name))
