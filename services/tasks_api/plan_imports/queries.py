"""Reads for importing plans."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.name_corrections.queries import list_remembered
from services.tasks_api.organizations.queries import list_groups
from services.tasks_api.plan_imports.names import NameIndex
from services.tasks_api.plan_imports.succeeded_names import EndedBody, SucceededNameIndex
from shared.db.memberships import not_ended
from shared.db.models import (
    Amendment,
    Indicator,
    IndicatorTarget,
    Organization,
    OrganizationAlias,
    OrganizationGroup,
    Plan,
    PlanImport,
    Task,
    TaskOrganization,
)
from shared.db.succession import list_steps_from
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.organizations import TERRITORIES, GroupRef, OrganizationKind, OrganizationRef
from shared.domain.principal import Principal
from shared.domain.successions import ENDING, heirs_of


async def get_plan_import(
    session: AsyncSession, principal: Principal, import_id: UUID, *, lock: bool = False
) -> PlanImport:
    """The import, as far as the caller may know of it; NotFound otherwise."""
    statement = select(PlanImport).where(PlanImport.id == import_id, visible(principal, PlanImport))
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound("plan-import-not-found", "Không tìm thấy lần nhập kế hoạch này.")
    return found


async def find_same_document(session: AsyncSession, issuer: Organization, sha256: str) -> PlanImport | None:
    """The import of exactly these bytes for this issuer."""
    statement = select(PlanImport).where(PlanImport.issuer_id == issuer.id, PlanImport.document_sha256 == sha256)
    return await session.scalar(statement)


async def get_same_document(session: AsyncSession, issuer: Organization, sha256: str) -> PlanImport:
    """The import of these bytes, which is known to exist."""
    found = await find_same_document(session, issuer, sha256)
    assert found is not None
    return found


async def find_same_plan(session: AsyncSession, issuer_id: UUID, number: str, issued_on: object) -> Plan | None:
    """The plan of this issuer with this number and date."""
    statement = select(Plan).where(Plan.issuer_id == issuer_id, Plan.number == number, Plan.issued_on == issued_on)
    return await session.scalar(statement)


async def find_plan_in_force(
    session: AsyncSession, issuer_id: UUID, number: str | None, issued_on: date
) -> Plan | None:
    """The active plan of this issuer with this number and date."""
    found = await find_same_plan(session, issuer_id, number, issued_on) if number else None
    return found if found and found.state == "active" else None


async def find_latest_in_force(session: AsyncSession, issuer: Organization, number: str) -> Plan | None:
    """The active plan of this issuer with this number, issued last."""
    statement = select(Plan).where(Plan.issuer_id == issuer.id, Plan.number == number, Plan.state == "active")
    return await session.scalar(statement.order_by(Plan.issued_on.desc()).limit(1))


async def list_imports_of(session: AsyncSession, plan: Plan) -> Sequence[PlanImport]:
    """The imports a plan was made from: its own, and those that amended it; oldest first."""
    of_plan = or_(PlanImport.plan_id == plan.id, PlanImport.amends_plan_id == plan.id)
    committed = or_(PlanImport.plan_id.is_not(None), PlanImport.amendment_id.is_not(None))
    return (await session.scalars(select(PlanImport).where(of_plan, committed).order_by(PlanImport.id))).all()


async def list_targets(session: AsyncSession, plan: Plan) -> list[tuple[Indicator, IndicatorTarget]]:
    """The indicators of a plan that were not given up, in its order, each with every target that counts."""
    statement = (
        select(Indicator, IndicatorTarget)
        .join(IndicatorTarget, IndicatorTarget.indicator_id == Indicator.id)
        .where(Indicator.plan_id == plan.id, Indicator.state == "active", IndicatorTarget.superseded_at.is_(None))
        .order_by(Indicator.position, IndicatorTarget.year.nulls_last())
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def load_positions(session: AsyncSession, plan: Plan) -> dict[UUID, int]:
    """The places of a plan's tasks."""
    rows = await session.execute(select(Task.id, Task.position).where(Task.plan_id == plan.id))
    return {row.id: row.position for row in rows.all()}


async def lock_plan(session: AsyncSession, plan_id: UUID | None) -> Plan:
    """The plan as it stands; until the end of the transaction, nobody else amends it."""
    return await session.get_one(Plan, plan_id, with_for_update=True, populate_existing=True)


async def list_waiting(session: AsyncSession, plan: Plan) -> Sequence[Amendment]:
    """The amendments of a plan that are recorded and not applied yet, in the order of their days."""
    statement = select(Amendment).where(Amendment.plan_id == plan.id, Amendment.state == "draft")
    return (await session.scalars(statement.order_by(Amendment.effective_on, Amendment.id))).all()


async def list_tasks_without_lead(session: AsyncSession, plan_id: UUID) -> list[str]:
    """Codes of the tasks of a plan for which no organization or group is known to lead, in their order."""
    led = exists().where(TaskOrganization.task_id == Task.id, TaskOrganization.role == "lead")
    statement = select(Task.code).where(Task.plan_id == plan_id, ~led).order_by(Task.position)
    return list((await session.scalars(statement)).all())


async def get_branch(session: AsyncSession, issuer: Organization) -> str:
    """The path of the province, district or commune that the issuer is or belongs to; without one, its own."""
    statement = (
        select(Organization.path)
        .where(Organization.code.in_(issuer.path.strip("/").split("/")), Organization.kind.in_(TERRITORIES))
        .order_by(func.length(Organization.path).desc())
        .limit(1)
    )
    return await session.scalar(statement) or issuer.path


async def list_outside(session: AsyncSession, codes: Collection[str], branch: str) -> set[str]:
    """Those of the codes that name organizations outside the branch with this path."""
    statement = select(Organization.code).where(
        Organization.code.in_(codes), ~Organization.path.startswith(branch, autoescape=True)
    )
    return set(await session.scalars(statement))


def organization_ref(organization: Organization, aliases: tuple[str, ...] = ()) -> OrganizationRef:
    """What name matching needs to know of it."""
    return OrganizationRef(
        id=str(organization.id),
        code=organization.code,
        name=organization.name,
        kind=OrganizationKind(organization.kind),
        parent_id=str(organization.parent_id) if organization.parent_id else None,
        aliases=aliases,
    )


def group_ref(group: OrganizationGroup) -> GroupRef:
    """The same of a group."""
    return GroupRef(
        id=str(group.id),
        name=group.name,
        aliases=tuple(group.aliases),
        scope="province" if group.selector["scope"] == "province" else "ward",
    )


def _ref(meant: Organization | OrganizationGroup) -> OrganizationRef | GroupRef:
    return organization_ref(meant) if isinstance(meant, Organization) else group_ref(meant)


async def load_name_index(session: AsyncSession, issuer: Organization, *, on: date) -> NameIndex:
    """Everything a plan of `issuer` may name on a day: its province's whole tree with what has ended in it, and the
    groups.
    """
    root = issuer.path.strip("/").split("/")[0]
    statement = select(Organization, not_ended(on)).where(Organization.path.startswith(f"/{root}/", autoescape=True))
    organizations = (await session.execute(statement)).all()
    aliases = await _load_aliases(session, root)
    refs = {
        organization.id: organization_ref(organization, tuple(aliases.get(organization.id, ())))
        for organization, _ in organizations
    }
    former = {organization.id: refs[organization.id] for organization, exists in organizations if not exists}
    ended = {ref.code for ref in former.values()}
    within = {organization.id for organization, _ in organizations if ended.intersection(organization.path.split("/"))}
    return SucceededNameIndex(
        organizations=[ref for organization_id, ref in refs.items() if organization_id not in within],
        groups=[group_ref(group) for group in await list_groups(session)],
        remembered={told.correction.folded: _ref(told.meant) for told in await list_remembered(session, issuer.id)},
        ended=await _list_ended(session, former, on),
        left_behind=[refs[organization_id] for organization_id in within if organization_id not in former],
    )


async def _load_aliases(session: AsyncSession, root: str) -> dict[UUID, list[str]]:
    aliases: dict[UUID, list[str]] = {}
    for alias in await session.scalars(
        select(OrganizationAlias)
        .join(Organization, Organization.id == OrganizationAlias.organization_id)
        .where(
            Organization.path.startswith(f"/{root}/", autoescape=True),
            OrganizationAlias.scheme != "qcvn_102",
        )
    ):
        aliases.setdefault(alias.organization_id, []).append(alias.value)
    return aliases


async def _list_ended(session: AsyncSession, former: Mapping[UUID, OrganizationRef], on: date) -> list[EndedBody]:
    """Those of the bodies that another one succeeded; who ended without a successor is no longer named."""
    steps = await list_steps_from(session, former, on) if former else []
    ends = {step.predecessor_id: step for step in steps if step.kind in ENDING}
    return [
        EndedBody(
            ref,
            ends[organization_id].kind,
            ends[organization_id].effective_on,
            frozenset(str(heir) for heir in heirs_of(organization_id, on, steps)),
        )
        for organization_id, ref in former.items()
        if organization_id in ends
    ]
