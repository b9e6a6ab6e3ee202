"""Who may send files."""

from shared.domain.permissions import Permission, Scope
from shared.domain.principal import Principal, Role

_SENDERS = frozenset({Role.REPORTER, Role.APPROVER})

CREATE = Permission("uploads.create", _SENDERS, Scope.EVIDENCE_WRITE)
RESUME = Permission("uploads.resume", _SENDERS, Scope.EVIDENCE_WRITE)
REMOVE = Permission("uploads.remove", _SENDERS, Scope.EVIDENCE_WRITE)
READ = Permission("uploads.read", _SENDERS, Scope.EVIDENCE_WRITE)


def ensure_may_upload(principal: Principal) -> None:
    """Only those who may submit evidence may fill the store."""
    CREATE.ensure(principal)


def ensure_may_resume(principal: Principal) -> None:
    """Whoever of an organization may send files may go on with one that a colleague began."""
    RESUME.ensure(principal)


def ensure_may_remove(principal: Principal) -> None:
    """Whoever may go on with an upload may also give it up, or take its file back."""
    REMOVE.ensure(principal)


def ensure_may_read(principal: Principal) -> None:
    """Whoever may send files may see which of them wait, and how much room they take."""
    READ.ensure(principal)
