"""Who may say that one organization succeeds another."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.audit import Actor, System
from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Role

READ = Permission("successions.read", ANY_ROLE, Scope.ORGANIZATIONS_READ)
RECORD = Permission("successions.record", frozenset({Role.ORG_ADMIN}), None)


def ensure_may_record(actor: Actor, predecessor: Organization, receiver: Organization) -> None:
    """Administrators of an organization above both, or of the receiver above what it absorbs; nobody ends their own."""
    if isinstance(actor, System):
        return
    RECORD.ensure(actor)
    ensure_acts_for(actor, predecessor)
    ensure_acts_for(actor, receiver)
    if predecessor.id == actor.organization_id:
        raise Forbidden("own-organization", "Việc kế thừa cơ quan của bạn do cơ quan cấp trên ghi nhận.")
