"""Who may read indicators and say what they mean."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("indicators.read", ANY_ROLE, Scope.PLANS_READ)
DEFINE = Permission("indicators.define", frozenset({Role.PLAN_ADMIN}), Scope.PLANS_WRITE)


def ensure_may_define(principal: Principal, issuer: Organization) -> None:
    """Plan administrators of the issuer, and of those above it."""
    DEFINE.ensure(principal)
    ensure_acts_for(principal, issuer)
