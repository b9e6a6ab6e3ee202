"""Who may appraise. Which organization, and who never, depends on the evidence: see rules."""

from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_appraise(principal: Principal) -> None:
    """Only reviewers give verdicts."""
    ensure_has_role(principal, Role.REVIEWER)
