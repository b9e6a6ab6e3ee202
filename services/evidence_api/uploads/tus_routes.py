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
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from services.evidence_api.uploads import policies, protocol, queries, resuming
from services.evidence_api.uploads.announcing import read_announced
from services.evidence_api.uploads.appending import Interrupted, Progress, append_body, assemble
from services.evidence_api.uploads.protocol import Concat
from services.evidence_api.uploads.resuming import Announced
from services.evidence_api.uploads.schemas import ResumableUploadBody
from shared import clock
from shared.db.models import ResumableUpload
from shared.domain.errors import Malformed
from shared.domain.principal import Principal
from shared.http.contract import OBLIGATORY
from shared.http.deps import Begin, CurrentPrincipal, Transactions
from shared.http.idempotency import Once, Repeated, replay
from shared.http.permissions import requires
from shared.storage import discard

router = APIRouter(tags=["uploads"])

TusVersion = Annotated[
    str | None, Header(max_length=100, json_schema_extra={OBLIGATORY: True, "pattern": r"^1\.0\.0$"})
]
Offset = Annotated[str | None, Header(max_length=100, json_schema_extra={OBLIGATORY: True, "pattern": "^[0-9]{1,18}$"})]
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
    upload_metadata: Text = None,
    upload_concat: Text = None,
    repr_digest: Text = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """tus creation: a file is announced and its first bytes may come along, or partial uploads become one file."""
    policies.ensure_may_upload(principal)
    protocol.ensure_version(tus_resumable)
    concat = protocol.read_concat(upload_concat)
    announced = read_announced(upload_metadata, repr_digest, partial=concat.partial, now=clock.now())
    told = "\n".join(each or "" for each in (upload_length, upload_metadata, upload_concat, repr_digest))
    claim = _Claim(principal.key, idempotency_key, hashlib.sha256(told.encode()).hexdigest())
    try:
        if concat.joined:
            return await _join(begin, principal, announced, concat, claim)
        length = protocol.read_number("Upload-Length", upload_length)
        return await _begin(request, begin, principal, announced, length, partial=concat.partial, claim=claim)
    except Repeated as kept:
        return _located(await replay(request, kept), ResumableUploadBody.model_validate_json(kept.body))


router.add_api_route(
    "/v1/uploads",
    create_resumable_upload,
    methods=["POST"],
    status_code=201,
    include_in_schema=False,  # one document cannot tell two operations of one method and path
    openapi_extra=requires(policies.CREATE),
    route_class_override=ByTus,
)


class _Claim:
    """An `Idempotency-Key` and what it is for."""

    def __init__(self, caller: str, key: str | None, request_sha256: str) -> None:
        self._caller, self._key, self._request_sha256 = caller, key, request_sha256

    async def lay(self, session: Any) -> Once:
        """Take the key in a transaction, or raise Repeated."""
        once = Once(session, self._caller, self._key)
        if self._key is not None:
            await once.claim(self._request_sha256)
        return once


async def _begin(
    request: Request,
    begin: Begin,
    principal: Principal,
    announced: Announced,
    length: int,
    *,
    partial: bool,
    claim: _Claim,
) -> Response:
    size = _body_size(request)
    checksum = protocol.read_checksum(request.headers.get("upload-checksum")) if size != 0 else None
    if size != 0:
        protocol.ensure_patch_type(request.headers.get("content-type"))
    now = clock.now()
    async with begin() as session:
        once = await claim.lay(session)
        upload = await resuming.begin_upload(session, principal, announced, length=length, partial=partial, now=now)
        body = _body_of(upload)
        answer = _located(await once.answer(body), body)
    if size != 0:
        async with begin() as session:
            appending = await resuming.begin_appending(session, principal, upload.id, offset=0, size=size, now=now)
        _tell(answer, await _append(begin, principal, appending, request, checksum))
    return answer


async def _join(begin: Begin, principal: Principal, announced: Announced, concat: Concat, claim: _Claim) -> Response:
    async with begin() as session:
        await claim.lay(session)
        parts = await resuming.find_joinable(session, principal, concat.joined, now=clock.now())
        await session.rollback()  # the key is taken again with what is written under it
    received = await assemble(parts, announced)
    async with begin() as session:
        once = await claim.lay(session)
        upload = await resuming.join_uploads(session, principal, announced, concat.joined, received, now=clock.now())
        body = _body_of(upload)
        answer = _located(await once.answer(body), body)
    await discard([received.stored.incoming, *(part.key for part in parts)])
    return answer


@router.head(
    "/v1/uploads/{upload_id}",
    response_class=Response,
    responses={200: told("Upload-Offset", "Upload-Length", "Upload-Expires"), **REFUSALS},
    openapi_extra=requires(policies.RESUME),
)
async def get_upload_offset(
    upload_id: UUID, principal: CurrentPrincipal, begin: Transactions, tus_resumable: TusVersion = None
) -> Response:
    """tus: how much has arrived (`Upload-Offset`), of how much (`Upload-Length`)."""
    policies.ensure_may_resume(principal)
    protocol.ensure_version(tus_resumable)
    async with begin() as session:
        upload = await queries.get_resumable(session, principal, upload_id, now=clock.now())
    answer = Response(headers={"Upload-Length": str(upload.length)})
    _tell(answer, Progress(upload.received, upload.expires_at))
    if upload.metadata_text:
        answer.headers["Upload-Metadata"] = upload.metadata_text
    if upload.partial:
        answer.headers["Upload-Concat"] = "partial"
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
    upload_checksum: Text = None,
) -> Response:
    """tus: more bytes of a file, from where `Upload-Offset` says. With its last byte it becomes an upload that may be
    named in `upload_ids`; content of a type that is not taken, or of another digest than stated, ends it.
    """
    policies.ensure_may_resume(principal)
    protocol.ensure_version(tus_resumable)
    protocol.ensure_patch_type(request.headers.get("content-type"))
    offset = protocol.read_number("Upload-Offset", upload_offset)
    checksum = protocol.read_checksum(upload_checksum)
    async with begin() as session:
        appending = await resuming.begin_appending(
            session, principal, upload_id, offset=offset, size=_body_size(request), now=clock.now()
        )
    answer = Response(status_code=204)
    _tell(answer, await _append(begin, principal, appending, request, checksum))
    return answer


@router.delete(
    "/v1/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses={204: told(), **REFUSALS},
    openapi_extra=requires(policies.TERMINATE),
)
async def terminate_upload(
    upload_id: UUID, principal: CurrentPrincipal, begin: Transactions, tus_resumable: TusVersion = None
) -> Response:
    """tus: give up a file that has not arrived whole; what has is deleted."""
    policies.ensure_may_terminate(principal)
    protocol.ensure_version(tus_resumable)
    async with begin() as session:
        keys = await resuming.terminate_upload(session, principal, upload_id, now=clock.now())
    await discard(keys)
    return Response(status_code=204)


async def _append(
    begin: Begin,
    principal: Principal,
    appending: resuming.Appending,
    request: Request,
    checksum: protocol.Checksum | None,
) -> Progress:
    try:
        return await append_body(begin, principal, appending, _until_cut(request), checksum)
    except Interrupted as error:
        raise Malformed("upload-interrupted", "Kết nối bị ngắt khi đang gửi tệp: hãy gửi tiếp.") from error


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


def _body_of(upload: ResumableUpload) -> ResumableUploadBody:
    return ResumableUploadBody.model_validate(upload)


def _located(answer: Response, upload: ResumableUploadBody) -> Response:
    """Relative to the address that was asked: right behind any proxy, whatever names and paths it translates."""
    answer.headers["Location"] = f"uploads/{upload.id}"
    _tell(answer, Progress(upload.received, upload.expires_at))
    return answer


def _tell(answer: Response, progress: Progress) -> None:
    answer.headers["Upload-Offset"] = str(progress.received)
    answer.headers["Upload-Expires"] = _http_date(progress.expires_at)


def _http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)
