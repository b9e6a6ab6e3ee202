"""A ward's software as its makers would write it: with PyJWT, and nothing of ours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


class KeyPair:
    """What the system keeps to itself, and the public half it registers."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        self.private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == "ES256"
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )

    @property
    def pem(self) -> str:
        public = self.private.public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def private_pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @property
    def jwk(self) -> dict[str, Any]:
        given: dict[str, Any] = jwt.get_algorithm_by_name(self.algorithm).to_jwk(
            self.private.public_key(), as_dict=True
        )
        return given


@dataclass(frozen=True, slots=True)
class WardSoftware:
    """A registered system: it signs a fresh token for each request."""

    issuer: str
    kid: str
    pair: KeyPair

    def sign(self, *, at: datetime | None = None, **changes: Any) -> str:
        at = at or datetime.now(UTC)
        claims = {
            "iss": self.issuer,
            "sub": self.issuer,
            "aud": "theodoi",
            "iat": at,
            "exp": at + timedelta(minutes=5),
            "jti": str(uuid4()),
        }
        return jwt.encode(claims | changes, self.pair.private, self.pair.algorithm, headers={"kid": self.kid})


async def register(
    client: httpx.AsyncClient, admin: dict[str, str], organization: str, pair: KeyPair, **changes: Any
) -> httpx.Response:
    """Register a system for the organization with this code."""
    body = {
        "name": "Phần mềm một cửa",
        "organization": organization,
        "scopes": ["plans:read"],
        "public_key": pair.pem,
    }
    return await client.post("/v1/clients", json=body | changes, headers=admin)
