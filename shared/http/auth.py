"""From a bearer token to a principal: who is believed, and what they may do, remembered while nothing changes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from time import monotonic

from shared import clock
from shared.db.context import identifying, session_info
from shared.db.memberships import find_principal
from shared.db.session import Sessions
from shared.domain.errors import NotAuthenticated
from shared.domain.principal import Principal
from shared.http.access_watch import AccessWatch, Seen
from shared.http.keys import StoredKeys
from shared.http.memory import CALLER_SECONDS, Memory, Ticks
from shared.http.oidc import OidcKeys
from shared.http.systems import find_system, use_once
from shared.http.tokens import Claims, IssuerKind, VerifyingKey, refusal, verify
from shared.settings import get_settings


@dataclass(frozen=True, slots=True)
class _Proven:
    """A person, as long as nothing changes: what was seen and which day it was before they were looked up."""

    principal: Principal
    forgettable_at: int
    seen: Seen
    on: date


@dataclass(frozen=True, slots=True)
class _Admitted:
    """The same of a system."""

    principal: Principal
    seen: Seen
    on: date


class Authenticator:
    """Turns tokens into principals for one service.

    A person's token seen a short while ago is not verified again unless anybody's access has changed since; a system's
    is accepted once, ever. People and keys are looked up in `read_sessions`, if any. Without `oidc` only keys in our
    tables are believed. `now` and `ticks` are the clocks it lives by.
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
        self._stored_keys = StoredKeys(read_sessions or sessions, audience=audience, ticks=ticks, now=now)
        self._access = AccessWatch(read_sessions or sessions, ticks)
        self._people: Memory[_Proven] = Memory(ticks, lifetime=CALLER_SECONDS)
        self._systems: Memory[_Admitted] = Memory(ticks, lifetime=CALLER_SECONDS)

    async def authenticate(self, token: str) -> Principal:
        """The principal behind `token`.

        Raises NotAuthenticated for a token that does not hold, Forbidden when its bearer has no membership.
        """
        at, on = self._now(), clock.today()
        seen = await self._access.look()
        proven = self._people.get(token)
        if proven and (proven.seen, proven.on) == (seen, on) and at.timestamp() < proven.forgettable_at:
            return proven.principal
        claims = await verify(token, partial(self._find_key, seen), now=at)
        if claims.kind is IssuerKind.SYSTEM:
            return await self._admit_system(claims, seen, on)
        principal = await find_principal(
            self._sessions,
            claims.issuer,
            claims.subject,
            claims.organization,
            on=on,
            idle_days=get_settings().idle_account_days,
            read_sessions=self._read_sessions,
        )
        self._people.put(token, _Proven(principal, claims.forgettable_at, seen, on))
        return principal

    async def _admit_system(self, claims: Claims, seen: Seen, on: date) -> Principal:
        """Committed here, before the request is served: whatever becomes of it, the token has been used."""
        info = session_info(identifying(claims.issuer, claims.subject))
        async with self._sessions(info=info) as session:
            admitted = self._systems.get(claims.issuer)
            if admitted is None or (admitted.seen, admitted.on) != (seen, on):
                admitted = _Admitted(await find_system(session, claims.issuer, on), seen, on)
                self._systems.put(claims.issuer, admitted)
            await use_once(session, claims)
            await session.commit()
        return admitted.principal

    async def _find_key(self, seen: Seen, issuer: str, kid: str) -> VerifyingKey:
        if self._oidc and self._oidc.vouch_for(issuer):
            key = await self._oidc.find(issuer, kid)
        else:
            key = await self._stored_keys.find(issuer, kid, seen)
        if key is None:
            raise refusal()
        return key


def bearer_token(headers: Sequence[str]) -> str:
    """The token of the one `Authorization: Bearer` header; NotAuthenticated without it, and with several."""
    scheme, _, token = (headers[0] if len(headers) == 1 else "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("token-missing", "Cần gửi mã truy cập trong tiêu đề Authorization: Bearer.")
    return token
