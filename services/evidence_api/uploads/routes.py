"""HTTP of uploads: a file in one request. What breaks off goes by tus (`tus_routes`)."""

import hashlib
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from services.evidence_api.uploads import operations, policies, queries
from services.evidence_api.uploads.announcing import ensure_captured
from services.evidence_api.uploads.digests import read_repr_digest
from services.evidence_api.uploads.receiving import receive_file
from services.evidence_api.uploads.rules import ensure_raw
from services.evidence_api.uploads.schemas import UploadBody
from services.evidence_api.uploads.upload_keys import UploadKey
from shared import clock
from shared.bodies import Instant
from shared.domain.errors import Malformed
from shared.domain.principal import Principal
from shared.http.deps import Begin, CurrentPrincipal, Session, Transactions
from shared.http.idempotency import Once
from shared.http.permissions import requires
from shared.settings import get_settings
from shared.storage import Admit, discard, ensure_fits
from shared.uploads import ReceivedFile, ensure_room

router = APIRouter(tags=["uploads"])

RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/v1/uploads", status_code=201, response_model=UploadBody, openapi_extra=requires(policies.CREATE, **RAW_BODY)
)
async def create_upload(
    request: Request,
    principal: CurrentPrincipal,
    session: Session,
    begin: Transactions,
    filename: Annotated[str, Query(min_length=1, max_length=1000)],
    captured_at: Annotated[Instant | None, Query()] = None,
    repr_digest: Annotated[str | None, Header(max_length=1000)] = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """Send one file as the raw body. Its type is read from its content, whatever the request says. `captured_at` is
    when it was taken or made. The same address speaks tus 1.0.0 to requests with `Tus-Resumable`.
    """
    policies.ensure_may_upload(principal)
    ensure_raw(request.headers.get("content-type"))
    ensure_captured(captured_at, clock.now())
    sha256 = read_repr_digest(repr_digest) if repr_digest else None
    # The session takes no connection before its first statement, so none is held while the body arrives.
    admit = partial(_ensure_room, begin, principal, idempotency_key)
    received = await _receive(request, filename, sha256, admit)
    key = UploadKey(principal, idempotency_key, _fingerprint(request, received))
    before = await key.take(session)
    upload = await queries.find_upload(session, principal, before) if before else None
    if upload is None:
        upload = await operations.create_upload(session, principal, received, captured_at=captured_at)
        await key.keep(session, upload)
    body = UploadBody.model_validate(upload).model_dump_json()
    discarding = BackgroundTask(discard, [received.stored.incoming])  # runs after the commit
    return Response(body, 201, media_type="application/json", background=discarding)


async def _ensure_room(begin: Begin, principal: Principal, idempotency_key: str | None, size: int) -> None:
    """Nothing is kept that has no room; what was sent before has its room already."""
    async with begin() as session:
        if not await Once(session, principal.key, idempotency_key).is_taken():
            await ensure_room(session, principal.organization_id, size)


async def _receive(request: Request, filename: str, sha256: str | None, admit: Admit) -> ReceivedFile:
    limit = get_settings().upload_limit
    declared = request.headers.get("content-length", "")
    if declared.isdigit():
        ensure_fits(int(declared), limit)
    try:
        return await receive_file(request.stream(), filename=filename, sha256=sha256, limit=limit, admit=admit)
    except ClientDisconnect as error:
        raise Malformed("upload-interrupted", "Kết nối bị ngắt khi đang gửi tệp: hãy gửi lại.") from error


def _fingerprint(request: Request, received: ReceivedFile) -> str:
    """What must be the same under one Idempotency-Key: the request and, by its hash, the file."""
    target = f"{request.method} {request.url.path}\n{request.url.query}\n{received.stored.sha256}"
    return hashlib.sha256(target.encode()).hexdigest()
