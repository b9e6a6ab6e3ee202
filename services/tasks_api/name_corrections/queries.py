"""Reads of what names mean in plans of an issuer."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.db.models import NameCorrection, Organization, OrganizationGroup
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

_Meant, _Issuer = aliased(Organization), aliased(Organization)


class Told(NamedTuple):
    """A correction with who issues the plans, and the one of the two that the name means."""

    correction: NameCorrection
    issuer: Organization
    organization: Organization | None
    group: OrganizationGroup | None

    @property
    def meant(self) -> Organization | OrganizationGroup:
        """What the name means."""
        meant = self.organization or self.group
        assert meant is not None
        return meant


def _selection() -> Select[NameCorrection, Organization, Organization, OrganizationGroup]:
    return (
        select(NameCorrection, _Issuer, _Meant, OrganizationGroup)
        .join(_Issuer, _Issuer.id == NameCorrection.issuer_id)
        .outerjoin(_Meant, _Meant.id == NameCorrection.organization_id)
        .outerjoin(OrganizationGroup, OrganizationGroup.id == NameCorrection.group_id)
    )


async def get_name_correction(session: AsyncSession, principal: Principal, correction_id: UUID) -> Told:
    """The correction, as far as the caller may know of it; NotFound otherwise."""
    shown = visible(principal, NameCorrection)
    found = (await session.execute(_selection().where(NameCorrection.id == correction_id, shown))).first()
    if found is None:
        raise NotFound("name-correction-not-found", "Không tìm thấy tên đã ghi nhớ này.")
    return Told(*found)


async def list_name_corrections(
    session: AsyncSession, principal: Principal, *, issuer: str | None, after: Sequence[str], limit: int
) -> list[Told]:
    """One page, the newest first. `issuer` is a code."""
    statement = _selection().where(visible(principal, NameCorrection)).order_by(NameCorrection.id.desc()).limit(limit)
    if issuer:
        statement = statement.where(_Issuer.code == issuer)
    if after:
        statement = statement.where(NameCorrection.id < UUID(after[0]))
    return [Told(*row) for row in (await session.execute(statement)).all()]


async def list_remembered(session: AsyncSession, issuer_id: UUID) -> list[Told]:
    """All that is remembered for plans of the issuer; a name that means an organization which ended is not."""
    statement = _selection().where(NameCorrection.issuer_id == issuer_id, _Meant.valid_to.is_(None))
    return [Told(*row) for row in (await session.execute(statement)).all()]
