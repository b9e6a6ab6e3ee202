"""S2: nobody reads or does what is not theirs."""

from collections.abc import Mapping

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.operator_cli.contracts import SERVICES, load_contract
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.security.asking import services_asked
from tests.security.cases import CASES
from tests.security.conftest import EVERY_ROLE, SUMMARY
from tests.security.matrix import Case, Operation, Outcome, cover, expected, read_operations, run
from tests.security.scene import make_scene
from tests.security.worlds import Relation, Thing


def all_operations() -> Mapping[str, Operation]:
    found: dict[str, Operation] = {}
    for service in SERVICES:
        found |= read_operations(service, load_contract(service))
    return found


OPERATIONS = all_operations()


def test_every_operation_has_a_case() -> None:
    assert {case.operation for case in CASES} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("thing", "acts", "role", "relation", "outcome"),
    [
        (Thing.WORK, {Relation.OWN}, Role.REPORTER, Relation.OWN, Outcome.DONE),
        (Thing.WORK, {Relation.OWN}, Role.VIEWER, Relation.OWN, Outcome.FORBIDDEN),
        (Thing.WORK, {Relation.OWN}, Role.REPORTER, Relation.COORDINATING, Outcome.FORBIDDEN),
        (Thing.WORK, {Relation.OWN}, Role.REPORTER, Relation.SIBLING, Outcome.HIDDEN),
        (Thing.WORK, {Relation.OWN}, Role.VIEWER, Relation.FOREIGN, Outcome.HIDDEN),
        (Thing.DRAFT, {Relation.ISSUER}, Role.REPORTER, Relation.OWN, Outcome.HIDDEN),
        (None, set(Relation), Role.REPORTER, Relation.FOREIGN, Outcome.DONE),
        (None, set(Relation), Role.VIEWER, Relation.OWN, Outcome.FORBIDDEN),
    ],
)
def test_what_is_expected(
    thing: Thing | None, acts: set[Relation], role: Role, relation: Relation, outcome: Outcome
) -> None:
    case = Case("report_progress", CASES[0].ask, thing, frozenset(acts))
    assert expected(case, {Role.REPORTER}, role, relation) is outcome


@pytest.mark.parametrize(("role", "outcome"), [(Role.AUDITOR, Outcome.DONE), (Role.ORG_ADMIN, Outcome.FORBIDDEN)])
def test_a_case_may_be_for_fewer_roles_than_the_contract_names(role: Role, outcome: Outcome) -> None:
    case = Case("revoke_membership", CASES[0].ask, roles=frozenset({Role.AUDITOR, Role.VIEWER}))
    contract = {Role.AUDITOR, Role.ORG_ADMIN}
    assert expected(case, contract, role, Relation.OWN) is outcome
    assert expected(case, contract, Role.VIEWER, Relation.OWN) is Outcome.FORBIDDEN


def test_the_cells_of_the_suite_meet_every_role_and_every_organization() -> None:
    for case in CASES:
        operation = OPERATIONS[case.operation]
        cells = cover(case, operation)
        may = {role for role in case.roles if role in operation.roles}
        assert not case.acts or {role for relation, role in cells if relation in case.acts} == set(Role)
        assert {role for relation, role in cells if relation is Relation.FOREIGN} == set(Role)
        assert not may or {relation for relation, role in cells if role in may} == set(Relation)


async def test_nobody_reads_or_does_what_is_not_theirs(
    committed_url: str, session: AsyncSession, token_maker: TokenMaker, pytestconfig: pytest.Config
) -> None:
    cells = None if pytestconfig.getoption(EVERY_ROLE, default=False) else cover
    scene = await make_scene(session, token_maker)
    async with services_asked(committed_url) as clients:
        report = await run(CASES, OPERATIONS, scene, clients, cells=cells)
    size = f"{len(OPERATIONS)} operations × {len(Role)} roles × {len(Relation)} organizations"
    told = pytestconfig.stash.setdefault(SUMMARY, [])
    told.append(f"S2 {size}: {len(report.failures)} leaks ({report.cells} requests)")
    assert not report.failures, "\n".join(report.failures)
