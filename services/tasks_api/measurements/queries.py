"""Reads of measurements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, and_, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks_api.measurements.rules import Known, Member
from shared.db.driver import fetch_rows, prepare
from shared.db.models import Measurement, Organization
from shared.db.visibility import visible
from shared.domain.indicators import Observed
from shared.domain.periods import Period, PeriodKind
from shared.domain.principal import Principal

MeasurementRow = Row[Measurement, Organization]
Key = tuple[UUID, str, date]
"""Organization, kind and first day of a period."""

_NEWEST = prepare("""
    SELECT DISTINCT ON (organization_id, period_kind, period_starts_on)
           organization_id, period_kind, period_starts_on, value, weight, note, revision
    FROM measurements
    WHERE indicator_id = :indicator_id AND organization_id = ANY (CAST(:organization_ids AS uuid[]))
      AND period_starts_on BETWEEN :first AND :last
    ORDER BY organization_id, period_kind, period_starts_on, revision DESC
""")


_PLACES = prepare("""
    SELECT named, id, path FROM (
        SELECT 0 AS rank, code AS named, id, path FROM organizations WHERE code = ANY (CAST(:codes AS text[]))
        UNION ALL
        SELECT 1, admin_code, id, path FROM organizations WHERE admin_code = ANY (CAST(:codes AS text[]))
        UNION ALL
        SELECT 2, a.value, o.id, o.path FROM organization_aliases a JOIN organizations o ON o.id = a.organization_id
        WHERE a.scheme = 'qcvn_102' AND a.value = ANY (CAST(:codes AS text[]))
    ) AS found
    ORDER BY rank DESC
""")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; `first` and `last` bound the first days of periods."""

    organization_id: UUID | None = None
    kind: PeriodKind | None = None
    first: date | None = None
    last: date | None = None
    history: bool = False


class Place(NamedTuple):
    """An organization, as much of it as figures need."""

    id: UUID
    path: str


def _is_newest() -> Any:
    newer = aliased(Measurement)
    return ~exists().where(
        newer.indicator_id == Measurement.indicator_id,
        newer.organization_id == Measurement.organization_id,
        newer.period_kind == Measurement.period_kind,
        newer.period_starts_on == Measurement.period_starts_on,
        newer.revision > Measurement.revision,
    )


async def find_newest(
    session: AsyncSession, indicator_id: UUID, organization_id: UUID, period: Period
) -> Measurement | None:
    """The figure that counts, if there is any."""
    statement = (
        select(Measurement)
        .where(
            Measurement.indicator_id == indicator_id,
            Measurement.organization_id == organization_id,
            Measurement.period_kind == period.kind,
            Measurement.period_starts_on == period.starts_on,
        )
        .order_by(Measurement.revision.desc())
        .limit(1)
    )
    return await session.scalar(statement)


async def map_newest(
    session: AsyncSession, indicator_id: UUID, organization_ids: Collection[UUID], first: date, last: date
) -> dict[Key, Known]:
    """The figures that count of these organizations, for periods that begin from `first` to `last`."""
    values = {
        "indicator_id": indicator_id,
        "organization_ids": list(organization_ids),
        "first": first,
        "last": last,
    }
    found = await fetch_rows(session, _NEWEST, values)
    return {(row[0], row[1], row[2]): Known(row[3], row[4], row[5], row[6]) for row in found}


async def map_places(session: AsyncSession, codes: Collection[str]) -> dict[str, Place]:
    """Organizations by what they are named with: the agency code before the GSO code, and that before older codes."""
    found = await fetch_rows(session, _PLACES, {"codes": list(codes)})
    return {row["named"]: Place(row["id"], row["path"]) for row in found}


async def list_measurements(
    session: AsyncSession,
    principal: Principal,
    indicator_id: UUID,
    filters: Filters,
    *,
    after: Sequence[str],
    limit: int,
) -> Sequence[MeasurementRow]:
    """One page of the figures the caller may see, by organization and period; in the order of the index."""
    key = tuple_(
        Measurement.organization_id, Measurement.period_kind, Measurement.period_starts_on, Measurement.revision
    )
    statement = (
        select(Measurement, Organization)
        .join(Organization, Organization.id == Measurement.organization_id)
        .where(Measurement.indicator_id == indicator_id, visible(principal, Measurement))
        .order_by(*key)
        .limit(limit)
    )
    if filters.organization_id:
        statement = statement.where(Measurement.organization_id == filters.organization_id)
    if filters.kind:
        statement = statement.where(Measurement.period_kind == filters.kind)
    if filters.first:
        statement = statement.where(Measurement.period_starts_on >= filters.first)
    if filters.last:
        statement = statement.where(Measurement.period_starts_on <= filters.last)
    if not filters.history:
        statement = statement.where(_is_newest())
    if after:
        organization, kind, starts_on, revision = after
        last = tuple_(UUID(organization), kind, date.fromisoformat(starts_on), int(revision))
        statement = statement.where(key > last)
    return (await session.execute(statement)).all()


async def map_measured(
    session: AsyncSession, principal: Principal, indicator_id: UUID, path: str, year: int, kind: PeriodKind
) -> dict[date, dict[str, Observed]]:
    """The newest figures at and below a path, by the first day of the period and the organization's path."""
    statement = (
        select(
            Measurement.period_starts_on,
            Organization.path,
            Measurement.value,
            Measurement.weight,
            Measurement.recorded_at,
        )
        .join(Organization, Organization.id == Measurement.organization_id)
        .where(
            Measurement.indicator_id == indicator_id,
            Measurement.period_kind == kind,
            Measurement.period_starts_on.between(date(year, 1, 1), date(year, 12, 31)),
            Organization.path.startswith(path, autoescape=True),
            and_(_is_newest(), visible(principal, Measurement)),
        )
    )
    found: dict[date, dict[str, Observed]] = {}
    for starts_on, at, value, weight, recorded_at in await session.execute(statement):
        found.setdefault(starts_on, {})[at] = Observed(value, weight, recorded_at)
    return found


async def list_members(session: AsyncSession, organization_id: UUID) -> list[Member]:
    """The organizations right below."""
    statement = select(Organization.path, Organization.valid_from, Organization.valid_to).where(
        Organization.parent_id == organization_id
    )
    return [Member(*row) for row in await session.execute(statement)]
