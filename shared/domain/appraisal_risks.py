"""What weighs how much among the findings on a version of evidence: reviewers read the gravest first."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

GRAVE, DOUBTFUL, NOTABLE = 100, 10, 1

RISK_WEIGHTS: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("malware", "not_configured"): NOTABLE,
        ("signatures", "altered"): GRAVE,
        ("signatures", "broken"): GRAVE,
        ("signatures", "signature_removed"): GRAVE,
        ("signatures", "partly_signed"): GRAVE,
        ("signatures", "changed_after_signing"): GRAVE,
        ("signatures", "revoked"): GRAVE,
        ("signatures", "expired"): DOUBTFUL,
        ("signatures", "not_yet_valid"): DOUBTFUL,
        ("signatures", "untrusted"): DOUBTFUL,
        ("signatures", "weak_algorithm"): DOUBTFUL,
        ("signatures", "other_organization"): DOUBTFUL,
        ("signatures", "undecided"): NOTABLE,
        ("signatures", "covered"): NOTABLE,
        ("signatures", "signer_unclear"): NOTABLE,
        ("signatures", "stamp_untrusted"): NOTABLE,
        ("signatures", "time_unproven"): NOTABLE,
        ("signatures", "former_name"): NOTABLE,
        ("document", "differs"): DOUBTFUL,
        ("picture", "noticed"): NOTABLE,
        ("reuse", "reused"): GRAVE,
        ("reuse", "reuse_declared"): NOTABLE,
    }
)
"""(step, outcome) of a finding → its weight. What is not listed weighs nothing: most outcomes are that all is well."""

HEAVIEST = 32_000
"""As much as the column holds."""


def risk_of(findings: Iterable[tuple[str, str]], weights: Mapping[tuple[str, str], int] = RISK_WEIGHTS) -> int:
    """The weight of a version from the (step, outcome) of each finding on it; several weigh more than one."""
    return min(sum(weights.get(finding, 0) for finding in findings), HEAVIEST)
