"""Tokens made byte by byte, so that each can be wrong in exactly one way and right in all others."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk
from jose.backends.base import Key

from tests.factories.identity import ISSUER, KID, TokenMaker

Json = Mapping[str, Any] | bytes

RSA_KID = "test-rsa-key"
HMAC_KID = "test-hmac-key"
RS512_KID = "test-rs512-key"
BROKEN_KID = "test-broken-key"
REVOKED_KID = "test-revoked-key"
HMAC_SECRET = "a secret somebody registered as if it were a public key"
RSA_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PUBLIC_PEM = (
    RSA_PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
RSA_PRIVATE_PEM = RSA_PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def as_bytes(part: Json) -> bytes:
    return part if isinstance(part, bytes) else json.dumps(part, ensure_ascii=False).encode("utf-8", "surrogatepass")


def spliced(part: Mapping[str, Any], text: str) -> bytes:
    """The JSON object with more raw text after its last member: duplicate keys, NaN and whatever no encoder writes."""
    return json.dumps(part).removesuffix("}").encode() + f",{text}}}".encode()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


class Forge:
    """An issuer that signs anything for one subject."""

    def __init__(self, maker: TokenMaker, subject: str) -> None:
        self.maker = maker
        self.subject = subject
        self.es256: Key = jwk.construct(maker.private_key, "ES256")

    def header(self, **changes: Any) -> dict[str, Any]:
        """A header that is accepted, unless `changes` spoil it; None removes a member."""
        header = {"alg": "ES256", "typ": "JWT", "kid": KID} | changes
        return {name: value for name, value in header.items() if value is not None}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims that are accepted, unless `changes` spoil them; None removes a claim."""
        return self.maker.claims(self.subject, **changes)

    def seal(self, header: Json | None = None, claims: Json | None = None, key: Key | None = None) -> str:
        """A token over these bytes, its signature good for `key`: the registered ES256 one unless given."""
        head = encode(as_bytes(self.header() if header is None else header))
        body = encode(as_bytes(self.claims() if claims is None else claims))
        signature = (key or self.es256).sign(f"{head}.{body}".encode())
        return f"{head}.{body}.{encode(signature)}"

    def with_header(self, **changes: Any) -> str:
        return self.seal(header=self.header(**changes))

    def with_claims(self, **changes: Any) -> str:
        return self.seal(claims=self.claims(**changes))

    def rs(self, algorithm: str, kid: str) -> str:
        """A token signed with the RSA key under this algorithm."""
        return self.seal(header=self.header(alg=algorithm, kid=kid), key=jwk.construct(RSA_PRIVATE_PEM, algorithm))

    def hmac(self, secret: str, **header: Any) -> str:
        """A token whose signature is an HMAC keyed with `secret`."""
        signed = f"{encode(as_bytes(self.header(alg='HS256', **header)))}.{encode(as_bytes(self.claims()))}"
        return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"

    def parts(self) -> list[str]:
        return self.seal().split(".")


KEYS: tuple[dict[str, Any], ...] = (
    {"issuer": ISSUER, "kid": RSA_KID, "algorithm": "RS256", "public_key": RSA_PUBLIC_PEM},
    {"issuer": ISSUER, "kid": HMAC_KID, "algorithm": "HS256", "public_key": HMAC_SECRET},
    {"issuer": ISSUER, "kid": RS512_KID, "algorithm": "RS512", "public_key": RSA_PUBLIC_PEM},
    {"issuer": ISSUER, "kid": BROKEN_KID, "algorithm": "ES256", "public_key": "-----BEGIN PUBLIC KEY-----"},
)
"""What stands in `token_keys` beside the maker's own key: a second good key, and three that must never be used."""
