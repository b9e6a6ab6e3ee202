"""Who may take all evidence of an assignment along."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope

READ = Permission("evidence_archives.read", ANY_ROLE, Scope.EVIDENCE_READ)
