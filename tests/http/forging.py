"""Tokens made byte by byte, so that each can be wrong in exactly one way and right in all others."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk
from jose.backends.base import Key

Json = Mapping[str, Any] | bytes


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


@dataclass(frozen=True, slots=True)
class Pair:
    """A key pair, in PEM."""

    private: str
    public: str

    @classmethod
    def of_ec(cls, curve: ec.EllipticCurve | None = None) -> "Pair":
        return cls.of(ec.generate_private_key(curve or ec.SECP256R1()))

    @classmethod
    def of_rsa(cls, bits: int = 2048) -> "Pair":
        return cls.of(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @classmethod
    def of(cls, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> "Pair":
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(private.decode(), public.decode())


class Signer:
    """An issuer that signs anything for one subject: a good ES256 token unless told otherwise."""

    def __init__(self, issuer: str, kid: str, pair: Pair, subject: str) -> None:
        self.issuer = issuer
        self.kid = kid
        self.pair = pair
        self.subject = subject
        self._es256: Key = jwk.construct(pair.private, "ES256")

    def header(self, **changes: Any) -> dict[str, Any]:
        """A header that is accepted, unless `changes` spoil it; None removes a member."""
        header = {"alg": "ES256", "typ": "JWT", "kid": self.kid} | changes
        return {name: value for name, value in header.items() if value is not None}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims that are accepted, unless `changes` spoil them; None removes a claim."""
        at = now()
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": "theodoi",
            "iat": at,
            "exp": at + 600,
            "jti": str(uuid4()),
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def seal(self, header: Json | None = None, claims: Json | None = None, key: Key | None = None) -> str:
        """A token over these bytes, its signature good for `key`: the issuer's own unless given."""
        head = encode(as_bytes(self.header() if header is None else header))
        body = encode(as_bytes(self.claims() if claims is None else claims))
        signature = (key or self._es256).sign(f"{head}.{body}".encode())
        return f"{head}.{body}.{encode(signature)}"

    def with_header(self, **changes: Any) -> str:
        return self.seal(header=self.header(**changes))

    def with_claims(self, **changes: Any) -> str:
        return self.seal(claims=self.claims(**changes))

    def signed_by(self, pair: Pair, algorithm: str = "ES256", **header: Any) -> str:
        """A token that another key has signed, and says so in `alg`."""
        changes = {"alg": algorithm} | header
        return self.seal(header=self.header(**changes), key=jwk.construct(pair.private, algorithm))

    def hmac(self, secret: str, **header: Any) -> str:
        """A token whose signature is an HMAC keyed with `secret`."""
        head = self.header(**({"alg": "HS256"} | header))
        signed = f"{encode(as_bytes(head))}.{encode(as_bytes(self.claims()))}"
        return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"

    def parts(self) -> list[str]:
        return self.seal().split(".")
