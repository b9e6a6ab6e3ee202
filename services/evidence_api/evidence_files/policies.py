"""Who may read files of evidence, and pass them on."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope
from shared.domain.principal import Principal

READ = Permission("evidence_files.read", ANY_ROLE, Scope.EVIDENCE_READ)
LINK = Permission("evidence_files.link", ANY_ROLE, None)


def ensure_may_link(principal: Principal) -> None:
    """People only: a system has its own token for every read."""
    LINK.ensure(principal)
