"""Whom the load comes from: members of organizations at every level, with tokens of this installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

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


# Spread over the tree, and with more to see than one page holds.
_OF_KIND = select(Organization).from_statement(
    text("""
        SELECT * FROM organizations o
        WHERE o.kind = :kind AND 50 < (
            SELECT count(*) FROM (
                SELECT 1 FROM assignment_viewers v WHERE v.organization_id = o.id LIMIT 51) AS first_page)
        ORDER BY md5(o.code) LIMIT :most
    """)
)


async def make_callers(place: Place, kinds: Sequence[str], role: Role, *, of_each: int) -> list[Caller]:
    """Members of up to `of_each` organizations of each kind, kinds taking turns.

    FigureNotTakenError for a kind none of which sees a full page.
    """
    key = load_signing_key(place.data_dir)
    found = []
    async with session_on(place.database_url) as session:
        for kind in kinds:
            organizations = (await session.scalars(_OF_KIND, {"kind": kind, "most": of_each})).all()
            if not organizations:
                raise FigureNotTakenError(f"no {kind} sees more than 50 assignments: choose more with --assignments")
            found.append(
                [Caller(each.id, await issue_token(session, key, each, role, life=LIFE)) for each in organizations]
            )
    return [callers[n % len(callers)] for n in range(of_each) for callers in found]
