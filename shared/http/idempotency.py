"""A POST sent twice has one effect: the answer is kept under the caller's `Idempotency-Key` and given again.

The key is claimed in the request's own transaction, so a second request with the same key waits for the first
and then finds its answer; if the first failed, nothing was kept and the second starts afresh.
"""

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import exists, select
from starlette.responses import Response

from shared.db.appending import fill_in
from shared.db.driver import fetch_row, prepare
from shared.db.models import IdempotencyRecord
from shared.domain.errors import Invalid
from shared.http.deps import CurrentPrincipal, Session

_CLAIM = prepare("""
    INSERT INTO idempotency_records (caller, key, request_sha256) VALUES (:caller, :key, :request_sha256)
    ON CONFLICT DO NOTHING RETURNING key
""")


class Repeated(Exception):
    """The request was already answered; carries that answer to the edge."""

    def __init__(self, record: IdempotencyRecord) -> None:
        super().__init__(record.key)
        assert record.status is not None
        assert record.body is not None
        # Copied out: this ends the transaction, and with it the row is no longer readable.
        self.status, self.body, self.etag = record.status, record.body, record.etag


class Once:
    """The claim of one request; without a key it only builds the answer."""

    def __init__(self, session: Session, caller: str, key: str | None) -> None:
        self._session = session
        self._caller = caller
        self._key = key

    async def claim(self, request_sha256: str) -> None:
        """Take the key, or raise Repeated / Invalid("idempotency-key-reused") when it was taken before."""
        values = {"caller": self._caller, "key": self._key, "request_sha256": request_sha256}
        if await fetch_row(self._session, _CLAIM, values):
            return
        record = await self._session.scalar(
            select(IdempotencyRecord).where(
                IdempotencyRecord.caller == self._caller, IdempotencyRecord.key == self._key
            )
        )
        if record is None or record.request_sha256 != request_sha256:
            raise Invalid(
                "idempotency-key-reused",
                "Idempotency-Key này đã dùng cho một yêu cầu khác: hãy dùng khóa mới.",
            )
        raise Repeated(record)

    async def is_taken(self) -> bool:
        """Whether the key was taken before: what follows may only be the same again."""
        taken = exists().where(IdempotencyRecord.caller == self._caller, IdempotencyRecord.key == self._key)
        return self._key is not None and bool(await self._session.scalar(select(taken)))

    async def answer(self, body: BaseModel, *, status: int = 201, etag: str | None = None) -> Response:
        """The response, kept with the transaction when a key was given."""
        content = body.model_dump_json()
        if self._key is not None:
            key = {"caller": self._caller, "key": self._key}
            fill_in(self._session, IdempotencyRecord, key, status=status, body=content, etag=etag)
        return _response(content, status, etag)

    async def answer_nothing(self) -> Response:
        """204, kept as any answer is."""
        if self._key is not None:
            key = {"caller": self._caller, "key": self._key}
            fill_in(self._session, IdempotencyRecord, key, status=204, body="", etag=None)
        return _response("", 204, None)


def _response(content: str, status: int, etag: str | None) -> Response:
    if status == 204:
        return Response(status_code=status)
    return Response(content, status, {"ETag": etag} if etag else None, media_type="application/json")


async def replay(_: Request, error: Exception) -> Response:
    """Give the kept answer again."""
    assert isinstance(error, Repeated)
    return _response(error.body, error.status, error.etag)


async def once(
    request: Request,
    principal: CurrentPrincipal,
    session: Session,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Once:
    """Claim the request's key for its caller. The body is part of what must be the same."""
    claim = Once(session, principal.key, idempotency_key)
    if idempotency_key is not None:
        content = request.scope["query_string"] + b"\n" + await request.body()
        target = f"{request.method} {request.scope['path']}\n".encode()
        await claim.claim(hashlib.sha256(target + content).hexdigest())
    return claim


OnlyOnce = Annotated[Once, Depends(once)]
