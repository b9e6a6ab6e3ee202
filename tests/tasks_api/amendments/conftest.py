"""A ward's plan in force, its administrator, and the worker that applies what is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.amendments.operations import apply_due
from shared.audit import System
from shared.clock import now, today
from shared.db import roles
from shared.db.models import Assignment, Organization, Plan, Task
from shared.domain.principal import Role
from shared.tracking.opening import open_begun_cycles
from tests.conftest import served_as
from tests.factories.deadlines import make_dated_task
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization, make_plan
from tests.tasks_api.amendments.desk import FIRST, Desk

Caller = dict[str, str]
ACTOR = System("tests")


@dataclass
class Office:
    """The plan runs from the first of January of last year to the end of next year."""

    session: AsyncSession
    connection: AsyncConnection
    client: httpx.AsyncClient
    ward: Organization
    plan: Plan
    admin: Caller
    units: list[Organization]

    async def task(self, text: str | None, *leads: Organization, code: str = "1") -> Task:
        """A task of the plan with this deadline, its assignments open as of today."""
        task = await make_dated_task(self.session, self.plan, text, *leads, code=code)
        await open_begun_cycles(self.session, self.plan, ACTOR, on=today(), now=now())
        await self.session.commit()
        return task

    async def amend(
        self, *changes: dict[str, Any], on: date | None = None, plan: Plan | None = None, **more: Any
    ) -> httpx.Response:
        plan = plan or self.plan
        await self.session.refresh(plan)
        body = {
            "number": "99/KH-UBND",
            "issued_on": today().isoformat(),
            "reason": "Điều chỉnh theo tình hình thực tế",
            "effective_on": (on or today()).isoformat(),
            "changes": changes,
        }
        headers = self.admin | {"If-Match": f'"{plan.version}"'}
        return await self.client.post(f"/v1/plans/{plan.id}/amendments", json=body | more, headers=headers)

    async def apply(self, on: date | None = None) -> int:
        """As the worker does, with no more than its rights."""
        async with served_as(roles.WORKER, self.connection)() as worker:
            applied = await apply_due(worker, System("apply_amendments"), on=on or today(), now=now())
            await worker.commit()
        self.session.expunge_all()  # what it changed is read anew
        self.plan = await self.session.get_one(Plan, self.plan.id)
        return applied

    async def put_in_force(self, *changes: dict[str, Any], on: date | None = None, **more: Any) -> dict[str, Any]:
        answer = await self.amend(*changes, on=on, **more)
        assert answer.status_code == 201, answer.text
        assert await self.apply() == 1
        told = await self.client.get(f"/v1/plans/{self.plan.id}/amendments/{answer.json()['id']}", headers=self.admin)
        body: dict[str, Any] = told.json()
        assert body["state"] == "in_force"
        return body

    async def assignments(self, task: Task) -> Sequence[Assignment]:
        statement = select(Assignment).where(Assignment.task_id == task.id)
        found = await self.session.scalars(statement.order_by(Assignment.cycle_starts_on, Assignment.id))
        return found.all()


@pytest.fixture
async def office(
    session: AsyncSession, connection: AsyncConnection, tasks_api: httpx.AsyncClient, token_maker: TokenMaker
) -> Office:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    year = today().year
    plan = await make_plan(session, ward, starts_on=date(year - 1, 1, 1), ends_on=date(year + 1, 12, 31))
    plan.state = "active"
    units = [await make_organization(session, parent=ward) for _ in range(3)]
    admin = await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)
    await session.commit()
    return Office(session, connection, tasks_api, ward, plan, admin, units)


@pytest.fixture
async def desk(
    session: AsyncSession, connection: AsyncConnection, tasks_api: httpx.AsyncClient, token_maker: TokenMaker
) -> Desk:
    ward = await make_organization(session, kind="ward", code="H98.1", name="Phường Thử")
    await make_organization(session, parent=ward, code="H98.1.VP", name="Văn phòng")
    await make_organization(session, parent=ward, code="H98.1.KT", name="Phòng Kinh tế")
    made = Desk(session, connection, tasks_api)
    made.admin = await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)
    await session.commit()
    first = await made.propose(FIRST)
    deadline = {"kind": "date", "due": "2026-12-11"}
    await made.correct(first, "2.2", 1, deadline=deadline)
    await made.correct(first, "2.3", 2, title="Tập huấn cho toàn thể cán bộ")
    committed = await made.commit(first)
    assert committed.status_code == 201, committed.text
    url = f"/v1/plans/{committed.json()['plan_id']}/activate"
    activated = await tasks_api.post(url, headers=made.admin | {"If-Match": '"1"'})
    assert activated.status_code == 200, activated.text
    return made


def ago(days: int) -> date:
    return today() - timedelta(days=days)
