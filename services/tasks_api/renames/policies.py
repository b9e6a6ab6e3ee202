"""Who may say that an organization is called otherwise."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.audit import Actor, System
from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Role

READ = Permission("renames.read", ANY_ROLE, Scope.ORGANIZATIONS_READ)
RECORD = Permission("renames.record", frozenset({Role.ORG_ADMIN}), None)


def ensure_may_record(actor: Actor, organization: Organization) -> None:
    """Administrators of an organization above it: a name is given by a superior's document."""
    if isinstance(actor, System):
        return
    RECORD.ensure(actor)
    ensure_acts_for(actor, organization)
    if organization.id == actor.organization_id:
        raise Forbidden("own-organization", "Việc đổi tên cơ quan của bạn do cơ quan cấp trên ghi nhận.")
