"""Writes of memberships: roles are given, limited in time, and taken away."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.memberships import queries
from services.tasks_api.memberships.policies import ensure_may_grant
from services.tasks_api.memberships.rules import ensure_term
from services.tasks_api.successions.queries import find_last_day
from services.tasks_api.users.operations import add_user, vouch
from services.tasks_api.users.policies import ensure_not_own
from services.tasks_api.users.queries import get_user
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Membership, Organization, User
from shared.domain.errors import Conflict, FieldError, Invalid, NotFound
from shared.domain.principal import Role
from shared.domain.versions import ensure_current


async def grant_membership(
    session: AsyncSession,
    actor: audit.Actor,
    organization: Organization,
    role: Role,
    *,
    user_id: UUID,
    starts_on: date | None = None,
    ends_on: date | None = None,
    on: date,
) -> Membership:
    """Give a role to an account that the caller may know of; Invalid("user-unknown") otherwise."""
    ensure_may_grant(actor, organization, role)
    try:
        user = await get_user(session, actor, user_id, lock=True)
    except NotFound as error:
        raise Invalid(
            "user-unknown", error.detail, errors=[FieldError("user_id", "user-unknown", error.detail)]
        ) from error
    return await _grant(session, actor, user, organization, role, starts_on or on, ends_on, on)


async def grant_membership_to(
    session: AsyncSession,
    actor: audit.Actor,
    organization: Organization,
    role: Role,
    *,
    issuer: str,
    subject: str,
    name: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    on: date,
) -> Membership:
    """Give a role to whom `issuer` calls `subject`, who is registered for `organization` where nobody knows them."""
    ensure_may_grant(actor, organization, role)
    registered = await add_user(session, actor, organization, issuer=issuer, subject=subject, name=name, on=on)
    return await _grant(session, actor, registered.user, organization, role, starts_on or on, ends_on, on)


async def ensure_member(
    session: AsyncSession,
    actor: audit.System,
    organization: Organization,
    role: Role,
    *,
    issuer: str,
    subject: str,
    on: date,
) -> User:
    """Give a role of our own console's unless it is held; either way the account counts as in use today."""
    registered = await add_user(session, actor, organization, issuer=issuer, subject=subject, name=None, on=on)
    vouch(session, actor, registered.user, on=on)
    if await queries.find_unrevoked(session, registered.user.id, organization.id, role) is None:
        await _grant(session, actor, registered.user, organization, role, on, None, on)
    return registered.user


async def _grant(
    session: AsyncSession,
    actor: audit.Actor,
    user: User,
    organization: Organization,
    role: Role,
    starts_on: date,
    ends_on: date | None,
    on: date,
) -> Membership:
    """`user` is locked, so that two grants of the same role, or a grant and a deactivation, follow each other."""
    ensure_not_own(actor, user)
    ensure_term(starts_on, ends_on, last_day=await find_last_day(session, organization), on=on)
    held = await queries.find_unrevoked(session, user.id, organization.id, role)
    if held is not None:
        raise Conflict(
            "membership-held",
            f"Người này đã được giao vai trò “{role.label}” ở cơ quan này: hãy sửa thời hạn của vai trò đã giao.",
            facts={"membership_id": str(held.id)},
        )
    vouch(session, actor, user, on=on)
    membership = Membership(
        id=new_id(),
        user_id=user.id,
        organization_id=organization.id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=audit.actor_name(actor),
    )
    session.add(membership)
    audit.record(session, actor, "membership.granted", membership, after=_told(membership))
    await session.flush()
    return membership


async def change_membership(
    session: AsyncSession,
    actor: audit.Actor,
    membership_id: UUID,
    dates: dict[str, date | None],
    *,
    expected_version: int | None,
    on: date,
) -> None:
    """Give a membership other dates; `dates` holds `starts_on`, `ends_on`, both or none."""
    membership, organization = await _get_to_change(session, actor, membership_id, expected_version)
    starts_on = dates.get("starts_on") or membership.starts_on
    ends_on = dates.get("ends_on", membership.ends_on)
    ensure_term(starts_on, ends_on, last_day=await find_last_day(session, organization), on=on)
    if (starts_on, ends_on) == (membership.starts_on, membership.ends_on):
        return
    before = _told(membership)
    membership.starts_on, membership.ends_on = starts_on, ends_on
    membership.version += 1
    audit.record(session, actor, "membership.changed", membership, before=before, after=_told(membership))
    await session.flush()


async def revoke_membership(
    session: AsyncSession,
    actor: audit.Actor,
    membership_id: UUID,
    *,
    reason: str | None,
    expected_version: int | None = None,
    now: datetime,
) -> None:
    """Take a role away from now on."""
    membership, _ = await _get_to_change(session, actor, membership_id, expected_version)
    before = _told(membership)
    membership.revoked_at = now
    membership.revoked_by = audit.actor_name(actor)
    membership.version += 1
    after: dict[str, object] = {"revoked_at": now.isoformat(), "reason": reason}
    audit.record(session, actor, "membership.revoked", membership, before=before, after=after)
    await session.flush()


async def _get_to_change(
    session: AsyncSession, actor: audit.Actor, membership_id: UUID, expected_version: int | None
) -> tuple[Membership, Organization]:
    membership, user, organization, _ = await queries.get_membership(session, actor, membership_id, lock=True)
    ensure_may_grant(actor, organization, Role(membership.role))
    ensure_not_own(actor, user)
    ensure_current(membership.version, expected_version)
    if membership.revoked_at is not None:
        raise Conflict("membership-revoked", "Vai trò này đã bị thu hồi.")
    return membership, organization


def _told(membership: Membership) -> dict[str, object]:
    return {
        "user_id": str(membership.user_id),
        "organization_id": str(membership.organization_id),
        "role": membership.role,
        "starts_on": membership.starts_on.isoformat(),
        "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
    }
