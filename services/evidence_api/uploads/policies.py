"""Who may send files."""

from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_upload(principal: Principal) -> None:
    """Only those who may submit evidence may fill the store."""
    ensure_has_role(principal, Role.REPORTER, Role.APPROVER)
