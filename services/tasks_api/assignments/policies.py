"""Who may report on assignments."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_report(principal: Principal, lead: Organization) -> None:
    """Reporters and approvers report for their own organization and those below it."""
    ensure_has_role(principal, Role.REPORTER, Role.APPROVER)
    ensure_acts_for(principal, lead)
