"""Everything a deployment may choose, read from `THEODOI_*` environment variables once per process."""

from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\-]+(:[0-9]{1,5})?$")]
"""Exactly what a browser sends: scheme, host and, where it is not the usual one, port."""


class Settings(BaseSettings):
    """One field per `THEODOI_<NAME>` variable; sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="THEODOI_", extra="ignore")

    database_url: str | None = None
    """SQLAlchemy URL (`postgresql+asyncpg://…`); without it `theodoi up` starts an embedded Postgres."""
    redis_url: str | None = None
    """`redis://…` or `unix://…`; without it `theodoi up` starts an embedded Redis."""
    data_dir: Path = Path(".data")
    """Embedded servers, local files and the local signing key live here."""
    storage_url: str | None = None
    """`s3://bucket/prefix` or `file:///folder`; without it evidence is kept in `<data_dir>/evidence`."""
    tasks_api_port: int = Field(default=8001, ge=1, le=65535)
    evidence_api_port: int = Field(default=8002, ge=1, le=65535)
    log_level: str = "INFO"

    token_audience: str = "theodoi"  # noqa: S105 -- the name of this system in `aud`, not a secret
    token_issuer: str = "theodoi-local"  # noqa: S105 -- the name of the local issuer, not a secret
    cursor_secret: SecretStr | None = None
    """Signs page cursors; without it a file in `<data_dir>/keys` does."""
    database_pool_size: int = Field(default=10, ge=1)
    statement_timeout: int = Field(default=30, ge=1)
    request_timeout: float = Field(default=60, gt=0)
    """How long an answer may take to begin once the request is here, and how long its reader may stall."""
    receive_timeout: float = Field(default=20, gt=0)
    """How long a body may take to arrive, beyond a second for each 16 KB of it."""
    caller_rate: float = Field(default=100, ge=0)
    """Requests a second that one proven caller may send to one process in the long run; 0 for no limit."""
    caller_burst: int = Field(default=1000, ge=1)
    failure_rate: float = Field(default=50, ge=0)
    """Requests a second from one address that may fail to prove their caller (401); 0 for no limit."""
    failure_burst: int = Field(default=500, ge=1)
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split)] = ()
    """Networks (`10.0.0.0/8, ::1`) whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Request-Id` are believed."""
    cors_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_split)] = ()
    """Origins (`https://example.vn`) whose pages may call from a browser; none by default, and no patterns."""
    otlp_endpoint: str | None = None
    """OTLP/HTTP collector (`http://host:4318`) that traces are sent to; without it none are recorded."""
    relay_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    worker_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Loopback ports where relay and worker serve `/metrics`; without one they do not."""
    request_body_limit: int = Field(default=1 << 20, ge=1)
    document_limit: int = Field(default=20 << 20, ge=1)
    upload_limit: int = Field(default=200 << 20, ge=1)
    alert_interval: int = Field(default=300, ge=1)
    relay_interval: float = Field(default=0.5, gt=0)
    delivery_lease: int = Field(default=60, ge=1)
    delivery_attempts: int = Field(default=8, ge=1)
    retry_delay: float = Field(default=2.0, ge=0)
    """First wait before a failed delivery is tried again; doubles each time."""
    today: date | None = None
    """Fixes the business date, for drills and tests; normally unset."""


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
