"""Who may appraise. Which organization, and who never, depends on the evidence: see rules."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("appraisals.read", ANY_ROLE, Scope.EVIDENCE_READ)
APPRAISE = Permission("appraisals.appraise", frozenset({Role.REVIEWER}), None)
WITHDRAW = Permission("appraisals.withdraw", frozenset({Role.REVIEWER}), None)


def ensure_may_appraise(principal: Principal) -> None:
    """Only reviewers give verdicts, and never a system."""
    APPRAISE.ensure(principal)


def ensure_may_withdraw(principal: Principal) -> None:
    """Only reviewers take verdicts back, and never a system."""
    WITHDRAW.ensure(principal)
