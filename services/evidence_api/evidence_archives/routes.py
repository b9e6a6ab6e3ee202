"""Archives of evidence over HTTP."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from services.evidence_api.evidence_archives import operations, policies
from services.evidence_api.evidence_archives.packing import pack
from services.evidence_api.evidence_files.operations import doubt
from services.evidence_api.evidence_files.rules import attachment
from services.evidence_api.evidence_files.serving import Outflow
from shared.clock import now
from shared.http.deps import CurrentPrincipal, Session, resources
from shared.http.permissions import requires
from shared.settings import get_settings

ZIP: dict[str, Any] = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": ZIP}, 413: {"description": "Quá lớn cho một tệp nén"}}

router = APIRouter(prefix="/v1", tags=["evidence"])


@router.get(
    "/assignments/{assignment_id}/evidence-archive",
    response_class=StreamingResponse,
    responses=ANSWERS,
    openapi_extra=requires(policies.READ),
)
async def download_evidence_archive(
    request: Request, assignment_id: UUID, principal: CurrentPrincipal, session: Session
) -> Response:
    """All released evidence of an assignment in one ZIP, with a manifest and sums that `sha256sum -c` takes."""
    files = await operations.read_archive(session, principal, assignment_id, limit=get_settings().archive_limit)
    headers = {"Content-Disposition": attachment(f"minh-chung-{assignment_id}.zip")}
    on_damage = partial(doubt, resources(request).sessions, principal)
    content = pack(str(assignment_id), files, on_damage, at=now())
    return Outflow(content, 200, headers, "application/zip")
