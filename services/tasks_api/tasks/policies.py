"""Who may read tasks."""

from shared.domain.permissions import ANY_ROLE, Permission, Scope

READ = Permission("tasks.read", ANY_ROLE, Scope.PLANS_READ)
