"""Who is acting: a person or system, for one organization, with the roles our own tables give it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.domain.errors import Forbidden


class Role(StrEnum):
    """What a member may do for its organization (domain.md, "Who may see and do what")."""

    VIEWER = "viewer"
    REPORTER = "reporter"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    PLAN_ADMIN = "plan_admin"
    ORG_ADMIN = "org_admin"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The Vietnamese name of the role."""
        return _LABELS[self]


_LABELS = {
    Role.VIEWER: "người xem",
    Role.REPORTER: "cán bộ báo cáo",
    Role.APPROVER: "người duyệt",
    Role.REVIEWER: "người thẩm định",
    Role.PLAN_ADMIN: "quản trị kế hoạch",
    Role.ORG_ADMIN: "quản trị cơ quan",
    Role.INTEGRATOR: "hệ thống kết nối",
    Role.AUDITOR: "kiểm toán viên",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The proven caller. `subject` is the token's `sub`; `client` the issuer that vouched for it.

    A registered system has `scopes` and no roles; for a person `scopes` is None. `inherited_paths` are those of ended
    organizations that the caller's own, or one below it, has succeeded. `user_id` is a person's account.
    """

    subject: str
    client: str
    organization_id: UUID
    organization_path: str
    roles: frozenset[Role]
    scopes: frozenset[str] | None = None
    inherited_paths: tuple[str, ...] = ()
    user_id: UUID | None = None

    @property
    def key(self) -> str:
        """Tells callers apart: a person or system acting for one organization. No name of theirs holds a line break."""
        return f"{self.client}\n{self.subject}\n{self.organization_id}"

    def has(self, *roles: Role) -> bool:
        """Whether any of `roles` is held."""
        return not self.roles.isdisjoint(roles)

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the organizations whose subtrees are the caller's own."""
        return (self.organization_path, *self.inherited_paths)

    def covers(self, path: str) -> bool:
        """Whether the organization at `path` is the caller's own, below it, or of one it has succeeded."""
        return path.startswith(self.paths)


def ensure_has_role(principal: Principal, *roles: Role) -> None:
    """Forbidden("role-required") unless the caller holds one of `roles`."""
    if not principal.has(*roles):
        names = " hoặc ".join(f"“{role.label}”" for role in roles)
        raise Forbidden("role-required", f"Việc này cần vai trò {names} trong cơ quan của bạn.")
