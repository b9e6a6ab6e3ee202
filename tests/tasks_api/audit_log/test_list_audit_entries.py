"""The trail as auditors read it: of their subtree alone, newest first, by any filter."""

from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry
from tests.tasks_api.audit_log.conftest import Scene, do, targets


async def test_an_auditor_sees_its_own_subtree_and_nothing_else(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    above, below = str(await do(session, scene.province)), str(await do(session, scene.ward))
    beside, system = str(await do(session, scene.neighbour)), await do(session, None)
    assert set(await targets(tasks_api, scene.province_auditor)) == {above, below}
    assert await targets(tasks_api, scene.ward_auditor) == [below]
    assert await targets(tasks_api, scene.neighbour_auditor) == [beside]
    for auditor in (scene.province_auditor, scene.neighbour_auditor):
        assert await targets(tasks_api, auditor, target_id=str(system)) == []


@pytest.mark.parametrize("filters", [{}, {"target_id": "x"}, {"organization": "x"}])
async def test_no_filter_leads_out_of_the_subtree(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, filters: dict[str, str]
) -> None:
    beside = await do(session, scene.neighbour)
    found = {"target_id": str(beside), "organization": str(scene.neighbour.id)}
    assert await targets(tasks_api, scene.province_auditor, **{name: found[name] for name in filters}) == []


async def test_only_auditors_may(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    response = await tasks_api.get("/v1/audit-entries", headers=scene.ward_reporter)
    assert (response.status_code, response.json()["code"]) == (403, "role-required")


async def test_an_entry_says_who_did_what_to_what_from_where(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    target = await do(session, scene.ward)
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == target))).one()
    (item,) = (await tasks_api.get("/v1/audit-entries", headers=scene.ward_auditor)).json()["items"]
    assert datetime.fromisoformat(item.pop("occurred_at")) == entry.occurred_at
    assert item == {
        "id": str(entry.id),
        "actor": entry.actor,
        "client": entry.client,
        "organization_id": str(scene.ward.id),
        "action": "plan.activated",
        "target_type": "organizations",
        "target_id": str(target),
        "before": {"state": "draft"},
        "after": {"state": "active"},
        "request_id": None,
        "address": None,
        "position": None,
    }


FILTERS = ("actor", "action", "target_type", "target_id", "request_id")


@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_finds_what_is_equal(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, name: str
) -> None:
    target = await do(session, scene.ward)
    await do(session, scene.ward)
    value = uuid4() if name == "target_id" else "sought"
    change = text(f"UPDATE audit_entries SET {name} = :value WHERE target_id = :target RETURNING target_id")
    changed = str((await session.execute(change, {"value": value, "target": target})).scalar_one())
    await session.commit()
    assert await targets(tasks_api, scene.province_auditor, **{name: str(value)}) == [changed]
    assert await targets(tasks_api, scene.province_auditor, **{name: str(uuid4())}) == []


async def test_an_organization_means_it_and_all_below_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    above, below = str(await do(session, scene.province)), str(await do(session, scene.ward))
    of_province = await targets(tasks_api, scene.province_auditor, organization=str(scene.province.id))
    assert set(of_province) == {above, below}
    assert await targets(tasks_api, scene.province_auditor, organization=str(scene.ward.id)) == [below]


async def test_instants_bound_what_is_found(tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    target = await do(session, scene.ward)
    at = (await session.scalars(select(AuditEntry.occurred_at).where(AuditEntry.target_id == target))).one()
    later = at + timedelta(microseconds=1)
    auditor = scene.ward_auditor
    assert await targets(tasks_api, auditor, **{"from": at.isoformat(), "to": later.isoformat()}) == [str(target)]
    assert await targets(tasks_api, auditor, **{"from": later.isoformat()}) == []
    assert await targets(tasks_api, auditor, to=at.isoformat()) == []
    ends = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
    assert await targets(tasks_api, auditor, **{"from": ends[0], "to": ends[1]}) == [str(target)]
    assert await targets(tasks_api, auditor, **{"from": ends[1], "to": ends[0]}) == []


async def test_an_instant_without_its_zone_is_refused(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    response = await tasks_api.get(
        "/v1/audit-entries", headers=scene.ward_auditor, params={"from": "2026-03-02T03:00:00"}
    )
    assert response.status_code == 422


@pytest.mark.parametrize("filters", [{}, {"actor": "an auditor's"}], ids=["any", "few"])
async def test_pages_go_back_in_time_without_gap_or_repetition(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, filters: dict[str, str]
) -> None:
    written = {str(await do(session, organization)) for organization in [scene.ward, scene.province] * 4}
    if filters:
        await session.execute(text("UPDATE audit_entries SET actor = :actor"), filters)
        await session.commit()
    seen: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await tasks_api.get(
            "/v1/audit-entries", headers=scene.province_auditor, params={"limit": "3", **filters, **cursor}
        )
        body = page.json()
        seen += [(item["id"], item["target_id"]) for item in body["items"]]
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(written)
    assert {target for _, target in seen} == written
