"""Who may read assignments and report on them."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("assignments.read", ANY_ROLE, Scope.ASSIGNMENTS_READ)
REPORT = Permission("assignments.report", frozenset({Role.REPORTER, Role.APPROVER}), Scope.ASSIGNMENTS_WRITE)


def ensure_may_report(principal: Principal, lead: Organization) -> None:
    """Reporters and approvers report for their own organization and those below it."""
    REPORT.ensure(principal)
    ensure_acts_for(principal, lead)
