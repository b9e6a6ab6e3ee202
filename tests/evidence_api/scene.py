"""A ward's office that must prove its work, the bodies that appraise it, and the steps they take."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import System
from shared.db.models import (
    Assignment,
    AuditEntry,
    CompletionEvidence,
    EvidenceVersion,
    Organization,
    OrganizationSuccession,
    OutboxEvent,
    Plan,
)
from shared.domain.principal import Role
from shared.tracking.opening import open_begun_cycles
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization, make_task

DOCUMENT = {"number": "12/QĐ-UBND", "issued_on": "2026-02-20", "issuer": "UBND phường"}
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
RELEASED_AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
Caller = dict[str, str]
"""The headers somebody sends."""

_numbers = count()


@dataclass(frozen=True)
class Scene:
    """`office` leads; `ward` issued the plan; `helper_team` appraises first, `province` second."""

    province: Organization
    ward: Organization
    office: Organization
    helper_team: Organization
    assignment: Assignment
    reporter: Caller
    viewer: Caller
    reviewer: Caller
    upper_reviewer: Caller
    outsider: Caller


async def make_scene(session: AsyncSession, maker: TokenMaker) -> Scene:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    office = await make_organization(session, parent=ward, name="Phòng Văn hóa - Xã hội")
    helper_team = await make_organization(session, parent=ward, kind="reviewing_body")
    stranger = await make_organization(session, parent=province, kind="ward")
    assignment = await make_assignment(session, issuer=ward, lead=office, reviewers=[helper_team, province])
    return Scene(
        province,
        ward,
        office,
        helper_team,
        assignment,
        reporter=await make_caller(session, maker, office, Role.REPORTER),
        viewer=await make_caller(session, maker, office, Role.VIEWER),
        reviewer=await make_caller(session, maker, helper_team, Role.REVIEWER),
        upper_reviewer=await make_caller(session, maker, province, Role.REVIEWER),
        outsider=await make_caller(session, maker, stranger, Role.REPORTER, Role.REVIEWER),
    )


async def add_assignment(session: AsyncSession, scene: Scene, lead: Organization | None = None) -> Assignment:
    """A second assignment of the scene's plan, by default of the same office."""
    plan = await session.get_one(Plan, scene.assignment.plan_id)
    await make_task(session, plan, lead or scene.office, code="2")
    opened = await open_begun_cycles(session, plan, System("tests"), on=date(2026, 2, 1), now=RELEASED_AT)
    (added,) = (each for each in opened if each.id != scene.assignment.id)
    await session.commit()
    return added


async def succeed_office(session: AsyncSession, scene: Scene, heir: Organization) -> None:
    """The duties of the office have passed to the heir."""
    succession = OrganizationSuccession(
        predecessor_id=scene.office.id,
        receiver_id=heir.id,
        kind="merge",
        effective_on=date(2026, 3, 1),
        instrument="12/NQ-HĐND",
        recorded_by="tests",
        applied_at=RELEASED_AT,
    )
    session.add(succession)
    await session.commit()


async def complete_on(session: AsyncSession, assignment: Assignment, status: str, *evidence_ids: str) -> None:
    """A completion that stands on these pieces, and has come as far as `status`."""
    session.add_all(
        CompletionEvidence(assignment_id=assignment.id, evidence_id=UUID(each), evidence_version=1)
        for each in evidence_ids
    )
    await session.flush()
    await set_status(session, assignment, status)


async def upload(
    api: httpx.AsyncClient, caller: Caller, content: bytes | None = None, filename: str = "Quyết định 12.pdf"
) -> str:
    """The id of a new upload, of different bytes each time unless `content` is given."""
    content = content or PDF + str(next(_numbers)).encode()
    response = await api.post("/v1/uploads", params={"filename": filename}, content=content, headers=caller)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def submit(api: httpx.AsyncClient, scene: Scene, *upload_ids: str, caller: Caller | None = None) -> str:
    """The id of new evidence of the scene's assignment, by default of one new file."""
    caller = caller or scene.reporter
    body = {
        "assignment_id": str(scene.assignment.id),
        "kind": "signed_document",
        "document": DOCUMENT,
        "upload_ids": list(upload_ids) or [await upload(api, caller)],
    }
    response = await api.post("/v1/evidence", json=body, headers=caller)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def submit_next(api: httpx.AsyncClient, scene: Scene, evidence_id: str) -> None:
    """A further version of one new file."""
    body = {"upload_ids": [await upload(api, scene.reporter)]}
    response = await api.post(f"/v1/evidence/{evidence_id}/versions", json=body, headers=scene.reporter)
    assert response.status_code == 201, response.text


async def set_state(
    session: AsyncSession,
    evidence_id: str,
    state: str = "released",
    *,
    number: int = 1,
    at: datetime = RELEASED_AT,
) -> None:
    """Put a version where its checks would have brought it."""
    await session.execute(
        update(EvidenceVersion)
        .where(EvidenceVersion.evidence_id == UUID(evidence_id), EvidenceVersion.number == number)
        .values(state=state, released_at=at if state == "released" else None)
    )
    await session.commit()


async def set_status(session: AsyncSession, assignment: Assignment, status: str) -> None:
    await session.execute(update(Assignment).where(Assignment.id == assignment.id).values(status=status))
    await session.commit()


async def appraise(
    api: httpx.AsyncClient, caller: Caller, evidence_id: str, verdict: str = "valid", **changes: Any
) -> httpx.Response:
    """Give a verdict on version 1, with a reason where one is needed."""
    reasons = [] if verdict == "valid" else ["not_signed"]
    body = {"verdict": verdict, "reasons": reasons, "comment": "Đã xem", "evidence_version": 1} | changes
    return await api.post(f"/v1/evidence/{evidence_id}/appraisals", json=body, headers=caller)


async def released_evidence(
    api: httpx.AsyncClient, session: AsyncSession, scene: Scene, at: datetime = RELEASED_AT
) -> str:
    """The id of new evidence whose version 1 was released at an instant."""
    evidence_id = await submit(api, scene)
    await set_state(session, evidence_id, at=at)
    return evidence_id


async def payloads(session: AsyncSession, event_type: str) -> list[dict[str, object]]:
    """What left through the outbox, in order."""
    statement = select(OutboxEvent.payload).where(OutboxEvent.type == event_type).order_by(OutboxEvent.id)
    return list((await session.scalars(statement)).all())


async def trail(session: AsyncSession, action: str) -> list[AuditEntry]:
    """What the trail holds of an action, in order."""
    statement = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list((await session.scalars(statement)).all())


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and stable code of a refusal."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]
