"""Tokens nobody may believe. Each differs from a good one in the single way its name tells."""

from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk

from tests.http.forging import (
    BROKEN_KID,
    HMAC_KID,
    HMAC_SECRET,
    REVOKED_KID,
    RS512_KID,
    RSA_KID,
    RSA_PUBLIC_PEM,
    Forge,
    encode,
    now,
    spliced,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def signed_by_a_stranger(forge: Forge) -> str:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return forge.seal(key=jwk.construct(pem.decode(), "ES256"))


def altered_signature(forge: Forge) -> str:
    head, body, signature = forge.parts()
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def altered_claims(forge: Forge) -> str:
    head, _, signature = forge.parts()
    return f"{head}.{encode(b'{}')}.{signature}"


def unused_bits(forge: Forge) -> str:
    """The last character of a 64-byte signature carries four bits that decode to nothing: another spelling."""
    head, body, signature = forge.parts()
    return f"{head}.{body}.{signature[:-1]}{ALPHABET[ALPHABET.index(signature[-1]) ^ 1]}"


def claiming(**changes: Any) -> Callable[[Forge], str]:
    return lambda forge: forge.with_claims(**changes)


def oversized(forge: Forge) -> str:
    return forge.with_claims(note="x" * 8000)


def deeply_nested(forge: Forge) -> str:
    return forge.seal(claims=spliced(forge.claims(), '"deep":' + "[" * 2500 + "]" * 2500))


SIGNATURES: Mapping[str, Callable[[Forge], str]] = {
    "alg none with its empty signature": lambda f: f.seal(header=f.header(alg="none")).rpartition(".")[0] + ".",
    "alg none with a good signature": lambda f: f.with_header(alg="none"),
    "alg None in other letters": lambda f: f.with_header(alg="nOnE"),
    "alg missing": lambda f: f.with_header(alg=None),
    "alg a number": lambda f: f.with_header(alg=256),
    "alg in small letters": lambda f: f.with_header(alg="es256"),
    "HMAC keyed with the public EC key": lambda f: f.hmac(f.maker.public_key),
    "HMAC keyed with the public RSA key": lambda f: f.hmac(RSA_PUBLIC_PEM, kid=RSA_KID),
    "HMAC keyed with a registered secret": lambda f: f.hmac(HMAC_SECRET, kid=HMAC_KID),
    "HMAC keyed with nothing": lambda f: f.hmac(""),
    "an algorithm we do not accept, with a registered key": lambda f: f.rs("RS512", RS512_KID),
    "an EC signature that names the RSA key": lambda f: f.with_header(kid=RSA_KID),
    "an RSA signature that names the EC key": lambda f: f.rs("RS256", f.header()["kid"]),
    "RS512 with the key registered for RS256": lambda f: f.rs("RS512", RSA_KID),
    "signature altered": altered_signature,
    "signature empty": lambda f: f.seal().rpartition(".")[0] + ".",
    "claims altered": altered_claims,
    "signed by another key": signed_by_a_stranger,
    "signed by a revoked key": lambda f: f.with_header(kid=REVOKED_KID),
    "a key registered as rubbish": lambda f: f.with_header(kid=BROKEN_KID),
    "kid unknown": lambda f: f.with_header(kid="another"),
    "kid missing": lambda f: f.with_header(kid=None),
    "kid a list": lambda f: f.with_header(kid=["test-key"]),
    "kid with a NUL": lambda f: f.with_header(kid="test-key\x00"),
    "kid a path": lambda f: f.with_header(kid="../../dev/null"),
    "issuer unknown": lambda f: f.with_claims(iss="https://elsewhere.test"),
}

HEADERS: Mapping[str, Callable[[Forge], str]] = {
    "crit": lambda f: f.with_header(crit=["exp"]),
    "crit empty": lambda f: f.with_header(crit=[]),
    "jku": lambda f: f.with_header(jku="https://elsewhere.test/keys"),
    "jwk": lambda f: f.with_header(jwk={"kty": "EC"}),
    "x5u": lambda f: f.with_header(x5u="https://elsewhere.test/chain"),
    "x5c": lambda f: f.with_header(x5c=["MII"]),
    "b64": lambda f: f.with_header(b64=True),
    "typ missing": lambda f: f.with_header(typ=None),
    "typ of an identity token's kind": lambda f: f.with_header(typ="id+jwt"),
    "typ in small letters": lambda f: f.with_header(typ="jwt"),
    "typ a list": lambda f: f.with_header(typ=["JWT"]),
    "two kids": lambda f: f.seal(header=spliced(f.header(), '"kid":"test-key"')),
    "two algs": lambda f: f.seal(header=spliced(f.header(), '"alg":"ES256"')),
    "header a list": lambda f: f.seal(header=b'["ES256"]'),
    "header not JSON": lambda f: f.seal(header=b"ES256"),
    "header not UTF-8": lambda f: f.seal(header=b'{"alg":"ES256","typ":"JWT","kid":"\xff"}'),
    "header with a NaN": lambda f: f.seal(header=spliced(f.header(), '"n":NaN')),
}

CLAIMS: Mapping[str, Callable[[Forge], str]] = {
    **{f"{name} missing": claiming(**{name: None}) for name in ("iss", "sub", "aud", "jti", "exp", "iat")},
    **{f"{name} empty": claiming(**{name: ""}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} a number": claiming(**{name: 7}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} an object": claiming(**{name: {}}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} 256 characters": claiming(**{name: "x" * 256}) for name in ("sub", "jti", "organization")},
    "sub with a NUL": lambda f: f.with_claims(sub=f"{f.subject}\x00"),
    "sub with half a surrogate pair": lambda f: f.seal(claims=spliced(f.claims(sub=None), '"sub":"\\ud800"')),
    "sub twice": lambda f: f.seal(claims=spliced(f.claims(), f'"sub":"{f.subject}"')),
    "organization a number": lambda f: f.with_claims(organization=7),
    "organization empty": lambda f: f.with_claims(organization=""),
    "aud of another system": lambda f: f.with_claims(aud="elsewhere"),
    "aud a list without us": lambda f: f.with_claims(aud=["elsewhere"]),
    "aud an empty list": lambda f: f.with_claims(aud=[]),
    "aud a list with a number beside us": lambda f: f.with_claims(aud=["theodoi", 7]),
    "aud with a space": lambda f: f.with_claims(aud="theodoi "),
    "a NaN among the claims": lambda f: f.seal(claims=spliced(f.claims(), '"n":NaN')),
    "an Infinity among the claims": lambda f: f.seal(claims=spliced(f.claims(), '"n":-Infinity')),
    "claims a list": lambda f: f.seal(claims=b"[]"),
    "claims a string": lambda f: f.seal(claims=b'"sub"'),
    "claims null": lambda f: f.seal(claims=b"null"),
    "claims empty": lambda f: f.seal(claims=b""),
    "claims not UTF-8": lambda f: f.seal(claims=b'{"sub":"\xff\xfe"}'),
    "claims in UTF-16": lambda f: f.seal(claims='{"sub":"x"}'.encode("utf-16")),
    "claims after a byte order mark": lambda f: f.seal(claims=b"\xef\xbb\xbf" + spliced(f.claims(), '"n":1')),
}

TIMES: Mapping[str, Callable[[Forge], str]] = {
    "expired": lambda f: f.with_claims(iat=now() - 600, exp=now() - 31),
    "issued in the future": lambda f: f.with_claims(iat=now() + 40),
    "lives longer than an hour": lambda f: f.with_claims(iat=now() - 10, exp=now() + 3600),
    "lives for ever": lambda f: f.with_claims(exp=10**18),
    "ends before it begins": lambda f: f.with_claims(iat=now() + 20, exp=now() + 10),
    "ends as it begins": lambda f: f.with_claims(iat=now(), exp=now()),
    "not yet valid": lambda f: f.with_claims(nbf=now() + 60),
    "nbf a string": lambda f: f.with_claims(nbf=str(now())),
    "nbf a fraction": lambda f: f.with_claims(nbf=now() - 0.5),
    "nbf true": lambda f: f.with_claims(nbf=True),
    "exp a string": lambda f: f.with_claims(exp=str(now() + 600)),
    "exp a fraction": lambda f: f.with_claims(exp=now() + 600.5),
    "exp true": lambda f: f.with_claims(exp=True),
    "iat a string": lambda f: f.with_claims(iat=str(now())),
    "iat a fraction": lambda f: f.with_claims(iat=now() - 0.5),
    "iat false": lambda f: f.with_claims(iat=False),
    "exp of 5,000 digits": lambda f: f.seal(claims=spliced(f.claims(exp=None), '"exp":' + "9" * 5000)),
}

SHAPES: Mapping[str, Callable[[Forge], str]] = {
    "a word": lambda _: "token",
    "dots alone": lambda _: "..",
    "two parts": lambda f: ".".join(f.parts()[:2]),
    "four parts": lambda f: f.seal() + ".AAAA",
    "five parts, as encrypted ones have": lambda f: f.seal() + ".AAAA.AAAA",
    "a dot at the end": lambda f: f.seal() + ".",
    "padding on the claims": lambda f: "{}.{}=.{}".format(*f.parts()),
    "padding on the signature": lambda f: f.seal() + "==",
    "the other base64 alphabet": lambda f: "{}.{}.{}".format(f.parts()[0], f.parts()[1], "+" * 86),
    "another spelling of the same signature": unused_bits,
    "a space inside": lambda f: "{} .{}.{}".format(*f.parts()),
    "a space behind": lambda f: f.seal() + " ",
    "a space before": lambda f: " " + f.seal(),
    "a tab inside": lambda f: "{}.\t{}.{}".format(*f.parts()),
    "a letter with marks": lambda f: f.seal() + "é",
    "full-width letters": lambda f: "Ａ" + f.seal(),
    "more than 8 KB": oversized,
    "a megabyte of letters": lambda _: "A" * (1 << 20),
    "a thousand dots": lambda _: "." * 1000,
    "deeply nested claims": deeply_nested,
    "another token quoted": lambda f: f'"{f.seal()}"',
}

FORGED: Mapping[str, Callable[[Forge], str]] = {**SIGNATURES, **HEADERS, **CLAIMS, **TIMES, **SHAPES}
