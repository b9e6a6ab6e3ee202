"""Who may read the tree, and for whom a caller may act: a question most policies ask."""

from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal

READ = Permission("organizations.read", ANY_ROLE, Scope.ORGANIZATIONS_READ)


def ensure_acts_for(principal: Principal, organization: Organization) -> None:
    """Forbidden("not-your-organization") unless `organization` is the caller's own or below it."""
    if not principal.covers(organization.path):
        raise Forbidden(
            "not-your-organization", f"Bạn không được làm thay {organization.name}: ngoài phạm vi cơ quan của bạn."
        )
