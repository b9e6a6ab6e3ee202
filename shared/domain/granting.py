"""Who may give and take which role: nobody gives more than they have."""

from collections.abc import Iterable, Mapping

from shared.domain.principal import Role

_GIVES: Mapping[Role, frozenset[Role]] = {
    Role.ORG_ADMIN: frozenset(Role) - {Role.AUDITOR},
    Role.AUDITOR: frozenset({Role.AUDITOR}),
}


def may_grant(held: Iterable[Role], role: Role) -> bool:
    """Whether who holds the roles `held` may give `role`, change it and take it away, within its own subtree.

    Administering an organization includes every role in it and below it, its administrators' too. Only `auditor`
    stands apart: whoever watches is not appointed or dismissed by those who are watched, but by another auditor, or
    at the operator's console.
    """
    return any(role in _GIVES.get(each, ()) for each in held)
