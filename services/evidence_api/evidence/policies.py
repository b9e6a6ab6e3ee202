"""Who may submit evidence, and read it."""

from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("evidence.read", ANY_ROLE, Scope.EVIDENCE_READ)
SUBMIT = Permission("evidence.submit", frozenset({Role.REPORTER, Role.APPROVER}), Scope.EVIDENCE_WRITE)


def ensure_may_submit(principal: Principal, lead_path: str) -> None:
    """A reporter or head of the lead organization, or of one above it. Raises Forbidden."""
    SUBMIT.ensure(principal)
    if not principal.covers(lead_path):
        raise Forbidden(
            "not-lead", "Nhiệm vụ do cơ quan khác chủ trì: chỉ cơ quan chủ trì hoặc cấp trên của họ nộp minh chứng."
        )
