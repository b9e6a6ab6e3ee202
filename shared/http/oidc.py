"""The keys of OIDC issuers: found by discovery, kept for minutes, kept on when the issuer is away."""

import asyncio
import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx
from jose import jwk

from shared.http.jwks import read_jwks
from shared.http.memory import Ticks
from shared.http.tokens import IssuerKind, VerifyingKey
from shared.issuers import is_secure_address
from shared.log import get_logger
from shared.public_keys import PublicKey
from shared.settings import OidcIssuer, Settings

BETWEEN_FETCHES = 60.0
"""Seconds from one fetch of an issuer's keys to the next, whatever kids the tokens name."""
LARGEST_DOCUMENT = 256 * 1024

logger = get_logger(__name__)


class IssuerUnreachableError(ConnectionError):
    """No key of the issuer was ever fetched: nothing can be said about its tokens yet."""


class OidcKeys:
    """The keys of every issuer that settings name. Fetching holds no database connection."""

    def __init__(self, settings: Settings, *, ticks: Ticks = monotonic) -> None:
        self._fetcher = _Fetcher(settings.oidc_timeout)
        self._issuers = {
            each.issuer: _IssuerKeys(
                each,
                self._fetcher,
                audience=each.audience or settings.token_audience,
                lifetime=settings.oidc_keys_lifetime,
                ticks=ticks,
            )
            for each in settings.oidc_issuers
        }

    def vouch_for(self, issuer: str) -> bool:
        """Whether `issuer` is one of them."""
        return issuer in self._issuers

    async def find(self, issuer: str, kid: str) -> VerifyingKey | None:
        """The key that the issuer publishes under `kid`; IssuerUnreachableError when it has told none so far."""
        return await self._issuers[issuer].find(kid)

    async def close(self) -> None:
        """End what is still being fetched."""
        for issuer in self._issuers.values():
            await issuer.close()
        await self._fetcher.close()


class _IssuerKeys:
    """The keys of one issuer, and when they may be fetched again.

    Whoever needs a fetch joins the one under way. Keys known from before are used without waiting while fetches fail.
    """

    def __init__(
        self, issuer: OidcIssuer, fetcher: "_Fetcher", *, audience: str, lifetime: float, ticks: Ticks
    ) -> None:
        self._issuer = issuer.issuer
        self._fetcher = fetcher
        self._audience = audience
        self._lifetime = lifetime
        self._ticks = ticks
        self._keys: Mapping[str, VerifyingKey] | None = None
        self._fetched_at = self._asked_at = float("-inf")
        self._failing = False
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> VerifyingKey | None:
        known = self._keys is not None and kid in self._keys
        if not known or self._ticks() - self._fetched_at >= self._lifetime:
            self._ask_unless_asked_lately()
            if self._fetch and not (known and self._failing):
                await asyncio.shield(self._fetch)
        if self._keys is None:
            raise IssuerUnreachableError(self._issuer)
        return self._keys.get(kid)

    def _ask_unless_asked_lately(self) -> None:
        if self._ticks() - self._asked_at >= BETWEEN_FETCHES:
            self._asked_at = self._ticks()
            self._fetch = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        try:
            published = read_jwks(await self._fetcher.fetch_jwks(self._issuer))
            self._keys = {kid: self._verifying(key) for kid, key in published.items()}
        except Exception:
            # Whatever a foreign server answers: the keys known from before stay in use.
            logger.exception("keys of an issuer not fetched", issuer=self._issuer)
            self._failing = True
        else:
            self._fetched_at = self._ticks()
            self._failing = False

    def _verifying(self, key: PublicKey) -> VerifyingKey:
        return VerifyingKey(key.algorithm, jwk.construct(key.pem, key.algorithm), IssuerKind.OF_PEOPLE, self._audience)

    async def close(self) -> None:
        if self._fetch:
            self._fetch.cancel()
            await asyncio.wait([self._fetch])


class IssuerAtFaultError(Exception):
    """An issuer answered, but not what OpenID Connect Discovery 1.0 says."""


class _Fetcher:
    """GET of small JSON documents: nothing but 200 counts, redirects are not followed, size and time are limited."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def fetch_jwks(self, issuer: str) -> Any:
        """The document at the `jwks_uri` of the issuer's discovery document."""
        async with asyncio.timeout(self._timeout):
            discovery = await self._fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if not isinstance(discovery, dict) or discovery.get("issuer") != issuer:
                raise IssuerAtFaultError("another issuer's discovery document")
            address = discovery.get("jwks_uri")
            if not isinstance(address, str) or not is_secure_address(address):
                raise IssuerAtFaultError("jwks_uri missing or not secure")
            return await self._fetch(address)

    async def _fetch(self, url: str) -> Any:
        # Not compressed: what a few bytes unfold to would escape the limit.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        content = bytearray()
        async with self._opened().stream("GET", url, headers=headers) as answer:
            if answer.status_code != 200:
                raise IssuerAtFaultError(f"status {answer.status_code}")
            async for part in answer.aiter_raw():
                content += part
                if len(content) > LARGEST_DOCUMENT:
                    raise IssuerAtFaultError("document too large")
        return json.loads(content)

    def _opened(self) -> httpx.AsyncClient:
        """Made when first needed: reading the machine's certificates takes longer than starting all the rest."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout, follow_redirects=False)
        return self._client

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
