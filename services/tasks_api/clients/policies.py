"""Who may register systems and look after their keys."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.db.models import Organization
from shared.domain.permissions import Permission
from shared.domain.principal import Principal, Role

READ_CLIENTS = Permission("clients.read", frozenset({Role.ORG_ADMIN, Role.INTEGRATOR}), None)
MANAGE_CLIENTS = Permission("clients.manage", frozenset({Role.ORG_ADMIN}), None)


def ensure_may_manage(principal: Principal, organization: Organization) -> None:
    """Administrators of the organization, and of those above it.

    They may grant any scope: a scope reaches no further than the organization, where they may give any role too.
    """
    MANAGE_CLIENTS.ensure(principal)
    ensure_acts_for(principal, organization)
