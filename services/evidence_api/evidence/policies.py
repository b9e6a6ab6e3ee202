"""Who may submit evidence, and read it."""

from shared.domain.errors import Forbidden
from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal, Role

READ = Permission("evidence.read", ANY_ROLE, Scope.EVIDENCE_READ)
SUBMIT = Permission("evidence.submit", frozenset({Role.REPORTER, Role.APPROVER}), Scope.EVIDENCE_WRITE)
LINK = Permission("evidence.link", frozenset({Role.REPORTER, Role.APPROVER}), Scope.EVIDENCE_WRITE)
WITHDRAW = Permission("evidence.withdraw", frozenset({Role.REPORTER, Role.APPROVER}), Scope.EVIDENCE_WRITE)


def ensure_may_submit(principal: Principal, lead_path: str) -> None:
    """A reporter or head of the lead organization, or of one above it. Raises Forbidden."""
    SUBMIT.ensure(principal)
    if not principal.covers(lead_path):
        raise Forbidden(
            "not-lead", "Nhiệm vụ do cơ quan khác chủ trì: chỉ cơ quan chủ trì hoặc cấp trên của họ nộp minh chứng."
        )


def ensure_may_replace(*, submitter: bool, led_elsewhere: bool) -> None:
    """Of the organization that submitted the evidence, or of one that leads, or stands above, all that it proves: what
    another's work stands on is not replaced from beside. Raises Forbidden.
    """
    if led_elsewhere and not submitter:
        raise Forbidden(
            "not-submitter",
            "Minh chứng còn được dùng cho nhiệm vụ do cơ quan khác chủ trì: chỉ cơ quan đã nộp được nộp phiên bản mới. "
            "Hãy nộp minh chứng riêng cho nhiệm vụ của bạn.",
        )


def ensure_may_link(principal: Principal, *, submitter: bool) -> None:
    """Of the organization that submitted the evidence; to which work, `ensure_may_submit` says. Raises Forbidden."""
    LINK.ensure(principal)
    _ensure_of_submitter(submitter=submitter)


def ensure_may_withdraw(principal: Principal, *, submitter: bool) -> None:
    """Of the organization that submitted the evidence. Raises Forbidden."""
    WITHDRAW.ensure(principal)
    _ensure_of_submitter(submitter=submitter)


def _ensure_of_submitter(*, submitter: bool) -> None:
    """It, or the one that has succeeded it: not whoever stands above."""
    if not submitter:
        raise Forbidden("not-submitter", "Minh chứng do cơ quan khác nộp: chỉ cơ quan đã nộp được làm việc này.")
