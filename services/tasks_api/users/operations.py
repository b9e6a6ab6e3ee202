"""Writes of accounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.users import queries
from services.tasks_api.users.policies import ensure_has_acted, ensure_may_close, ensure_may_register, ensure_may_rename
from shared import audit
from shared.db.context import hide_account, show_account, show_own
from shared.db.models import Membership, Organization, User
from shared.domain.accounts import IDLE
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.versions import ensure_current


@dataclass(frozen=True, slots=True)
class Registration:
    """An account, and whether it is new."""

    user: User
    created: bool


async def register_user(
    session: AsyncSession,
    actor: audit.Actor,
    organization: Organization | None,
    *,
    issuer: str,
    subject: str,
    name: str | None,
    on: date,
) -> Registration:
    """The account of somebody, registered for `organization` unless it is there already; a known one stays as it is.

    Raises Conflict("account-elsewhere") for an account that the caller may not know of.
    """
    ensure_may_register(actor, organization)
    registered = await add_user(session, actor, organization, issuer=issuer, subject=subject, name=name, on=on)
    await hide_account(session)
    if not await queries.is_known(session, actor, registered.user):
        raise Conflict(
            "account-elsewhere",
            "Tài khoản này do cơ quan khác quản lý: hãy giao vai trò bằng issuer và subject, không cần đăng ký lại.",
        )
    return registered


async def add_user(
    session: AsyncSession,
    actor: audit.Actor,
    organization: Organization | None,
    *,
    issuer: str,
    subject: str,
    name: str | None,
    on: date,
) -> Registration:
    """The account, locked, made when there is none. Asks for no permission: that is the caller's business.

    Raises Invalid("issuer-unknown") for an issuer whose tokens nobody here would believe.
    """
    if not await queries.is_believed(session, issuer):
        message = "không phải bên cấp mã truy cập nào mà hệ thống này tin (THEODOI_OIDC_ISSUERS)"
        told = f"“{issuer}” {message}."
        raise Invalid("issuer-unknown", told, errors=[FieldError("issuer", "issuer-unknown", message)])
    values = {
        "issuer": issuer,
        "subject": subject,
        "name": name,
        "organization_id": organization.id if organization else None,
        "vouched_on": on,
        "version": 1,
    }
    await show_account(session, issuer, subject)
    created = await session.scalar(insert(User).values(**values).on_conflict_do_nothing().returning(User.id))
    user = await queries.find_user(session, issuer, subject)
    assert user is not None
    if created:
        audit.record(
            session, actor, "user.registered", user, after={"issuer": issuer, "subject": subject, "name": name}
        )
    return Registration(user, created is not None)


def vouch(session: AsyncSession, actor: audit.Actor, user: User, *, on: date) -> None:
    """Whoever gives a locked account a role says that it is in use. One that was only idle opens again; one that a
    person deactivated stays so: Conflict("account-deactivated").
    """
    if user.deactivated_at is not None and user.deactivated_by != IDLE:
        raise Conflict("account-deactivated", "Tài khoản này đang bị khóa: hãy mở lại trước khi giao vai trò.")
    user.vouched_on = max(user.vouched_on, on)
    if user.deactivated_at is not None:
        _open(session, actor, user, reason=None)


async def rename_user(
    session: AsyncSession, actor: audit.Actor, user_id: UUID, name: str | None, *, expected_version: int, on: date
) -> User:
    """Correct what somebody is called."""
    user = await _get_to_change(session, actor, user_id, expected_version, on, ensure_may_rename)
    if user.name != name:
        audit.record(session, actor, "user.renamed", user, before={"name": user.name}, after={"name": name})
        user.name = name
        user.version += 1
        await session.flush()
    return user


async def deactivate_user(
    session: AsyncSession,
    actor: audit.Actor,
    user_id: UUID,
    *,
    reason: str,
    expected_version: int | None = None,
    on: date,
    now: datetime,
) -> User:
    """Refuse the account from now on, whatever its tokens and memberships say."""
    user = await _get_to_change(session, actor, user_id, expected_version, on, ensure_may_close)
    ensure_has_acted(actor, user)
    if user.deactivated_at is not None and user.deactivated_by != IDLE:
        raise Conflict("account-deactivated", "Tài khoản này đã bị khóa.")
    user.deactivated_at = now
    user.deactivated_by = audit.actor_name(actor)
    user.version += 1
    audit.record(session, actor, "user.deactivated", user, before={"active": True}, after=_after(False, reason))
    await session.flush()
    return user


async def reactivate_user(
    session: AsyncSession,
    actor: audit.Actor,
    user_id: UUID,
    *,
    reason: str,
    expected_version: int | None = None,
    on: date,
) -> User:
    """Let the account act again. Days of idleness are counted afresh, also for one that is not yet marked idle."""
    user = await _get_to_change(session, actor, user_id, expected_version, on, ensure_may_close)
    user.vouched_on = max(user.vouched_on, on)
    _open(session, actor, user, reason=reason)
    await session.flush()
    return user


def _open(session: AsyncSession, actor: audit.Actor, user: User, *, reason: str | None) -> None:
    before: dict[str, object] = {"active": user.deactivated_at is None, "deactivated_by": user.deactivated_by}
    user.deactivated_at = user.deactivated_by = None
    user.version += 1
    audit.record(session, actor, "user.reactivated", user, before=before, after=_after(True, reason))


def _after(active: bool, reason: str | None) -> dict[str, object]:
    return {"active": active, "reason": reason}


async def _get_to_change(
    session: AsyncSession,
    actor: audit.Actor,
    user_id: UUID,
    expected_version: int | None,
    on: date,
    ensure_may: Callable[[audit.Actor, User, Organization | None, Sequence[Row[Membership, Organization]]], None],
) -> User:
    user = await queries.get_user(session, actor, user_id, lock=True)
    await show_own(session, user.id)
    registrar = await session.get(Organization, user.organization_id) if user.organization_id else None
    ensure_may(actor, user, registrar, await queries.list_live_memberships(session, user, on))
    ensure_current(user.version, expected_version)
    return user
