"""From a document to a proposal, corrected by a person."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.queries import get_by_code
from services.tasks_api.plan_imports import queries
from services.tasks_api.plan_imports.corrections import apply_correction, new_row
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.policies import ensure_may_import
from services.tasks_api.plan_imports.proposal import build_proposal, proposal_json
from services.tasks_api.plan_imports.reading_apart import read_apart
from services.tasks_api.plan_imports.rematching import match_again
from services.tasks_api.plan_imports.row_cells import place_of
from services.tasks_api.plan_imports.schemas import RowAddition, RowCorrection
from shared import audit
from shared.clock import now, today
from shared.db.calendar import load_calendar
from shared.db.ids import new_id
from shared.db.models import Organization, Plan, PlanImport
from shared.domain.calendar import WorkCalendar
from shared.domain.errors import Conflict, FieldError, Invalid, NotFound
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current

Json = dict[str, Any]


async def get_issuer(session: AsyncSession, code: str) -> Organization:
    """The organization a plan is imported for; Invalid("issuer-unknown") when the code names none."""
    try:
        return await get_by_code(session, code)
    except NotFound as error:
        raise Invalid("issuer-unknown", f"Cơ quan ban hành chưa có trong hệ thống. {error.detail}") from error


async def get_plan_in_force(session: AsyncSession, issuer: Organization, number: str) -> Plan:
    """The issuer's plan in force with this number, the latest if there are several; Invalid("plan-unknown")."""
    plan = await queries.find_latest_in_force(session, issuer, number)
    if plan is None:
        raise Invalid("plan-unknown", f"{issuer.name} không có kế hoạch số {number} đang thực hiện.")
    return plan


async def propose(
    content: bytes,
    filename: str,
    index: NameIndex | None = None,
    issuer_id: UUID | None = None,
    calendar: WorkCalendar | None = None,
) -> dict[str, object]:
    """The proposal a document makes, in the published shape; without an index names are not looked up.

    Refusals are domain errors; throwaway.Busy says that too many documents are being read.
    """
    document = await read_apart(content, filename)
    issuer = str(issuer_id) if issuer_id else None
    return proposal_json(await asyncio.to_thread(build_proposal, document, index, issuer, calendar))


async def create_plan_import(
    session: AsyncSession,
    principal: Principal,
    *,
    issuer: Organization,
    content: bytes,
    filename: str,
    amends: Plan | None = None,
) -> PlanImport:
    """Read a document for `issuer`. The same bytes again give the import that already stands; until it is committed,
    names the tree did not have are looked up again.

    A document that restates a plan in force is compared with it, and becomes an amendment: `amends`, or the plan whose
    number and date it has.
    """
    ensure_may_import(principal, issuer)
    _ensure_amendable(issuer, amends)
    sha256 = hashlib.sha256(content).hexdigest()
    existing = await queries.find_same_document(session, issuer, sha256)
    index = await queries.load_name_index(session, issuer, on=today())
    if existing:
        return await _renew(session, principal, existing, index, amends)
    calendar = await load_calendar(session)
    proposal = await propose(content, filename, index, issuer.id, calendar)
    plan = amends or await _find_restated(session, issuer, proposal)
    values = {
        "id": new_id(),
        "issuer_id": issuer.id,
        "document_sha256": sha256,
        "filename": filename,
        "proposal": proposal,
        "requested_by": principal.subject,
        "version": 1,
        "corrected": {},
        "amends_plan_id": plan.id if plan else None,
    }
    statement = insert(PlanImport).values(values).on_conflict_do_nothing().returning(PlanImport)
    plan_import = await session.scalar(statement)
    if plan_import is None:  # the same document came in twice at once, and the other was faster
        return await queries.get_same_document(session, issuer, sha256)
    after: dict[str, object] = {"issuer_id": str(issuer.id), "filename": filename, "sha256": sha256}
    if plan:
        after["amends_plan_id"] = str(plan.id)
    audit.record(session, principal, "plan_import.created", plan_import, after=after)
    await session.flush()
    return plan_import


def _ensure_amendable(issuer: Organization, plan: Plan | None) -> None:
    if plan is not None and plan.issuer_id != issuer.id:
        message = "kế hoạch do cơ quan khác ban hành"
        raise Invalid("amends-other-issuer", f"amends: {message}.", errors=[FieldError("amends", "other", message)])
    if plan is not None and plan.state != "active":
        raise Conflict("plan-not-active", "Chỉ điều chỉnh được kế hoạch đã kích hoạt.")


async def _find_restated(session: AsyncSession, issuer: Organization, proposal: Json) -> Plan | None:
    document: Json = proposal["document"]
    if not document["issued_on"]:
        return None
    issued_on = date.fromisoformat(document["issued_on"])
    return await queries.find_plan_in_force(session, issuer.id, document["number"], issued_on)


async def _renew(
    session: AsyncSession, principal: Principal, plan_import: PlanImport, index: NameIndex, amends: Plan | None
) -> PlanImport:
    if plan_import.is_committed:
        return plan_import
    plan_import = await queries.get_plan_import(session, principal, plan_import.id, lock=True)
    renewed = match_again(plan_import.proposal, index, str(plan_import.issuer_id))
    if plan_import.is_committed:
        return plan_import
    if amends is not None and plan_import.amends_plan_id != amends.id:
        before: dict[str, object] = {"amends_plan_id": _text(plan_import.amends_plan_id)}
        after: dict[str, object] = {"amends_plan_id": str(amends.id)}
        plan_import.amends_plan_id = amends.id
        plan_import.version += 1
        audit.record(session, principal, "plan_import.plan_named", plan_import, before=before, after=after)
        await session.flush()
    if renewed is not plan_import.proposal:
        plan_import.proposal = renewed
        plan_import.version += 1
        audit.record(session, principal, "plan_import.names_found", plan_import, after={"version": plan_import.version})
        await session.flush()
    return plan_import


async def correct_row(
    session: AsyncSession,
    principal: Principal,
    import_id: UUID,
    row: str,
    correction: RowCorrection,
    *,
    expected_version: int,
) -> PlanImport:
    """Change the row with this address (`2.4`, `p17`) of a proposal that is not committed yet."""
    plan_import, issuer = await _under_review(session, principal, import_id, expected_version)
    tasks = _tasks(plan_import.proposal)
    position = _position(tasks, row)
    before = tasks[position]
    after, plan_import.proposal = await apply_correction(
        session, principal, issuer, plan_import.proposal, before, correction, at=now()
    )
    plan_import.corrected = _read_so_far(plan_import.corrected, row, before, after)
    plan_import.version += 1
    audit.record(session, principal, "plan_import.row_corrected", plan_import, before=before, after=after)
    await session.flush()
    return plan_import


async def add_row(
    session: AsyncSession, principal: Principal, import_id: UUID, wanted: RowAddition, *, expected_version: int
) -> PlanImport:
    """Add a task to a proposal that is not committed yet; what is not said of it is as doubtful as in a document."""
    plan_import, issuer = await _under_review(session, principal, import_id, expected_version)
    tasks = _tasks(plan_import.proposal)
    position = len(tasks) if wanted.after is None else _position(tasks, wanted.after) + 1
    added = max((task["row"]["row"] for task in tasks if task["row"].get("table") == 0), default=0)
    blank = new_row(Place(row=added + 1))
    said = wanted.model_copy(
        update={
            "leads": wanted.leads or [],
            "coordinating": wanted.coordinating or [],
            "deadline_text": wanted.deadline_text,
        }
    )
    proposal = plan_import.proposal | {"tasks": [*tasks[:position], blank, *tasks[position:]]}
    after, plan_import.proposal = await apply_correction(session, principal, issuer, proposal, blank, said, at=now())
    plan_import.version += 1
    audit.record(session, principal, "plan_import.row_added", plan_import, after=after)
    await session.flush()
    return plan_import


async def _under_review(
    session: AsyncSession, principal: Principal, import_id: UUID, expected_version: int
) -> tuple[PlanImport, Organization]:
    """The import, locked, and its issuer; Conflict("plan-import-committed") once it became a plan."""
    plan_import = await queries.get_plan_import(session, principal, import_id, lock=True)
    issuer = await session.get_one(Organization, plan_import.issuer_id)
    ensure_may_import(principal, issuer)
    ensure_current(plan_import.version, expected_version)
    if plan_import.is_committed:
        raise Conflict("plan-import-committed", "Kế hoạch đã được ghi nhận: hãy điều chỉnh bằng văn bản điều chỉnh.")
    return plan_import, issuer


def _position(tasks: Sequence[Json], row: str) -> int:
    position = next((n for n, task in enumerate(tasks) if place_of(task) == row), None)
    if position is None:
        raise NotFound(
            "row-not-found", f"Không có nhiệm vụ nào ở dòng {row} (dạng bảng.dòng, ví dụ 2.4, hoặc đoạn, ví dụ p17)."
        )
    return position


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


def _tasks(proposal: Json) -> list[Json]:
    tasks: list[Json] = proposal["tasks"]
    return tasks


def _read_so_far(corrected: Json, row: str, before: Json, after: Json) -> Json:
    """What was first read in each cell that a person has corrected."""
    fields = ("code", "general_task", "title", "required_output", "kpi", "deadline", "leads", "coordinating")
    read = {name: before[name] for name in fields if before[name] != after[name]}
    return corrected | {row: read | corrected.get(row, {})}
