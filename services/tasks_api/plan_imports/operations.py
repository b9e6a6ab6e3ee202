"""From a document to a proposal, corrected by a person."""

import asyncio
import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.queries import get_by_code, require_by_code
from services.tasks_api.plan_imports import queries
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.doubts import lead_missing, lead_outside
from services.tasks_api.plan_imports.names import NameIndex, is_collective
from services.tasks_api.plan_imports.policies import ensure_may_import
from services.tasks_api.plan_imports.proposal import build_proposal, issue_json, proposal_json
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.rematching import match_again
from services.tasks_api.plan_imports.row_cells import place_of
from services.tasks_api.plan_imports.schemas import RowCorrection
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Organization, Plan, PlanImport
from shared.domain.deadlines import DeadlineKind
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


def propose(
    content: bytes, filename: str, index: NameIndex | None = None, issuer_id: UUID | None = None
) -> dict[str, object]:
    """The proposal a document makes, in the published shape; without an index names are not looked up.

    CPU-bound. Refusals are domain errors.
    """
    document = read_document(content, filename)
    return proposal_json(build_proposal(document, index, str(issuer_id) if issuer_id else None))


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
    index = await queries.load_name_index(session, issuer)
    if existing:
        return await _renew(session, principal, existing, index, amends)
    proposal = await asyncio.to_thread(propose, content, filename, index, issuer.id)
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
    """Change the row `table.row` of a proposal that is not committed yet."""
    plan_import = await queries.get_plan_import(session, principal, import_id, lock=True)
    issuer = await session.get_one(Organization, plan_import.issuer_id)
    ensure_may_import(principal, issuer)
    ensure_current(plan_import.version, expected_version)
    if plan_import.is_committed:
        raise Conflict("plan-import-committed", "Kế hoạch đã được ghi nhận: hãy điều chỉnh bằng văn bản điều chỉnh.")
    tasks = _tasks(plan_import.proposal)
    position = next((n for n, task in enumerate(tasks) if place_of(task) == row), None)
    if position is None:
        raise NotFound("row-not-found", f"Không có nhiệm vụ nào ở dòng {row} (dạng bảng.dòng, ví dụ 2.4).")
    before = tasks[position]
    after = await _corrected(session, before, correction)
    opened = await _opened(session, issuer, after, correction)
    after["issues"] = _issues(before, after, correction, opened)
    plan_import.proposal = plan_import.proposal | {
        "tasks": [*tasks[:position], after, *tasks[position + 1 :]],
        "issues": _issues(plan_import.proposal, after, correction, opened),
    }
    plan_import.corrected = _read_so_far(plan_import.corrected, row, before, after)
    plan_import.version += 1
    audit.record(session, principal, "plan_import.row_corrected", plan_import, before=before, after=after)
    await session.flush()
    return plan_import


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


def _tasks(proposal: Json) -> list[Json]:
    tasks: list[Json] = proposal["tasks"]
    return tasks


def _read_so_far(corrected: Json, row: str, before: Json, after: Json) -> Json:
    """What was first read in each cell that a person has corrected."""
    fields = ("title", "required_output", "kpi", "deadline", "leads", "coordinating")
    read = {name: before[name] for name in fields if before[name] != after[name]}
    return corrected | {row: read | corrected.get(row, {})}


async def _corrected(session: AsyncSession, task: Json, correction: RowCorrection) -> Json:
    changed = task | correction.model_dump(mode="json", exclude_unset=True, include={"title", "required_output", "kpi"})
    if correction.deadline is not None:
        changed["deadline"] = correction.deadline.model_dump(mode="json")
        changed["milestones"] = []  # they were read in the text that the correction replaces
    for field, codes in (("leads", correction.leads), ("coordinating", correction.coordinating)):
        if codes is not None:
            changed[field] = [await _named(session, code, field) for code in codes]
    return changed


async def _opened(session: AsyncSession, issuer: Organization, task: Json, correction: RowCorrection) -> list[Json]:
    """The doubts that the leads a person named give rise to."""
    if correction.leads is None:
        return []
    place, code = Place(**task["row"]), task["code"]
    if not correction.leads:
        return [issue_json(lead_missing(place, code))]
    named = [name["organization"] for name in task["leads"]]
    outside = await queries.list_outside(session, named, await queries.get_branch(session, issuer))
    return [
        issue_json(lead_outside(place, code, name["text"])) for name in task["leads"] if name["organization"] in outside
    ]


def _issues(holder: Json, task: Json, correction: RowCorrection, opened: list[Json]) -> list[Json]:
    """The issues of a proposal or a task, less what the correction settles in this row, plus what it opens."""
    settled: set[str] = set()
    if correction.deadline is not None and correction.deadline.kind is not DeadlineKind.UNKNOWN:
        settled |= {"deadline-unknown", "deadline-missing", "deadline-before-issue"}
    if correction.leads is not None:
        settled |= {"lead-missing", "lead-vague", "lead-outside-issuer"}
    if not _unknown_bodies(task):
        settled |= {"organization-unknown", "organization-ambiguous"}
    kept = [issue for issue in holder["issues"] if issue["row"] != task["row"] or issue["code"] not in settled]
    return [*kept, *opened]


def _unknown_bodies(task: Json) -> list[str]:
    return [
        name["text"]
        for name in (*task["leads"], *task["coordinating"])
        if not name["organization"] and not name["group"] and not is_collective(name["text"])
    ]


async def _named(session: AsyncSession, code: str, field: str) -> Json:
    organization = await require_by_code(session, code, field)
    return {"text": organization.name, "organization": organization.code, "group": None, "confidence": 1.0}
