"""Whom the load comes from: members of organizations at every level, with tokens of this installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.places import FigureNotTakenError, Place
from services.operator_cli.database_sessions import session_on
from services.operator_cli.keys import issue_token, load_signing_key
from shared.db.models import Organization
from shared.domain.principal import Role

LIFE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Caller:
    """A bearer of `token` who acts for an organization."""

    organization_id: UUID
    token: str


# Spread over the tree by code, and with more to see than one page holds.
_OF_KIND = text("""
    SELECT o.id FROM organizations o
    WHERE o.kind = :kind AND 50 < (
        SELECT count(*) FROM (
            SELECT 1 FROM assignment_viewers v WHERE v.organization_id = o.id LIMIT 51) AS first_page)
    ORDER BY md5(o.code) LIMIT :most
""")


async def make_viewers(place: Place, kinds: Sequence[str], *, of_each: int) -> list[Caller]:
    """Up to `of_each` viewers of each kind of organization, kinds taking turns. FigureNotTakenError for a kind
    none of which sees a full page.
    """
    async with session_on(place.database_url) as session:
        found = []
        for kind in kinds:
            ids = (await session.scalars(_OF_KIND, {"kind": kind, "most": of_each})).all()
            if not ids:
                raise FigureNotTakenError(f"no {kind} sees more than 50 assignments: choose more with --assignments")
            found.append([await make_caller(session, place, each, Role.VIEWER) for each in ids])
    return [callers[n % len(callers)] for n in range(of_each) for callers in found]


async def make_reporters(place: Place, organization_ids: Sequence[UUID]) -> dict[UUID, Caller]:
    """A reporter of each organization."""
    async with session_on(place.database_url) as session:
        return {each: await make_caller(session, place, each, Role.REPORTER) for each in organization_ids}


async def make_caller(session: AsyncSession, place: Place, organization_id: UUID, role: Role) -> Caller:
    """A member of an organization, registered, with a fresh token."""
    organization = await session.scalar(select(Organization).where(Organization.id == organization_id))
    assert organization is not None
    token = await issue_token(session, load_signing_key(place.data_dir), organization, role, life=LIFE)
    return Caller(organization_id, token)
