"""A plan that was imported and is in force, and documents that restate it."""

from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.amendments.operations import apply_due
from shared.audit import System
from shared.clock import now, today
from shared.db import roles
from shared.db.models import Plan, Task
from tests.conftest import served_as
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task

Caller = dict[str, str]
Json = dict[str, Any]
ONE = {"lead": "Văn phòng", "deadline": "Khi có kinh phí"}
TWO = {"lead": "Phòng Kinh tế", "deadline": "20/12/2026"}
THREE = {"lead": "Văn phòng", "deadline": "Quý IV/2026"}
REASON = {"reason": "Điều chỉnh theo chỉ đạo mới", "effective_on": today().isoformat()}


def document(*rows: tuple[str, ...], number: str = "7/KH-UBND", year: int = 2026, more: tuple[Grid, ...] = ()) -> bytes:
    head = Grid(
        [
            ("ỦY BAN NHÂN DÂN\nPHƯỜNG THỬ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
            (f"Số: {number}", "Phường Thử, ngày 20 tháng 01 năm 2026"),
        ]
    )
    return docx_bytes(head, "KẾ HOẠCH", f"Chuyển đổi số năm {year}", Grid([HEADER, *rows]), *more)


FIRST = document(
    task("1", "Xây dựng đề án chuyển đổi số", **ONE),
    task("2", "Tập huấn cho cán bộ, công chức", **TWO),
    task("3", "Rà soát dữ liệu đất đai", **THREE),
)


class Desk:
    """The plan of FIRST, in force; a person said what the deadline of its first task means, and reworded the title of
    the second.
    """

    def __init__(self, session: AsyncSession, connection: AsyncConnection, client: httpx.AsyncClient) -> None:
        self.session = session
        self.connection = connection
        self.client = client
        self.admin: Caller = {}

    async def propose(self, content: bytes, **query: str) -> Json:
        params = {"issuer": "H98.1"} | query
        answer = await self.client.post("/v1/plan-imports", params=params, content=content, headers=self.admin)
        assert answer.status_code == 201, answer.text
        body: Json = answer.json()
        return body

    async def correct(self, proposed: Json, row: str, version: int, **changes: Any) -> None:
        headers = self.admin | {"If-Match": f'"{version}"'}
        url = f"/v1/plan-imports/{proposed['id']}/rows/{row}"
        answer = await self.client.patch(url, json=changes, headers=headers)
        assert answer.status_code == 200, answer.text

    async def commit(self, proposed: Json, **wanted: Any) -> httpx.Response:
        """As somebody does who has seen the difference that was told with the proposal."""
        if proposed["diff"]:
            wanted = {"plan_version": proposed["diff"]["plan_version"]} | wanted
        return await self.client.post(f"/v1/plan-imports/{proposed['id']}/commit", json=wanted, headers=self.admin)

    async def look_again(self, proposed: Json) -> Json:
        answer = await self.client.get(f"/v1/plan-imports/{proposed['id']}", headers=self.admin)
        body: Json = answer.json()
        return body

    async def apply(self) -> int:
        async with served_as(roles.WORKER, self.connection)() as worker:
            applied = await apply_due(worker, System("apply_amendments"), on=today(), now=now())
            await worker.commit()
        self.session.expunge_all()
        return applied

    async def plan(self) -> Plan:
        return (await self.session.scalars(select(Plan))).one()

    async def tasks(self) -> dict[str, Task]:
        found = await self.session.scalars(select(Task).order_by(Task.position, Task.id))
        return {task.code: task for task in found if task.state != "cancelled"}


def changes_of(diff: Json) -> dict[str, list[str]]:
    return {each["code"]: [change["field"] for change in each["changes"]] for each in diff["tasks"]["changed"]}
