"""Who comes with a link instead of a token: whoever made it, as long as it lasts and as they are today."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence_files import link_tokens
from services.evidence_api.evidence_files.link_tokens import FileLink
from shared import clock
from shared.db.context import acting, identifying, session_info
from shared.db.memberships import find_principal
from shared.db.models import UsedToken
from shared.domain.errors import Forbidden, NotFound
from shared.domain.principal import Principal
from shared.http.callers import admit
from shared.http.deps import resources
from shared.settings import get_settings

ISSUER = "theodoi-evidence-links"
"""Under this name links that open once are remembered among the tokens that were used."""


@dataclass(frozen=True, slots=True)
class LinkedReader:
    """A link that holds, and its maker."""

    link: FileLink
    principal: Principal


def secret_of(request: Request) -> bytes:
    """The key that signs links, made from the one that both services share and sign other things with."""
    return hashlib.blake2b(b"evidence file links", key=resources(request).cursor_secret[:64]).digest()


async def authenticate_link(request: Request, token: Annotated[str, Path(max_length=2000)]) -> LinkedReader:
    """The link and who made it. Raises NotFound, whatever is wrong: a stranger learns nothing from the difference."""
    link = link_tokens.read(token, secret_of(request), clock.now())
    if link is None:
        raise _not_found()
    try:
        principal = await find_principal(
            resources(request).sessions,
            link.issuer,
            link.subject,
            link.organization,
            on=clock.today(),
            idle_days=get_settings().idle_account_days,
            read_sessions=resources(request).read_sessions,
        )
    except Forbidden as error:
        raise _not_found() from error
    admit(request, principal)
    if link.single_use and not await _use(request, link):
        raise _not_found()
    return LinkedReader(link, principal)


CurrentLink = Annotated[LinkedReader, Depends(authenticate_link)]


async def open_link_session(request: Request, reader: CurrentLink) -> AsyncIterator[AsyncSession]:
    """One transaction for the request, behind the wall of the link's maker."""
    session = resources(request).sessions(info=session_info(acting(reader.principal)))
    try:
        yield session
        await session.commit()
    finally:
        await session.close()


LinkSession = Annotated[AsyncSession, Depends(open_link_session, scope="function")]


async def _use(request: Request, link: FileLink) -> bool:
    """Committed before the file is read: whatever becomes of that, the link has been used."""
    statement = (
        insert(UsedToken)
        .values(issuer=ISSUER, jti=link.nonce, expires_at=datetime.fromtimestamp(link.expires_at, UTC))
        .on_conflict_do_nothing()
        .returning(UsedToken.jti)
    )
    async with resources(request).sessions(info=session_info(identifying(ISSUER, link.nonce))) as session:
        first = await session.scalar(statement)
        await session.commit()
    return first is not None


def _not_found() -> NotFound:
    return NotFound("link-not-found", "Liên kết không đúng, đã hết hạn hoặc đã dùng: hãy mở lại từ trang minh chứng.")
