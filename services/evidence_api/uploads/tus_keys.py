"""An `Idempotency-Key` under which an upload is begun."""

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads.schemas import ResumableUploadBody
from shared.db.appending import fill_in
from shared.db.models import IdempotencyRecord, ResumableUpload
from shared.domain.principal import Principal
from shared.http.idempotency import Once, Repeated


class UploadKey:
    """What the caller sent; without a key every request begins an upload of its own. `told` are the headers that must
    be the same under one key.

    Only the upload's id counts in the kept answer: how far it has come is looked up when it is asked for again.
    """

    def __init__(self, principal: Principal, key: str | None, told: tuple[str | None, ...]) -> None:
        self._caller = principal.key
        self._key = key
        self._sha256 = hashlib.sha256("\n".join(each or "" for each in told).encode()).hexdigest()

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
            return ResumableUploadBody.model_validate_json(body).id
        return None

    async def keep(self, session: AsyncSession, upload: ResumableUpload) -> None:
        """Note what was begun, in place of one that is gone."""
        if self._key is not None:
            body = ResumableUploadBody.model_validate(upload).model_dump_json()
            key = {"caller": self._caller, "key": self._key}
            fill_in(session, IdempotencyRecord, key, status=201, body=body, etag=None)
