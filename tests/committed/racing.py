"""People of a scene who act at once, each in the database role of their service, and how it ended."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.handlers import Acting
from services.alerts_worker.subscriptions import SUBSCRIPTIONS
from shared.clock import now
from shared.db import roles
from shared.db.context import acting, session_info
from shared.db.models import Appraisal, Assignment, CompletionEvidence, Evidence, OutboxEvent, PendingAppraisal
from shared.db.session import Sessions
from shared.domain.assignment_states import CLOSED
from shared.domain.errors import DomainError
from shared.events import read_event
from tests.committed.appraising import Scene, Step, make_scene
from tests.committed.ledger import until
from tests.committed.locks import count_waiting

DONE = "done"


@dataclass(frozen=True)
class End:
    """What whoever came second was told ("done", or the code of the refusal), the status of the work, the verdicts that
    stand on the raced piece (level, verdict), and the wait that is left of it (version, level, mark).
    """

    told: str
    status: str
    verdicts: tuple[tuple[int, str], ...] = ()
    waits: tuple[int, int, str] | None = None


@dataclass(frozen=True)
class Office:
    """Sessions in the database role of each service; without one, those of whoever looks on."""

    by_role: Mapping[str | None, Sessions]

    @property
    def onlooker(self) -> Sessions:
        return self.by_role[None]

    def session(self, step: Step, scene: Scene) -> AsyncSession:
        who = getattr(scene, step.who) if step.who else None
        return self.by_role[step.role](info=session_info(acting(who)) if who else None)

    async def open(self, *before: Step, levels: int = 2) -> Scene:
        """A scene in which these steps were taken and handled."""
        async with self.onlooker.begin() as session:
            scene = await make_scene(session, levels=levels)
        for step in before:
            assert await self.take(step, scene) == DONE
            await self.handle()
        return scene

    async def take(self, step: Step, scene: Scene) -> str:
        try:
            async with self.session(step, scene) as session, session.begin():
                await step.act(session, scene)
        except DomainError as refusal:
            return refusal.code
        return DONE

    async def until_waiting(self, *tasks: asyncio.Task[str]) -> None:
        """Return when each of the tasks waits for a lock, or is done."""

        async def held(session: AsyncSession) -> bool:
            return await count_waiting(session) >= sum(not task.done() for task in tasks)

        await until(held, self.onlooker)

    async def handle(self, *, backwards: bool = False) -> None:
        """Do what follows from all facts, and from those that follow from them."""
        worker = self.by_role[roles.WORKER]
        while facts := await self._collect(worker):
            for fact in reversed(facts) if backwards else facts:
                for handler in SUBSCRIPTIONS.get(fact.type, ()):
                    if isinstance(handler, Acting):
                        effect = await handler.prepare(worker, read_event(fact.type, fact.payload))
                        async with worker.begin() as session:
                            await effect.act(session, now())

    async def _collect(self, worker: Sessions) -> list[OutboxEvent]:
        async with worker.begin() as session:
            fresh = select(OutboxEvent).where(OutboxEvent.relayed_at.is_(None)).order_by(OutboxEvent.id)
            facts = list(await session.scalars(fresh))
            for fact in facts:
                fact.relayed_at = now()
        return facts

    async def end_of(self, scene: Scene, told: str) -> End:
        async with self.onlooker() as session:
            assignment = await session.get_one(Assignment, scene.assignment_id)
            standing = select(Appraisal).where(Appraisal.evidence_id == scene.piece, Appraisal.withdrawn_at.is_(None))
            given = await session.scalars(standing.order_by(Appraisal.level))
            pending = await session.get(PendingAppraisal, scene.piece)
        verdicts = tuple((each.level, each.verdict) for each in given)
        return End(told, assignment.status, verdicts, _told(pending) if pending else None)

    async def ensure_whole(self, scene: Scene) -> None:
        """Nothing accepted stands on withdrawn evidence, and nothing of closed or withdrawn work waits."""
        async with self.onlooker() as session:
            carried = select(Evidence.withdrawn_at).join(
                CompletionEvidence, CompletionEvidence.evidence_id == Evidence.id
            )
            of_work = CompletionEvidence.assignment_id == scene.assignment_id
            assert set(await session.scalars(carried.where(of_work))) <= {None}
            waiting = select(Evidence.withdrawn_at, Assignment.status)
            waiting = (
                waiting.select_from(PendingAppraisal)
                .join(Evidence)
                .join(Assignment, Assignment.id == PendingAppraisal.assignment_id)
            )
            for withdrawn_at, status in await session.execute(waiting.where(Assignment.id == scene.assignment_id)):
                assert withdrawn_at is None
                assert status not in CLOSED


def _told(pending: PendingAppraisal) -> tuple[int, int, str]:
    claimed = "claimed" if pending.claimed_by else None
    escalated = "escalated" if pending.escalated_at else None
    marks = filter(None, (pending.supplement, claimed, escalated))
    return pending.evidence_version, pending.level, " ".join(marks)
