"""Who may send files, and the question every policy here asks first."""

from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role


def ensure_has_role(principal: Principal, *roles: Role) -> None:
    """Forbidden("role-required") unless the caller holds one of `roles`."""
    if not principal.has(*roles):
        names = " hoặc ".join(f"“{role.label}”" for role in roles)
        raise Forbidden("role-required", f"Việc này cần vai trò {names} trong cơ quan của bạn.")


def ensure_may_upload(principal: Principal) -> None:
    """Only those who may submit evidence may fill the store."""
    ensure_has_role(principal, Role.REPORTER, Role.APPROVER)
