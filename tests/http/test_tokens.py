"""Whom the services believe, and for whom the believed may act."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.ids import new_id
from shared.db.models import TokenKey
from shared.domain.principal import Role
from tests.factories.identity import ISSUER, KID, TokenMaker, make_caller, make_member
from tests.factories.tracking import make_organization
from tests.http.forged_tokens import FORGED
from tests.http.forging import KEYS, REVOKED_KID, RSA_KID, Forge, now


@pytest.fixture
async def forge(session: AsyncSession, token_maker: TokenMaker) -> Forge:
    """An issuer with a good EC key, a good RSA key and bad ones, and a viewer as the subject."""
    subject = f"person-{uuid4().hex[:8]}"
    organization = await make_organization(session)
    session.add_all(TokenKey(**key) for key in KEYS)
    session.add(TokenKey(issuer=ISSUER, kid=KID, algorithm="ES256", public_key=token_maker.public_key))
    session.add(
        TokenKey(
            issuer=ISSUER,
            kid=REVOKED_KID,
            algorithm="ES256",
            public_key=token_maker.public_key,
            revoked_at=datetime.now(UTC),
        )
    )
    await make_member(session, subject, organization, Role.VIEWER)
    await session.commit()
    return Forge(token_maker, subject)


async def ask(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/v1/me", headers={b"Authorization": f"Bearer {token}".encode()})


GOOD: Mapping[str, Callable[[Forge], str]] = {
    "ES256": Forge.seal,
    "RS256": lambda forge: forge.rs("RS256", RSA_KID),
    "typ at+jwt": lambda forge: forge.with_header(typ="at+jwt"),
    "aud a list with us": lambda forge: forge.with_claims(aud=["elsewhere", "theodoi"]),
    "exactly an hour": lambda forge: forge.with_claims(iat=now() - 10, exp=now() + 3590),
    "expired within the skew of clocks": lambda forge: forge.with_claims(iat=now() - 60, exp=now() - 10),
    "issued within the skew of clocks": lambda forge: forge.with_claims(iat=now() + 20),
    "nbf past": lambda forge: forge.with_claims(nbf=now()),
    "claims we do not know": lambda forge: forge.with_claims(scope="all", roles=["plan_admin"]),
    "a subject of 255 characters": lambda forge: forge.with_claims(jti="x" * 255),
    "just under 8 KB": lambda forge: forge.with_claims(note="x" * 5700),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
async def test_a_token_that_holds_in_every_respect_is_believed(
    tasks_api: httpx.AsyncClient, forge: Forge, make: Callable[[Forge], str]
) -> None:
    answer = await ask(tasks_api, make(forge))

    assert answer.status_code == 200, answer.text
    assert answer.json()["subject"] == forge.subject
    assert answer.json()["roles"] == ["viewer"]


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED.keys())
async def test_a_token_with_one_fault_is_refused(
    tasks_api: httpx.AsyncClient, forge: Forge, make: Callable[[Forge], str]
) -> None:
    answer = await ask(tasks_api, make(forge))

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


async def test_the_scheme_is_read_whatever_its_letters(tasks_api: httpx.AsyncClient, forge: Forge) -> None:
    answer = await tasks_api.get("/v1/me", headers={"Authorization": f"bEARER {forge.seal()}"})

    assert answer.status_code == 200


async def test_a_proven_subject_without_membership_may_do_nothing(tasks_api: httpx.AsyncClient, forge: Forge) -> None:
    answer = await ask(tasks_api, forge.with_claims(sub="nobody"))

    assert answer.status_code == 403
    assert answer.json()["code"] == "no-membership"


@pytest.mark.parametrize(
    ("ended", "status"), [(timedelta(seconds=-1), 403), (timedelta(hours=1), 200)], ids=["ended", "ends in an hour"]
)
async def test_a_membership_counts_until_it_ends(
    tasks_api: httpx.AsyncClient, session: AsyncSession, forge: Forge, ended: timedelta, status: int
) -> None:
    organization = await make_organization(session)
    await make_member(session, "leaver", organization, Role.VIEWER, revoked_at=datetime.now(UTC) + ended)
    await session.commit()

    answer = await ask(tasks_api, forge.with_claims(sub="leaver"))

    assert answer.status_code == status


async def test_a_membership_of_another_issuers_subject_does_not_count(
    tasks_api: httpx.AsyncClient, session: AsyncSession, forge: Forge
) -> None:
    organization = await make_organization(session)
    await make_member(session, "namesake", organization, Role.VIEWER, issuer="https://elsewhere.test")
    await session.commit()

    answer = await ask(tasks_api, forge.with_claims(sub="namesake"))

    assert answer.status_code == 403


async def test_the_organization_claim_chooses_among_the_memberships_and_gives_none(
    tasks_api: httpx.AsyncClient, session: AsyncSession, forge: Forge
) -> None:
    first, second, other = [await make_organization(session) for _ in range(3)]
    older, newer = sorted([new_id(), new_id()])
    await make_member(session, "both", first, Role.PLAN_ADMIN, id=older)
    await make_member(session, "both", second, Role.REVIEWER, id=newer)
    await session.commit()

    unsaid = (await ask(tasks_api, forge.with_claims(sub="both"))).json()
    said = (await ask(tasks_api, forge.with_claims(sub="both", organization=second.code))).json()
    foreign = await ask(tasks_api, forge.with_claims(sub="both", organization=other.code))

    assert (unsaid["organization"]["code"], unsaid["roles"]) == (first.code, ["plan_admin"])
    assert (said["organization"]["code"], said["roles"]) == (second.code, ["reviewer"])
    assert foreign.status_code == 403


async def test_roles_come_from_our_tables_and_all_of_them_count(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    organization = await make_organization(session)
    caller = await make_caller(session, token_maker, organization, Role.REPORTER, Role.APPROVER)

    answer = await tasks_api.get("/v1/me", headers=caller)

    assert answer.json()["roles"] == ["approver", "reporter"]
