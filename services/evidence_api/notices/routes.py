"""Notices over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evidence_api.notices import operations, policies, queries
from services.evidence_api.notices.schemas import NoticeBody, NoticePage
from shared.clock import now
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("", openapi_extra=requires(policies.READ))
async def list_notices(
    principal: CurrentPrincipal, session: ReadSession, page: CurrentPage, read: bool | None = None
) -> NoticePage:
    """What the caller's organization was told about evidence and its appraisal, latest first; `read` says which."""
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_notices(session, principal, read=read, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return NoticePage(
        items=[NoticeBody.of(notice) for notice in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.post("/{notice_id}/read", status_code=200, response_model=NoticeBody, openapi_extra=requires(policies.MARK))
async def mark_notice_read(notice_id: UUID, principal: CurrentPrincipal, session: Session, once: OnlyOnce) -> Response:
    """Note for the whole organization that a notice was read."""
    notice = await operations.mark_notice_read(session, principal, notice_id, now=now())
    return await once.answer(NoticeBody.of(notice), status=200)
