"""Who may import plans."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_import(principal: Principal, issuer: Organization) -> None:
    """Plan administrators import for their own organization and those below it."""
    ensure_has_role(principal, Role.PLAN_ADMIN)
    ensure_acts_for(principal, issuer)
