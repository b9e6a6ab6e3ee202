"""How an operation declares its permission: in the contract, where callers and `docs/permissions.md` read it."""

from typing import Any

from fastapi import Request

from shared.domain.permissions import Permission, ensure_in_scope
from shared.domain.principal import Principal

EXTENSION = "x-permission"


def requires(permission: Permission, **extra: Any) -> dict[str, Any]:
    """The `openapi_extra` of an operation; `extra` is merged in."""
    declared = {"name": permission.name, "roles": sorted(permission.roles), "scope": permission.scope}
    return {EXTENSION: declared, **extra}


def ensure_scope_of_route(request: Request, principal: Principal) -> None:
    """A system is held to its scopes before anything is read for it. People are asked for roles by the policies."""
    if principal.scopes is not None:
        declared = (request.scope["route"].openapi_extra or {}).get(EXTENSION, {})
        ensure_in_scope(principal, declared.get("scope"))
