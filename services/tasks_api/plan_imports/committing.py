"""From an agreed proposal to a plan with its groups, tasks and indicators, all at once or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.queries import require_by_code
from services.tasks_api.plan_imports import queries
from services.tasks_api.plan_imports.amending import commit_amendment
from services.tasks_api.plan_imports.naming import Names
from services.tasks_api.plan_imports.policies import ensure_may_import
from services.tasks_api.plan_imports.review import accept_everywhere, ensure_nothing_open, included
from services.tasks_api.plan_imports.row_cells import cells_of
from services.tasks_api.plan_imports.schemas import CommittedPlan, PlanImportCommit
from services.tasks_api.plans.terms import ensure_term
from shared import audit
from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import Organization, Plan, PlanImport, Task, TaskGroup
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.tracking.cells import day_of, new_task
from shared.tracking.indicators import count_indicators, indicators_of

Row = Mapping[str, Any]


async def commit_plan_import(
    session: AsyncSession,
    principal: Principal,
    import_id: UUID,
    wanted: PlanImportCommit,
    *,
    expected_version: int | None,
) -> CommittedPlan:
    """Turn a proposal into a draft plan, or into an amendment of the plan it restates. Committing again answers with
    what stands.

    Raises Invalid("document-incomplete") when number, date or title are neither read nor given,
    Conflict("plan-exists") when another document already gave the issuer this number and date, and
    Conflict("proposal-has-blocking-issues") while something waits for a person.
    """
    plan_import = await queries.get_plan_import(session, principal, import_id, lock=True)
    # Plans of one issuer are committed one after another: two files of one plan must not both pass the check below.
    issuer = await session.get_one(Organization, plan_import.issuer_id, with_for_update={"key_share": True})
    ensure_may_import(principal, issuer)
    proposal: Row = included(plan_import.proposal)
    if plan_import.is_committed:
        return await _summary(session, plan_import, created=False, organizations=())
    ensure_current(plan_import.version, expected_version)
    agreed = wanted.create_organizations
    if wanted.accept_issues:
        by, at = principal.subject, now().isoformat()
        plan_import.proposal = accept_everywhere(plan_import.proposal, wanted.accept_issues, by, at)
    if plan_import.amends_plan_id is not None:
        return await _amend(session, principal, plan_import, issuer, wanted)
    plan = await _plan(session, plan_import, issuer, wanted)
    ensure_nothing_open(plan_import.proposal, agreed)
    names = await Names.load(session, principal, issuer, proposal, agreed)
    session.add(plan)
    groups = _groups(plan, proposal)
    session.add_all(groups.values())
    await session.flush()
    for position, row in enumerate(proposal["tasks"], start=1):
        task = _task(plan, groups, row, position)
        session.add(task)
        session.add_all(await names.named_in(session, task.id, row))
    for indicator, targets in indicators_of(plan, proposal["indicators"], actor=audit.actor_name(principal)):
        session.add_all([indicator, *targets])
    plan_import.plan_id = plan.id
    plan_import.version += 1
    _record(session, principal, plan_import, plan)
    await session.flush()
    return await _summary(session, plan_import, created=True, organizations=names.created)


async def _amend(
    session: AsyncSession, principal: Principal, plan_import: PlanImport, issuer: Organization, wanted: PlanImportCommit
) -> CommittedPlan:
    amendment, created = await commit_amendment(session, principal, plan_import, issuer, wanted)
    plan_import.amendment_id = amendment.id
    plan_import.version += 1
    taken: dict[str, object] = {"amendment_id": str(amendment.id)}
    audit.record(session, principal, "plan_import.committed", plan_import, before={"amendment_id": None}, after=taken)
    await session.flush()
    return await _summary(session, plan_import, created=True, organizations=created)


async def _plan(session: AsyncSession, plan_import: PlanImport, issuer: Organization, wanted: PlanImportCommit) -> Plan:
    document: Row = plan_import.proposal["document"]  # type: ignore[assignment] # the published shape
    number, title = wanted.number or document["number"], wanted.title or document["title"]
    issued_on = wanted.issued_on or day_of(document["issued_on"])
    missing = [name for name, value in (("number", number), ("title", title), ("issued_on", issued_on)) if not value]
    if missing or issued_on is None:
        raise Invalid(
            "document-incomplete",
            "Tài liệu không ghi đủ số, ngày ban hành và trích yếu: hãy bổ sung khi ghi nhận kế hoạch.",
            errors=[FieldError(name, "missing", "bắt buộc phải có") for name in missing],
        )
    existing = await queries.find_same_plan(session, issuer.id, number, issued_on)
    if existing:
        advice = " Để điều chỉnh kế hoạch đó, hãy nhập lại tệp này kèm amends." if existing.state == "active" else ""
        raise Conflict(
            "plan-exists",
            f"Kế hoạch số {number} ngày {issued_on:%d/%m/%Y} đã được nhập từ một tệp khác.{advice}",
            facts={"plan_id": str(existing.id)},
        )
    starts_on = wanted.starts_on or issued_on
    ensure_term(issued_on, starts_on, wanted.ends_on)
    reviewers = await _reviewers(session, wanted.reviewing_organizations) or [issuer]
    return Plan(
        id=new_id(),
        issuer_id=issuer.id,
        kind="plan",
        number=number,
        issued_on=issued_on,
        title=title,
        issuer_text=document["issuer_text"],
        starts_on=starts_on,
        ends_on=wanted.ends_on,
        visibility=wanted.visibility,
        reviewing_organization_ids=[reviewer.id for reviewer in reviewers],
        reporting_rules=plan_import.proposal["reporting_rules"],
        document_sha256=plan_import.document_sha256,
        clarity=[question.value for question in dict.fromkeys(wanted.clarity)],
    )


def _record(session: AsyncSession, principal: Principal, plan_import: PlanImport, plan: Plan) -> None:
    """The tasks and indicators are those of the proposal, which stays as it is from now on."""
    after: dict[str, object] = {
        "number": plan.number,
        "issued_on": plan.issued_on.isoformat(),
        "title": plan.title,
        "issuer_id": str(plan.issuer_id),
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else None,
        "visibility": plan.visibility,
        "reviewing_organization_ids": [str(reviewer) for reviewer in plan.reviewing_organization_ids],
        "plan_import_id": str(plan_import.id),
    }
    audit.record(session, principal, "plan.imported", plan, after=after)
    taken: dict[str, object] = {"plan_id": str(plan.id)}
    audit.record(session, principal, "plan_import.committed", plan_import, before={"plan_id": None}, after=taken)


async def _reviewers(session: AsyncSession, codes: Sequence[str]) -> list[Organization]:
    """One level each: a body that came twice would have to pass its own verdict."""
    reviewers = [await require_by_code(session, code, "reviewing_organizations") for code in codes]
    repeated = [reviewer.code for at, reviewer in enumerate(reviewers) if reviewer in reviewers[:at]]
    if repeated:
        message = f"cơ quan thẩm định bị nêu nhiều lần: {', '.join(repeated)}"
        raise Invalid(
            "reviewer-repeated",
            f"Các cấp thẩm định: {message}.",
            errors=[FieldError("reviewing_organizations", "reviewer-repeated", message)],
        )
    return reviewers


def _groups(plan: Plan, proposal: Row) -> dict[str, TaskGroup]:
    groups: dict[str, TaskGroup] = {}
    for row in proposal["tasks"]:
        group = row["group"]
        if group and group["no"] not in groups:
            groups[group["no"]] = TaskGroup(
                id=new_id(), plan_id=plan.id, no=group["no"], title=group["title"], position=len(groups) + 1
            )
    return groups


def _task(plan: Plan, groups: Mapping[str, TaskGroup], row: Row, position: int) -> Task:
    group_id = groups[row["group"]["no"]].id if row["group"] else None
    return new_task(plan.id, group_id, position, cells_of(row) | {"source": row["row"]})


async def _summary(
    session: AsyncSession, plan_import: PlanImport, *, created: bool, organizations: Sequence[str]
) -> CommittedPlan:
    plan_id = plan_import.plan_id or plan_import.amends_plan_id
    assert plan_id is not None
    proposal: Row = included(plan_import.proposal)
    rows = proposal["tasks"]
    return CommittedPlan(
        plan_id=plan_id,
        amendment_id=plan_import.amendment_id,
        created=created,
        tasks=len(rows),
        indicators=count_indicators(proposal["indicators"]),
        organizations_created=list(organizations),
        tasks_without_lead=await queries.list_tasks_without_lead(session, plan_id),
        tasks_without_deadline=[row["code"] for row in rows if row["deadline"]["kind"] == "unknown"],
    )
