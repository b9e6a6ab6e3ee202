"""Rows that are only ever added: written with the flush, never lost, never left over."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from asyncpg import DataError
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from shared.db.appending import append, fill_in
from shared.db.ids import new_id
from shared.db.models import AssignmentTransition, AuditEntry, Organization, OutboxEvent
from shared.db.session import Sessions
from tests.factories.tracking import make_assignment, make_organization

NOBODY = UUID(int=0)


def append_event(session: AsyncSession, name: str) -> None:
    append(session, OutboxEvent, id=new_id(), type=name, payload={"tên": name})


def append_entry(session: AsyncSession, action: str) -> None:
    append(
        session,
        AuditEntry,
        id=new_id(),
        actor="tests",
        client="tests",
        action=action,
        target_type="things",
        target_id=NOBODY,
        before=None,
        after={"việc": action},
    )


async def list_types(session: AsyncSession) -> list[str]:
    return sorted(await session.scalars(select(OutboxEvent.type)))


async def test_rows_are_written_with_the_flush_and_defaults_fill_the_rest(session: AsyncSession) -> None:
    append_event(session, "một")
    append_entry(session, "hai")
    await session.flush()

    event = (await session.scalars(select(OutboxEvent))).one()
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (event.type, event.payload, event.relayed_at) == ("một", {"tên": "một"}, None)
    assert event.occurred_at <= datetime.now(UTC)
    assert (entry.action, entry.before, entry.after) == ("hai", None, {"việc": "hai"})


async def test_nothing_is_stored_as_the_json_null(session: AsyncSession) -> None:
    append_entry(session, "một")
    await session.flush()

    assert (await session.execute(text("SELECT before IS NULL FROM audit_entries"))).scalar_one() is True


async def test_a_query_sees_what_was_appended_before_it(session: AsyncSession) -> None:
    append_event(session, "một")

    assert await list_types(session) == ["một"]


async def test_a_commit_without_a_flush_writes_them(sessions: Sessions, session: AsyncSession) -> None:
    async with sessions.begin() as other:
        append_event(other, "một")

    assert await list_types(session) == ["một"]


async def test_rows_are_written_once(session: AsyncSession) -> None:
    append_event(session, "một")
    for _ in range(2):
        await session.flush()
    await session.commit()

    assert await list_types(session) == ["một"]


async def test_they_may_refer_to_rows_of_the_same_flush(session: AsyncSession) -> None:
    assignment = await make_assignment(session)
    ward = Organization(id=new_id(), code="H95", name="Mới", kind="ward", path="/H95/", search_text="moi")
    session.add(ward)
    append(
        session,
        AssignmentTransition,
        id=new_id(),
        assignment_id=assignment.id,
        to_status="cancelled",
        action="cancel",
        actor="tests",
        organization_id=ward.id,
    )
    await session.flush()

    assert ward.id in (await session.scalars(select(AssignmentTransition.organization_id))).all()


async def test_a_rollback_forgets_them(session: AsyncSession) -> None:
    append_event(session, "một")
    await session.rollback()
    append_event(session, "hai")
    await session.commit()

    assert await list_types(session) == ["hai"]


async def test_a_savepoint_that_is_rolled_back_forgets_its_own(session: AsyncSession) -> None:
    append_event(session, "trước")
    inner = await session.begin_nested()
    append_event(session, "trong")
    await inner.rollback()
    append_event(session, "sau")
    await session.commit()

    assert await list_types(session) == ["sau", "trước"]


async def test_a_failed_flush_leaves_nothing_for_later(session: AsyncSession) -> None:
    await make_organization(session, code="H95")
    await session.commit()
    append_event(session, "một")
    session.add(Organization(code="H95", name="Trùng mã", kind="ward", path="/H95/", search_text="x"))
    with pytest.raises(IntegrityError):
        await session.flush()
    await session.rollback()
    await session.commit()

    assert await list_types(session) == []


async def test_thousands_of_rows_fit_one_flush(session: AsyncSession) -> None:
    """The daily opening of cycles records every assignment of a province in one transaction."""
    for number in range(6000):
        append_entry(session, f"việc {number}")
    await session.flush()

    assert (await session.execute(select(func.count()).select_from(AuditEntry))).scalar_one() == 6000


async def test_a_session_that_would_never_write_them_is_refused(connection: AsyncConnection) -> None:
    async with AsyncSession(connection) as ordinary:
        with pytest.raises(TypeError, match="create_sessions"):
            append_event(ordinary, "mất")


async def test_a_row_to_fill_in_that_is_not_there_is_an_error_and_no_silence(session: AsyncSession) -> None:
    fill_in(session, OutboxEvent, {"id": new_id()}, payload={"tên": "một"})
    with pytest.raises(StaleDataError):
        await session.flush()
    with pytest.raises(StaleDataError):
        await session.commit()  # what failed keeps waiting: nobody commits without it


async def test_a_value_of_the_wrong_kind_cannot_be_committed_around(sessions: Sessions, session: AsyncSession) -> None:
    async with sessions() as other:
        append(other, OutboxEvent, id="không phải mã", type="một", payload={})
        for _ in range(2):
            with pytest.raises(DataError):
                await other.commit()
    assert await list_types(session) == []
