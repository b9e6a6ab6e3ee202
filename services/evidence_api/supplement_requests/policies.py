"""Who may ask a submitter for more, and read what was asked."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("supplement_requests.read", ANY_ROLE, Scope.EVIDENCE_READ)
REQUEST = Permission("supplement_requests.request", frozenset({Role.REVIEWER}), None)
WITHDRAW = Permission("supplement_requests.withdraw", frozenset({Role.REVIEWER}), None)


def ensure_may_request(principal: Principal) -> None:
    """Only reviewers, and never a system. Which organization depends on whose turn it is."""
    REQUEST.ensure(principal)


def ensure_may_withdraw(principal: Principal) -> None:
    """Only reviewers, and never a system. Which organization depends on whose level it is."""
    WITHDRAW.ensure(principal)
