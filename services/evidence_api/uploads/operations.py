"""Writes of uploads that are whole: the files they become."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import Upload
from shared.domain.principal import Principal
from shared.uploads import ReceivedFile, add_upload, reserve


async def create_upload(
    session: AsyncSession, principal: Principal, received: ReceivedFile, *, captured_at: datetime | None = None
) -> Upload:
    """Make a received file the caller's organization's, ready to be submitted as evidence.

    Raises TooLarge("quota-exceeded"), and what `add_upload` raises.
    """
    organization_id = principal.organization_id
    await reserve(session, organization_id, received.stored.size)
    return await add_upload(session, principal, organization_id, new_id(), received, captured_at=captured_at)
