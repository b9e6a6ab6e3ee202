"""Who may answer an alert."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_acknowledge(principal: Principal, lead: Organization) -> None:
    """The lead's reporters and heads, and those of the organizations above it."""
    ensure_has_role(principal, Role.REPORTER, Role.APPROVER)
    ensure_acts_for(principal, lead)
