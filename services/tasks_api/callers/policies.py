"""Who may ask who they are."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope

READ = Permission("callers.read", ANY_ROLE, Scope.ORGANIZATIONS_READ)
