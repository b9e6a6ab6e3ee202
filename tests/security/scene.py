"""Two worlds, and in one of them a person of every role in every organization that has to do with the work."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain.operations import chain_batch
from shared.clock import now
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.security.making import make_world
from tests.security.worlds import Relation, Thing, World

WRITES_OF_ONE_OPERATION = 6
"""Cells of one operation that may succeed: two roles in each of three organizations at the most."""


@dataclass(frozen=True)
class Scene:
    """`home` holds the targets; who is foreign lives in `abroad`, with work of its own."""

    home: World
    abroad: World
    callers: dict[tuple[Relation, Role], dict[str, str]]

    def own_upload(self, relation: Relation) -> str:
        """A file that the caller's organization sent and has not submitted yet."""
        return self.abroad.uploads[Relation.OWN] if relation is Relation.FOREIGN else self.home.uploads[relation]

    def own_unfinished(self, relation: Relation) -> str:
        """A file of which the caller's organization has sent nothing yet."""
        return self.abroad.unfinished[Relation.OWN] if relation is Relation.FOREIGN else self.home.unfinished[relation]

    @property
    def public(self) -> set[str]:
        """What anybody may learn of either world, where it is asked for."""
        return self.home.names | self.abroad.names | self.home.secrets[Thing.TREE] | self.abroad.secrets[Thing.TREE]

    def secrets_from(self, relation: Relation) -> set[str]:
        """What no answer to such a caller may hold."""
        abroad = set().union(*self.abroad.secrets.values()) | self.abroad.names
        home = self.home.secrets
        if relation is Relation.FOREIGN:
            return set().union(*home.values()) | self.home.names
        return abroad.union(*(home[thing] for thing in Thing if relation not in SEES[thing]))


CONCERNED = frozenset(
    {Relation.OWN, Relation.ABOVE, Relation.ISSUER, Relation.COORDINATING, Relation.REVIEWING},
)
SEES = {
    Thing.PLAN: CONCERNED,
    Thing.WORK: CONCERNED,
    Thing.DRAFT: frozenset({Relation.ISSUER, Relation.ABOVE}),
    Thing.FILE: frozenset({Relation.OWN}),
    Thing.STAFF: frozenset({Relation.OWN, Relation.ISSUER, Relation.ABOVE}),
    Thing.NOTICE: frozenset({Relation.OWN}),
    Thing.TREE: frozenset(Relation),
}
"""domain.md: an organization sees its own subtree, and every task where it leads, coordinates, appraises. The issuer
stands above the lead."""


async def make_scene(session: AsyncSession, maker: TokenMaker) -> Scene:
    """Everything committed that the matrix asks for."""
    home = await make_world(session, "home", targets=1 + WRITES_OF_ONE_OPERATION)
    abroad = await make_world(session, "abroad", targets=1)
    members = home.organizations | {Relation.FOREIGN: abroad.organizations[Relation.OWN]}
    callers = {
        (relation, role): await make_caller(session, maker, organization, role)
        for relation, organization in members.items()
        for role in Role
    }
    await chain_batch(session, Ed25519PrivateKey.generate(), now=now())
    await session.commit()
    return Scene(home, abroad, callers)
