"""What changes about a person acts within seconds, and being seen is written down beside the request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.db.memberships import find_principal
from shared.db.models import Membership, TokenKey, User
from shared.db.session import Sessions, create_sessions
from shared.domain.errors import Forbidden
from shared.domain.principal import Role
from shared.http.access_watch import LOOK_SECONDS
from shared.settings import Settings
from tests.factories.identity import ISSUER, KID, TokenMaker, make_member
from tests.factories.tracking import make_organization
from tests.http.believing import ask, believing_service
from tests.http.conftest import StandingClock
from tests.http.serving import engine_on

PROMISED = 5.0
"""Seconds in which a deactivation or a revocation acts."""


@pytest.fixture
async def service(sessions: Sessions, ticks: StandingClock) -> AsyncIterator[httpx.AsyncClient]:
    async with believing_service(sessions, Settings(), ticks=ticks) as client:
        yield client


@pytest.fixture
async def membership(session: AsyncSession, token_maker: TokenMaker) -> Membership:
    session.add(TokenKey(issuer=ISSUER, kid=KID, algorithm="ES256", public_key=token_maker.public_key))
    organization = await make_organization(session)
    membership = await make_member(session, "nguoi-dung", organization, Role.VIEWER)
    await session.commit()
    return membership


async def deactivate(session: AsyncSession, membership: Membership) -> None:
    user = await session.get_one(User, membership.user_id)
    user.deactivated_at, user.deactivated_by = now(), "quan-tri"


async def revoke(_: AsyncSession, membership: Membership) -> None:
    membership.revoked_at = now()


async def end(_: AsyncSession, membership: Membership) -> None:
    membership.starts_on = membership.ends_on = today() - timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "code"), [(deactivate, "account-deactivated"), (revoke, "no-membership"), (end, "no-membership")]
)
async def test_what_is_taken_away_is_gone_within_five_seconds(
    service: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    ticks: StandingClock,
    membership: Membership,
    change: Callable[[AsyncSession, Membership], Awaitable[None]],
    code: str,
) -> None:
    token = token_maker.sign(token_maker.claims("nguoi-dung"))
    assert (await ask(service, token)).status_code == 200
    await change(session, membership)
    await session.commit()
    ticks.advance(LOOK_SECONDS - 0.1)
    assert (await ask(service, token)).status_code == 200, "remembered"
    ticks.advance(PROMISED - LOOK_SECONDS)
    refused = await ask(service, token)
    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_nobody_waits_to_be_written_down_as_seen(committed_url: str) -> None:
    """An administrator holds the account: the caller is let in all the same, and written down the next time."""
    async with engine_on(committed_url) as engine:
        sessions = create_sessions(engine)

        async def let_in() -> None:
            principal = await find_principal(sessions, ISSUER, "nguoi-dung", None, on=today(), idle_days=45)
            assert principal.roles == {Role.VIEWER}

        async def seen() -> tuple[object, int]:
            async with sessions() as session:
                user = (await session.scalars(select(User))).one()
                return user.last_seen_on, user.version

        async with sessions.begin() as session:
            await make_member(session, "nguoi-dung", await make_organization(session), Role.VIEWER)
        async with sessions.begin() as session:
            await session.scalars(select(User).with_for_update())
            async with asyncio.timeout(30):
                await let_in()
        assert await seen() == (None, 1)
        await let_in()
        assert await seen() == (today(), 1)


async def test_whoever_is_refused_was_not_seen(
    sessions: Sessions, session: AsyncSession, membership: Membership
) -> None:
    await revoke(session, membership)
    await session.commit()
    with pytest.raises(Forbidden, match="no-membership"):
        await find_principal(sessions, ISSUER, "nguoi-dung", None, on=today(), idle_days=45)
    user = await session.get_one(User, membership.user_id, populate_existing=True)
    assert user.last_seen_on is None
