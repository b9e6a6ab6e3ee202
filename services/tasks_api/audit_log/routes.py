"""The trail over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.tasks_api.audit_log import queries
from services.tasks_api.audit_log.policies import READ
from services.tasks_api.audit_log.queries import Filters
from services.tasks_api.audit_log.schemas import AuditEntryBody, AuditEntryList, AuditProof
from services.tasks_api.organizations.queries import get_organization
from shared.bodies import Instant
from shared.db.models import AuditEntry
from shared.http.deps import CurrentPrincipal, ReadSession
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["audit-log"])

Word = Annotated[str | None, Query(min_length=1, max_length=255)]


@router.get("/audit-entries", openapi_extra=requires(READ))
async def list_audit_entries(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    actor: Word = None,
    organization: UUID | None = None,
    action: Word = None,
    target_type: Word = None,
    target_id: UUID | None = None,
    request_id: Word = None,
    occurred_from: Annotated[Instant | None, Query(alias="from")] = None,
    occurred_to: Annotated[Instant | None, Query(alias="to")] = None,
) -> AuditEntryList:
    """What people and systems of the caller's organization and those below it wrote, newest first.

    `organization` means it and all below it; `from` is the first instant, `to` the one after the last.
    """
    READ.ensure(principal)
    filters = Filters(
        actor=actor,
        organization_path=(await get_organization(session, organization)).path if organization else None,
        action=action,
        target_type=target_type,
        target_id=target_id,
        request_id=request_id,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
    )
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_entries(session, principal, filters, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return AuditEntryList(
        items=[_body(entry, position) for entry, position in shown],
        next_cursor=page.next_cursor([shown[-1][0].id]) if len(found) > page.limit else None,
    )


@router.get("/audit-proofs", openapi_extra=requires(READ))
async def get_audit_proof(entry_id: UUID, principal: CurrentPrincipal, session: ReadSession) -> AuditProof:
    """That an entry is in the audit tree, to be checked without us: against the newest signed checkpoint."""
    await queries.ensure_may_see(session, principal, entry_id)
    READ.ensure(principal)
    return await queries.prove(session, entry_id)


def _body(entry: AuditEntry, position: int | None) -> AuditEntryBody:
    assert entry.organization_id is not None
    return AuditEntryBody(
        id=entry.id,
        occurred_at=entry.occurred_at,
        actor=entry.actor,
        client=entry.client,
        organization_id=entry.organization_id,
        action=entry.action,
        target_type=entry.target_type,
        target_id=entry.target_id,
        before=entry.before,
        after=entry.after,
        request_id=entry.request_id,
        address=entry.address,
        position=position,
    )
