"""Two pieces of evidence before two reviewing bodies, and what everybody may do to them, each in the role of its
service.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.appraisal_waits.operations import escalate_overdue, expire_supplements
from services.alerts_worker.verdicts.operations import settle
from services.evidence_api.appraisal_queue.operations import claim_evidence, take_next_appraisal
from services.evidence_api.appraisals.operations import appraise_evidence, withdraw_appraisal
from services.evidence_api.appraisals.schemas import AppraiseEvidence
from services.evidence_api.evidence.operations import submit_evidence_version, withdraw_evidence
from services.evidence_api.evidence.schemas import SubmitVersion
from services.evidence_api.supplement_requests.operations import request_supplement
from services.evidence_api.supplement_requests.schemas import RequestSupplement
from services.tasks_api.assignments.operations import submit_completion
from shared.audit import System
from shared.clock import now, today
from shared.db import roles
from shared.db.calendar import load_calendar
from shared.db.ids import new_id
from shared.db.models import (
    Appraisal,
    Assignment,
    EvidenceAssignment,
    EvidenceFile,
    EvidenceVersion,
    Organization,
    PendingAppraisal,
    Plan,
    Upload,
)
from shared.domain.appraisal_reasons import AppraisalReason
from shared.domain.assignment_states import Verdict
from shared.domain.principal import Principal, Role
from shared.domain.service_levels import ServiceLevels
from shared.tracking.opening import open_begun_cycles
from tests.factories.evidence import make_evidence
from tests.factories.identity import principal_of
from tests.factories.tracking import make_assignment, make_organization, make_task

LONG_AGO = datetime.fromisoformat("2026-03-02T03:00:00Z")


@dataclass(frozen=True)
class Scene:
    """`first` and `second` review for the team that judges first, `upper` for the province, which judges last."""

    assignment_id: UUID
    pieces: list[UUID]
    upload_id: UUID
    reporter: Principal
    first: Principal
    second: Principal
    upper: Principal

    @property
    def piece(self) -> UUID:
        """The one that is raced for."""
        return self.pieces[0]

    def colleagues(self, count: int) -> list[Principal]:
        """So many who review for the team."""
        return [replace(self.first, subject=f"reviewer-{number}") for number in range(count)]


async def make_scene(session: AsyncSession, *, pieces: int = 2, levels: int = 2) -> Scene:
    """Released evidence of work in progress that has waited for the team for long."""
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    office = await make_organization(session, parent=ward)
    team = await make_organization(session, parent=ward, kind="reviewing_body")
    assignment = await make_assignment(session, issuer=ward, lead=office, reviewers=[team, province][:levels])
    uploads = [await _make_upload(session, assignment) for _ in range(pieces + 1)]
    ids = []
    for upload_id in uploads[1:]:
        evidence = await make_evidence(session, assignment)
        version_id = await session.scalar(select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence.id))
        session.add(EvidenceFile(evidence_version_id=version_id, position=1, upload_id=upload_id))
        ids.append(evidence.id)
    await session.execute(
        update(PendingAppraisal).where(PendingAppraisal.assignment_id == assignment.id).values(since=LONG_AGO)
    )
    reviewers = [principal_of(each, Role.REVIEWER) for each in (team, team, province)]
    return Scene(assignment.id, ids, uploads[0], principal_of(office, Role.REPORTER), *reviewers)


async def add_assignment(session: AsyncSession, scene: Scene) -> Scene:
    """The scene with another assignment of the plan, submitted for appraisal, that the pieces prove too."""
    assignment = await session.get_one(Assignment, scene.assignment_id)
    plan = await session.get_one(Plan, assignment.plan_id)
    lead = await session.get_one(Organization, assignment.organization_id)
    await make_task(session, plan, lead, code="2")
    opened = await open_begun_cycles(session, plan, System("tests"), on=LONG_AGO.date(), now=LONG_AGO)
    (added,) = (each for each in opened if each.id != assignment.id)
    added.status = "awaiting_appraisal"
    links = (EvidenceAssignment(evidence_id=each, assignment_id=added.id, linked_at=LONG_AGO) for each in scene.pieces)
    session.add_all(links)
    return replace(scene, assignment_id=added.id)


async def _make_upload(session: AsyncSession, assignment: Assignment) -> UUID:
    upload = Upload(
        id=new_id(),
        organization_id=assignment.organization_id,
        uploaded_by="tests",
        filename="x.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        storage_key="x",
    )
    session.add(upload)
    await session.flush()
    return upload.id


Act = Callable[[AsyncSession, Scene], Awaitable[object]]


@dataclass(frozen=True)
class Step:
    """What somebody of the scene (None: the system itself) does, in the database role of its service."""

    role: str
    who: str | None
    act: Act


def _judging(who: str, verdict: Verdict = Verdict.VALID, piece: int = 0) -> Step:
    async def act(session: AsyncSession, scene: Scene) -> None:
        reasons = [] if verdict is Verdict.VALID else [AppraisalReason.NOT_SIGNED]
        opinion = AppraiseEvidence(verdict=verdict, reasons=reasons, evidence_version=1)
        await appraise_evidence(session, getattr(scene, who), scene.pieces[piece], opinion, now=now())

    return Step(roles.EVIDENCE_API, who, act)


def _withdrawing(piece: int) -> Step:
    async def act(session: AsyncSession, scene: Scene) -> None:
        evidence_id, reason = scene.pieces[piece], "Nộp nhầm tệp"
        await withdraw_evidence(session, scene.reporter, evidence_id, reason, expected_version=None, now=now())

    return Step(roles.EVIDENCE_API, "reporter", act)


def _completing(pieces: int) -> Step:
    async def act(session: AsyncSession, scene: Scene) -> None:
        named = scene.pieces[:pieces]
        await submit_completion(session, scene.reporter, scene.assignment_id, named, expected_version=None, now=now())

    return Step(roles.TASKS_API, "reporter", act)


def _claiming(who: str, at: datetime | None = None) -> Step:
    async def act(session: AsyncSession, scene: Scene) -> None:
        await claim_evidence(session, getattr(scene, who), scene.piece, now=at or now())

    return Step(roles.EVIDENCE_API, who, act)


async def _take_next(session: AsyncSession, scene: Scene) -> None:
    await take_next_appraisal(session, scene.second, now=now())


async def _take_back(session: AsyncSession, scene: Scene) -> None:
    given = select(Appraisal.id).where(Appraisal.evidence_id == scene.piece, Appraisal.level == 1)
    appraisal_id = (await session.scalars(given)).one()
    await withdraw_appraisal(session, scene.first, appraisal_id, "Xem nhầm tệp", now=now())


async def _submit_version(session: AsyncSession, scene: Scene) -> None:
    version = SubmitVersion(upload_ids=[scene.upload_id])
    await submit_evidence_version(session, scene.reporter, scene.piece, version, expected_version=None, on=today())


async def _ask(session: AsyncSession, scene: Scene) -> None:
    wanted = RequestSupplement(text="Thiếu trang 2", due_on=today() + timedelta(days=3), evidence_version=1)
    await request_supplement(session, scene.first, scene.piece, wanted, on=today(), now=now())


async def _expire(session: AsyncSession, _: Scene) -> None:
    await expire_supplements(session, on=today() + timedelta(days=60), now=now())


async def _escalate(session: AsyncSession, _: Scene) -> None:
    levels = ServiceLevels((5, 10), await load_calendar(session))
    await escalate_overdue(session, levels, on=LONG_AGO.date() + timedelta(days=30), now=now())


async def _settle(session: AsyncSession, scene: Scene) -> None:
    await settle(session, scene.assignment_id, now=now())


JUDGE, JUDGE_OTHER, REFUSE = _judging("first"), _judging("first", piece=1), _judging("first", Verdict.INVALID)
JUDGE_AS_COLLEAGUE, JUDGE_ABOVE = _judging("second"), _judging("upper")
TAKE_BACK = Step(roles.EVIDENCE_API, "first", _take_back)
ASK = Step(roles.EVIDENCE_API, "first", _ask)
CLAIM, CLAIM_LONG_AGO = _claiming("second"), _claiming("first", LONG_AGO)
TAKE_NEXT = Step(roles.EVIDENCE_API, "second", _take_next)
WITHDRAW, WITHDRAW_OTHER = _withdrawing(0), _withdrawing(1)
SUBMIT_VERSION = Step(roles.EVIDENCE_API, "reporter", _submit_version)
COMPLETE, COMPLETE_ON_BOTH = _completing(1), _completing(2)
EXPIRE = Step(roles.WORKER, None, _expire)
ESCALATE = Step(roles.WORKER, None, _escalate)
SETTLE = Step(roles.WORKER, None, _settle)
