"""Whatever happens to evidence, in whatever order: the row that says whose verdict is awaited follows the facts."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import Appraisal as Verdict
from shared.db.models import Assignment, EvidenceVersion, PendingAppraisal, Plan, SupplementRequest
from shared.db.models import Evidence as Proof
from tests.factories.evidence import make_appraisal, make_evidence
from tests.factories.tracking import make_assignment, make_organization

CLOSED = ("completed", "suspended", "cancelled")
STEPS = ("valid", "invalid", "withdraw", "submit", "release", "refuse", "close", "open", "ask", "expire", "succeed")
Told = tuple[int, int, UUID, str | None] | None


@dataclass
class Model:
    """The facts about one piece of evidence as a person would keep them."""

    reviewers: list[UUID]
    version: int = 1
    released: bool = True
    closed: bool = False
    verdicts: list[tuple[UUID, str]] = field(default_factory=list)
    """Those that stand on the current version, with their ids."""
    asked: tuple[int, int, bool] | None = None
    """Version and level of the last request for more, and whether its day is over."""

    @property
    def awaited(self) -> Told:
        """Version, level, body and mark of the wait; None when nobody's verdict is awaited."""
        level = len(self.verdicts) + 1
        refused = any(verdict == "invalid" for _, verdict in self.verdicts)
        if not self.released or self.closed or refused or level > len(self.reviewers):
            return None
        return self.version, level, self.reviewers[level - 1], self._mark(level)

    def _mark(self, level: int) -> str | None:
        if self.asked is None or self.asked[1] != level:
            return None
        version, _, over = self.asked
        if version == self.version:
            return "expired" if over else "open"
        return "answered" if version == self.version - 1 else None


@dataclass
class Life:
    """One piece of evidence in the database beside its model."""

    session: AsyncSession
    evidence: Proof
    assignment: Assignment
    model: Model

    async def take(self, step: str) -> None:
        """Change the facts in both, where the step is possible."""
        model, awaited = self.model, self.model.awaited
        if step in {"valid", "invalid"} and awaited and awaited[3] != "open":
            given = await make_appraisal(self.session, self.evidence, step, at=now(), by=awaited[2], level=awaited[1])
            model.verdicts.append((given.id, step))
        elif step == "withdraw" and model.verdicts:
            verdict_id, _ = model.verdicts.pop()
            await self._write(update(Verdict).where(Verdict.id == verdict_id).values(withdrawn_at=now()))
        elif step == "submit":
            model.version, model.released, model.verdicts = model.version + 1, False, []
            self.evidence.current_version = model.version
            self.session.add(EvidenceVersion(evidence_id=self.evidence.id, number=model.version, submitted_by="x"))
            await self.session.flush()
        elif step in {"release", "refuse"} and not model.released:
            model.released = step == "release"
            chosen = update(EvidenceVersion).where(EvidenceVersion.number == model.version)
            await self._write(chosen.values(state=f"{step}d", released_at=now() if model.released else None))
        elif step in {"close", "open"}:
            model.closed = step == "close"
            status = CLOSED[model.version % 3] if model.closed else "in_progress"
            await self._write(update(Assignment).where(Assignment.id == self.assignment.id).values(status=status))
        elif step == "ask" and awaited and awaited[3] != "open":
            model.asked = (*awaited[:2], False)
            await self._ask(awaited)
        elif step == "expire" and awaited and awaited[3] == "open":
            model.asked = (*awaited[:2], True)
            await self._write(update(SupplementRequest).values(expired_at=now()))
        elif step == "succeed":
            heir = await make_organization(self.session)
            model.reviewers[0] = heir.id
            plan = update(Plan).where(Plan.id == self.assignment.plan_id)
            await self._write(plan.values(reviewing_organization_ids=model.reviewers))

    async def _ask(self, awaited: tuple[int, int, UUID, str | None]) -> None:
        version, level, body, _ = awaited
        request = SupplementRequest(
            id=new_id(),
            evidence_id=self.evidence.id,
            evidence_version=version,
            level=level,
            organization_id=body,
            requested_by="x",
            text="x",
            named_on=date(2026, 3, 2),
        )
        self.session.add(request)
        await self.session.flush()

    async def _write(self, statement: object) -> None:
        await self.session.execute(statement)  # type: ignore[call-overload]

    async def told(self) -> Told:
        """What the database says."""
        columns = (PendingAppraisal.evidence_version, PendingAppraisal.level, PendingAppraisal.organization_id)
        row = (await self.session.execute(select(*columns, PendingAppraisal.supplement))).one_or_none()
        return (row[0], row[1], row[2], row[3]) if row else None


@pytest.mark.parametrize("seed", range(12))
async def test_the_row_follows_the_facts_in_any_order(session: AsyncSession, seed: int) -> None:
    chance = Random(seed)
    reviewers = [await make_organization(session, kind="reviewing_body") for _ in range(2)]
    assignment = await make_assignment(session, reviewers=reviewers)
    evidence = await make_evidence(session, assignment)
    life = Life(session, evidence, assignment, Model([each.id for each in reviewers]))
    history: list[str] = []
    for _ in range(40):
        assert await life.told() == life.model.awaited, history
        history.append(chance.choice(STEPS))
        await life.take(history[-1])
    assert await life.told() == life.model.awaited, history
