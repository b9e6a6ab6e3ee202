"""Reads of verdicts given and awaited, body by body."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisal_statistics.rules import Decided
from shared.db.models import Appraisal, Organization, PendingAppraisal
from shared.db.visibility import covers_organization
from shared.domain.calendar import local_midnight
from shared.domain.principal import Principal
from shared.domain.service_levels import ServiceLevels

_ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is before a body now."""

    waiting: int
    overdue: int
    with_submitter: int


NOTHING = Waiting(0, 0, 0)


async def list_bodies(
    session: AsyncSession, principal: Principal, path: str | None, *, after: str | None, limit: int
) -> Sequence[Organization]:
    """Bodies within the caller's reach, at `path` or below it, that gave or owe verdicts; in the order of the tree."""
    gave = select(Appraisal.organization_id)
    owes = select(PendingAppraisal.organization_id)
    statement = (
        select(Organization)
        .where(covers_organization(principal), or_(Organization.id.in_(gave), Organization.id.in_(owes)))
        .order_by(Organization.path)
        .limit(limit)
    )
    if path is not None:
        statement = statement.where(Organization.path.startswith(path, autoescape=True))
    if after is not None:
        statement = statement.where(Organization.path > after)
    return (await session.scalars(statement)).all()


async def load_decided(
    session: AsyncSession, bodies: Collection[UUID], from_: date, to: date
) -> Mapping[UUID, list[Decided]]:
    """Standing verdicts given from one day to another, both included, by body; none whose wait was not kept."""
    since, decided_on = _day(Appraisal.waiting_since), _day(Appraisal.decided_at)
    statement = (
        select(Appraisal.organization_id, since, decided_on, Appraisal.due_on, func.count())
        .where(
            Appraisal.organization_id.in_(bodies),
            Appraisal.withdrawn_at.is_(None),
            *_within(Appraisal.decided_at, from_, to),
        )
        .group_by(Appraisal.organization_id, since, decided_on, Appraisal.due_on)
    )
    found: defaultdict[UUID, list[Decided]] = defaultdict(list)
    for body, began, ended, due_on, count in (await session.execute(statement)).all():
        if due_on is not None:
            found[body].append(Decided(began, ended, due_on, count))
    return found


async def count_received(session: AsyncSession, bodies: Collection[UUID], from_: date, to: date) -> Mapping[UUID, int]:
    """What came before each body from one day to another: decided since, with a verdict that stands, or still there."""
    decided = select(Appraisal.organization_id, func.count()).where(
        Appraisal.organization_id.in_(bodies),
        Appraisal.withdrawn_at.is_(None),
        *_within(Appraisal.waiting_since, from_, to),
    )
    waiting = select(PendingAppraisal.organization_id, func.count()).where(
        PendingAppraisal.organization_id.in_(bodies), *_within(PendingAppraisal.since, from_, to)
    )
    found: defaultdict[UUID, int] = defaultdict(int)
    for statement in (
        decided.group_by(Appraisal.organization_id),
        waiting.group_by(PendingAppraisal.organization_id),
    ):
        for body, count in (await session.execute(statement)).all():
            found[body] += count
    return found


async def load_waiting(
    session: AsyncSession, bodies: Collection[UUID], levels: ServiceLevels, on: date
) -> Mapping[UUID, Waiting]:
    """What is before each body now."""
    since = _day(PendingAppraisal.since)
    statement = (
        select(
            PendingAppraisal.organization_id, PendingAppraisal.level, since, PendingAppraisal.supplement, func.count()
        )
        .where(PendingAppraisal.organization_id.in_(bodies))
        .group_by(PendingAppraisal.organization_id, PendingAppraisal.level, since, PendingAppraisal.supplement)
    )
    counts: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for body, level, day, supplement, count in (await session.execute(statement)).all():
        found = counts[body]
        if supplement == "open":
            found[2] += count
            continue
        found[0] += count
        found[1] += count * (day <= levels.overdue_before(on, level))
    return {body: Waiting(*found) for body, found in counts.items()}


def _day(instant: Any) -> ColumnElement[date]:
    return cast(func.timezone(_ZONE, instant), Date)


def _within(instant: Any, from_: date, to: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return instant >= local_midnight(from_), instant < local_midnight(to + timedelta(days=1))
