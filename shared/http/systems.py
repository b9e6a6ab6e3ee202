"""From the claims of a registered system's token to a principal, and the memory that makes each token count once."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.driver import fetch_row, prepare
from shared.db.memberships import list_inherited_paths, not_ended
from shared.db.models import Client, Organization
from shared.domain.principal import Principal
from shared.http.tokens import Claims, refusal


async def find_system(session: AsyncSession, issuer: str, on: date) -> Principal:
    """The system that signs as `issuer`, with its scopes and no roles; `refusal()` for one that was revoked, or
    whose organization has ended.
    """
    statement = (
        select(Client.scopes, Organization.id, Organization.path)
        .join(Organization, Organization.id == Client.organization_id)
        .where(Client.issuer == issuer, Client.revoked_at.is_(None), not_ended(on))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise refusal()
    return Principal(
        subject=issuer,
        client=issuer,
        organization_id=row.id,
        organization_path=row.path,
        roles=frozenset(),
        scopes=frozenset(row.scopes),
        inherited_paths=await list_inherited_paths(session, row.path, on),
    )


_USE = prepare("""
    INSERT INTO used_tokens (issuer, jti, expires_at) VALUES (:issuer, :jti, :expires_at)
    ON CONFLICT DO NOTHING RETURNING jti
""")


async def use_once(session: AsyncSession, claims: Claims) -> None:
    """Write down that the token was accepted; `refusal()` when it was before. The caller commits."""
    expires_at = datetime.fromtimestamp(claims.forgettable_at, UTC)
    values = {"issuer": claims.issuer, "jti": claims.jti, "expires_at": expires_at}
    if await fetch_row(session, _USE, values) is None:
        raise refusal()
