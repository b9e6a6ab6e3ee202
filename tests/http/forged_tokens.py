"""Tokens nobody may believe. Each differs from a good one in the single way its name tells."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.http.forging import Pair, Signer, encode, now, spliced
from tests.http.issuers import ANOTHER_RSA, HMAC_SECRET, RSA, Issuers

Forgery = Callable[[Issuers], str]
ByAnyone = Callable[[Signer], str]

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
STRANGER = Pair.of_ec()


def altered_signature(signer: Signer) -> str:
    head, body, signature = signer.parts()
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def altered_claims(signer: Signer) -> str:
    head, _, signature = signer.parts()
    return f"{head}.{encode(b'{}')}.{signature}"


def unused_bits(signer: Signer) -> str:
    """The last character of a 64-byte signature carries four bits that decode to nothing: another spelling."""
    head, body, signature = signer.parts()
    return f"{head}.{body}.{signature[:-1]}{ALPHABET[ALPHABET.index(signature[-1]) ^ 1]}"


def claiming(**changes: Any) -> ByAnyone:
    return lambda signer: signer.with_claims(**changes)


def oversized(signer: Signer) -> str:
    return signer.with_claims(note="x" * 8000)


def deeply_nested(signer: Signer) -> str:
    return signer.seal(claims=spliced(signer.claims(), '"deep":' + "[" * 2500 + "]" * 2500))


SIGNATURES: Mapping[str, ByAnyone] = {
    "alg none with its empty signature": lambda f: f.seal(header=f.header(alg="none")).rpartition(".")[0] + ".",
    "alg none with a good signature": lambda f: f.with_header(alg="none"),
    "alg None in other letters": lambda f: f.with_header(alg="nOnE"),
    "alg missing": lambda f: f.with_header(alg=None),
    "alg a number": lambda f: f.with_header(alg=256),
    "alg in small letters": lambda f: f.with_header(alg="es256"),
    "HMAC keyed with the public EC key": lambda f: f.hmac(f.pair.public),
    "HMAC keyed with the public RSA key": lambda f: f.hmac(RSA.public, kid=Issuers.RSA_KID),
    "HMAC keyed with a registered secret": lambda f: f.hmac(HMAC_SECRET, kid=Issuers.HMAC_KID),
    "HMAC keyed with nothing": lambda f: f.hmac(""),
    "an algorithm we do not accept, with a registered key": lambda f: f.signed_by(RSA, "RS512", kid=Issuers.RS512_KID),
    "an EC signature that names the RSA key": lambda f: f.with_header(kid=Issuers.RSA_KID),
    "an RSA signature that names the EC key": lambda f: f.signed_by(RSA, "RS256"),
    "RS512 with the key registered for RS256": lambda f: f.signed_by(RSA, "RS512", kid=Issuers.RSA_KID),
    "alg of another kind of key, beside a good signature": lambda f: f.with_header(alg="RS256"),
    "signed by another RSA key": lambda f: f.signed_by(ANOTHER_RSA, "RS256", kid=Issuers.RSA_KID),
    "signature altered": altered_signature,
    "signature empty": lambda f: f.seal().rpartition(".")[0] + ".",
    "claims altered": altered_claims,
    "signed by another key": lambda f: f.signed_by(STRANGER),
    "signed by a revoked key": lambda f: f.with_header(kid=Issuers.REVOKED_KID),
    "signed by a key that was rotated out": lambda f: f.with_header(kid=Issuers.RETIRED_KID),
    "a key registered as rubbish": lambda f: f.with_header(kid=Issuers.BROKEN_KID),
    "kid unknown": lambda f: f.with_header(kid="another"),
    "kid missing": lambda f: f.with_header(kid=None),
    "kid a list": lambda f: f.with_header(kid=[f.kid]),
    "kid with a NUL": lambda f: f.with_header(kid=f"{f.kid}\x00"),
    "kid a path": lambda f: f.with_header(kid="../../dev/null"),
    "issuer unknown": lambda f: f.with_claims(iss="https://elsewhere.test"),
}

HEADERS: Mapping[str, ByAnyone] = {
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
    "two kids": lambda f: f.seal(header=spliced(f.header(), f'"kid":"{f.kid}"')),
    "two algs": lambda f: f.seal(header=spliced(f.header(), '"alg":"ES256"')),
    "header a list": lambda f: f.seal(header=b'["ES256"]'),
    "header not JSON": lambda f: f.seal(header=b"ES256"),
    "header not UTF-8": lambda f: f.seal(header=b'{"alg":"ES256","typ":"JWT","kid":"\xff"}'),
    "header with a NaN": lambda f: f.seal(header=spliced(f.header(), '"n":NaN')),
}

CLAIMS: Mapping[str, ByAnyone] = {
    **{f"{name} missing": claiming(**{name: None}) for name in ("iss", "sub", "aud", "jti", "exp", "iat")},
    **{f"{name} empty": claiming(**{name: ""}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} a number": claiming(**{name: 7}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} an object": claiming(**{name: {}}) for name in ("iss", "sub", "aud", "jti")},
    **{f"{name} 256 characters": claiming(**{name: "x" * 256}) for name in ("sub", "jti", "organization")},
    **{f"{name} a list": claiming(**{name: ["x"]}) for name in ("iss", "sub", "jti", "organization")},
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
    "claims in UTF-16": lambda f: f.seal(claims=json.dumps(f.claims()).encode("utf-16")),
    "header in UTF-16": lambda f: f.seal(header=json.dumps(f.header()).encode("utf-16")),
    "claims after a byte order mark": lambda f: f.seal(claims=b"\xef\xbb\xbf" + spliced(f.claims(), '"n":1')),
}

TIMES: Mapping[str, ByAnyone] = {
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

SHAPES: Mapping[str, ByAnyone] = {
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
    "as many letters as a head may hold": lambda _: "A" * 60_000,
    "a thousand dots": lambda _: "." * 1000,
    "deeply nested claims": deeply_nested,
    "another token quoted": lambda f: f'"{f.seal()}"',
}

BY_ANYONE: Mapping[str, ByAnyone] = {**SIGNATURES, **HEADERS, **CLAIMS, **TIMES, **SHAPES}

SYSTEMS: Mapping[str, Forgery] = {
    "lives longer than ten minutes": lambda i: i.system.with_claims(iat=now() - 10, exp=now() + 591),
    "lives as long as a person's": lambda i: i.system.with_claims(exp=now() + 3600),
    "speaks for a person": lambda i: i.system.with_claims(sub=i.local.subject),
    "speaks for another system": lambda i: i.system.with_claims(sub=i.revoked_system.issuer),
    "speaks for nobody": lambda i: i.system.with_claims(sub=None),
    "was used before": lambda i: i.system.with_claims(jti=i.USED_JTI),
    "comes from a revoked system": lambda i: i.revoked_system.seal(),
    "comes from a revoked system, with its other key": lambda i: i.revoked_system.signed_by(
        RSA, "RS256", kid=i.RSA_KID
    ),
    "names a system that nobody registered": lambda i: i.system.with_claims(iss="client:x", sub="client:x"),
    "is signed by another system": lambda i: i.system.signed_by(i.revoked_system.pair),
    "is signed by another system, naming its key": lambda i: i.system.signed_by(
        i.revoked_system.pair, kid=i.revoked_system.kid
    ),
    "is signed by the local issuer": lambda i: i.system.signed_by(i.local.pair, kid=i.local.kid),
    "is signed by the OIDC issuer": lambda i: i.system.signed_by(i.oidc.pair, kid=i.oidc.kid),
}

PEOPLE: Mapping[str, Forgery] = {
    "the local issuer's, signed by a system": lambda i: i.local.signed_by(i.system.pair, kid=i.system.kid),
    "the local issuer's, signed by the OIDC issuer": lambda i: i.local.signed_by(i.oidc.pair, kid=i.oidc.kid),
    "the OIDC issuer's, signed by the local issuer": lambda i: i.oidc.signed_by(i.local.pair, kid=i.local.kid),
    "the OIDC issuer's, signed by a system": lambda i: i.oidc.signed_by(i.system.pair, kid=i.system.kid),
    "the OIDC issuer's, signed by a key in our table": lambda i: i.oidc.signed_by(i.local.pair, kid="in our table"),
    "the OIDC issuer's, HMAC with its JWK": lambda i: i.oidc.hmac(json.dumps(i.jwks()["keys"][0])),
    "the OIDC issuer's, HMAC with its published secret": lambda i: i.oidc.hmac("secret", kid=i.HMAC_KID),
    "the OIDC issuer's, by a key for encryption": lambda i: i.oidc.with_header(kid="for-encryption"),
    "the OIDC issuer's, by a kid that names two keys": lambda i: i.oidc.with_header(kid="twice"),
    "the OIDC issuer's, by the other key of that kid": lambda i: i.oidc.signed_by(RSA, "RS256", kid="twice"),
    "the OIDC issuer's, by a key published with its secret": lambda i: i.oidc.with_header(kid="private"),
    "the OIDC issuer with a slash behind": lambda i: i.oidc.with_claims(iss=f"{i.oidc.issuer}/"),
    "the OIDC issuer in capitals": lambda i: i.oidc.with_claims(iss=i.oidc.issuer.upper()),
}


def _of(who: Callable[[Issuers], Signer], forge: ByAnyone) -> Forgery:
    return lambda issuers: forge(who(issuers))


FORGED: Mapping[str, Forgery] = {
    **{name: _of(lambda i: i.local, forge) for name, forge in BY_ANYONE.items()},
    **{f"OIDC issuer: {name}": _of(lambda i: i.oidc, forge) for name, forge in SIGNATURES.items()},
    **{f"system: {name}": _of(lambda i: i.system, forge) for name, forge in SIGNATURES.items()},
    **{f"a system's token that {name}": forge for name, forge in SYSTEMS.items()},
    **PEOPLE,
}
"""Every one is answered with 401."""
