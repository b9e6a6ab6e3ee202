"""Who may send files."""

from shared.domain.permissions import Permission, Scope
from shared.domain.principal import Principal, Role

CREATE = Permission("uploads.create", frozenset({Role.REPORTER, Role.APPROVER}), Scope.EVIDENCE_WRITE)


def ensure_may_upload(principal: Principal) -> None:
    """Only those who may submit evidence may fill the store."""
    CREATE.ensure(principal)
