"""tus 1.0.0 over HTTP: files that arrive over as many requests as the network needs."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import Scope

from services.evidence_api.uploads import creating, policies, protocol, queries
from services.evidence_api.uploads.announcing import read_announced
from services.evidence_api.uploads.appending import Interrupted, Progress, Sent, append_body
from services.evidence_api.uploads.schemas import ResumableUploadBody
from services.evidence_api.uploads.upload_keys import UploadKey
from shared import clock
from shared.domain.errors import Malformed
from shared.domain.principal import Principal
from shared.http.contract import OBLIGATORY
from shared.http.deps import Begin, CurrentPrincipal, ReadSession, Transactions
from shared.http.permissions import requires

router = APIRouter(tags=["uploads"])

TusVersion = Annotated[
    str | None, Header(max_length=100, json_schema_extra={OBLIGATORY: True, "pattern": r"^1\.0\.0$"})
]
Offset = Annotated[str | None, Header(max_length=100, json_schema_extra={OBLIGATORY: True, "pattern": "^[0-9]{1,18}$"})]
Checked = Annotated[
    str | None,
    Header(
        max_length=100,
        json_schema_extra={"pattern": "^(sha1 [A-Za-z0-9+/]{27}=|sha256 [A-Za-z0-9+/]{43}=)$"},
    ),
]
Text = Annotated[str | None, Header(max_length=8000)]
REFUSALS: dict[int | str, dict[str, Any]] = {409: {}, 410: {}, 412: {}}


def told(*names: str) -> dict[str, Any]:
    """Headers of an answer, in the contract."""
    return {"headers": {name: {"schema": {"type": "string"}, "required": True} for name in ("Tus-Resumable", *names)}}


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {protocol.PATCH_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ByTus(APIRoute):
    """Shares its path with the upload in one request: the header `Tus-Resumable` tells them apart."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route, where the header is there."""
        by_tus = any(name == b"tus-resumable" for name, _ in scope["headers"])
        return super().matches(scope) if by_tus else (Match.NONE, {})


async def create_resumable_upload(
    request: Request,
    principal: CurrentPrincipal,
    begin: Transactions,
    tus_resumable: TusVersion = None,
    upload_length: Text = None,
    upload_defer_length: Text = None,
    upload_metadata: Text = None,
    upload_concat: Text = None,
    repr_digest: Text = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """tus creation: a file is announced and its first bytes may come along, or partial uploads become one file. Under
    the same `Idempotency-Key` it is the same upload, and the answer tells how much of it has arrived by then.
    """
    policies.ensure_may_upload(principal)
    protocol.ensure_version(tus_resumable)
    protocol.ensure_not_deferred(upload_defer_length)
    concat = protocol.read_concat(upload_concat)
    announced = read_announced(upload_metadata, repr_digest, concat, now=clock.now())
    said = "\n".join(each or "" for each in (upload_length, upload_metadata, upload_concat, repr_digest))
    key = UploadKey(principal, idempotency_key, hashlib.sha256(said.encode()).hexdigest())
    if concat.joined:
        joined = await creating.join_uploads(begin, principal, key, announced, concat)
        return _created(ResumableUploadBody.model_validate(joined))
    length = protocol.read_number("Upload-Length", upload_length)
    sent = _sent_along(request)
    begun = await creating.begin_upload(begin, principal, key, announced, length=length, partial=concat.partial)
    body = ResumableUploadBody.model_validate(begun.upload)
    if sent is None:
        return _created(body)
    if begun.again:
        await _ensure_same(begin, principal, begun, sent)
        return _created(body)
    progress = await _append(begin, principal, body.id, sent)
    return _created(body.model_copy(update={"received": progress.received, "expires_at": progress.expires_at}))


router.add_api_route(
    "/v1/uploads",
    create_resumable_upload,
    methods=["POST"],
    status_code=201,
    include_in_schema=False,  # one document cannot tell two operations of one method and path
    openapi_extra=requires(policies.CREATE),
    route_class_override=ByTus,
)


@router.head(
    "/v1/uploads/{upload_id}",
    response_class=Response,
    responses={200: told("Upload-Offset", "Upload-Length", "Upload-Expires"), **REFUSALS},
    openapi_extra=requires(policies.RESUME),
)
async def get_upload_offset(
    upload_id: UUID, principal: CurrentPrincipal, session: ReadSession, tus_resumable: TusVersion = None
) -> Response:
    """tus: how much has arrived (`Upload-Offset`), of how much (`Upload-Length`)."""
    policies.ensure_may_resume(principal)
    protocol.ensure_version(tus_resumable)
    upload = await queries.get_resumable(session, principal, upload_id, now=clock.now())
    answer = Response(headers={"Upload-Length": str(upload.length)})
    _tell(answer, Progress(upload.received, upload.expires_at))
    if upload.metadata_text:
        answer.headers["Upload-Metadata"] = upload.metadata_text
    if upload.concat_text is not None:
        answer.headers["Upload-Concat"] = upload.concat_text
    return answer


@router.patch(
    "/v1/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses={204: told("Upload-Offset", "Upload-Expires"), 460: {}, **REFUSALS},
    openapi_extra=requires(policies.RESUME, **BODY),
)
async def append_to_upload(
    request: Request,
    upload_id: UUID,
    principal: CurrentPrincipal,
    begin: Transactions,
    tus_resumable: TusVersion = None,
    upload_offset: Offset = None,
    upload_checksum: Checked = None,
) -> Response:
    """tus: more bytes of a file, from where `Upload-Offset` says. With its last byte it becomes an upload that may be
    named in `upload_ids`; content of a type that is not taken, or of another digest than stated, ends it.
    """
    policies.ensure_may_resume(principal)
    protocol.ensure_version(tus_resumable)
    protocol.ensure_patch_type(request.headers.get("content-type"))
    offset = protocol.read_number("Upload-Offset", upload_offset)
    sent = Sent(offset, _body_size(request), _until_cut(request), protocol.read_checksum(upload_checksum))
    answer = Response(status_code=204)
    _tell(answer, await _append(begin, principal, upload_id, sent))
    return answer


def _sent_along(request: Request) -> Sent | None:
    """The first bytes that come with an announcement."""
    size = _body_size(request)
    if size == 0:
        return None
    protocol.ensure_patch_type(request.headers.get("content-type"))
    checksum = protocol.read_checksum(request.headers.get("upload-checksum"))
    return Sent(0, size, _until_cut(request), checksum)


async def _append(begin: Begin, principal: Principal, upload_id: UUID, sent: Sent) -> Progress:
    try:
        return await append_body(begin, principal, upload_id, sent)
    except Interrupted as error:
        raise _interrupted() from error


async def _ensure_same(begin: Begin, principal: Principal, begun: creating.Begun, sent: Sent) -> None:
    try:
        await creating.ensure_same(begin, principal, begun.upload, sent.chunks)
    except Interrupted as error:
        raise _interrupted() from error


def _interrupted() -> Malformed:
    return Malformed("upload-interrupted", "Kết nối bị ngắt khi đang gửi tệp: hãy gửi tiếp.")


async def _until_cut(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect as error:
        raise Interrupted from error


def _body_size(request: Request) -> int | None:
    """The announced bytes of the body; None where it comes in chunks."""
    if "transfer-encoding" in request.headers:
        return None
    return protocol.read_number("Content-Length", request.headers.get("content-length", "0"))


def _created(upload: ResumableUploadBody) -> Response:
    """Its place is relative to the address that was asked: right behind any proxy, whatever it translates."""
    answer = JSONResponse(upload.model_dump(mode="json"), 201, {"Location": f"uploads/{upload.id}"})
    _tell(answer, Progress(upload.received, upload.expires_at))
    return answer


def _tell(answer: Response, progress: Progress) -> None:
    answer.headers["Upload-Offset"] = str(progress.received)
    answer.headers["Upload-Expires"] = _http_date(progress.expires_at)


def _http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)
