"""Reads of the organization tree."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, OrganizationAlias, OrganizationGroup
from shared.domain.errors import FieldError, Invalid, NotFound
from shared.domain.text import fold

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


async def get_organization(session: AsyncSession, organization_id: UUID) -> Organization:
    """The organization; NotFound when there is none."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound("organization-not-found", "Không tìm thấy cơ quan này.")
    return organization


async def get_by_code(session: AsyncSession, code: str) -> Organization:
    """The organization with this agency code, GSO code or older code; NotFound("organization-unknown")."""
    by_alias = select(OrganizationAlias.organization_id).where(
        OrganizationAlias.scheme == "qcvn_102", OrganizationAlias.value == code
    )
    statement = select(Organization).where(
        or_(Organization.code == code, Organization.admin_code == code, Organization.id.in_(by_alias))
    )
    organization = await session.scalar(statement.order_by(Organization.code != code))
    if organization is None:
        raise NotFound(
            "organization-unknown",
            f"Không có cơ quan nào mang mã “{code}”: hãy kiểm tra mã hoặc nhập danh mục cơ quan trước.",
        )
    return organization


async def require_by_code(session: AsyncSession, code: str, place: str) -> Organization:
    """The organization a request names in the field `place`; Invalid("organization-unknown") when there is none."""
    try:
        return await get_by_code(session, code)
    except NotFound as error:
        raise Invalid(error.code, error.detail, errors=[FieldError(place, error.code, error.detail)]) from error


async def require_named(session: AsyncSession, name: str, place: str) -> Organization:
    """As `require_by_code`, for a field that may also hold the organization's id."""
    if _ID.fullmatch(name) is None:
        return await require_by_code(session, name, place)
    try:
        return await get_organization(session, UUID(name))
    except NotFound as error:
        raise Invalid(error.code, error.detail, errors=[FieldError(place, error.code, error.detail)]) from error


async def list_organizations(
    session: AsyncSession,
    *,
    parent_id: UUID | None,
    kind: str | None,
    text: str | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[Organization]:
    """One page in the order of codes; `text` is looked for anywhere in the name, marks optional."""
    statement = select(Organization).order_by(Organization.code).limit(limit)
    if parent_id:
        statement = statement.where(Organization.parent_id == parent_id)
    if kind:
        statement = statement.where(Organization.kind == kind)
    if text:
        statement = statement.where(Organization.search_text.contains(fold(text), autoescape=True))
    if after:
        statement = statement.where(Organization.code > after[0])
    return (await session.scalars(statement)).all()


async def list_groups(session: AsyncSession) -> Sequence[OrganizationGroup]:
    """Every collective known by name."""
    return (await session.scalars(select(OrganizationGroup).order_by(OrganizationGroup.name))).all()
