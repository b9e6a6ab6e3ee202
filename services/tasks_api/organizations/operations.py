"""Writes of the organization tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.rules import OrganizationRecord
from services.tasks_api.organizations.templates import standard_bodies
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationAlias
from shared.domain.errors import FieldError, Invalid
from shared.domain.organizations import OrganizationKind, is_old_code, searchable


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many organizations a file added, changed, and found as they were."""

    created: int
    changed: int
    unchanged: int


async def import_organizations(
    session: AsyncSession, actor: audit.Actor, records: Sequence[OrganizationRecord]
) -> ImportResult:
    """Add or correct organizations by code, parents first; repeating it changes nothing.

    Raises Invalid naming each record whose parent is neither in the tree nor before it (`parent-unknown`), or whose
    GSO code is another organization's (`admin-code-taken`).
    """
    known = {organization.code: organization for organization in await session.scalars(select(Organization))}
    holders = {organization.admin_code: organization.code for organization in known.values()}
    errors: list[FieldError] = []
    created, changed = 0, 0
    for record in records:
        error = _find_error(record, known, holders)
        if error:
            errors.append(error)
            continue
        organization = known.get(record.code)
        if organization is None:
            known[record.code] = organization = _create(record, known[record.parent] if record.parent else None)
            session.add(organization)
            audit.record(session, actor, "organization.imported", organization, after=_facts_of(organization))
            created += 1
        else:
            before = _facts_of(organization)
            if _correct(organization, record):
                after = _facts_of(organization)
                audit.record(session, actor, "organization.corrected", organization, before=before, after=after)
                changed += 1
    if errors:
        told = "; ".join(f"{error.place}: {error.message}" for error in errors[:5])
        raise Invalid(errors[0].code, f"Có {len(errors)} dòng không nạp được. {told}.", errors=errors)
    await session.flush()
    await _add_aliases(session, actor, known, records)
    return ImportResult(created, changed, len(records) - created - changed)


def _find_error(
    record: OrganizationRecord, known: Mapping[str, Organization], holders: Mapping[str | None, str]
) -> FieldError | None:
    if record.parent and record.parent not in known:
        message = f"cơ quan cấp trên {record.parent} chưa có: hãy thêm dòng của nó"
        return FieldError(record.code, "parent-unknown", message)
    holder = holders.get(record.admin_code, record.code) if record.admin_code else record.code
    if holder != record.code:
        message = f"mã đơn vị hành chính {record.admin_code} đang là của {holder}"
        return FieldError(record.code, "admin-code-taken", message)
    return None


def _create(record: OrganizationRecord, parent: Organization | None) -> Organization:
    return Organization(
        id=new_id(),
        code=record.code,
        name=record.name,
        kind=record.kind,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{record.code}/",
        admin_code=record.admin_code,
        provisional_code=record.provisional_code,
        search_text=searchable(record.name),
    )


def _correct(organization: Organization, record: OrganizationRecord) -> bool:
    """Take over a new name, kind or GSO code, and that a code is no longer provisional. Moving under another parent
    is a succession, not an import.
    """
    provisional = organization.provisional_code and record.provisional_code
    wanted = (record.name, record.kind, record.admin_code or organization.admin_code, provisional)
    if (organization.name, organization.kind, organization.admin_code, organization.provisional_code) == wanted:
        return False
    organization.name, organization.kind, organization.admin_code, organization.provisional_code = wanted
    organization.search_text = searchable(record.name, organization.search_text.split("\n")[1:])
    organization.version += 1
    return True


def _facts_of(organization: Organization) -> dict[str, object]:
    """What the trail keeps of an organization."""
    return {
        "code": organization.code,
        "name": organization.name,
        "kind": organization.kind,
        "path": organization.path,
        "admin_code": organization.admin_code,
        "provisional_code": organization.provisional_code,
    }


async def _add_aliases(
    session: AsyncSession,
    actor: audit.Actor,
    known: dict[str, Organization],
    records: Sequence[OrganizationRecord],
) -> None:
    rows = [
        {
            "id": new_id(),
            "organization_id": known[record.code].id,
            "scheme": "qcvn_102" if is_old_code(alias) else "name",
            "value": alias,
        }
        for record in records
        for alias in dict.fromkeys(record.aliases)
    ]
    aliases: dict[UUID, list[str]] = {}
    for start in range(0, len(rows), 1000):
        statement = insert(OrganizationAlias).values(rows[start : start + 1000]).on_conflict_do_nothing()
        added = await session.execute(statement.returning(OrganizationAlias.organization_id, OrganizationAlias.value))
        for organization_id, value in added.all():
            aliases.setdefault(organization_id, []).append(value)
    for organization in known.values():
        if organization.id in aliases:
            after: dict[str, object] = {"aliases": aliases[organization.id]}
            audit.record(session, actor, "organization.aliases_added", organization, after=after)
    await session.flush()


async def lay_standard_bodies(
    session: AsyncSession, actor: audit.Actor, organization: Organization, *, hamlets: int = 3
) -> ImportResult:
    """Add the bodies every province or commune has under `organization`; those already there stay as they are.

    Raises Invalid("no-standard-bodies") for any other kind of organization.
    """
    records = standard_bodies(
        organization.code, organization.name, OrganizationKind(organization.kind), hamlets=hamlets
    )
    if not records:
        raise Invalid("no-standard-bodies", "Chỉ tỉnh, thành phố, phường, xã, đặc khu mới có bộ cơ quan chuẩn.")
    codes = select(Organization.code).where(Organization.code.in_([record.code for record in records]))
    there = set(await session.scalars(codes))
    result = await import_organizations(session, actor, [record for record in records if record.code not in there])
    return ImportResult(result.created, 0, len(there))


async def create_body(session: AsyncSession, actor: audit.Actor, issuer: Organization, name: str) -> Organization:
    """Create a body that a plan of `issuer` names and the tree lacks, under the issuer, as a person agreed."""
    code = await _free_code(session, issuer)
    organization = _create(
        OrganizationRecord(code, name, OrganizationKind.OTHER, issuer.code, provisional_code=True), issuer
    )
    session.add(organization)
    await session.flush()
    audit.record(session, actor, "organization.created", organization, after=_facts_of(organization))
    return organization


async def _free_code(session: AsyncSession, issuer: Organization) -> str:
    """`<issuer>.X1`, `.X2`, …: X marks what plans named before any list did."""
    prefix = f"{issuer.code}.X"
    taken = await session.scalars(
        select(Organization.code).where(Organization.code.startswith(prefix, autoescape=True))
    )
    numbers = [int(code[len(prefix) :]) for code in taken if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1}"
