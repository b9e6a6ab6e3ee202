"""Who may read alerts and answer them."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("alerts.read", ANY_ROLE, Scope.ALERTS_READ)
ACKNOWLEDGE = Permission("alerts.acknowledge", frozenset({Role.REPORTER, Role.APPROVER}), Scope.ALERTS_WRITE)


def ensure_may_acknowledge(principal: Principal, lead: Organization) -> None:
    """The lead's reporters and heads, and those of the organizations above it."""
    ACKNOWLEDGE.ensure(principal)
    ensure_acts_for(principal, lead)
