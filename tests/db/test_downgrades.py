"""The newest steps are taken back and again with rows in every table, by an owner who is no superuser."""

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shared.db.ids import new_id
from shared.db.models import (
    Amendment,
    AmendmentChange,
    Appraisal,
    Delivery,
    Evidence,
    EvidenceFinding,
    Indicator,
    OutboxEvent,
    Upload,
)
from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings
from tests.conftest import Servers, cloned, run_sql
from tests.db.onlookers import make_tree
from tests.db.schemas import Rows, hand_over, rows_of, schema_of
from tests.db.walled_scene import fill

FIRST = "0021"
LOST = {
    "amendment_changes": 2,  # of indicators
    "appraisals": 1,  # the one that was withdrawn
    "evidence_findings": 1,  # of a file, beside one of the version
    "evidence_reuse_origins": 1,
    "evidence_reuses": 1,
    "link_snapshots": 1,
    "notices": 1,
    "resumable_uploads": 1,
    "supplement_requests": 1,
    "upload_parts": 1,
}
"""Rows that are gone afterwards: all of tables that the steps added, unless the steps count them anew."""
FORGOTTEN = {
    "evidence": {"withdrawn_at", "withdrawn_by", "withdrawal_reason"},
    "evidence_versions": {"checks_due_at"},
    "upload_usage": {"size"},  # what was on its way
    "uploads": {"captured_at", "verified_at", "damaged_at", "used_at"},
}
"""Columns that the steps added, where they do not read as before."""


@pytest.fixture
async def kept_url(servers: Servers, template_url: str) -> AsyncIterator[str]:
    """A database with rows in every table that belongs to a login with no more rights than it needs."""
    keeper = f"keeper_{uuid4().hex[:12]}"
    async with cloned(servers, template_url) as url:
        engine = create_engine(url, get_settings(), application="tests")
        async with create_sessions(engine)() as session:
            await fill(session, await make_tree(session))
            await add_what_steps_added(session)
        await engine.dispose()
        await hand_over(url, keeper)
        yield url
    await run_sql(servers.database_url, f"DROP ROLE {keeper}")


async def add_what_steps_added(session: AsyncSession) -> None:
    """Beside a row in every table: what a step allowed in tables that were there before."""
    upload = (await session.scalars(select(Upload))).one()
    upload.captured_at = upload.damaged_at = upload.created_at
    upload.uploaded_by = "system:snapshot_link"
    evidence = (await session.scalars(select(Evidence))).one()
    evidence.withdrawn_at, evidence.withdrawn_by, evidence.withdrawal_reason = upload.created_at, "x", "x"
    finding = (await session.scalars(select(EvidenceFinding))).one()
    indicator = (await session.scalars(select(Indicator))).one()
    amendment = (await session.scalars(select(Amendment))).one()
    standing = (await session.scalars(select(Appraisal))).one()
    earlier = {name: getattr(standing, name) for name in ("evidence_id", "level", "organization_id", "verdict")}
    event = OutboxEvent(id=new_id(), type="x", payload={})
    session.add(event)
    await session.flush()
    session.add_all(
        [
            Delivery(event_id=event.id, handler="check_evidence", lane="looking"),
            EvidenceFinding(
                evidence_version_id=finding.evidence_version_id, step=finding.step, position=1, outcome="x", facts={}
            ),
            AmendmentChange(amendment_id=amendment.id, position=2, indicator_id=indicator.id, field="target"),
            AmendmentChange(amendment_id=amendment.id, position=3, field="indicator", after="x"),
            Appraisal(
                **earlier,
                evidence_version=1,
                appraised_by="x",
                reasons=[],
                comment="",
                withdrawn_at=upload.created_at,
            ),
        ]
    )
    await session.commit()


async def test_steps_taken_back_lose_only_what_they_added(kept_url: str) -> None:
    schema, before = await look(kept_url)
    await asyncio.to_thread(command.downgrade, configuration(kept_url), FIRST)
    _, between = await look(kept_url)
    assert not {"notices", "upload_usage"} & between.keys()
    await asyncio.to_thread(command.upgrade, configuration(kept_url), "head")
    again, after = await look(kept_url)
    assert again == schema
    assert {name: len(rows) - len(after[name]) for name, rows in before.items() if rows != after[name]} == {
        **dict.fromkeys(FORGOTTEN, 0),
        **LOST,
    }
    for name, columns in FORGOTTEN.items():
        (row,), (reread,) = before[name], after[name]
        assert {column for column, value in row.items() if reread[column] != value} == columns
    assert after["evidence_assignments"] == before["evidence_assignments"]


async def look(url: str) -> tuple[set[tuple[str | None, ...]], Rows]:
    """The schema, and every row: as the server's own login, whom no policy holds."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.execute(text("SET ROLE NONE"))
        found = await schema_of(connection), await rows_of(connection)
    await engine.dispose()
    return found


def configuration(url: str) -> Config:
    found = Config()
    found.set_main_option("script_location", str(files("migrations")))
    found.attributes["database_url"] = url
    return found
