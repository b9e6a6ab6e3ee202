"""What a caller is told of where a version was met before: links within what they may see, else only that it was."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Evidence, EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion, Organization
from shared.db.visibility import visible
from shared.domain.calendar import local_date
from shared.domain.evidence_reuse import Sameness, tell_elsewhere, tell_known
from shared.domain.principal import Principal

Told = dict[str, object]


async def list_reuses(session: AsyncSession, principal: Principal, version_id: UUID) -> list[Told]:
    """Earlier uses of what a visible version holds, oldest first; then, once for each file and kind of sameness, that
    there are others elsewhere.
    """
    statement = (
        select(EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion, Evidence, Organization.name)
        .select_from(EvidenceReuse)
        .outerjoin(
            EvidenceReuseOrigin,
            and_(EvidenceReuseOrigin.reuse_id == EvidenceReuse.id, visible(principal, EvidenceReuseOrigin)),
        )
        .outerjoin(EvidenceVersion, EvidenceVersion.id == EvidenceReuseOrigin.evidence_version_id)
        .outerjoin(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .outerjoin(Organization, Organization.id == Evidence.organization_id)
        .where(EvidenceReuse.evidence_version_id == version_id)
        .order_by(EvidenceReuseOrigin.evidence_version_id, EvidenceReuse.position, EvidenceReuse.id)
    )
    rows = (await session.execute(statement)).all()
    known = [_known(row) for row in rows if row.Evidence is not None]
    return known + _elsewhere([row.EvidenceReuse for row in rows if row.Evidence is None])


def _known(row: Row[*tuple[Any, ...]]) -> Told:
    reuse, version, evidence = row.EvidenceReuse, row.EvidenceVersion, row.Evidence
    kind = Sameness(reuse.kind)
    submitted = f"{local_date(version.created_at):%d/%m/%Y}"
    return {
        **_facts(reuse, kind),
        "evidence_id": str(evidence.id),
        "evidence_version": version.number,
        "file_position": row.EvidenceReuseOrigin.position,
        "assignment_id": str(evidence.assignment_id),
        "organization_id": str(evidence.organization_id),
        "submitted_at": version.created_at.isoformat(),
        "text": tell_known(kind, reuse.measure, position=reuse.position, submitted=submitted, organization=row.name),
    }


def _elsewhere(hidden: Sequence[EvidenceReuse]) -> list[Told]:
    """Neither where, nor when, nor how many."""
    nearest: dict[tuple[int | None, str], EvidenceReuse] = {}
    for reuse in sorted(hidden, key=lambda each: (each.position or 0, each.kind, -each.measure)):
        nearest.setdefault((reuse.position, reuse.kind), reuse)
    return [
        {
            **_facts(reuse, Sameness(reuse.kind)),
            "elsewhere": True,
            "text": tell_elsewhere(Sameness(reuse.kind), reuse.measure, position=reuse.position),
        }
        for reuse in nearest.values()
    ]


def _facts(reuse: EvidenceReuse, kind: Sameness) -> Told:
    return {"position": reuse.position, "kind": kind.value, "measure": round(reuse.measure, 3)}
