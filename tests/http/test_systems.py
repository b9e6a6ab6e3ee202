"""A registered system signs its own tokens with a library of its own choice, each for one request."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, TokenKey, UsedToken
from shared.db.session import Sessions
from shared.domain.permissions import Scope
from shared.domain.principal import Principal, Role
from shared.http.access_watch import LOOK_SECONDS
from shared.http.auth import Authenticator
from shared.http.memory import CALLER_SECONDS
from shared.settings import Settings
from tests.factories.identity import ISSUER, KID, TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.believing import ask, believing_service
from tests.http.conftest import StandingClock
from tests.http.serving import committing_service
from tests.http.systems import KeyPair, WardSoftware, register


@dataclass
class Calendar:
    """The present instant, unless a test looks ahead."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward")


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> dict[str, str]:
    return await make_caller(session, token_maker, ward, Role.ORG_ADMIN)


@pytest.fixture
async def service(sessions: Sessions, ticks: StandingClock, calendar: Calendar) -> AsyncIterator[httpx.AsyncClient]:
    async with believing_service(sessions, Settings(), ticks=ticks, now=calendar) as client:
        yield client


@dataclass(frozen=True)
class Registered:
    id: str
    software: WardSoftware


async def registered(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, pair: KeyPair | None = None
) -> Registered:
    pair = pair or KeyPair()
    answer = await register(service, admin, ward.code, pair)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return Registered(told["id"], WardSoftware(told["issuer"], told["keys"][0]["kid"], pair))


async def change(
    service: httpx.AsyncClient, admin: dict[str, str], path: str, version: int, **body: object
) -> httpx.Response:
    answer = await service.post(f"/v1/clients/{path}", json=body or None, headers=admin | {"If-Match": f'"{version}"'})
    assert answer.is_success, answer.text
    return answer


async def is_believed(service: httpx.AsyncClient, token: str) -> bool:
    answer = await ask(service, token, "/v1/plans")
    if answer.status_code == 401:
        assert answer.json()["code"] == "token-invalid"
    return answer.status_code != 401


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_a_token_signed_with_another_library_is_accepted(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, algorithm: str
) -> None:
    system = await registered(service, admin, ward, KeyPair(algorithm))

    assert await is_believed(service, system.software.sign())


async def test_a_system_acts_for_its_organization_within_its_scopes(
    sessions: Sessions, service: httpx.AsyncClient, admin: dict[str, str], ward: Organization
) -> None:
    system = await registered(service, admin, ward)

    principal = await Authenticator(sessions, audience="theodoi").authenticate(system.software.sign())

    assert principal == Principal(
        subject=system.software.issuer,
        client=system.software.issuer,
        organization_id=ward.id,
        organization_path=ward.path,
        roles=frozenset(),
        scopes=frozenset({Scope.PLANS_READ}),
    )


async def test_a_token_is_accepted_once(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, ticks: StandingClock
) -> None:
    system = await registered(service, admin, ward)
    token = system.software.sign()

    assert await is_believed(service, token)
    assert not await is_believed(service, token)
    ticks.advance(CALLER_SECONDS)
    assert not await is_believed(service, token)
    assert await is_believed(service, system.software.sign(jti="one"))
    assert not await is_believed(service, system.software.sign(jti="one")), "whatever else it says"


async def test_a_jti_counts_for_its_own_system(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization
) -> None:
    one, other = await registered(service, admin, ward), await registered(service, admin, ward)

    assert await is_believed(service, one.software.sign(jti="1"))
    assert await is_believed(service, other.software.sign(jti="1"))


async def test_of_many_at_once_one_is_accepted_and_stays_used_whatever_becomes_of_it(
    committed_url: str, token_maker: TokenMaker
) -> None:
    async with committing_service(committed_url) as (service, sessions):
        async with sessions() as session:
            ward = await make_organization(session)
            admin = await make_caller(session, token_maker, ward, Role.ORG_ADMIN)
        system = await registered(service, admin, ward)
        token = system.software.sign()

        answers = await asyncio.gather(*(ask(service, token, "/v1/plans") for _ in range(10)))

        assert sorted(answer.status_code == 401 for answer in answers) == [False] + [True] * 9
        async with sessions() as session:
            used = await session.scalar(
                select(func.count()).select_from(UsedToken).where(UsedToken.issuer == system.software.issuer)
            )
        assert used == 1


async def test_keys_rotate_with_an_overlap(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, calendar: Calendar
) -> None:
    system, following = await registered(service, admin, ward), KeyPair()
    former = system.software
    answer = await change(service, admin, f"{system.id}/keys", 1, public_key=following.jwk, overlap_seconds=3600)
    current = replace(former, kid=answer.json()["keys"][-1]["kid"], pair=following)

    assert await is_believed(service, former.sign())
    assert await is_believed(service, current.sign())

    calendar.ahead = timedelta(seconds=3601)  # though the former is still remembered
    assert not await is_believed(service, former.sign(at=calendar()))
    assert await is_believed(service, current.sign(at=calendar()))


async def test_a_revoked_key_ends_within_five_seconds_and_others_go_on(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, ticks: StandingClock
) -> None:
    system, second = await registered(service, admin, ward), KeyPair()
    stolen = system.software
    answer = await change(service, admin, f"{system.id}/keys", 1, public_key=second.pem)
    current = replace(stolen, kid=answer.json()["keys"][-1]["kid"], pair=second)
    assert await is_believed(service, stolen.sign())

    await change(service, admin, f"{system.id}/keys/{stolen.kid}/revoke", 2)

    ticks.advance(5)
    assert not await is_believed(service, stolen.sign())
    assert await is_believed(service, current.sign())


async def test_a_revoked_system_ends_within_five_seconds(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization, ticks: StandingClock
) -> None:
    system = await registered(service, admin, ward)
    assert await is_believed(service, system.software.sign())

    await change(service, admin, f"{system.id}/revoke", 1)

    ticks.advance(5)
    assert not await is_believed(service, system.software.sign())


async def revoke_key(session: AsyncSession) -> None:
    key = await session.get_one(TokenKey, (ISSUER, KID))
    key.revoked_at = datetime.now(UTC)
    await session.commit()


async def test_a_person_ends_within_five_seconds_of_the_key_however_ages_add_up(
    service: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    admin: dict[str, str],
    ticks: StandingClock,
) -> None:
    """The token is remembered last, by a key that was remembered before it was revoked."""
    subject = (await service.get("/v1/me", headers=admin)).json()["subject"]
    await revoke_key(session)

    token = token_maker.sign(token_maker.claims(subject))
    ticks.advance(LOOK_SECONDS - 0.1)
    assert (await ask(service, token)).status_code == 200
    ticks.advance(5 - LOOK_SECONDS)
    assert (await ask(service, token)).status_code == 401


async def test_nobody_is_remembered_by_a_key_from_before_it_was_revoked(
    service: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    admin: dict[str, str],
    ticks: StandingClock,
) -> None:
    """The key is loaded late under one look, revoked, and would still be fresh under the next."""
    subject = (await service.get("/v1/me", headers=admin)).json()["subject"]

    async def status() -> int:
        return (await ask(service, token_maker.sign(token_maker.claims(subject)))).status_code

    ticks.advance(LOOK_SECONDS - 0.2)
    assert await status() == 200
    await revoke_key(session)
    ticks.advance(0.3)
    assert await status() == 401


async def test_a_key_is_believed_soon_after_it_is_there_though_its_absence_was_remembered(
    service: httpx.AsyncClient,
    session: AsyncSession,
    token_maker: TokenMaker,
    admin: dict[str, str],
    ticks: StandingClock,
) -> None:
    subject = (await service.get("/v1/me", headers=admin)).json()["subject"]

    def token() -> str:
        return token_maker.sign(token_maker.claims(subject), kid="late")

    assert not await is_believed(service, token())
    known = await session.get_one(TokenKey, (ISSUER, KID))
    session.add(TokenKey(issuer=ISSUER, kid="late", algorithm=known.algorithm, public_key=known.public_key))
    await session.commit()

    assert not await is_believed(service, token())  # no look-up for each
    ticks.advance(LOOK_SECONDS)
    assert await is_believed(service, token())


async def test_a_system_is_held_to_its_scopes(
    service: httpx.AsyncClient, admin: dict[str, str], ward: Organization
) -> None:
    system = await registered(service, admin, ward)

    answer = await ask(service, system.software.sign(), "/v1/clients")

    assert answer.status_code == 403
    assert answer.json()["code"] == "scope-required"
