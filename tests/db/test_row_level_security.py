"""The second wall alone: whatever a statement forgets to ask, the database shows nothing that is not the caller's."""

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.db import roles
from shared.db.context import acting, session_info
from shared.db.ids import new_id
from shared.db.models import Base, Evidence
from shared.db.session import Sessions
from tests.conftest import served_as
from tests.db.onlookers import Tree
from tests.db.walled_scene import OPEN, SEEN, UNREADABLE, fill, principal
from tests.factories.tracking import make_assignment

SERVICES = (roles.TASKS_API, roles.EVIDENCE_API)


@pytest.fixture
async def scene(session: AsyncSession, tree: Tree) -> Tree:
    """The onlookers, and a row in every protected table."""
    await fill(session, tree)
    return tree


@pytest.fixture(params=SERVICES)
def served(request: pytest.FixtureRequest, connection: AsyncConnection) -> Sessions:
    """Sessions of each service, as it opens them."""
    return served_as(request.param, connection)


async def count(session: AsyncSession, table: str) -> int:
    statement = select(func.count()).select_from(Base.metadata.tables[table])
    return (await session.execute(statement)).scalar_one()


def test_every_table_is_protected_or_said_to_be_open() -> None:
    protected = SEEN.keys() | UNREADABLE
    assert protected | OPEN.keys() == Base.metadata.tables.keys()
    assert not protected & OPEN.keys()


async def test_protection_is_forced_on_the_owner_too(session: AsyncSession) -> None:
    forced = text("""
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relrowsecurity AND relforcerowsecurity
    """)
    assert set(await session.scalars(forced)) == SEEN.keys() | UNREADABLE


async def test_services_own_nothing_and_bypass_nothing(session: AsyncSession) -> None:
    names = [*SERVICES, roles.WORKER, roles.OPERATOR]
    strong = text("""
        SELECT rolname FROM pg_roles
        WHERE rolname = ANY (:names) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)
    """)
    owned = text("SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE r.rolname = ANY (:names)")
    assert (await session.scalars(strong, {"names": names})).all() == []
    assert (await session.scalars(owned, {"names": names})).all() == []


async def test_functions_that_act_for_their_owner_can_be_led_nowhere(session: AsyncSession) -> None:
    """They belong to a role that may do nothing else, and look into the caller's temporary schema last."""
    acting_for_owner = text("""
        SELECT proname, rolname, rolsuper, proconfig FROM pg_proc JOIN pg_roles r ON r.oid = proowner
        WHERE pronamespace = 'public'::regnamespace AND prosecdef
    """)
    found = (await session.execute(acting_for_owner)).all()
    assert {row.proname for row in found} == {
        "follow_awaited_verdicts",
        "note_access_change",
        "place_pending_appraisals",
        "queue_audit_entries",
        "theodoi_evidence_known",
        "theodoi_evidence_led_elsewhere",
        "theodoi_plan_issued",
        "theodoi_plan_published",
    }
    for row in found:
        assert (row.rolname, row.rolsuper) == ("theodoi_wall", False)
        assert [setting for setting in row.proconfig if setting.endswith(", pg_temp")]


async def test_services_may_make_no_temporary_tables(session: AsyncSession, template_url: str) -> None:
    """Asked of the database that was migrated: copies of it have rights of their own."""
    may = text("SELECT has_database_privilege(:role, :database, 'TEMP')")
    for role in (*SERVICES, roles.WORKER, roles.OPERATOR):
        values = {"role": role, "database": make_url(template_url).database}
        assert await session.scalar(may, values) is False


@pytest.mark.parametrize("table", SEEN)
async def test_a_statement_without_any_condition_shows_what_is_the_callers(
    scene: Tree, served: Sessions, session: AsyncSession, table: str
) -> None:
    assert await count(session, table) > 0
    await session.commit()
    seeing = set()
    for name, organization in scene.items():
        async with served(info=session_info(acting(principal(organization)))) as opened:
            if await count(opened, table):
                seeing.add(name)

    assert seeing == SEEN[table]


async def test_the_view_of_the_wall_shows_what_is_the_callers_and_to_one_service_alone(
    scene: Tree, connection: AsyncConnection
) -> None:
    shown = text("SELECT count(*) FROM shown_assignments")
    sessions = served_as(roles.TASKS_API, connection)
    seeing = set()
    for name, organization in scene.items():
        async with sessions(info=sessions.kw["info"] | session_info(acting(principal(organization)))) as opened:
            if await opened.scalar(shown):
                seeing.add(name)
    assert seeing == SEEN["assignments"]
    async with sessions() as opened:
        assert await opened.scalar(shown) == 0
    async with served_as(roles.EVIDENCE_API, connection)() as opened:
        with pytest.raises(DBAPIError, match="permission denied"):
            await opened.scalar(shown)


@pytest.mark.parametrize("relation", ["shown_assignments a", "tasks a", "plans a", "assignments a"])
async def test_no_error_tells_of_a_row_that_is_not_shown(
    scene: Tree, connection: AsyncConnection, relation: str
) -> None:
    column = {"tasks a": "a.title", "plans a": "a.number", "assignments a": "a.status"}.get(relation, "a.task_title")
    async with served_as(roles.TASKS_API, connection)() as opened:
        assert await opened.scalar(text(f"SELECT count(*) FROM {relation} WHERE {column}::int = 1")) == 0


@pytest.mark.parametrize("table", SEEN)
async def test_without_a_caller_nothing_is_shown(scene: Tree, served: Sessions, table: str) -> None:
    async with served() as opened:
        assert await count(opened, table) == 0


@pytest.mark.parametrize("table", sorted(UNREADABLE))
async def test_facts_on_their_way_are_read_by_the_worker_alone(scene: Tree, served: Sessions, table: str) -> None:
    async with served(info=session_info(acting(principal(scene["province"])))) as opened:
        with pytest.raises(DBAPIError, match="permission denied"):
            await count(opened, table)


async def test_the_worker_and_the_operator_see_everything(scene: Tree, connection: AsyncConnection) -> None:
    for role in (roles.WORKER, roles.OPERATOR):
        async with served_as(role, connection)() as opened:
            assert await count(opened, "assignments") == 1


FORGERIES = {
    "a progress update in another's name": """
        INSERT INTO progress_updates (id, assignment_id, percent, narrative, as_of, actor, organization_id)
        SELECT :id, id, 1, 'x', current_date, 'x', organization_id FROM assignments
    """,
    "an assignment of somebody else's plan": """
        INSERT INTO assignments (id, task_id, plan_id, organization_id, cycle_kind, cycle_starts_on, starts_on,
                                 due_key, roadmap, status, percent, version)
        SELECT :id, task_id, plan_id, :organization, 'once', current_date, current_date, current_date, '[]', 'x', 0, 1
        FROM assignments
    """,
    "a row that shows oneself an assignment": """
        INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
        SELECT :organization, '2020-01-01', id FROM assignments
    """,
    "a figure in another's name": """
        INSERT INTO measurements (id, indicator_id, organization_id, period_kind, period_starts_on, value, source,
                                  revision, actor)
        SELECT :id, i.id, a.organization_id, 'year', '2025-01-01', 1, 'manual', 1, 'x' FROM indicators i, assignments a
    """,
    "a target of somebody else's indicator": """
        INSERT INTO indicator_targets (id, indicator_id, comparator, revision, actor)
        SELECT :id, id, '=', 2, 'x' FROM indicators
    """,
    "an indicator redefined": "UPDATE indicators SET unit = 'x'",
    "a trail in another's name": """
        INSERT INTO audit_entries (id, actor, client, organization_id, action, target_type, target_id)
        SELECT :id, 'x', 'x', organization_id, 'x', 'x', id FROM assignments
    """,
    "a membership above one's place": """
        INSERT INTO memberships (id, user_id, organization_id, role, granted_by, version)
        SELECT :id, :id, id, 'org_admin', 'x', 1 FROM organizations WHERE kind = 'ward'
    """,
    "a key of the local issuer": """
        INSERT INTO token_keys (issuer, kid, algorithm, public_key) VALUES ('theodoi-local', 'x', 'ES256', 'x')
    """,
    "an assignment taken over": "UPDATE assignments SET status = 'completed'",
    "a plan taken over": "UPDATE plans SET state = 'draft'",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
async def test_what_is_not_ones_to_write_is_refused(scene: Tree, connection: AsyncConnection, statement: str) -> None:
    """The helper sees the assignment, its task and its plan, and leads or issued none of them."""
    helper = principal(scene["helper"])
    async with served_as(roles.TASKS_API, connection)(info=session_info(acting(helper))) as opened:
        with pytest.raises(DBAPIError, match="row-level security"):
            await opened.execute(text(statement), {"id": new_id(), "organization": helper.organization_id})


async def test_evidence_one_does_not_know_cannot_be_shown_to_oneself(
    scene: Tree, session: AsyncSession, connection: AsyncConnection
) -> None:
    """The stranger leads work of its own, and has learned of a piece of evidence elsewhere."""
    evidence = (await session.scalars(select(Evidence))).one()
    own = await make_assignment(session, issuer=scene["stranger"], lead=scene["stranger"])
    await session.commit()
    link = text("INSERT INTO evidence_assignments (evidence_id, assignment_id) VALUES (:evidence, :own)")
    stranger = session_info(acting(principal(scene["stranger"])))
    async with served_as(roles.EVIDENCE_API, connection)(info=stranger) as opened:
        with pytest.raises(DBAPIError, match="row-level security"):
            await opened.execute(link, {"evidence": evidence.id, "own": own.id})
