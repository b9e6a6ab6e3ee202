"""Policies are evaluated before conditions that might leak; those that a list relies on must still reach an index."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.evidence_api.appraisal_queue import page as queue
from services.evidence_api.appraisal_queue import queries as appraisal_queue
from services.evidence_api.appraisal_queue.schemas import QueueOrder, QueueState
from services.evidence_api.appraisals import queries as appraisals
from services.evidence_api.evidence import queries as evidence
from services.tasks_api.alerts import queries as alerts
from services.tasks_api.assignments import page, queries
from services.tasks_api.plan_imports import queries as plan_imports
from services.tasks_api.plans import queries as plans
from services.tasks_api.tasks import queries as tasks
from shared.clock import now, today
from shared.db import roles
from shared.db.context import acting, session_info
from shared.db.models import Assignment, Evidence, Plan, PlanImport, Task
from shared.db.session import create_engine
from shared.domain.principal import Principal
from shared.settings import get_settings
from tests.conftest import served_as
from tests.db.onlookers import Tree
from tests.db.walled_scene import SEEN, fill, principal


@pytest.fixture
async def connection(committed_url: str) -> AsyncIterator[AsyncConnection]:
    """To a fresh database: what other tests left dead in the shared one, and autovacuum counted, would sway plans."""
    engine = create_engine(committed_url, get_settings(), application="tests")
    async with engine.connect() as opened:
        transaction = await opened.begin()
        yield opened
        await transaction.rollback()
    await engine.dispose()


@pytest.fixture
def statements(connection: AsyncConnection) -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT that is sent from now on, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_: Connection, __: object, statement: str, parameters: Any, ___: object, ____: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "set_config" not in statement:
            seen.append((statement, parameters))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection.sync_connection, "before_cursor_execute", note)


async def read_as_users_do(session: AsyncSession, ward: Principal, ids: dict[str, Any]) -> None:
    """The reads behind the operations that people ask for most."""
    await queries.get_assignment(session, ward, ids["assignment"], today=today())
    await queries.get_assignment_for_update(session, ward, ids["assignment"])
    await queries.list_progress(session, ids["assignment"])
    await queries.list_transitions(session, ids["assignment"])
    await plans.get_plan(session, ward, ids["plan"], lock=True)
    await plan_imports.get_plan_import(session, ward, ids["plan_import"])
    await tasks.get_task(session, ward, ids["task"])
    none: dict[str, Any] = dict.fromkeys(("group_id", "lead", "coordinating", "text"))
    await tasks.list_tasks(session, ward, plan_id=ids["plan"], after=[], limit=50, **none)
    await alerts.list_alerts(session, ward, open_only=True, rule=None, after=[], limit=50)
    await evidence.list_evidence(session, ward, ids["assignment"], after=None, limit=50)
    await evidence.get_evidence(session, ward, ids["evidence"])
    await appraisals.list_of_evidence(session, ward, ids["evidence"], after=None, limit=50)
    await appraisal_queue.list_decided(session, ward, after=None, limit=50)


def asked_of_the_driver(ward: Principal, ids: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is asked so often that it goes past SQLAlchemy, and its values."""
    context = {f"context_{name}": value for name, value in acting(ward).settings.items()}
    filters: tuple[dict[str, Any], ...] = ({}, {"plan": ids["plan"]}, {"due_from": today()}, {"status": "in_progress"})
    for chosen in filters:
        sql, names = page.page_statement(frozenset(chosen), carried=True)
        values = {"viewer": ward.organization_id, "today": today(), "limit": 50, **chosen, **context}
        yield sql, tuple(values[name] for name in names)
    sql, names = queries.FOR_PROGRESS
    values = {"assignment": ids["assignment"], "viewer": ward.organization_id}
    yield sql, tuple(values[name] for name in names)


def asked_of_the_queue(reviewer: Principal) -> Iterator[tuple[str, Any]]:
    """What a reviewing body asks for most."""
    context = {f"context_{name}": value for name, value in acting(reviewer).settings.items()}
    asking = {"viewer": reviewer.organization_id, "limit": 50, "subject": "x", "issuer": "x", "now": now()}
    for state in (QueueState.PENDING, QueueState.ESCALATED):
        sql, names = queue.page_statement(state, QueueOrder.RISK, frozenset(), carried=True)
        values = asking | context
        yield sql, tuple(values[name] for name in names)


async def read_whole(served: AsyncSession, asked: list[tuple[str, Any]]) -> dict[str, set[str]]:
    """The protected tables that each statement reads from end to end."""
    # A table of one row is always read whole where Postgres may; forbidden to, it does only what it must.
    await served.execute(text("SET LOCAL enable_seqscan = off"))
    whole = {}
    for statement, parameters in asked:
        explained = await (await served.connection()).exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        plan = explained.scalar_one()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        whole[statement] = SEEN.keys() & set(scans(plan[0]["Plan"]))
    return whole


def scans(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


async def test_what_users_ask_most_reads_no_protected_table_from_end_to_end(
    session: AsyncSession, tree: Tree, connection: AsyncConnection, statements: list[tuple[str, Any]]
) -> None:
    await fill(session, tree)
    ids = {
        name: (await session.scalars(text(f"SELECT id FROM {model.__tablename__}"))).one()
        for name, model in {
            "assignment": Assignment,
            "plan": Plan,
            "plan_import": PlanImport,
            "task": Task,
            "evidence": Evidence,
        }.items()
    }
    await session.commit()
    ward = principal(tree["ward"])
    async with served_as(roles.TASKS_API, connection)(info=session_info(acting(ward))) as served:
        statements.clear()
        # Evidence may lock what tasks_api only reads: the grants differ, the policies do not.
        await read_as_users_do(served, ward, ids)
        asked = [*statements, *asked_of_the_driver(ward, ids)]
        whole = await read_whole(served, asked)
    reviewer = principal(tree["reviewer"])
    async with served_as(roles.EVIDENCE_API, connection)(info=session_info(acting(reviewer))) as served:
        whole |= await read_whole(served, list(asked_of_the_queue(reviewer)))

    assert len(asked) > 15
    assert {statement: tables for statement, tables in whole.items() if tables} == {}
