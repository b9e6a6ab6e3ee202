"""The one verifier of bearer tokens, strict on purpose: RFC 7519, RFC 8725 and RFC 9068, with nothing optional.

Claims only identify the bearer; roles and organization come from our own tables.
"""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from jose import jws
from jose.backends.base import Key

from shared.domain.errors import NotAuthenticated

LONGEST_TOKEN = 8 * 1024
SKEW = 30
"""Seconds two clocks may differ."""
LONGEST_LIFE = 60 * 60
"""Seconds between `iat` and `exp`."""

TYPES = frozenset({"at+jwt", "JWT"})
ALGORITHMS = frozenset({"RS256", "ES256"})
REFUSED_HEADERS = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64"})
PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key bound to the only algorithm it may be used with."""

    algorithm: str
    key: Key


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a verified token says its bearer is. `organization` is a hint among the bearer's memberships."""

    issuer: str
    subject: str
    organization: str | None
    expires_at: int


KeyLookup = Callable[[str, str], Awaitable[VerifyingKey | None]]
"""(issuer, kid) → the one key registered for it."""


class _Refused(Exception):
    """Why a token is not believed; never shown to the caller."""


async def verify(token: str, find_key: KeyLookup, *, audience: str, now: datetime) -> Claims:
    """The claims of a token that holds in every respect.

    Raises NotAuthenticated("token-invalid") for anything else, whatever went wrong while looking at it. Only what
    `find_key` raises passes through: a database that does not answer is no fault of the token.
    """
    with _refusing():
        presented = _read(token)
    key = await find_key(presented.issuer, presented.kid)
    with _refusing():
        return _check(presented, key, audience, int(now.timestamp()))


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise NotAuthenticated(
            "token-invalid", "Mã truy cập không hợp lệ hoặc đã hết hạn: hãy đăng nhập lại."
        ) from error


@dataclass(frozen=True, slots=True)
class _Presented:
    """A well-formed token that proves nothing yet."""

    token: str
    algorithm: str
    issuer: str
    kid: str
    claims: dict[str, object]


def _read(token: str) -> _Presented:
    _require(len(token) <= LONGEST_TOKEN, "size")
    parts = token.split(".")
    _require(len(parts) == 3, "parts")
    header, payload, _ = (_decode(part) for part in parts)
    head, claims = _object(header), _object(payload)
    _require(not REFUSED_HEADERS & head.keys(), "header")
    _require(head.get("typ") in TYPES, "typ")
    algorithm = _text(head, "alg")
    _require(algorithm in ALGORITHMS, "alg")
    return _Presented(token, algorithm, _text(claims, "iss"), _text(head, "kid"), claims)


def _check(presented: _Presented, key: VerifyingKey | None, audience: str, now: int) -> Claims:
    if key is None or key.algorithm != presented.algorithm:
        raise _Refused("key")
    jws.verify(presented.token, key.key, algorithms=[key.algorithm])
    claims = presented.claims
    _check_audience(claims.get("aud"), audience)
    expires_at = _check_times(claims, now)
    _text(claims, "jti")
    hint = _text(claims, "organization") if "organization" in claims else None
    return Claims(issuer=presented.issuer, subject=_text(claims, "sub"), organization=hint, expires_at=expires_at)


def _check_audience(value: object, audience: str) -> None:
    named = value if isinstance(value, list) else [value]
    _require(all(isinstance(name, str) for name in named) and audience in named, "aud")


def _check_times(claims: dict[str, object], now: int) -> int:
    issued_at, expires_at = _integer(claims, "iat"), _integer(claims, "exp")
    _require(issued_at <= now + SKEW, "iat")
    _require(now < expires_at + SKEW, "exp")
    _require(0 < expires_at - issued_at <= LONGEST_LIFE, "life")
    if "nbf" in claims:
        _require(_integer(claims, "nbf") <= now + SKEW, "nbf")
    return expires_at


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise _Refused(what)


def _decode(part: str) -> bytes:
    _require(PART.fullmatch(part) is not None, "base64url")
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    _require(base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == part, "canonical")
    return raw


def _object(raw: bytes) -> dict[str, object]:
    value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise _Refused("json")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    _require(len(result) == len(pairs), "duplicate keys")
    return result


def _no_constant(name: str) -> object:
    raise _Refused(name)


def _text(values: dict[str, object], name: str) -> str:
    """Printable, so that it can be looked up: Postgres stores neither NUL nor half a surrogate pair."""
    value = values.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise _Refused(name)
    return value


def _integer(values: dict[str, object], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Refused(name)
    return value
