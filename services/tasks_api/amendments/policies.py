"""Who may read amendments of plans and record them."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("amendments.read", ANY_ROLE, Scope.PLANS_READ)
RECORD = Permission("amendments.record", frozenset({Role.PLAN_ADMIN}), Scope.PLANS_WRITE)


def ensure_may_record(principal: Principal, issuer: Organization) -> None:
    """Plan administrators amend plans of their own organization and those below it."""
    RECORD.ensure(principal)
    ensure_acts_for(principal, issuer)
