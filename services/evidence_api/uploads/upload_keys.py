"""An `Idempotency-Key` under which an upload is begun."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bodies import ResponseBody
from shared.db.appending import fill_in
from shared.db.models import IdempotencyRecord, ResumableUpload, Upload
from shared.domain.principal import Principal
from shared.http.idempotency import Once, Repeated


class UploadKey:
    """Without a key every request begins an upload of its own. `request_sha256` is of what must be the same under one.

    Only the upload's id counts in the kept answer: whether it is still there, and how far it has come, is looked up
    when it is asked for again.
    """

    def __init__(self, principal: Principal, key: str | None, request_sha256: str) -> None:
        self._caller = principal.key
        self._key = key
        self._sha256 = request_sha256

    async def take(self, session: AsyncSession) -> UUID | None:
        """The upload begun under the key before; None: the caller may begin one. Others that ask wait until it has.

        Raises Invalid("idempotency-key-reused").
        """
        if self._key is None:
            return None
        try:
            await Once(session, self._caller, self._key).claim(self._sha256)
        except Repeated:
            statement = select(IdempotencyRecord.body).where(
                IdempotencyRecord.caller == self._caller, IdempotencyRecord.key == self._key
            )
            body = await session.scalar(statement.with_for_update())
            assert body is not None
            return _Kept.model_validate_json(body).id
        return None

    async def keep(self, session: AsyncSession, upload: ResumableUpload | Upload) -> None:
        """Note what was begun, in place of one that is gone."""
        if self._key is not None:
            body = _Kept(id=upload.id).model_dump_json()
            key = {"caller": self._caller, "key": self._key}
            fill_in(session, IdempotencyRecord, key, status=201, body=body, etag=None)


class _Kept(ResponseBody):
    id: UUID
