"""For whom a transaction runs: said as it begins, forgotten as it ends, whatever the next caller of the connection."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import roles
from shared.db.context import acting, carrying, identifying, session_info, show_own
from shared.db.session import Sessions, create_engine, create_sessions
from shared.domain.principal import Principal, Role
from shared.settings import Settings

SAID = text("""
    SELECT current_user::text, pg_backend_pid(), coalesce(current_setting('theodoi.organization', true), ''),
           coalesce(current_setting('theodoi.paths', true), ''), coalesce(current_setting('theodoi.caller', true), '')
""")


def caller(**changes: object) -> Principal:
    values = Principal(
        subject="somebody",
        client="https://issuer.test",
        organization_id=uuid4(),
        organization_path="/H10/",
        roles=frozenset(Role),
    )
    return replace(values, **changes)  # type: ignore[arg-type] # one field or another


@pytest.fixture(params=[False, True], ids=["writing", "reading"])
async def pool_of_one(shared_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Sessions]:
    """Sessions that follow one another on one connection."""
    engine = create_engine(
        shared_url,
        Settings(database_pool_size=1),
        application="tests",
        role=roles.TASKS_API,
        read_only=request.param,
    )
    yield create_sessions(engine)
    await engine.dispose()


async def said(session: AsyncSession) -> tuple[str, int, str, str, str]:
    row = (await session.execute(SAID)).one()
    return row[0], row[1], row[2], row[3], row[4]


async def test_each_transaction_begins_with_its_caller_and_leaves_nothing_behind(pool_of_one: Sessions) -> None:
    first, second = caller(), caller(inherited_paths=("/H11/", "/H12/"))
    backends = set()
    for principal in (first, second, first):
        async with pool_of_one(info=session_info(acting(principal))) as session:
            role, backend, *context = await said(session)
        assert role == roles.TASKS_API
        assert context == [str(principal.organization_id), ",".join(principal.paths), principal.key]
        backends.add(backend)
    async with pool_of_one() as session:
        _, backend, *context = await said(session)
    assert context == ["", "", ""]
    assert backends == {backend}


async def test_a_second_transaction_of_a_session_has_the_context_too(pool_of_one: Sessions) -> None:
    principal = caller()
    async with pool_of_one(info=session_info(acting(principal))) as session:
        await said(session)
        await session.rollback()
        assert (await said(session))[2] == str(principal.organization_id)


async def test_a_failed_statement_leaves_nothing_behind(pool_of_one: Sessions) -> None:
    async with pool_of_one(info=session_info(acting(caller()))) as session:
        with pytest.raises(DBAPIError):
            await session.execute(text("SELECT 1 / 0"))
    async with pool_of_one() as session:
        assert (await said(session))[2:] == ("", "", "")


@pytest.mark.parametrize("subject", ["d'Artagnan", "back\\slash", "'; SELECT 1 --", "Nguyễn Văn Ất", "100%", "$1"])
async def test_what_a_token_says_is_a_value_and_never_a_statement(pool_of_one: Sessions, subject: str) -> None:
    principal = caller(subject=subject)
    async with pool_of_one(info=session_info(acting(principal))) as session:
        assert (await said(session))[4] == principal.key


async def test_an_account_that_was_looked_up_sees_its_own(pool_of_one: Sessions) -> None:
    user_id = uuid4()
    async with pool_of_one(info=session_info(identifying("https://issuer.test", "somebody"))) as session:
        await show_own(session, user_id)
        assert await session.scalar(text("SELECT current_setting('theodoi.user')")) == str(user_id)
        assert (await said(session))[2] == ""


def test_a_nul_is_refused_before_postgres_sees_it() -> None:
    with pytest.raises(ValueError, match="NUL"):
        acting(caller(subject="some\x00body")).literal()


async def test_a_statement_brings_its_context_and_takes_it_away_again(pool_of_one: Sessions) -> None:
    seen = "SELECT current_setting('theodoi.organization', true) AS seen WHERE context.organization IS NOT NULL LIMIT 1"
    for principal in (caller(), caller(organization_path="/H'11/")):
        values = {f"context_{name}": value for name, value in acting(principal).settings.items()}
        async with pool_of_one() as session:
            told = await session.scalar(text(carrying(seen)), values)
        assert told == str(principal.organization_id)
        async with pool_of_one() as session:
            assert (await said(session))[2:] == ("", "", "")
