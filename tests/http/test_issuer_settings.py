"""Issuers are named in settings; a mistake there is told on starting, not found by an attacker."""

import pytest
from pydantic import ValidationError

from shared.issuers import is_secure_address
from shared.settings import OidcIssuer, Settings


def test_issuers_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "THEODOI_OIDC_ISSUERS",
        '[{"issuer": "https://login.test/realms/a"}, {"issuer": "https://sso.test", "audience": "web"}]',
    )

    assert Settings().oidc_issuers == (
        OidcIssuer(issuer="https://login.test/realms/a"),
        OidcIssuer(issuer="https://sso.test", audience="web"),
    )


@pytest.mark.parametrize(
    "issuers",
    [
        [{"issuer": "http://login.test"}],
        [{"issuer": "login.test"}],
        [{"issuer": "https://login.test/?a=b"}],
        [{"issuer": "https://login.test/#a"}],
        [{"issuer": "https://user:secret@login.test"}],
        [{"issuer": "https://login.test", "jwks": "x"}],
        [{"issuer": "https://login.test"}, {"issuer": "https://login.test"}],
        [{}],
    ],
    ids=repr,
)
def test_an_issuer_that_cannot_be_trusted_stops_the_start(issuers: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"oidc_issuers": issuers})


@pytest.mark.parametrize("name", ["client:lgsp", "https://login.test"])
def test_the_local_issuer_is_called_as_nobody_else(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(token_issuer=name, oidc_issuers=(OidcIssuer(issuer="https://login.test"),))


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("https://login.test", True),
        ("https://login.test:8443/keys?p=policy", True),
        ("http://127.0.0.1:8080/realm", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://login.test", False),
        ("http://localhost.login.test", False),
        ("http://127.0.0.1.login.test", False),
        ("http://127.0.0.1@login.test", False),
        ("https://user@login.test", False),
        ("https://login.test/#keys", False),
        ("https://login.test:port/", False),
        ("https://[::1", False),
        ("https:///keys", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/", False),
        ("https://login.test/\nx", False),
        ("", False),
    ],
)
def test_keys_come_from_where_nobody_on_the_way_can_change_them(address: str, secure: bool) -> None:
    assert is_secure_address(address) is secure
