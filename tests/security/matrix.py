"""Every case × every role × every organization, over HTTP and nothing else, so that any build can be asked.

What is expected is derived: from the permission the contract declares, and from who sees what.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import Any

import httpx

from shared.domain.principal import Role
from tests.security.scene import SEES, Scene
from tests.security.worlds import Relation, Target, Thing


@dataclass(frozen=True)
class Asked:
    """What a case sends, besides who sends it."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    media_type: str | None = None
    if_match: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


Ask = Callable[[Target, Scene, Relation], Asked]
Caller = tuple[Relation, Role]


@dataclass(frozen=True)
class Case:
    """One way to use an operation.

    `thing` is what the path or query names, hidden from whoever does not see it; `acts` are who may act on it, all
    who see it by default, `roles` those that may, of all that the contract names. `tells` is the target's part that a
    list must hold for those who see it, and only for them. `public` answers may name any organization. `answers` are
    the statuses of whoever may do it, where they are not those of success.
    """

    operation: str
    ask: Ask
    thing: Thing | None = None
    acts: frozenset[Relation] = frozenset(Relation)
    tells: tuple[Thing, str] | None = None
    roles: frozenset[Role] = frozenset(Role)
    public: bool = False
    answers: frozenset[int] | None = None


class Outcome(IntEnum):
    """What a cell must answer; DONE stands for every status the contract gives to success."""

    DONE = 200
    FORBIDDEN = 403
    HIDDEN = 404


def expected(case: Case, roles: Iterable[str], role: Role, relation: Relation) -> Outcome:
    """404 before 403: who may not know of a thing does not learn that it exists by lacking a role."""
    if case.thing is not None and relation not in SEES[case.thing]:
        return Outcome.HIDDEN
    return Outcome.DONE if role in case.roles.intersection(roles) and relation in case.acts else Outcome.FORBIDDEN


@dataclass(frozen=True)
class Operation:
    """An operation as its contract tells it."""

    service: str
    name: str
    method: str
    path: str
    roles: frozenset[str]
    successes: frozenset[int]


def read_operations(service: str, contract: Mapping[str, Any]) -> dict[str, Operation]:
    """The operations of a service by name."""
    return {
        told["operationId"]: Operation(
            service,
            told["operationId"],
            method.upper(),
            path,
            frozenset(told["x-permission"]["roles"]),
            frozenset(int(status) for status in told["responses"] if status < "300"),
        )
        for path, methods in contract["paths"].items()
        for method, told in methods.items()
    }


@dataclass
class Report:
    """What a run found: a line for every cell that answered otherwise, or told what it must not."""

    cells: int = 0
    failures: list[str] = field(default_factory=list)


async def run(
    cases: Iterable[Case],
    operations: Mapping[str, Operation],
    scene: Scene,
    clients: Mapping[str, httpx.AsyncClient],
    *,
    cells: Callable[[Case, Operation], frozenset[Caller]] | None = None,
) -> Report:
    """Ask every cell of every case, `clients` being one for each service; or only the `cells` of each."""
    report = Report()
    for case in cases:
        operation = operations[case.operation]
        callers = frozenset(scene.callers) if cells is None else cells(case, operation)
        async for cell, response, outcome in _ask(case, operation, scene, clients[operation.service], callers):
            report.cells += 1
            report.failures += [f"{cell}: {what}" for what in _faults(case, operation, scene, cell, response, outcome)]
    return report


@dataclass(frozen=True)
class Cell:
    operation: str
    relation: Relation
    role: Role
    target: Target

    def __str__(self) -> str:
        return f"{self.operation} as {self.role} of {self.relation}"


def two_roles(case: Case, operation: Operation) -> frozenset[Caller]:
    """One role that may and one that may not, of every organization."""
    may = case.roles & {Role(role) for role in operation.roles}
    roles = sorted(may)[:1] + sorted(set(Role) - may)[:1]
    return frozenset((relation, role) for relation in Relation for role in roles)


def cover(case: Case, operation: Operation) -> frozenset[Caller]:
    """What a role may does not depend on whose it is, nor what an organization sees on the role: every role of one
    organization that may act and of the stranger, and two roles of every other.
    """
    whole = {*sorted(case.acts)[:1], Relation.FOREIGN}
    return two_roles(case, operation) | {(relation, role) for relation in whole for role in Role}


async def _ask(
    case: Case, operation: Operation, scene: Scene, client: httpx.AsyncClient, callers: frozenset[Caller]
) -> AsyncIterator[tuple[Cell, httpx.Response, Outcome]]:
    untouched, *fresh = scene.home.targets
    for (relation, role), caller in scene.callers.items():
        if (relation, role) not in callers:
            continue
        outcome = expected(case, operation.roles, role, relation)
        changes = operation.method != "GET" and outcome is Outcome.DONE and case.thing and not case.answers
        target = fresh.pop() if changes else untouched
        asked = case.ask(target, scene, relation)
        headers = caller | ({"If-Match": asked.if_match} if asked.if_match else {})
        headers |= {"Content-Type": asked.media_type} if asked.media_type else {}
        headers |= asked.headers
        response = await client.request(
            operation.method,
            operation.path.format(**asked.path),
            params=asked.query,
            json=asked.body,
            content=asked.content,
            headers=headers,
        )
        yield Cell(case.operation, relation, role, target), response, outcome


def _faults(
    case: Case, operation: Operation, scene: Scene, cell: Cell, response: httpx.Response, outcome: Outcome
) -> list[str]:
    done = operation.successes if case.answers is None else case.answers
    wanted = done if outcome is Outcome.DONE else {int(outcome)}
    found = []
    if response.status_code not in wanted:
        found.append(f"answered {response.status_code}, not {sorted(wanted)}: {response.text[:200]}")
    told = f"{json.dumps(dict(response.headers))}\n{response.text}".lower()
    secrets = scene.secrets_from(cell.relation)
    if case.public:
        secrets = secrets - scene.public
    leaked = sorted(secret for secret in secrets if secret in told)
    if leaked:
        found.append(f"leaked {leaked[:5]}")
    if case.tells and outcome is Outcome.DONE:
        thing, name = case.tells
        if (cell.relation in SEES[thing]) != (attrgetter(name)(cell.target) in told):
            found.append(f"told {name} to whom it does not concern, or not to whom it does")
    return found
