"""Who may do what for whom: the two questions every policy asks."""

from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role


def ensure_has_role(principal: Principal, *roles: Role) -> None:
    """Forbidden("role-required") unless the caller holds one of `roles`."""
    if not principal.has(*roles):
        names = " hoặc ".join(f"“{role.label}”" for role in roles)
        raise Forbidden("role-required", f"Việc này cần vai trò {names} trong cơ quan của bạn.")


def ensure_acts_for(principal: Principal, organization: Organization) -> None:
    """Forbidden("not-your-organization") unless `organization` is the caller's own or below it."""
    if not organization.path.startswith(principal.organization_path):
        raise Forbidden(
            "not-your-organization", f"Bạn không được làm thay {organization.name}: ngoài phạm vi cơ quan của bạn."
        )
