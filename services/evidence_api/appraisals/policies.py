"""Who may appraise. Which organization, and who never, depends on the evidence: see rules."""

from services.evidence_api.uploads.policies import ensure_has_role
from shared.domain.principal import Principal, Role


def ensure_may_appraise(principal: Principal) -> None:
    """Only reviewers give verdicts."""
    ensure_has_role(principal, Role.REVIEWER)
