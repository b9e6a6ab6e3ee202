"""Who may read the notices of an organization, and mark them read."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("notices.read", ANY_ROLE, Scope.EVIDENCE_READ)
MARK = Permission("notices.mark", frozenset({Role.REPORTER, Role.APPROVER, Role.REVIEWER, Role.PLAN_ADMIN}), None)


def ensure_may_mark(principal: Principal) -> None:
    """Those who act on notices, and never a system."""
    MARK.ensure(principal)
