"""The public keys in our tables: those of the local issuer and those that systems registered."""

from collections.abc import Callable
from datetime import datetime

from jose import jwk
from jose.exceptions import JOSEError
from sqlalchemy import select

from shared.db.context import identifying, session_info
from shared.db.models import Client, TokenKey
from shared.db.session import Sessions
from shared.http.access_watch import Seen
from shared.http.memory import KEY_SECONDS, Memory, Ticks
from shared.http.tokens import IssuerKind, VerifyingKey
from shared.log import get_logger

logger = get_logger(__name__)


class StoredKeys:
    """Looks keys up, and remembers for seconds what it found: also that there is none."""

    def __init__(self, sessions: Sessions, *, audience: str, ticks: Ticks, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._audience = audience
        self._now = now
        self._known: Memory[tuple[VerifyingKey | None]] = Memory(ticks, lifetime=KEY_SECONDS)

    async def find(self, issuer: str, kid: str, seen: Seen) -> VerifyingKey | None:
        """The key that (issuer, kid) names, unless it or its client was revoked, or it is rotated out: as it is since
        `seen`, so that a caller remembered from there on never rests on a key from before.
        """
        known = self._known.get((issuer, kid, seen))
        if known is None:
            known = (await self._load(issuer, kid),)
            self._known.put((issuer, kid, seen), known)
        return known[0]

    async def _load(self, issuer: str, kid: str) -> VerifyingKey | None:
        statement = (
            select(TokenKey)
            .outerjoin(Client, Client.id == TokenKey.client_id)
            .where(
                TokenKey.issuer == issuer,
                TokenKey.kid == kid,
                TokenKey.revoked_at.is_(None),
                TokenKey.retires_at.is_(None) | (TokenKey.retires_at > self._now()),
                Client.revoked_at.is_(None),
            )
        )
        # Without the context no client would be shown, and a revoked one would look like none.
        async with self._sessions(info=session_info(identifying(issuer, issuer))) as session:
            row = await session.scalar(statement)
        return self._read(row) if row else None

    def _read(self, row: TokenKey) -> VerifyingKey | None:
        kind = IssuerKind.SYSTEM if row.client_id else IssuerKind.OF_PEOPLE
        try:
            return VerifyingKey(row.algorithm, jwk.construct(row.public_key, row.algorithm), kind, self._audience)
        except JOSEError as error:
            logger.warning("token key unusable", issuer=row.issuer, kid=row.kid, reason=str(error))
            return None
