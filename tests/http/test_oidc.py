"""People come with tokens of OIDC issuers: a real one, whose keys rotate and which is sometimes away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.session import Sessions, create_sessions
from shared.domain.principal import Role
from shared.http.memory import CALLER_SECONDS
from shared.http.oidc import BETWEEN_FETCHES, LARGEST_DOCUMENT
from tests.factories.identity import ISSUER, KID, TokenMaker, make_caller, make_member
from tests.factories.tracking import make_organization
from tests.http.believing import ask, believing_service
from tests.http.conftest import StandingClock
from tests.http.oidc_realms import OidcRealm, oidc_provider
from tests.http.serving import engine_on

LIFETIME = 300
SUBJECT = "person-of-the-realm"
PATIENCE = 60
"""Seconds after which a test that hangs is given up."""


@pytest.fixture
async def member(session: AsyncSession, realm: OidcRealm) -> str:
    """The subject of a viewer whom the realm vouches for."""
    await make_member(session, SUBJECT, await make_organization(session), Role.VIEWER, issuer=realm.issuer)
    await session.commit()
    return SUBJECT


@pytest.fixture
async def service(
    sessions: Sessions, realm: OidcRealm, member: str, ticks: StandingClock
) -> AsyncIterator[httpx.AsyncClient]:
    settings = realm.settings(oidc_keys_lifetime=LIFETIME, oidc_timeout=PATIENCE)
    async with believing_service(sessions, settings, ticks=ticks) as client:
        yield client


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_a_person_whom_the_issuer_vouches_for_is_believed(
    service: httpx.AsyncClient, realm: OidcRealm, algorithm: str
) -> None:
    await realm.rotate(algorithm=algorithm)

    answer = await ask(service, await realm.sign(SUBJECT))

    assert answer.status_code == 200, answer.text
    assert (answer.json()["subject"], answer.json()["issuer"]) == (SUBJECT, realm.issuer)


async def test_an_issuer_may_have_an_audience_of_its_own(
    sessions: Sessions, realm: OidcRealm, member: str, ticks: StandingClock
) -> None:
    async with believing_service(sessions, realm.settings(audience="theodoi-web"), ticks=ticks) as service:
        own = await ask(service, await realm.sign(SUBJECT, aud="theodoi-web"))
        general = await ask(service, await realm.sign(SUBJECT))

    assert (own.status_code, general.status_code) == (200, 401)


async def test_keys_rotate_while_the_service_runs(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock
) -> None:
    former = await realm.sign(SUBJECT)
    assert (await ask(service, former)).status_code == 200
    await realm.rotate(keep=True)
    following = await realm.sign(SUBJECT)

    assert (await ask(service, following)).status_code == 401, "asked for within the minute"
    ticks.advance(BETWEEN_FETCHES)
    assert (await ask(service, following)).status_code == 200
    assert (await ask(service, former)).status_code == 200, "still published"
    assert await realm.count_fetches() == 2


async def test_a_key_no_longer_published_ends_with_the_next_fetch(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock
) -> None:
    former = await realm.sign(SUBJECT)
    assert (await ask(service, former)).status_code == 200
    await realm.rotate(keep=False)

    ticks.advance(LIFETIME - 1)
    assert (await ask(service, former)).status_code == 200
    ticks.advance(1 + CALLER_SECONDS)
    assert (await ask(service, former)).status_code == 401
    assert (await ask(service, await realm.sign(SUBJECT))).status_code == 200
    assert await realm.count_fetches() == 2


async def test_a_flood_of_unknown_keys_makes_one_fetch_a_minute(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock
) -> None:
    flood = [await realm.sign(SUBJECT, header={"kid": f"unknown-{n}"}) for n in range(20)]
    good = await realm.sign(SUBJECT)

    first = await asyncio.gather(*(ask(service, token) for token in [*flood, good]))
    assert [answer.status_code for answer in first] == [401] * 20 + [200]
    assert await realm.count_fetches() == 1

    ticks.advance(BETWEEN_FETCHES - 1)
    await asyncio.gather(*(ask(service, token) for token in flood))
    assert await realm.count_fetches() == 1

    ticks.advance(1)
    await asyncio.gather(*(ask(service, token) for token in flood))
    assert await realm.count_fetches() == 2


FAULTS: dict[str, dict[str, Any]] = {
    "answers 500": {"status": 500},
    "answers 204": {"status": 204},
    "redirects": {"status": 302, "location": "http://127.0.0.1:1/"},
    "answers no JSON": {"raw": "<html>"},
    "answers too much": {"padding": LARGEST_DOCUMENT},
    "answers deep nesting": {"raw": "[" * 100_000},
    "publishes a list for discovery": {"discovery": []},
    "publishes no list of keys": {"jwks": {"keys": {}}},
    "publishes a list for keys": {"jwks": []},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_known_keys_keep_working_while_the_issuer(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock, fault: dict[str, Any]
) -> None:
    token = await realm.sign(SUBJECT)
    assert (await ask(service, token)).status_code == 200
    await realm.behave(**fault)

    for _ in range(3):
        ticks.advance(LIFETIME)
        assert (await ask(service, token)).status_code == 200
        unknown = await realm.sign(SUBJECT, header={"kid": "unknown"})
        assert (await ask(service, unknown)).status_code == 401, "waits for the fetch to end"
    assert await realm.count_fetches() == 4, "it was asked again each time"

    await realm.behave()
    await realm.rotate()
    ticks.advance(BETWEEN_FETCHES)
    assert (await ask(service, await realm.sign(SUBJECT))).status_code == 200
    assert (await ask(service, token)).status_code == 401


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_token_is_not_blamed_before_the_issuer_has_told_any_key(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock, fault: dict[str, Any]
) -> None:
    token = await realm.sign(SUBJECT)
    await realm.behave(**fault)

    unanswered = await ask(service, token)
    assert unanswered.status_code == 503, unanswered.text
    assert int(unanswered.headers["Retry-After"]) > 0

    await realm.behave()
    ticks.advance(BETWEEN_FETCHES)
    assert (await ask(service, token)).status_code == 200


INSECURE = {
    "in clear over the network": "http://keys.elsewhere.test/",
    "with a password": "http://someone:secret@{place}/keys",
    "with a fragment": "http://{place}/keys#1",
    "not of the web": "ftp://{place}/keys",
    "no address": "keys",
    "a number": 7,
    "missing": None,
}


@pytest.mark.parametrize("address", INSECURE.values(), ids=INSECURE)
async def test_keys_are_fetched_from_a_secure_address_alone(
    service: httpx.AsyncClient, realm: OidcRealm, address: object
) -> None:
    if isinstance(address, str):
        address = address.format(place=realm.issuer.removeprefix("http://"))
    await realm.behave(discovery={"issuer": realm.issuer, "jwks_uri": address})

    assert (await ask(service, await realm.sign(SUBJECT))).status_code == 503
    assert (await realm.tell("tell"))["asked"] == {"discovery": 1, "jwks": 0}


async def test_the_discovery_document_of_another_issuer_is_not_followed(
    service: httpx.AsyncClient, realm: OidcRealm
) -> None:
    await realm.behave(discovery={"issuer": f"{realm.issuer}/", "jwks_uri": f"{realm.issuer}/keys"})

    assert (await ask(service, await realm.sign(SUBJECT))).status_code == 503
    assert (await realm.tell("tell"))["asked"] == {"discovery": 1, "jwks": 0}


async def test_known_keys_keep_working_when_the_issuer_is_gone(
    sessions: Sessions, session: AsyncSession, ticks: StandingClock
) -> None:
    provider = ExitStack()
    realm = OidcRealm.on(provider.enter_context(oidc_provider()))
    await make_member(session, SUBJECT, await make_organization(session), Role.VIEWER, issuer=realm.issuer)
    await session.commit()
    token, other = await realm.sign(SUBJECT), await realm.sign(SUBJECT)
    settings = realm.settings(oidc_timeout=PATIENCE)
    with provider:
        async with believing_service(sessions, settings, ticks=ticks) as service, asyncio.timeout(PATIENCE / 2):
            assert (await ask(service, token)).status_code == 200
            await realm.behave(held=True)
            ticks.advance(LIFETIME)
            waiting = asyncio.create_task(ask(service, token))
            await realm.await_fetches(2)

            provider.close()

            assert (await waiting).status_code == 200, "cut off while it was asked"
            ticks.advance(LIFETIME)
            assert (await ask(service, other)).status_code == 200, "not there to be asked"


async def test_nobody_waits_for_an_issuer_that_failed_before(
    service: httpx.AsyncClient, realm: OidcRealm, ticks: StandingClock
) -> None:
    token = await realm.sign(SUBJECT)
    assert (await ask(service, token)).status_code == 200
    await realm.behave(status=500)
    ticks.advance(LIFETIME)
    assert (await ask(service, token)).status_code == 200

    await realm.behave(held=True)
    ticks.advance(BETWEEN_FETCHES)
    async with asyncio.timeout(PATIENCE / 2):
        assert (await ask(service, token)).status_code == 200
        await realm.await_fetches(3)
        assert (await ask(service, await realm.sign(SUBJECT))).status_code == 200
    await realm.behave()


async def test_fetching_keys_holds_no_database_connection(shared_url: str, realm: OidcRealm) -> None:
    async with engine_on(shared_url, connections=1) as engine:
        settings = realm.settings(oidc_timeout=PATIENCE)
        async with believing_service(create_sessions(engine), settings) as service, asyncio.timeout(PATIENCE / 2):
            await realm.behave(held=True)
            waiting = asyncio.create_task(ask(service, await realm.sign("nobody")))
            await realm.await_fetches(1)

            assert (await service.get("/readyz")).status_code == 200
            await realm.behave()
            assert (await waiting).json()["code"] == "no-membership"


async def test_the_issuers_keys_are_its_own(
    service: httpx.AsyncClient, session: AsyncSession, realm: OidcRealm, token_maker: TokenMaker
) -> None:
    """A key of ours does not speak for the issuer, nor one of the issuer for us."""
    await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)
    ours = token_maker.sign(token_maker.claims(SUBJECT, iss=realm.issuer))
    theirs = await realm.sign(SUBJECT, iss=ISSUER)
    theirs_named_as_ours = await realm.sign(SUBJECT, iss=ISSUER, header={"kid": KID})

    for token in (ours, theirs, theirs_named_as_ours):
        assert (await ask(service, token)).status_code == 401
