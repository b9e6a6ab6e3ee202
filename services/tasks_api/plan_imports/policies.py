"""Who may import plans, and read what was proposed."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("plan_imports.read", ANY_ROLE, Scope.PLANS_READ)
IMPORT = Permission("plan_imports.import", frozenset({Role.PLAN_ADMIN}), Scope.PLANS_WRITE)


def ensure_may_import(principal: Principal, issuer: Organization) -> None:
    """Plan administrators import for their own organization and those below it."""
    IMPORT.ensure(principal)
    ensure_acts_for(principal, issuer)
