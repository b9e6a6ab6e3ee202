"""Who may read the queue of a reviewing body, and hold what is in it."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("appraisal_queue.read", ANY_ROLE, Scope.EVIDENCE_READ)
CLAIM = Permission("appraisal_queue.claim", frozenset({Role.REVIEWER}), None)


def ensure_may_claim(principal: Principal) -> None:
    """Only reviewers, and never a system."""
    CLAIM.ensure(principal)
