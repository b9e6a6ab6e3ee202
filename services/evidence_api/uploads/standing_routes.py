"""HTTP of what an organization has sent or begun to send: what waits, how much room it takes, and how to free it."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from starlette.background import BackgroundTask
from starlette.responses import Response

from services.evidence_api.uploads import policies, protocol, queries, removing
from services.evidence_api.uploads.schemas import StandingUploadBody, UploadPage
from services.evidence_api.uploads.standing import tag_of
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires
from shared.settings import get_settings
from shared.storage import discard

router = APIRouter(tags=["uploads"])


@router.get("/v1/uploads", openapi_extra=requires(policies.READ))
async def list_uploads(principal: CurrentPrincipal, session: ReadSession, page: CurrentPage) -> UploadPage:
    """Files of the caller's organization that no evidence uses yet and those on their way, latest first, and how much
    of its quota is taken.
    """
    policies.ensure_may_read(principal)
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_standing(session, principal, after=after, limit=page.limit + 1, unused_for=_unused_for())
    shown = found[: page.limit]
    return UploadPage(
        items=[StandingUploadBody.model_validate(each) for each in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
        used_bytes=await queries.get_usage(session, principal),
        quota_bytes=get_settings().upload_quota,
    )


@router.get("/v1/uploads/{upload_id}", openapi_extra=requires(policies.READ))
async def get_upload(
    upload_id: UUID, response: Response, principal: CurrentPrincipal, session: ReadSession
) -> StandingUploadBody:
    """A file that the caller's organization has sent, or begun to send."""
    policies.ensure_may_read(principal)
    found = await queries.get_standing(session, principal, upload_id, unused_for=_unused_for())
    response.headers["ETag"] = tag_of(found.state, found.received)
    return StandingUploadBody.model_validate(found)


@router.delete(
    "/v1/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses={412: {}},
    openapi_extra=requires(policies.REMOVE),
)
async def remove_upload(
    upload_id: UUID,
    principal: CurrentPrincipal,
    session: Session,
    tus_resumable: Annotated[str | None, Header(max_length=100)] = None,
    if_match: Annotated[str | None, Header(max_length=100)] = None,
) -> Response:
    """Take back a file that no evidence uses, or give up one on its way (tus: termination): its room is free again."""
    policies.ensure_may_remove(principal)
    if tus_resumable is not None:
        protocol.ensure_version(tus_resumable)
    keys = await removing.remove_upload(session, principal, upload_id, seen=if_match)
    return Response(status_code=204, background=BackgroundTask(discard, keys))  # runs after the commit


def _unused_for() -> timedelta:
    return timedelta(days=get_settings().unused_upload_days)
