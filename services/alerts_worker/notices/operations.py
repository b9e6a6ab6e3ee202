"""Writes what organizations have to know, a row for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.notices import queries
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Notice
from shared.domain.notices import NoticeKind, recipients

ACTOR = audit.System("tell")


@dataclass(frozen=True, slots=True)
class Matter:
    """A version of evidence before a reviewing level, from 1."""

    evidence_id: UUID
    version: int
    level: int


async def tell(
    session: AsyncSession, kind: NoticeKind, matter: Matter, facts: Mapping[str, object], *, now: datetime
) -> None:
    """Leave a notice with everybody whom a fact concerns, each about the first of the assignments it has to do with;
    nobody, where the level is beyond the plan's last.
    """
    told: dict[UUID, UUID] = {}
    for assignment_id, parties in await queries.list_parties(session, matter.evidence_id, matter.level):
        for organization_id in recipients(kind, parties, matter.level):
            told.setdefault(organization_id, assignment_id)
    for organization_id, assignment_id in told.items():
        notice = Notice(
            id=new_id(),
            organization_id=organization_id,
            kind=kind,
            assignment_id=assignment_id,
            evidence_id=matter.evidence_id,
            evidence_version=matter.version,
            facts={"level": matter.level, **facts},
            noticed_at=now,
        )
        session.add(notice)
        after: dict[str, object] = {"organization_id": str(organization_id), "kind": kind.value}
        audit.record(session, ACTOR, "notice.left", notice, after=after)
    await session.flush()
