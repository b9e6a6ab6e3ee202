"""From a bearer token to a principal: who is believed, and what they may do, remembered for seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from shared import clock
from shared.db.context import identifying, session_info
from shared.db.memberships import find_principal
from shared.db.session import Sessions
from shared.domain.errors import NotAuthenticated
from shared.domain.principal import Principal
from shared.http.keys import StoredKeys
from shared.http.memory import Memory, Ticks
from shared.http.oidc import OidcKeys
from shared.http.systems import find_system, use_once
from shared.http.tokens import Claims, IssuerKind, VerifyingKey, refusal, verify
from shared.settings import get_settings


@dataclass(frozen=True, slots=True)
class _Proven:
    principal: Principal
    forgettable_at: int


class Authenticator:
    """Turns tokens into principals for one service.

    A person's token seen a short while ago is not verified again; a system's is accepted once, ever. People are looked
    up in `read_sessions`, if any. Without `oidc` only keys in our tables are believed. `now` and `ticks` are the clocks
    it lives by.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        audience: str,
        read_sessions: Sessions | None = None,
        oidc: OidcKeys | None = None,
        now: Callable[[], datetime] = clock.now,
        ticks: Ticks = monotonic,
    ) -> None:
        self._sessions = sessions
        self._read_sessions = read_sessions
        self._now = now
        self._oidc = oidc
        self._stored_keys = StoredKeys(sessions, audience=audience, ticks=ticks, now=now)
        self._people: Memory[_Proven] = Memory(ticks)
        self._systems: Memory[Principal] = Memory(ticks)

    async def authenticate(self, token: str) -> Principal:
        """The principal behind `token`.

        Raises NotAuthenticated for a token that does not hold, Forbidden when its bearer has no membership.
        """
        at = self._now()
        proven = self._people.get(token)
        if proven and at.timestamp() < proven.forgettable_at:
            return proven.principal
        claims = await verify(token, self._find_key, now=at)
        if claims.kind is IssuerKind.SYSTEM:
            return await self._admit_system(claims)
        principal = await find_principal(
            self._sessions,
            claims.issuer,
            claims.subject,
            claims.organization,
            on=clock.today(),
            idle_days=get_settings().idle_account_days,
            read_sessions=self._read_sessions,
        )
        self._people.put(token, _Proven(principal, claims.forgettable_at))
        return principal

    async def _admit_system(self, claims: Claims) -> Principal:
        """Committed here, before the request is served: whatever becomes of it, the token has been used."""
        info = session_info(identifying(claims.issuer, claims.subject))
        async with self._sessions(info=info) as session:
            principal = self._systems.get(claims.issuer)
            if principal is None:
                principal = await find_system(session, claims.issuer)
                self._systems.put(claims.issuer, principal)
            await use_once(session, claims)
            await session.commit()
        return principal

    async def _find_key(self, issuer: str, kid: str) -> VerifyingKey:
        if self._oidc and self._oidc.vouch_for(issuer):
            key = await self._oidc.find(issuer, kid)
        else:
            key = await self._stored_keys.find(issuer, kid)
        if key is None:
            raise refusal()
        return key


def bearer_token(header: str | None) -> str:
    """The token of an `Authorization: Bearer` header; NotAuthenticated without one."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("token-missing", "Cần gửi mã truy cập trong tiêu đề Authorization: Bearer.")
    return token
