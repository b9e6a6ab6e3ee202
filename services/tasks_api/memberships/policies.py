"""Who may see, give and take roles. At the console the operator may do everything."""

from services.tasks_api.organizations.policies import ensure_acts_for
from shared.audit import Actor, System
from shared.db.models import Organization
from shared.domain.errors import Forbidden
from shared.domain.granting import may_grant
from shared.domain.permissions import Permission
from shared.domain.principal import Role

READ = Permission("memberships.read", frozenset({Role.ORG_ADMIN, Role.AUDITOR}), None)
GRANT = Permission("memberships.grant", frozenset({Role.ORG_ADMIN, Role.AUDITOR}), None)


def ensure_may_grant(actor: Actor, organization: Organization, role: Role) -> None:
    """Raises Forbidden: "role-required", "not-your-organization", or "role-beyond-yours" for a role one cannot give."""
    if isinstance(actor, System):
        return
    GRANT.ensure(actor)
    ensure_acts_for(actor, organization)
    if not may_grant(actor.roles, role):
        raise Forbidden(
            "role-beyond-yours",
            f"Vai trò “{role.label}” không do bạn giao hay thu hồi: hãy nhờ kiểm toán viên khác hoặc người vận hành."
            if role is Role.AUDITOR
            else f"Vai trò “{role.label}” chỉ do quản trị cơ quan giao hay thu hồi.",
        )
