"""Who may see and change accounts. At the console the operator may do everything."""

from collections.abc import Sequence

from sqlalchemy import Row

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.audit import Actor, System
from shared.db.models import Membership, Organization, User
from shared.domain.errors import Conflict, Forbidden
from shared.domain.granting import may_grant
from shared.domain.permissions import Permission
from shared.domain.principal import Principal, Role

READ = Permission("users.read", frozenset({Role.ORG_ADMIN, Role.AUDITOR}), None)
WRITE = Permission("users.write", frozenset({Role.ORG_ADMIN}), None)


def is_own(principal: Principal, user: User) -> bool:
    """Whether the account is the caller's."""
    return (user.issuer, user.subject) == (principal.client, principal.subject)


def ensure_not_own(actor: Actor, user: User) -> None:
    """Forbidden("own-account"): nobody decides on their own access."""
    if isinstance(actor, Principal) and is_own(actor, user):
        raise Forbidden("own-account", "Bạn không được tự thay đổi quyền hay tài khoản của mình: hãy nhờ người khác.")


def ensure_may_register(actor: Actor, organization: Organization | None) -> None:
    """Administrators register people for their own organization and those below it."""
    if isinstance(actor, Principal):
        WRITE.ensure(actor)
        assert organization is not None
        ensure_acts_for(actor, organization)


def ensure_may_rename(
    actor: Actor, user: User, registrar: Organization | None, memberships: Sequence[Row[Membership, Organization]]
) -> None:
    """What somebody is called is known to `registrar`, who registered them, and to those above it; of an account of
    the console, to who administers all its `memberships`, the live ones.

    Raises Forbidden("not-your-account") elsewhere, and as `ensure_may_close` does.
    """
    if isinstance(actor, System):
        return
    WRITE.ensure(actor)
    ensure_not_own(actor, user)
    if registrar is None:
        _ensure_covers(actor, memberships)
    elif not actor.covers(registrar.path):
        raise Forbidden(
            "not-your-account",
            "Tài khoản này do cơ quan ngoài phạm vi của bạn đăng ký: bạn chỉ có thể thu hồi các vai trò trong phạm vi.",
        )


def ensure_may_close(
    actor: Actor, user: User, registrar: Organization | None, memberships: Sequence[Row[Membership, Organization]]
) -> None:
    """Whether an account acts at all is decided by who may rename it and administers all it may do, so that nobody
    ends access that another gave.

    Raises Conflict("memberships-elsewhere") where some of the live `memberships` lie outside;
    Forbidden("role-beyond-yours") for a role that the caller could not give.
    """
    if isinstance(actor, System):
        return
    ensure_may_rename(actor, user, registrar, memberships)
    _ensure_covers(actor, memberships)
    if not all(may_grant(actor.roles, Role(row.Membership.role)) for row in memberships):
        raise Forbidden("role-beyond-yours", "Tài khoản này giữ vai trò mà bạn không được giao hay thu hồi.")


def ensure_has_acted(actor: Actor, user: User) -> None:
    """Conflict("account-unused") for an account that never acted: closing it could only keep others from giving it a
    role, so that its roles are revoked instead.
    """
    if isinstance(actor, Principal) and user.last_seen_on is None:
        raise Conflict("account-unused", "Tài khoản này chưa từng được dùng: chỉ cần thu hồi các vai trò đã giao.")


def _ensure_covers(actor: Principal, memberships: Sequence[Row[Membership, Organization]]) -> None:
    if not all(actor.covers(row.Organization.path) for row in memberships):
        raise Conflict(
            "memberships-elsewhere",
            "Tài khoản này còn vai trò ở cơ quan ngoài phạm vi của bạn: hãy thu hồi các vai trò trong phạm vi, "
            "hoặc nhờ cơ quan cấp trên chung.",
        )
