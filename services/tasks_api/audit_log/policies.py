"""Who may read the trail."""

from shared.domain.permissions import Permission
from shared.domain.principal import Role

READ = Permission("audit_log.read", frozenset({Role.AUDITOR}), None)
"""Auditors, of what people and systems of their organization and those below it did; no system may."""
