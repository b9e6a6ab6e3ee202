"""Who may read the calendar, and who decides what day is worked."""

from shared.audit import Actor, System
from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Role

READ = Permission("calendar_days.read", ANY_ROLE, Scope.ORGANIZATIONS_READ)
CHANGE = Permission("calendar_days.change", frozenset({Role.ORG_ADMIN}), None)


def ensure_may_change(actor: Actor) -> None:
    """Administrators of an organization that nothing is above: one calendar holds for all below."""
    if isinstance(actor, System):
        return
    CHANGE.ensure(actor)
    if actor.organization_path.count("/") > 2:
        raise Forbidden("not-root", "Lịch làm việc chung do quản trị của cơ quan cao nhất trong hệ thống quyết định.")
