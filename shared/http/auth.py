"""From a bearer token to a principal: keys and memberships come from our tables, remembered for seconds."""

from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

from jose import jwk
from jose.exceptions import JOSEError

from shared.clock import now, today
from shared.db.memberships import find_principal
from shared.db.models import TokenKey
from shared.db.session import Sessions
from shared.domain.errors import NotAuthenticated
from shared.domain.principal import Principal
from shared.http.tokens import Claims, VerifyingKey, verify
from shared.log import get_logger
from shared.settings import get_settings

FRESH = 5.0
"""Seconds a key or a membership may be remembered: revocation acts within this time."""
MOST = 10_000
"""Entries remembered at once; a flood of unknown ones empties the memory instead of growing it."""

logger = get_logger(__name__)

V = TypeVar("V")


class _Memory(Generic[V]):
    """A small map that forgets after `FRESH` seconds."""

    def __init__(self) -> None:
        self._entries: dict[Any, tuple[float, V]] = {}

    def get(self, key: Any) -> V | None:
        entry = self._entries.get(key)
        return entry[1] if entry and monotonic() - entry[0] < FRESH else None

    def put(self, key: Any, value: V) -> None:
        if len(self._entries) >= MOST:
            self._entries.clear()
        self._entries[key] = (monotonic(), value)


@dataclass(frozen=True, slots=True)
class _Absent:
    """Remembers that a key is not registered, or not usable."""


@dataclass(frozen=True, slots=True)
class _Proven:
    principal: Principal
    expires_at: int


class Authenticator:
    """Turns tokens into principals for one service. A token seen within `FRESH` seconds is not verified again."""

    def __init__(self, sessions: Sessions, *, audience: str) -> None:
        self._sessions = sessions
        self._audience = audience
        self._keys: _Memory[VerifyingKey | _Absent] = _Memory()
        self._proven: _Memory[_Proven] = _Memory()

    async def authenticate(self, token: str) -> Principal:
        """The principal behind `token`.

        Raises NotAuthenticated for a token that does not hold, Forbidden when its bearer has no membership.
        """
        at = now()
        proven = self._proven.get(token)
        if proven and at.timestamp() < proven.expires_at:
            return proven.principal
        claims = await verify(token, self._find_key, audience=self._audience, now=at)
        principal = await self._find_principal(claims)
        self._proven.put(token, _Proven(principal, claims.expires_at))
        return principal

    async def _find_key(self, issuer: str, kid: str) -> VerifyingKey | None:
        known = self._keys.get((issuer, kid))
        if known is None:
            known = await self._load_key(issuer, kid)
            self._keys.put((issuer, kid), known)
        return known if isinstance(known, VerifyingKey) else None

    async def _load_key(self, issuer: str, kid: str) -> VerifyingKey | _Absent:
        async with self._sessions() as session:
            row = await session.get(TokenKey, (issuer, kid))
        if row is None or row.revoked_at is not None:
            return _Absent()
        try:
            return VerifyingKey(row.algorithm, jwk.construct(row.public_key, row.algorithm))
        except JOSEError:
            logger.exception("token key unusable", issuer=issuer, kid=kid)
            return _Absent()

    async def _find_principal(self, claims: Claims) -> Principal:
        return await find_principal(
            self._sessions,
            claims.issuer,
            claims.subject,
            claims.organization,
            on=today(),
            idle_days=get_settings().idle_account_days,
        )


def bearer_token(header: str | None) -> str:
    """The token of an `Authorization: Bearer` header; NotAuthenticated without one."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("token-missing", "Cần gửi mã truy cập trong tiêu đề Authorization: Bearer.")
    return token
