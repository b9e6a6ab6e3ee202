"""Reads of what submitters are asked to add."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Evidence, SupplementRequest
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def list_of_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[SupplementRequest]:
    """Requests about a piece of evidence the caller may see, oldest first."""
    statement = (
        select(SupplementRequest)
        .join(Evidence, Evidence.id == SupplementRequest.evidence_id)
        .where(SupplementRequest.evidence_id == evidence_id, visible(principal, Evidence))
        .order_by(SupplementRequest.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(SupplementRequest.id > after)
    return (await session.scalars(statement)).all()


async def get_request(session: AsyncSession, evidence_id: UUID, request_id: UUID) -> SupplementRequest:
    """A request about locked evidence. Raises NotFound."""
    statement = select(SupplementRequest).where(
        SupplementRequest.id == request_id, SupplementRequest.evidence_id == evidence_id
    )
    found = await session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("supplement-request-not-found", "Không tìm thấy yêu cầu bổ sung này.")
    return found
