"""Who may know and change what names mean in plans."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("name_corrections.read", ANY_ROLE, Scope.PLANS_READ)
FORGET = Permission("name_corrections.forget", frozenset({Role.PLAN_ADMIN}), Scope.PLANS_WRITE)


def ensure_may_forget(principal: Principal, issuer: Organization) -> None:
    """Plan administrators, for their own organization and those below it."""
    FORGET.ensure(principal)
    ensure_acts_for(principal, issuer)
