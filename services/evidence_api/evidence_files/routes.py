"""Files of evidence over HTTP."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from services.evidence_api.evidence_files import link_tokens, operations, policies
from services.evidence_api.evidence_files.linked import CurrentLink, LinkSession, secret_of
from services.evidence_api.evidence_files.queries import FileOfVersion
from services.evidence_api.evidence_files.ranges import Unsatisfiable, read_range
from services.evidence_api.evidence_files.rules import file_damaged
from services.evidence_api.evidence_files.schemas import CreateFileLink, FileLinkBody
from services.evidence_api.evidence_files.serving import Asked, StoredBytesDiffer, out_of_range, serve
from shared.clock import now
from shared.domain.principal import Principal
from shared.http.deps import CurrentPrincipal, Session, resources
from shared.http.idempotency import OnlyOnce
from shared.http.permissions import requires
from shared.http.problems import problem
from shared.settings import get_settings

BYTES: dict[str, Any] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": BYTES},
    206: {"description": "Một phần của tệp", "content": BYTES},
    409: {"description": "Tệp chưa được mở hoặc đã bị hỏng"},
    416: {"description": "Khoảng byte nằm ngoài tệp"},
}

router = APIRouter(prefix="/v1", tags=["evidence"])

Position = Annotated[int, Path(ge=1, le=1000)]


@router.get(
    "/evidence/{evidence_id}/files/{position}/content",
    response_class=StreamingResponse,
    responses=ANSWERS,
    openapi_extra=requires(policies.READ),
)
async def download_evidence_file(
    request: Request,
    evidence_id: UUID,
    position: Position,
    principal: CurrentPrincipal,
    session: Session,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    range_: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """The bytes of a file of a version, the current one unless told, whole or one range of them; only once released."""
    file = await operations.get_readable_file(session, principal, evidence_id, position, version)
    return await _answer(request, session, principal, file, Asked(range_, if_range), link=None)


@router.get(
    "/evidence/{evidence_id}/files/{position}/preview",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
        409: {"description": "Tệp chưa được mở hoặc đã bị hỏng"},
    },
    openapi_extra=requires(policies.READ),
)
async def preview_evidence_file(
    evidence_id: UUID,
    position: Position,
    principal: CurrentPrincipal,
    session: Session,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Response:
    """The first page of a released file as a picture that our checks have drawn, to be shown in place."""
    picture = await operations.read_preview(session, principal, evidence_id, position, version)
    headers = {"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}
    return Response(picture, headers=headers, media_type="image/jpeg")


@router.post(
    "/evidence/{evidence_id}/files/{position}/links",
    status_code=201,
    response_model=FileLinkBody,
    openapi_extra=requires(policies.LINK),
)
async def create_file_link(
    request: Request,
    evidence_id: UUID,
    position: Position,
    wanted: CreateFileLink,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
) -> Response:
    """A short-lived address of a released file, for viewers that send no token."""
    expires_at = (now() + timedelta(seconds=get_settings().file_link_seconds)).replace(microsecond=0)
    link = await operations.create_file_link(session, principal, evidence_id, position, wanted, expires_at=expires_at)
    url = f"/v1/public/evidence-files/{link_tokens.sign(link, secret_of(request))}"
    return await once.answer(FileLinkBody(url=url, expires_at=expires_at))


@router.get(
    "/public/evidence-files/{token}",
    response_class=StreamingResponse,
    responses=ANSWERS,
    openapi_extra=requires(policies.READ, security=[]),
)
async def open_file_link(
    request: Request,
    reader: CurrentLink,
    session: LinkSession,
    range_: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """The file of a short-lived link, for whoever holds it: seen and written down as by its maker."""
    link, principal = reader.link, reader.principal
    file = await operations.get_readable_file(session, principal, link.evidence, link.position, link.version)
    return await _answer(request, session, principal, file, Asked(range_, if_range), link=link.nonce)


async def _answer(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    file: FileOfVersion,
    asked: Asked,
    *,
    link: str | None,
) -> Response:
    """The file, and its read in the trail; or that there is no such part, or that its bytes are not what they were."""
    upload = file.upload
    try:
        part = read_range(asked.of(upload), upload.size)
        doubt = partial(operations.doubt, resources(request).sessions, principal, upload.id)
        response = await serve(upload, part, doubt)
    except Unsatisfiable:
        return out_of_range(request, upload)
    except StoredBytesDiffer:
        # Told rather than raised, so that the doubt commits.
        operations.record_doubt(session, upload.id)
        refused = file_damaged()
        return problem(request, 409, refused.code, refused.detail)
    await operations.record_read(session, principal, file, in_part=part is not None, link=link, now=now())
    return response
