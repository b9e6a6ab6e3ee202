"""Who may read plans and change them."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("plans.read", ANY_ROLE, Scope.PLANS_READ)
ACTIVATE = Permission("plans.activate", frozenset({Role.PLAN_ADMIN}), Scope.PLANS_WRITE)


def ensure_may_activate(principal: Principal, issuer: Organization) -> None:
    """Plan administrators activate plans of their own organization and those below it."""
    ACTIVATE.ensure(principal)
    ensure_acts_for(principal, issuer)
