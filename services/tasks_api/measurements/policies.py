"""Who may read what was measured, and report figures."""

from collections.abc import Iterable

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("measurements.read", ANY_ROLE, Scope.MEASUREMENTS_READ)
RECORD = Permission("measurements.record", frozenset({Role.REPORTER, Role.APPROVER}), Scope.MEASUREMENTS_WRITE)


def ensure_may_record(principal: Principal, organization: Organization) -> None:
    """Reporters and approvers report for their own organization and those below it."""
    RECORD.ensure(principal)
    ensure_acts_for(principal, organization)


def ensure_may_record_any(principal: Principal, paths: Iterable[str]) -> None:
    """Forbidden("not-your-organization") where none of the organizations at these paths is the caller's or below."""
    if not any(map(principal.covers, paths)):
        raise Forbidden("not-your-organization", "Mọi số liệu trong tệp đều ngoài phạm vi cơ quan của bạn.")


def ensure_may_follow(principal: Principal, organization: Organization, issuer: Organization) -> None:
    """Figures of an organization are for it, for all above it, and for who issued the plan and all above."""
    READ.ensure(principal)
    if not (principal.covers(organization.path) or principal.covers(issuer.path)):
        raise Forbidden("not-your-organization", f"Số liệu của {organization.name} nằm ngoài phạm vi cơ quan của bạn.")
