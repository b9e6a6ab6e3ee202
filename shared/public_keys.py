"""Public keys as others send them, in PEM or as a JWK: only kinds and sizes we verify with, and never a private one."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.domain.errors import Invalid

SMALLEST_RSA, LARGEST_RSA = 2048, 8192
"""Bits of the modulus; beyond the largest, verifying takes so long that a forged token is an attack by itself."""
LONGEST_EXPONENT = 32
"""Bits."""
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Of a JWK (RFC 7518, 6)."""

RSA_ALGORITHM = "RS256"
EC_ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key and the only algorithm its type allows here. `thumbprint` is that of RFC 7638, base64url."""

    algorithm: str
    pem: str
    thumbprint: str


def read_public_key(given: str | Mapping[str, Any]) -> PublicKey:
    """The key in a PEM text or a JWK.

    Raises Invalid: `key-private` for a private or symmetric key, `key-weak` for another kind or size than we accept,
    `key-unreadable` for anything else.
    """
    try:
        key = _load_pem(given) if isinstance(given, str) else _load_jwk(given)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
        raise Invalid(
            "key-unreadable", "Không đọc được khóa công khai: hãy gửi khóa dạng PEM (BEGIN PUBLIC KEY) hoặc JWK."
        ) from error
    members = _members(key)
    return PublicKey(
        algorithm=RSA_ALGORITHM if isinstance(key, rsa.RSAPublicKey) else EC_ALGORITHM,
        pem=key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
        thumbprint=_encode(sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()),
    )


def _load_pem(text: str) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    if "PRIVATE KEY" in text:
        raise _private()
    key = serialization.load_pem_public_key(text.encode())
    if isinstance(key, rsa.RSAPublicKey):
        _ensure_strong(key.public_numbers())
    elif not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _weak()
    return key


def _load_jwk(jwk: Mapping[str, Any]) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    if PRIVATE_MEMBERS & jwk.keys():
        raise _private()
    if jwk["kty"] == "RSA":
        _ensure_meant_for(jwk, RSA_ALGORITHM)
        rsa_numbers = rsa.RSAPublicNumbers(_integer(jwk["e"]), _integer(jwk["n"]))
        _ensure_strong(rsa_numbers)
        return rsa_numbers.public_key()
    if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
        raise _weak()
    _ensure_meant_for(jwk, EC_ALGORITHM)
    return ec.EllipticCurvePublicNumbers(_integer(jwk["x"]), _integer(jwk["y"]), ec.SECP256R1()).public_key()


def _ensure_meant_for(jwk: Mapping[str, Any], algorithm: str) -> None:
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        raise _weak()


def _ensure_strong(numbers: rsa.RSAPublicNumbers) -> None:
    """Before the numbers become a key: a huge one costs as much to look at as to use."""
    if not SMALLEST_RSA <= numbers.n.bit_length() <= LARGEST_RSA or numbers.e.bit_length() > LONGEST_EXPONENT:
        raise _weak()


def _members(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Those of the key's JWK that its thumbprint is taken over."""
    if isinstance(key, rsa.RSAPublicKey):
        rsa_numbers = key.public_numbers()
        return {"kty": "RSA", "e": _encode_integer(rsa_numbers.e), "n": _encode_integer(rsa_numbers.n)}
    point = key.public_numbers()
    x, y = (_encode(number.to_bytes(32, "big")) for number in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _integer(text: str) -> int:
    return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), "big")


def _encode_integer(number: int) -> str:
    return _encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _private() -> Invalid:
    return Invalid(
        "key-private",
        "Đây là khóa bí mật: không bao giờ gửi khóa bí mật cho bất kỳ ai. "
        "Hãy coi khóa này là đã lộ, tạo cặp khóa mới và chỉ gửi khóa công khai.",
    )


def _weak() -> Invalid:
    return Invalid(
        "key-weak",
        f"Chỉ nhận khóa ký ES256 trên đường cong P-256 hoặc RS256 với RSA từ {SMALLEST_RSA} đến {LARGEST_RSA} bit.",
    )
