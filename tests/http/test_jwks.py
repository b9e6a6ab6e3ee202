"""Of what an issuer publishes, only keys that name themselves exactly once and can be trusted are used."""

from typing import Any

import pytest

from shared.http.jwks import UnreadableJwksError, read_jwks
from shared.public_keys import read_public_key
from tests.http.forging import Pair
from tests.http.systems import KeyPair

EC = KeyPair().jwk | {"kid": "one"}
RSA = KeyPair("RS256").jwk | {"kid": "one"}
OTHER = KeyPair().jwk | {"kid": "one"}


def without(jwk: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in jwk.items() if key != name}


USABLE: dict[str, tuple[list[Any], str]] = {
    "P-256": ([EC], "ES256"),
    "RSA": ([RSA], "RS256"),
    "alg said": ([EC | {"alg": "ES256"}], "ES256"),
    "use said": ([RSA | {"use": "sig"}], "RS256"),
    "the same key twice": ([EC, EC | {"use": "sig"}], "ES256"),
    "beside what is no key": ([None, 7, "key", [], {}, without(OTHER, "kid"), EC], "ES256"),
    "beside kinds we do not verify with": ([EC, {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "two"}], "ES256"),
}

UNUSABLE: dict[str, list[Any]] = {
    "two keys of one kid": [EC, OTHER],
    "two algorithms of one kid": [EC, RSA],
    "one of two with that kid unusable": [EC, EC | {"use": "enc"}],
    "for encryption": [EC | {"use": "enc"}],
    "for another algorithm": [RSA | {"alg": "RS512"}],
    "an EC key that says RS256": [EC | {"alg": "RS256"}],
    "alg null": [EC | {"alg": None}],
    "a private EC key": [EC | {"d": "AQAB"}],
    "a private RSA key": [RSA | {"p": "AQAB"}],
    "a symmetric key": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "one"}],
    "a symmetric key that says RS256": [{"kty": "oct", "k": "c2VjcmV0", "alg": "RS256", "kid": "one"}],
    "another curve": [EC | {"crv": "P-384"}],
    "another curve's old name": [EC | {"crv": "secp256k1"}],
    "a point off the curve": [EC | {"x": OTHER["x"]}],
    "a short modulus": [RSA | {"n": RSA["n"][:170]}],
    "a modulus of 10,000 bits": [RSA | {"n": "_" * 1667}],
    "a huge exponent": [RSA | {"e": "_" * 40}],
    "an exponent of one": [RSA | {"e": "AQ"}],
    "no kid": [without(EC, "kid")],
    "kid a number": [EC | {"kid": 1}],
    "x missing": [without(EC, "x")],
    "x a number": [EC | {"x": 1}],
    "x no base64url": [EC | {"x": "+" * 43}],
    "kty missing": [without(EC, "kty")],
    "kty a list": [EC | {"kty": ["EC"]}],
}


@pytest.mark.parametrize(("keys", "algorithm"), USABLE.values(), ids=USABLE.keys())
def test_a_key_that_can_be_trusted_is_used_with_its_only_algorithm(keys: list[Any], algorithm: str) -> None:
    read = read_jwks({"keys": keys})

    assert {kid: key.algorithm for kid, key in read.items()} == {"one": algorithm}


@pytest.mark.parametrize("keys", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_any_other_is_passed_over_and_its_neighbours_are_not(keys: list[Any]) -> None:
    assert set(read_jwks({"keys": [*keys, OTHER | {"kid": "neighbour"}]})) == {"neighbour"}


@pytest.mark.parametrize("document", [None, [], {}, "keys", 7, {"keys": None}, {"keys": {}}, {"keys": "x"}], ids=repr)
def test_what_is_no_jwks_is_not_taken_for_an_empty_one(document: object) -> None:
    with pytest.raises(UnreadableJwksError):
        read_jwks(document)


def test_an_issuer_may_withdraw_all_keys() -> None:
    assert read_jwks({"keys": []}) == {}


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The example of RFC 7638, 3.1."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3o"
        "knjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZH"
        "zu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEg"
        "U8awapJzKnqDKgw"
    )
    jwk = {"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}

    assert read_jwks({"keys": [jwk]})["2011-04-29"].thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_key_is_the_same_in_pem_and_as_jwk() -> None:
    for pair in (KeyPair(), KeyPair("RS256")):
        assert read_public_key(pair.pem) == read_public_key(pair.jwk)
    assert read_public_key(Pair.of_ec().public).algorithm == "ES256"
