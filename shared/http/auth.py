"""From a bearer token to a principal: keys and memberships come from our tables, remembered for seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import UUID

from jose import jwk
from jose.exceptions import JOSEError
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.db.context import identifying, session_info, show_own
from shared.db.models import Membership, Organization, TokenKey, User
from shared.db.session import Sessions
from shared.domain.errors import Forbidden, NotAuthenticated
from shared.domain.principal import Principal, Role
from shared.http.tokens import Claims, VerifyingKey, verify
from shared.log import get_logger

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
        async with self._sessions(info=session_info(identifying(claims.issuer, claims.subject))) as session:
            account = select(User.id).where(
                User.issuer == claims.issuer, User.subject == claims.subject, User.deactivated_at.is_(None)
            )
            user_id = await session.scalar(account)
            rows = await _list_held(session, user_id) if user_id else []
        if claims.organization:
            rows = [row for row in rows if row.code == claims.organization]
        if not rows:
            raise Forbidden("no-membership", "Tài khoản chưa được gán vào cơ quan nào: hãy liên hệ quản trị.")
        first = rows[0]
        return Principal(
            subject=claims.subject,
            client=claims.issuer,
            organization_id=first.id,
            organization_path=first.path,
            roles=frozenset(Role(row.role) for row in rows if row.id == first.id),
            user_id=user_id,
        )


async def _list_held(session: AsyncSession, user_id: UUID) -> Sequence[Row[str, UUID, str, str]]:
    """The memberships a user holds today, oldest first."""
    await show_own(session, user_id)
    statement = (
        select(Membership.role, Organization.id, Organization.path, Organization.code)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.user_id == user_id,
            Membership.revoked_at.is_(None) | (Membership.revoked_at > now()),
            Membership.starts_on <= today(),
            Membership.ends_on.is_(None) | (Membership.ends_on >= today()),
        )
        .order_by(Membership.id)
    )
    return (await session.execute(statement)).all()


def bearer_token(header: str | None) -> str:
    """The token of an `Authorization: Bearer` header; NotAuthenticated without one."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("token-missing", "Cần gửi mã truy cập trong tiêu đề Authorization: Bearer.")
    return token
