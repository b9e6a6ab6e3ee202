"""Who may change plans."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_activate(principal: Principal, issuer: Organization) -> None:
    """Plan administrators activate plans of their own organization and those below it."""
    ensure_has_role(principal, Role.PLAN_ADMIN)
    ensure_acts_for(principal, issuer)
