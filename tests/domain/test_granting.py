"""Who may give which role: every pair."""

import pytest

from shared.domain.granting import may_grant
from shared.domain.principal import Role

PAIRS = [(held, given) for held in Role for given in Role]
ALLOWED = {(Role.ORG_ADMIN, given) for given in Role if given is not Role.AUDITOR} | {(Role.AUDITOR, Role.AUDITOR)}


@pytest.mark.parametrize(("held", "given"), PAIRS)
def test_a_role_is_given_only_by_whoever_has_it_under_them(held: Role, given: Role) -> None:
    assert may_grant([held], given) is ((held, given) in ALLOWED)


@pytest.mark.parametrize("given", Role)
def test_who_both_administers_and_audits_may_give_any_role(given: Role) -> None:
    assert may_grant([Role.VIEWER, Role.ORG_ADMIN, Role.AUDITOR], given)


@pytest.mark.parametrize("given", Role)
def test_who_holds_nothing_gives_nothing(given: Role) -> None:
    assert not may_grant([], given)
