"""What is remembered of callers holds until anything changes what somebody may do, whoever changes it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.schedule import KEEP_ACCESS_CHANGES, forget_access_changes
from shared.clock import now, today
from shared.db.models import AccessChange, Client, Membership, Organization, OrganizationSuccession, TokenKey, User
from shared.db.session import Sessions, create_sessions
from shared.domain.principal import Role
from shared.http.access_watch import LOOK_SECONDS, AccessWatch, Seen
from shared.http.memory import CALLER_SECONDS
from shared.settings import Settings
from tests.factories.identity import ISSUER, KID, TokenMaker, make_member
from tests.factories.tracking import make_organization
from tests.http.believing import ask, believing_service
from tests.http.conftest import StandingClock
from tests.http.serving import engine_on

Change = Callable[[AsyncSession], Awaitable[object]]


async def give(session: AsyncSession) -> None:
    await make_member(session, "somebody", await make_organization(session), Role.VIEWER)


async def succeed(session: AsyncSession) -> None:
    former, receiver = await make_organization(session), await make_organization(session)
    values = {"kind": "merge", "effective_on": today(), "instrument": "1/NQ", "recorded_by": "tests"}
    await session.execute(
        insert(OrganizationSuccession).values(predecessor_id=former.id, receiver_id=receiver.id, **values)
    )


CHANGES: dict[str, Change] = {
    "an account is deactivated": lambda s: s.execute(update(User).values(deactivated_at=now())),
    "a role is given": give,
    "a role is changed": lambda s: s.execute(update(Membership).values(ends_on=today())),
    "a role is deleted": lambda s: s.execute(delete(Membership)),
    "an organization ends": lambda s: s.execute(update(Organization).values(valid_to=today())),
    "an organization moves": lambda s: s.execute(update(Organization).values(path=Organization.path)),
    "an organization is succeeded": succeed,
    "a system is revoked": lambda s: s.execute(update(Client).values(revoked_at=now())),
    "a key is revoked": lambda s: s.execute(update(TokenKey).values(revoked_at=now())),
}
NOTHING: dict[str, Change] = {
    "a day of use": lambda s: s.execute(update(User).values(last_seen_on=today())),
    "a name": lambda s: s.execute(update(User).values(name="Tên mới")),
    "a new organization": make_organization,
}


async def looks_apart(watch: AccessWatch, ticks: StandingClock, session: AsyncSession, change: Change) -> list[Seen]:
    before = await watch.look()
    await change(session)
    await session.commit()
    ticks.advance(LOOK_SECONDS)
    return [before, await watch.look()]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_whatever_changes_access_is_seen(
    sessions: Sessions, session: AsyncSession, ticks: StandingClock, change: Change
) -> None:
    before, after = await looks_apart(AccessWatch(sessions, ticks), ticks, session, change)
    assert before != after


@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING.keys())
async def test_what_changes_no_access_disturbs_nobody(
    sessions: Sessions, session: AsyncSession, ticks: StandingClock, change: Change
) -> None:
    before, after = await looks_apart(AccessWatch(sessions, ticks), ticks, session, change)
    assert before == after


async def test_a_look_is_believed_for_a_second(sessions: Sessions, session: AsyncSession, ticks: StandingClock) -> None:
    watch = AccessWatch(sessions, ticks)
    before = await watch.look()
    await give(session)
    await session.commit()
    ticks.advance(LOOK_SECONDS - 0.1)
    assert await watch.look() == before
    ticks.advance(0.1)
    assert await watch.look() != before


async def test_a_change_committed_late_is_seen_though_its_number_is_low(
    committed_url: str, ticks: StandingClock
) -> None:
    async with engine_on(committed_url) as engine:
        sessions = create_sessions(engine)
        watch = AccessWatch(sessions, ticks)
        async with sessions() as slow, sessions() as quick:
            await slow.execute(delete(Membership))
            await quick.execute(delete(Membership))
            await quick.commit()
            before = await watch.look()
            await slow.commit()
        ticks.advance(LOOK_SECONDS)
        assert await watch.look() != before


async def test_what_is_forgotten_by_the_clock_looks_like_a_change(
    sessions: Sessions, session: AsyncSession, ticks: StandingClock
) -> None:
    session.add(AccessChange(changed_at=now() - KEEP_ACCESS_CHANGES - timedelta(seconds=1)))
    await session.commit()
    watch = AccessWatch(sessions, ticks)
    before = await watch.look()
    await forget_access_changes(session, now())
    await session.commit()
    ticks.advance(LOOK_SECONDS)
    after = await watch.look()
    assert before != after
    assert after[0] == 1


async def test_a_caller_is_remembered_until_something_changes_or_half_a_minute_is_over(
    connection: AsyncConnection,
    sessions: Sessions,
    session: AsyncSession,
    token_maker: TokenMaker,
    ticks: StandingClock,
) -> None:
    """What is changed behind the back of the triggers shows that nobody looked."""
    session.add(TokenKey(issuer=ISSUER, kid=KID, algorithm="ES256", public_key=token_maker.public_key))
    membership = await make_member(session, "nguoi-dung", await make_organization(session), Role.VIEWER)
    await session.commit()
    token = token_maker.sign(token_maker.claims("nguoi-dung"))

    async def revoke_unseen(at: datetime | None) -> None:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(update(Membership).where(Membership.id == membership.id).values(revoked_at=at))
        await session.commit()
        await connection.execute(text("SET LOCAL session_replication_role = origin"))

    async with believing_service(sessions, Settings(), ticks=ticks) as service:

        async def status(seconds: float) -> int:
            ticks.advance(seconds)
            return (await ask(service, token)).status_code

        assert await status(0) == 200
        await revoke_unseen(now())
        assert await status(CALLER_SECONDS - 1) == 200, "remembered"
        assert await status(1) == 403, "looked up again"
        await revoke_unseen(None)
        assert await status(0) == 200
        await revoke_unseen(now())
        await give(session)
        await session.commit()
        assert await status(LOOK_SECONDS) == 403, "looked up again, since somebody's access changed"
