"""Everything a deployment may choose, read from `THEODOI_*` environment variables once per process."""

from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.issuers import SYSTEM_PREFIX, is_secure_address


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\-]+(:[0-9]{1,5})?$")]
"""Exactly what a browser sends: scheme, host and, where it is not the usual one, port."""


ClamdAddress = Annotated[str, StringConstraints(pattern=r"^(none|tcp://[^/\s]+:[0-9]{1,5}|unix:///\S+)$")]
"""`none`, a TCP address or a socket in the file system."""


class OidcIssuer(BaseModel):
    """An issuer whose tokens prove people: `issuer` is their `iss`, `audience` what their `aud` must name (without it,
    `token_audience`). Its keys are found by discovery.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str | None = None

    @field_validator("issuer")
    @classmethod
    def _is_secure(cls, issuer: str) -> str:
        if not is_secure_address(issuer) or "?" in issuer:
            raise ValueError("must be an https address (http on this machine) without user, query or fragment")
        return issuer


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
    oidc_issuers: tuple[OidcIssuer, ...] = ()
    """JSON: `[{"issuer": "https://…", "audience": "…"}]`."""
    oidc_keys_lifetime: int = Field(default=300, ge=60)
    """How long fetched keys are used before they are fetched again; they stay in use while the issuer is away."""
    oidc_timeout: float = Field(default=3.0, gt=0)
    cursor_secret: SecretStr | None = None
    """Signs page cursors; without it a file in `<data_dir>/keys` does."""
    database_pool_size: int = Field(default=10, ge=1)
    statement_timeout: int = Field(default=30, ge=1)
    lock_timeout: int = Field(default=10, ge=1)
    """How long a statement waits for a row or table that somebody else is changing before the caller is told 503."""
    request_timeout: float = Field(default=60, gt=0)
    """How long an answer may take to begin once the request is here, and how long its reader may stall."""
    receive_timeout: float = Field(default=20, gt=0)
    """How long a body may take to arrive, beyond a second for each 16 KB of it."""
    stall_timeout: float = Field(default=60, gt=0)
    """How long nothing may come of a file on its way, which else may come as slowly as its line is."""
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
    clamd_url: ClamdAddress | None = None
    """`tcp://host:port` or `unix:///path` of clamd, with `AlertExceedsMax yes` and limits that reach `upload_limit`:
    `theodoi doctor` tells the lines of its clamd.conf.

    Without it evidence waits and is never released; `none` says that files are not scanned here, as findings then tell.
    """
    upload_limit: int = Field(default=200 << 20, ge=1)
    upload_lifetime_hours: int = Field(default=72, ge=1)
    """How long an upload that is not complete waits for its next part."""
    unused_upload_days: int = Field(default=7, ge=1)
    """How long a whole file waits to become part of evidence before it is removed."""
    upload_quota: int = Field(default=20 << 30, ge=1)
    """Bytes that one organization may have stored or begun to send."""
    file_link_seconds: int = Field(default=300, ge=1, le=86_400)
    """How long a link opens a file of evidence to whoever holds it."""
    verification_rate: int = Field(default=10 << 20, ge=1)
    """Bytes of stored files a second that are read again in the background, to see that they are what was submitted."""
    outgoing_endpoints: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    """Endpoints (`10.1.2.3:8443, noi-bo.gov.vn:443`) that may be called although they are not on the open Internet."""
    outgoing_timeout: float = Field(default=15.0, gt=0)
    snapshot_limit: int = Field(default=20 << 20, ge=1)
    """Bytes of a public page or file that is kept as evidence."""
    archive_limit: int = Field(default=2 << 30, ge=1)
    """Bytes of files that one archive of evidence may hold."""
    alert_interval: int = Field(default=300, ge=1)
    relay_interval: float = Field(default=0.5, gt=0)
    delivery_lease: int = Field(default=60, ge=1)
    delivery_attempts: int = Field(default=8, ge=1)
    retry_delay: float = Field(default=2.0, ge=0)
    """First wait before a failed delivery is tried again; doubles each time."""
    appraisal_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=250)], ...], NoDecode, BeforeValidator(_split), Field(min_length=1)
    ] = (5,)
    """Working days that each reviewing level has for its verdict (`5,10`), lowest first; the last is of all further."""
    appraisal_claim: int = Field(default=4 * 3600, ge=60)
    """How long a reviewer holds the evidence that they claimed."""
    supplement_days: int = Field(default=30, ge=1)
    """The furthest day, from today, that a reviewing body may give a submitter to add what it asks for."""
    idle_account_days: int = Field(default=45, ge=1)
    """An account that nobody used for more days than this is refused until an administrator reactivates it."""
    audit_interval: float = Field(default=5.0, gt=0)
    audit_key_file: Path | None = None
    """Ed25519 key (PEM) that signs audit checkpoints, the same for all workers; else `<data_dir>/keys/audit.pem`."""
    audit_dir: Path | None = None
    """Where audit checkpoints are written outside the database; else `<data_dir>/audit`."""
    audit_storage_url: str | None = None
    """An object store (`s3://bucket/prefix`) that gets a copy of every audit checkpoint; without it none does."""
    trust_roots_dir: Path | None = None
    """Folder of the certificates that signatures of PDFs must lead to, with `intermediates/` and `crls/` in it
    (docs/signatures.md); without it no signer is trusted."""
    today: date | None = None
    """Fixes the business date, for drills and tests; normally unset."""

    @model_validator(mode="after")
    def _name_every_issuer_differently(self) -> Self:
        names = [self.token_issuer, *(each.issuer for each in self.oidc_issuers)]
        if len(set(names)) < len(names) or any(name.startswith(SYSTEM_PREFIX) for name in names):
            raise ValueError(f"issuers must have different names, none of which begins with {SYSTEM_PREFIX}")
        return self


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
