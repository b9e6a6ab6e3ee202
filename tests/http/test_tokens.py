"""Whom the services believe, and for whom the believed may act."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import User
from shared.db.session import Sessions
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller, make_member
from tests.factories.tracking import make_organization
from tests.http.believing import ask, believing_service
from tests.http.forged_tokens import FORGED
from tests.http.forging import Signer, now
from tests.http.issuers import RSA, Issuers
from tests.http.oidc_realms import OidcRealm


@pytest.fixture(scope="session")
async def issuers(provider: str) -> Issuers:
    realm = OidcRealm.on(provider)
    issuers = Issuers(oidc_issuer=realm.issuer)
    await realm.behave(jwks=issuers.jwks())
    return issuers


@pytest.fixture
async def service(sessions: Sessions, session: AsyncSession, issuers: Issuers) -> AsyncIterator[httpx.AsyncClient]:
    """tasks_api that knows all `issuers`."""
    await issuers.register(session)
    async with believing_service(sessions, OidcRealm(issuers.oidc.issuer).settings()) as client:
        yield client


GOOD: Mapping[str, Callable[[Signer], str]] = {
    "ES256": Signer.seal,
    "RS256": lambda f: f.signed_by(RSA, "RS256", kid=Issuers.RSA_KID),
    "typ at+jwt": lambda f: f.with_header(typ="at+jwt"),
    "aud a list with us": lambda f: f.with_claims(aud=["elsewhere", "theodoi"]),
    "expired within the skew of clocks": lambda f: f.with_claims(iat=now() - 60, exp=now() - 10),
    "issued within the skew of clocks": lambda f: f.with_claims(iat=now() + 20),
    "nbf past": lambda f: f.with_claims(nbf=now()),
    "claims we do not know": lambda f: f.with_claims(scope="all", roles=["plan_admin"]),
    "a jti of 255 characters": lambda f: f.with_claims(jti="x" * 255),
    "just under 8 KB": lambda f: f.with_claims(note="x" * 5700),
}
LASTING: Mapping[str, Callable[[Issuers], str]] = {
    "an hour, of the local issuer": lambda i: i.local.with_claims(iat=now() - 10, exp=now() + 3590),
    "an hour, of the OIDC issuer": lambda i: i.oidc.with_claims(iat=now() - 10, exp=now() + 3590),
    "ten minutes, of a system": lambda i: i.system.with_claims(iat=now() - 10, exp=now() + 590),
}


@pytest.mark.parametrize("who", ["local", "oidc"])
@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
async def test_a_person_whose_token_holds_in_every_respect_is_believed(
    service: httpx.AsyncClient, issuers: Issuers, make: Callable[[Signer], str], who: str
) -> None:
    signer: Signer = getattr(issuers, who)

    answer = await ask(service, make(signer))

    assert answer.status_code == 200, answer.text
    assert answer.json()["subject"] == signer.subject
    assert answer.json()["roles"] == ["viewer"]


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
async def test_a_system_whose_token_holds_in_every_respect_is_believed(
    service: httpx.AsyncClient, issuers: Issuers, make: Callable[[Signer], str]
) -> None:
    assert (await ask(service, make(issuers.system))).status_code != 401


@pytest.mark.parametrize("make", LASTING.values(), ids=LASTING.keys())
async def test_a_token_may_live(service: httpx.AsyncClient, issuers: Issuers, make: Callable[[Issuers], str]) -> None:
    assert (await ask(service, make(issuers))).status_code != 401


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED.keys())
async def test_a_token_with_one_fault_is_refused(
    service: httpx.AsyncClient, issuers: Issuers, make: Callable[[Issuers], str]
) -> None:
    answer = await ask(service, make(issuers))

    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "token-invalid"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dGVzdDp0ZXN0", "bearer", "Token x"], ids=repr)
async def test_a_request_without_a_bearer_token_is_told_to_send_one(
    tasks_api: httpx.AsyncClient, header: str | None
) -> None:
    answer = await tasks_api.get("/v1/me", headers={"Authorization": header} if header is not None else {})

    assert answer.status_code == 401
    assert answer.json()["code"] == "token-missing"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_nobody_chooses_among_two_tokens(service: httpx.AsyncClient, issuers: Issuers) -> None:
    """A proxy and we might not choose the same."""
    headers = [("Authorization", f"Bearer {issuers.local.seal()}") for _ in range(2)]

    answer = await service.get("/v1/me", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "token-missing"


async def test_the_scheme_is_read_whatever_its_letters(service: httpx.AsyncClient, issuers: Issuers) -> None:
    answer = await service.get("/v1/me", headers={"Authorization": f"bEARER {issuers.local.seal()}"})

    assert answer.status_code == 200


async def test_a_proven_subject_without_membership_may_do_nothing(service: httpx.AsyncClient, issuers: Issuers) -> None:
    answer = await ask(service, issuers.local.with_claims(sub="nobody"))

    assert answer.status_code == 403
    assert answer.json()["code"] == "no-membership"


async def test_a_deactivated_account_is_refused_whatever_its_memberships(
    service: httpx.AsyncClient, session: AsyncSession, issuers: Issuers
) -> None:
    member = await make_member(session, "former", await make_organization(session), Role.VIEWER)
    (await session.get_one(User, member.user_id)).deactivated_at = datetime.now(UTC)
    await session.commit()

    answer = await ask(service, issuers.local.with_claims(sub="former"))

    assert answer.status_code == 403
    assert answer.json()["code"] == "account-deactivated"


@pytest.mark.parametrize(
    ("ended", "status"), [(timedelta(seconds=-1), 403), (timedelta(hours=1), 200)], ids=["ended", "ends in an hour"]
)
async def test_a_membership_counts_until_it_ends(
    service: httpx.AsyncClient, session: AsyncSession, issuers: Issuers, ended: timedelta, status: int
) -> None:
    organization = await make_organization(session)
    await make_member(session, "leaver", organization, Role.VIEWER, revoked_at=datetime.now(UTC) + ended)
    await session.commit()

    answer = await ask(service, issuers.local.with_claims(sub="leaver"))

    assert answer.status_code == status


async def test_a_membership_of_another_issuers_subject_does_not_count(
    service: httpx.AsyncClient, session: AsyncSession, issuers: Issuers
) -> None:
    organization = await make_organization(session)
    await make_member(session, "namesake", organization, Role.VIEWER, issuer="https://elsewhere.test")
    await session.commit()

    answer = await ask(service, issuers.local.with_claims(sub="namesake"))

    assert answer.status_code == 403


async def test_the_organization_claim_chooses_among_the_memberships_and_gives_none(
    service: httpx.AsyncClient, session: AsyncSession, issuers: Issuers
) -> None:
    first, second, other = [await make_organization(session) for _ in range(3)]
    older, newer = sorted([new_id(), new_id()])
    await make_member(session, "both", first, Role.PLAN_ADMIN, id=older)
    await make_member(session, "both", second, Role.REVIEWER, id=newer)
    await session.commit()

    unsaid = (await ask(service, issuers.local.with_claims(sub="both"))).json()
    said = (await ask(service, issuers.local.with_claims(sub="both", organization=second.code))).json()
    foreign = await ask(service, issuers.local.with_claims(sub="both", organization=other.code))

    assert (unsaid["organization"]["code"], unsaid["roles"]) == (first.code, ["plan_admin"])
    assert (said["organization"]["code"], said["roles"]) == (second.code, ["reviewer"])
    assert foreign.status_code == 403


async def test_roles_come_from_our_tables_and_all_of_them_count(
    service: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    organization = await make_organization(session)
    caller = await make_caller(session, token_maker, organization, Role.REPORTER, Role.APPROVER)

    answer = await service.get("/v1/me", headers=caller)

    assert answer.json()["roles"] == ["approver", "reporter"]
