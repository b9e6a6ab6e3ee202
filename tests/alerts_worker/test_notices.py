"""What everyone is told when something happens to evidence: once, about the work they have to do with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.handlers import Acting
from services.alerts_worker.notices import jobs
from services.alerts_worker.subscriptions import SUBSCRIPTIONS
from shared.audit import System
from shared.db.ids import new_id
from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceAssignment,
    Notice,
    Organization,
    Plan,
    SupplementRequest,
)
from shared.domain.assignment_states import AssignmentStatus, Verdict
from shared.events import (
    AppraisalDecided,
    AppraisalOverdue,
    AppraisalWithdrawn,
    AssignmentResumed,
    Event,
    EvidenceDamaged,
    EvidenceRefused,
    EvidenceReleased,
    EvidenceWithdrawn,
    SupplementExpired,
    SupplementRequested,
    SupplementWithdrawn,
)
from shared.tracking.opening import open_begun_cycles
from tests.alerts_worker.cases import MONDAY, TUESDAY, WEDNESDAY, appraise, make_evidence, make_version
from tests.factories.tracking import make_assignment, make_organization, make_task


@dataclass(frozen=True)
class Scene:
    """Evidence of `lead`, whom `helper` helps, which the team has passed; it proves work of `neighbour` too."""

    organizations: Mapping[str, Organization]
    first: Assignment
    second: Assignment
    evidence: Evidence
    appraisal: Appraisal
    request: SupplementRequest


@pytest.fixture
async def scene(session: AsyncSession) -> Scene:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    made = {name: await make_organization(session, parent=ward) for name in ("lead", "helper", "neighbour", "team")}
    made |= {"ward": ward, "province": province}
    first = await make_assignment(
        session,
        issuer=ward,
        lead=made["lead"],
        coordinating=[made["helper"]],
        reviewers=[made["team"], province],
    )
    plan = await session.get_one(Plan, first.plan_id)
    await make_task(session, plan, made["neighbour"], code="2", coordinating=[made["helper"]])
    opened = await open_begun_cycles(session, plan, System("tests"), on=MONDAY.date(), now=MONDAY)
    (second,) = (each for each in opened if each.id != first.id)
    evidence = await make_evidence(session, first)
    session.add(EvidenceAssignment(evidence_id=evidence.id, assignment_id=second.id, linked_at=MONDAY))
    appraisal = await appraise(session, evidence, Verdict.VALID, at=TUESDAY)
    request = SupplementRequest(
        id=new_id(),
        evidence_id=evidence.id,
        evidence_version=1,
        level=2,
        organization_id=province.id,
        requested_by="x",
        text="x",
        named_on=date(2026, 3, 9),
    )
    session.add(request)
    await session.flush()
    return Scene(made, first, second, evidence, appraisal, request)


def fact_of(scene: Scene, kind: str) -> Event:
    """What happened, as whoever did it leaves it."""
    evidence_id, appraisal_id, request_id = scene.evidence.id, scene.appraisal.id, scene.request.id
    assignment_id, reviewer_id = scene.first.id, scene.organizations["team"].id
    return {
        "released": EvidenceReleased(evidence_id=evidence_id, version=1, assignment_id=assignment_id),
        "refused": EvidenceRefused(evidence_id=evidence_id, version=1),
        "decided": AppraisalDecided(appraisal_id=appraisal_id, assignment_id=assignment_id),
        "verdict withdrawn": AppraisalWithdrawn(appraisal_id=appraisal_id, assignment_id=assignment_id),
        "overdue": AppraisalOverdue(
            evidence_id=evidence_id,
            version=1,
            level=1,
            organization_id=reviewer_id,
            assignment_id=assignment_id,
        ),
        "more asked for": SupplementRequested(supplement_request_id=request_id, assignment_id=assignment_id),
        "asked for no more": SupplementWithdrawn(supplement_request_id=request_id, assignment_id=assignment_id),
        "nothing came": SupplementExpired(supplement_request_id=request_id, assignment_id=assignment_id),
        "resumed": AssignmentResumed(assignment_id=assignment_id),
        "damaged": EvidenceDamaged(evidence_id=evidence_id, version=1),
        "withdrawn": EvidenceWithdrawn(evidence_id=evidence_id),
    }[kind]


async def tell_of(session: AsyncSession, fact: Event) -> None:
    """What the worker does with a fact, as far as notices go."""
    await session.flush()
    for handler in SUBSCRIPTIONS[fact.type]:
        if isinstance(handler, Acting) and handler.act.__module__ == jobs.__name__:
            await handler.act(session, fact, WEDNESDAY)


WORKING = {"lead", "helper", "neighbour"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("released", {"appraisal.waiting": {"team"}}),
        ("refused", {"evidence.refused": WORKING}),
        ("decided", {"appraisal.decided": WORKING, "appraisal.waiting": {"province"}}),
        ("verdict withdrawn", {"appraisal.withdrawn": WORKING | {"team", "province"}}),
        ("overdue", {"appraisal.overdue": WORKING | {"team", "ward"}}),
        ("more asked for", {"supplement.requested": WORKING}),
        ("asked for no more", {"supplement.withdrawn": WORKING}),
        ("nothing came", {"supplement.expired": WORKING | {"province"}}),
        ("resumed", {"appraisal.waiting": {"province"}}),
        ("damaged", {"evidence.damaged": WORKING | {"province"}}),
        ("withdrawn", {"evidence.withdrawn": WORKING | {"team", "province"}}),
    ],
)
async def test_everyone_who_must_know_is_told_of_their_work(
    session: AsyncSession, scene: Scene, kind: str, told: dict[str, set[str]]
) -> None:
    scene.evidence.withdrawal_reason = scene.appraisal.withdrawal_reason = "Nộp nhầm"
    if kind == "released":
        scene.appraisal.withdrawn_at = TUESDAY
    await tell_of(session, fact_of(scene, kind))
    names = {each.id: name for name, each in scene.organizations.items()}
    left = (await session.scalars(select(Notice))).all()
    found: dict[str, set[str]] = {}
    for notice in left:
        found.setdefault(notice.kind, set()).add(names[notice.organization_id])
    assert found == told
    assert len(left) == sum(len(each) for each in told.values()), "each once"
    own = {"neighbour": scene.second.id}
    assert all(each.assignment_id == own.get(names[each.organization_id], scene.first.id) for each in left)
    codes = {names[each.organization_id]: each.facts["task_code"] for each in left}
    assert all(code == ("2" if name == "neighbour" else "1") for name, code in codes.items())
    assert all(each.facts["plan_number"] and each.facts["task_title"] for each in left)


@pytest.mark.parametrize("ended", ["withdrawn", "replaced", "suspended", "decided"])
@pytest.mark.parametrize(("kind", "told"), [("released", set()), ("decided", {"appraisal.decided"})])
async def test_nobody_is_told_to_judge_what_is_not_in_its_queue(
    session: AsyncSession, scene: Scene, ended: str, kind: str, told: set[str]
) -> None:
    if kind == "released":
        scene.appraisal.withdrawn_at = TUESDAY
    match ended:
        case "withdrawn":
            scene.evidence.withdrawn_at = TUESDAY
        case "replaced":
            await make_version(session, scene.evidence, 2, [], "received")
        case "suspended":
            scene.first.status = scene.second.status = AssignmentStatus.SUSPENDED
        case "decided":
            await appraise(session, scene.evidence, Verdict.VALID, level=2, at=WEDNESDAY)
    await tell_of(session, fact_of(scene, kind))
    assert set(await session.scalars(select(Notice.kind))) == told
