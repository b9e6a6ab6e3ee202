"""An administrator lets a system act for the organization: by a public key, and nothing secret."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import AuditEntry, Client, TokenKey
from shared.domain.permissions import Scope
from tests.http.forging import Pair
from tests.http.systems import KeyPair, register
from tests.tasks_api.clients.conftest import Scene


async def test_a_system_is_registered_with_its_key_and_scopes(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    pair = KeyPair()
    answer = await register(
        tasks_api,
        scene.admin,
        scene.ward.code,
        pair,
        name="  Trục LGSP tỉnh  ",
        scopes=["plans:read", "evidence:write", "plans:read"],
    )

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert told["name"] == "Trục LGSP tỉnh"
    assert told["issuer"].startswith("client:truc-lgsp-tinh-")
    assert told["organization_id"] == str(scene.ward.id)
    assert told["scopes"] == ["evidence:write", "plans:read"]
    key = (await session.scalars(select(TokenKey).where(TokenKey.issuer == told["issuer"]))).one()
    assert [key.kid] == [each["kid"] for each in told["keys"]]
    assert (key.algorithm, key.public_key) == ("ES256", pair.pem)
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "client.registered"))).one()
    assert entry.after is not None
    assert entry.after["issuer"] == told["issuer"]
    assert str(entry.target_id) == told["id"]


async def test_two_of_the_same_name_are_told_apart(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    issuers = {(await register(tasks_api, scene.admin, scene.ward.code, KeyPair())).json()["issuer"] for _ in range(2)}

    assert len(issuers) == 2


async def test_a_key_is_called_as_its_jwk_says_or_by_its_thumbprint(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    pair = KeyPair("RS256")
    named = await register(tasks_api, scene.admin, scene.ward.code, pair, public_key=pair.jwk | {"kid": "2026-11"})
    unnamed = await register(tasks_api, scene.admin, scene.ward.code, pair, public_key=pair.jwk)
    pem = await register(tasks_api, scene.admin, scene.ward.code, pair)

    assert named.json()["keys"][0]["kid"] == "2026-11"
    assert len(unnamed.json()["keys"][0]["kid"]) == 43
    assert unnamed.json()["keys"][0]["kid"] == pem.json()["keys"][0]["kid"]


async def test_every_scope_may_be_granted_and_no_other(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    granted = await register(tasks_api, scene.admin, scene.ward.code, KeyPair(), scopes=list(Scope))
    unknown = await register(tasks_api, scene.admin, scene.ward.code, KeyPair(), scopes=["clients:write"])
    none = await register(tasks_api, scene.admin, scene.ward.code, KeyPair(), scopes=[])

    assert granted.status_code == 201
    assert unknown.status_code == none.status_code == 422
    assert "plans:read" in unknown.json()["detail"]


UNTRUSTED: dict[str, tuple[Any, str]] = {
    "a private key": (KeyPair().private_pem, "key-private"),
    "a JWK with its private part": (KeyPair().jwk | {"d": "AQAB"}, "key-private"),
    "a shared secret": ({"kty": "oct", "k": "c2VjcmV0"}, "key-private"),
    "a short RSA key": (Pair.of_rsa(1024).public, "key-weak"),
    "another curve": (Pair.of_ec(ec.SECP384R1()).public, "key-weak"),
    "another curve in a JWK": (KeyPair().jwk | {"crv": "P-384"}, "key-weak"),
    "a JWK for encryption": (KeyPair().jwk | {"use": "enc"}, "key-weak"),
    "a JWK for another algorithm": (KeyPair("RS256").jwk | {"alg": "PS256"}, "key-weak"),
    "a point off the curve": (KeyPair().jwk | {"x": KeyPair().jwk["x"]}, "key-unreadable"),
    "a certificate": ("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "key-unreadable"),
    "a word": ("khóa", "key-unreadable"),
    "an empty object": ({}, "key-unreadable"),
    "numbers for text": ({"kty": "EC", "crv": "P-256", "x": 1, "y": 2}, "key-unreadable"),
    "a kid with a space": (KeyPair().jwk | {"kid": "khóa một"}, "kid-unusable"),
    "a kid that is a number": (KeyPair().jwk | {"kid": 7}, "kid-unusable"),
    "a kid that means one above": (KeyPair().jwk | {"kid": ".."}, "kid-unusable"),
    "a kid without an end": (KeyPair().jwk | {"kid": "x" * 129}, "kid-unusable"),
}


@pytest.mark.parametrize(("key", "code"), UNTRUSTED.values(), ids=UNTRUSTED.keys())
async def test_a_key_that_cannot_be_trusted_is_refused(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, key: Any, code: str
) -> None:
    answer = await register(tasks_api, scene.admin, scene.ward.code, KeyPair(), public_key=key)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    assert answer.json()["errors"][0]["place"] == "public_key"
    assert not (await session.scalars(select(Client))).all()


async def test_whoever_sends_a_private_key_is_told_never_to(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    pair = KeyPair()

    answer = await register(tasks_api, scene.admin, scene.ward.code, pair, public_key=pair.private_pem)

    assert "không bao giờ gửi khóa bí mật" in answer.json()["detail"]
    assert pair.private_pem.splitlines()[1] not in answer.text


async def test_administrators_of_the_organization_and_above_may_and_nobody_else(
    tasks_api: httpx.AsyncClient, scene: Scene
) -> None:
    answers = {
        name: await register(tasks_api, getattr(scene, name), scene.ward.code, KeyPair())
        for name in ("admin", "above", "beside", "reporter", "integrator")
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "admin": 201,
        "above": 201,
        "beside": 403,
        "reporter": 403,
        "integrator": 403,
    }
    assert answers["beside"].json()["code"] == "not-your-organization"
    assert answers["reporter"].json()["code"] == "role-required"


async def test_an_administrator_of_a_ward_grants_nothing_above_it(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    answer = await register(tasks_api, scene.admin, scene.province.code, KeyPair())

    assert answer.status_code == 403


async def test_an_unknown_organization_is_named(tasks_api: httpx.AsyncClient, scene: Scene) -> None:
    answer = await register(tasks_api, scene.admin, "H99.1", KeyPair())

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "organization"


async def test_sent_twice_it_registers_one(tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    pair, headers = KeyPair(), scene.admin | {"Idempotency-Key": "one"}

    first = await register(tasks_api, headers, scene.ward.code, pair)
    second = await register(tasks_api, headers, scene.ward.code, pair)

    assert first.json() == second.json()
    assert len((await session.scalars(select(Client))).all()) == 1


async def test_no_system_acts_for_an_organization_that_has_ended(
    tasks_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    scene.ward.valid_to = today() - timedelta(days=1)
    await session.commit()

    answer = await register(tasks_api, scene.above, scene.ward.code, KeyPair())

    assert answer.status_code == 409
    assert answer.json()["code"] == "organization-ended"
