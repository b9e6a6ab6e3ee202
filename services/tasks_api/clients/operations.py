"""Writes of registered systems: trust is given to a public key, for one organization and some scopes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.clients import queries
from services.tasks_api.clients.policies import ensure_may_manage
from services.tasks_api.clients.rules import ensure_lasts, is_usable_kid, issuer_of
from services.tasks_api.clients.schemas import ClientKeyAddition, ClientRegistration
from services.tasks_api.organizations.queries import require_by_code
from services.tasks_api.successions.queries import find_last_day
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Client, Organization, TokenKey
from shared.domain.errors import Conflict, FieldError, Invalid, NotFound
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.public_keys import PublicKey, read_public_key


async def register_client(
    session: AsyncSession, principal: Principal, wanted: ClientRegistration, *, on: date
) -> Client:
    """Trust a system from now on, by its first key. Raises Invalid for a key that cannot be trusted, and
    Conflict("organization-ended") where nobody acts any more.
    """
    organization = await require_by_code(session, wanted.organization, "organization")
    ensure_may_manage(principal, organization)
    ensure_lasts(await find_last_day(session, organization), on)
    kid, key = _read_key(wanted.public_key)
    client_id = new_id()
    client = Client(
        id=client_id,
        issuer=issuer_of(wanted.name, client_id.hex[-12:]),
        name=wanted.name,
        organization_id=organization.id,
        scopes=sorted(set(wanted.scopes)),
        registered_by=principal.subject,
    )
    session.add(client)
    await session.flush()
    _add_key(session, client, kid, key)
    after: dict[str, object] = {
        "issuer": client.issuer,
        "name": client.name,
        "organization": organization.code,
        "scopes": client.scopes,
        "kid": kid,
    }
    audit.record(session, principal, "client.registered", client, after=after)
    await session.flush()
    return client


async def add_client_key(
    session: AsyncSession,
    principal: Principal,
    client_id: UUID,
    wanted: ClientKeyAddition,
    *,
    expected_version: int,
    now: datetime,
) -> Client:
    """Rotate: the new key holds at once, those before it until the overlap ends, or earlier if they were to.

    Raises Conflict("key-already-registered"): a key that was once replaced or revoked never comes back.
    """
    client = await _get_trusted(session, principal, client_id, expected_version)
    kid, key = _read_key(wanted.public_key)
    present = (await queries.list_keys(session, client))[client.id]
    if any(kid == other.kid or key.pem == other.public_key for other in present):
        raise Conflict("key-already-registered", "Khóa này, hoặc mã khóa (kid) này, đã được đăng ký từ trước.")
    retires_at = now + timedelta(seconds=wanted.overlap_seconds)
    for other in present:
        other.retires_at = min(other.retires_at or retires_at, retires_at)
    _add_key(session, client, kid, key)
    client.version += 1
    after: dict[str, object] = {"kid": kid, "others_retire_at": retires_at.isoformat()}
    audit.record(session, principal, "client.key_added", client, after=after)
    await session.flush()
    return client


async def revoke_client_key(
    session: AsyncSession, principal: Principal, client_id: UUID, kid: str, *, expected_version: int, now: datetime
) -> Client:
    """Trust this key no longer: a lost or stolen one."""
    client = await _get_trusted(session, principal, client_id, expected_version)
    keys = (await queries.list_keys(session, client))[client.id]
    key = next((each for each in keys if each.kid == kid), None)
    if key is None:
        raise NotFound("key-not-found", "Hệ thống kết nối này không có khóa mang mã (kid) như vậy.")
    if key.revoked_at is not None:
        raise Conflict("key-already-revoked", "Khóa này đã bị thu hồi từ trước.")
    key.revoked_at = now
    client.version += 1
    audit.record(session, principal, "client.key_revoked", client, after={"kid": kid})
    await session.flush()
    return client


async def revoke_client(
    session: AsyncSession, principal: Principal, client_id: UUID, *, expected_version: int, now: datetime
) -> Client:
    """Trust the system no longer, whatever its keys."""
    client = await _get_trusted(session, principal, client_id, expected_version)
    client.revoked_at = now
    client.version += 1
    audit.record(session, principal, "client.revoked", client, after={"issuer": client.issuer})
    await session.flush()
    return client


async def _get_trusted(session: AsyncSession, principal: Principal, client_id: UUID, expected_version: int) -> Client:
    """The system to be changed, locked; Conflict("client-revoked") when it is trusted no longer."""
    client = await queries.get_client(session, principal, client_id, lock=True)
    ensure_may_manage(principal, await session.get_one(Organization, client.organization_id))
    ensure_current(client.version, expected_version)
    if client.revoked_at is not None:
        raise Conflict("client-revoked", "Hệ thống kết nối này đã bị thu hồi: hãy đăng ký lại nếu cần.")
    return client


def _read_key(given: str | Mapping[str, Any]) -> tuple[str, PublicKey]:
    """The key and what it is called: as its JWK says, else its thumbprint."""
    try:
        key = read_public_key(given)
        kid = key.thumbprint if isinstance(given, str) else given.get("kid", key.thumbprint)
        if not is_usable_kid(kid):
            raise Invalid("kid-unusable", "Mã khóa (kid) phải có từ 1 đến 128 ký tự gồm A–Z, a–z, 0–9 và . _ ~ -")
    except Invalid as refusal:
        field = FieldError("public_key", refusal.code, refusal.detail)
        raise Invalid(refusal.code, refusal.detail, errors=[field]) from refusal
    return kid, key


def _add_key(session: AsyncSession, client: Client, kid: str, key: PublicKey) -> None:
    session.add(
        TokenKey(issuer=client.issuer, kid=kid, algorithm=key.algorithm, public_key=key.pem, client_id=client.id)
    )
