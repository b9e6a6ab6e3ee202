"""What the checks found of a version, with the uses met before as far as the reader may know of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence import queries
from services.evidence_api.evidence.reuses import list_reuses
from services.evidence_api.evidence.schemas import FindingBody
from shared.db.models import EvidenceFinding
from shared.domain.errors import NotFound
from shared.domain.evidence_reuse import STEP
from shared.domain.principal import Principal


async def list_findings(
    session: AsyncSession, principal: Principal, evidence_id: UUID, number: int | None = None
) -> Sequence[FindingBody]:
    """Findings on a version, the current one without a number, in the order they were made. Raises NotFound."""
    await queries.ensure_visible(session, principal, evidence_id)
    version = await queries.find_version(session, evidence_id, number)
    if version is None:
        raise NotFound("version-not-found", f"Minh chứng không có phiên bản {number}.")
    statement = select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version.id)
    found = (await session.scalars(statement.order_by(EvidenceFinding.id))).all()
    findings = [FindingBody.of(version, finding) for finding in found]
    compared = [body for body in findings if body.step == STEP]
    if compared:
        reuses = await list_reuses(session, principal, version.id)
        for body in compared:
            # That the whole version is met before as the document it is, is told with its first file.
            body.add_reuses([each for each in reuses if (each["position"] or 1) == body.position], version.reuse_reason)
    return findings
