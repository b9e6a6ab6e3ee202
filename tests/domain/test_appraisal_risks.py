"""Findings weigh by what they are."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.appraisal_risks import GRAVE, HEAVIEST, RISK_WEIGHTS, risk_of

findings = st.lists(st.sampled_from(sorted(RISK_WEIGHTS)) | st.just(("malware", "clean")))


def test_what_is_well_weighs_nothing_and_faults_add_up() -> None:
    assert risk_of([("type", "agrees"), ("malware", "clean"), ("reuse", "unmatched")]) == 0
    assert risk_of([("signatures", "altered")]) == GRAVE
    assert risk_of([("signatures", "altered"), ("reuse", "reused")]) == 2 * GRAVE
    assert risk_of([("step", "outcome")], {("step", "outcome"): 7}) == 7


@given(findings, findings)
def test_more_findings_never_weigh_less_and_always_fit(
    some: list[tuple[str, str]], more: list[tuple[str, str]]
) -> None:
    assert 0 <= risk_of(some) <= risk_of(some + more) <= HEAVIEST
    assert risk_of([*some, *more] * 200) <= HEAVIEST
