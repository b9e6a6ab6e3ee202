"""Registered systems at the console."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.session import create_sessions
from shared.http.auth import Authenticator
from tests.acceptance.console import ask, run
from tests.factories.tracking import make_organization
from tests.http.serving import engine_on
from tests.http.systems import KeyPair, WardSoftware

WARD = "H19.26041"


@pytest.fixture
async def settings(committed_url: str, tmp_path: Path) -> dict[str, str]:
    async with engine_on(committed_url) as engine, AsyncSession(engine) as session:
        await make_organization(session, kind="ward", code=WARD)
        await session.commit()
    return {"DATABASE_URL": committed_url, "DATA_DIR": str(tmp_path)}


@pytest.fixture
def key_file(tmp_path: Path) -> tuple[KeyPair, Path]:
    pair, file = KeyPair(), tmp_path / "key.json"
    file.write_text(json.dumps(pair.jwk | {"kid": "2026-11"}))
    return pair, file


WORDS = ("client", "register", "--organization", WARD, "--name", "LGSP", "--scope", "plans:read")


async def test_a_system_goes_from_registration_to_the_end_of_its_key(
    settings: dict[str, str], key_file: tuple[KeyPair, Path]
) -> None:
    pair, file = key_file
    words = (*WORDS, "--scope", "alerts:read", "--key", str(file))
    registered = await asyncio.to_thread(ask, *words, settings=settings)
    assert registered["scopes"] == ["alerts:read", "plans:read"]
    assert [key["kid"] for key in registered["keys"]] == ["2026-11"]
    software = WardSoftware(registered["issuer"], "2026-11", pair)
    async with engine_on(settings["DATABASE_URL"]) as engine:
        authenticator = Authenticator(create_sessions(engine), audience=registered["audience"])
        principal = await authenticator.authenticate(software.sign())
    assert principal.scopes == frozenset({"alerts:read", "plans:read"})

    listed = await asyncio.to_thread(ask, "client", "list", "--organization", WARD, settings=settings)
    assert listed["items"] == [registered]
    revoked = await asyncio.to_thread(ask, "client", "revoke-key", registered["id"], "2026-11", settings=settings)
    assert revoked["keys"][0]["revoked_at"] is not None


def test_what_the_makers_of_the_system_need_is_told(settings: dict[str, str], key_file: tuple[KeyPair, Path]) -> None:
    said = run(*WORDS, "--key", str(key_file[1]), settings=settings).stdout

    assert "iss = sub = client:lgsp-" in said
    assert "aud = theodoi" in said
    assert "kid = 2026-11" in said
    assert "LGSP" in run("client", "list", "--organization", WARD, settings=settings).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (KeyPair().private_pem, "không bao giờ gửi khóa bí mật"),
        ("{", "không phải JSON"),
        ("khóa", "Không đọc được khóa công khai"),
    ],
    ids=["a private key", "half a JWK", "a word"],
)
def test_a_key_that_cannot_be_trusted_is_refused(
    settings: dict[str, str], tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "key"
    file.write_text(content)

    refused = run(*WORDS, "--key", str(file), code=1, settings=settings)

    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
