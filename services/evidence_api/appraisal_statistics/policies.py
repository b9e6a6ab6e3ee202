"""Who may read how reviewing bodies keep to their service level."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope

READ = Permission("appraisal_statistics.read", ANY_ROLE, Scope.EVIDENCE_READ)
