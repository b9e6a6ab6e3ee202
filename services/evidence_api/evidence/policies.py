"""Who may submit evidence."""

from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role, ensure_has_role


def ensure_may_submit(principal: Principal, lead_path: str) -> None:
    """A reporter or head of the lead organization, or of one above it. Raises Forbidden."""
    ensure_has_role(principal, Role.REPORTER, Role.APPROVER)
    if not principal.covers(lead_path):
        raise Forbidden(
            "not-lead", "Nhiệm vụ do cơ quan khác chủ trì: chỉ cơ quan chủ trì hoặc cấp trên của họ nộp minh chứng."
        )
