"""What an operation asks of its caller: roles of a person, a scope of a registered system.

Each concept's `policies` holds its permissions; routes publish them, and the same object refuses those without.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role, ensure_has_role


class Scope(StrEnum):
    """What a system may be registered for: a kind of thing, read or written."""

    ORGANIZATIONS_READ = "organizations:read"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    ASSIGNMENTS_READ = "assignments:read"
    ASSIGNMENTS_WRITE = "assignments:write"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_WRITE = "evidence:write"
    MEASUREMENTS_READ = "measurements:read"
    MEASUREMENTS_WRITE = "measurements:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"


ANY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Permission:
    """`name` is `<concept>.<verb>`; people need one of `roles`, systems the `scope`: without one, only people may."""

    name: str
    roles: frozenset[Role]
    scope: Scope | None

    def ensure(self, principal: Principal) -> None:
        """Raises Forbidden("role-required") or Forbidden("scope-required")."""
        if principal.scopes is None:
            ensure_has_role(principal, *self.roles)
        else:
            ensure_in_scope(principal, self.scope)


def ensure_in_scope(principal: Principal, scope: str | None) -> None:
    """Forbidden("scope-required") for a system that was not registered for `scope`."""
    if principal.scopes is not None and scope not in principal.scopes:
        needed = f"Việc này cần phạm vi “{scope}”" if scope else "Việc này chỉ dành cho người dùng"
        raise Forbidden("scope-required", f"{needed}: hệ thống kết nối chưa được đăng ký cho việc này.")
