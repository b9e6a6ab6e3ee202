"""The one verifier of bearer tokens, strict on purpose: RFC 7519, RFC 8725 and RFC 9068, with nothing optional.

Claims only identify the bearer; roles, scopes and organization come from our own tables.

No check says what another says already: `tests/http/test_verifier_mutations.py` takes each away in turn and must then
see a forged token believed. Where a value is of the wrong type, whatever is first done with it raises, and any
exception refuses.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from jose.backends.base import Key

from shared.domain.errors import NotAuthenticated

LONGEST_TOKEN = 8 * 1024
SKEW = 30
"""Seconds two clocks may differ."""

TYPES = frozenset({"at+jwt", "JWT"})
ALGORITHMS = frozenset({"RS256", "ES256"})
REFUSED_HEADERS = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64"})


class IssuerKind(Enum):
    """An issuer vouches for people, or is a registered system that speaks for itself alone."""

    OF_PEOPLE = "people"
    SYSTEM = "system"


LONGEST_LIFE: Mapping[IssuerKind, int] = {IssuerKind.OF_PEOPLE: 60 * 60, IssuerKind.SYSTEM: 10 * 60}
"""Seconds between `iat` and `exp`."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key bound to the only algorithm it may be used with, and to what its issuer's tokens must say."""

    algorithm: str
    key: Key
    kind: IssuerKind
    audience: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a verified token says its bearer is. `organization` is a hint among the bearer's memberships.

    `forgettable_at` is the second from which the token is refused for its age.
    """

    kind: IssuerKind
    issuer: str
    subject: str
    jti: str
    organization: str | None
    forgettable_at: int


KeyLookup = Callable[[str, str], Awaitable[VerifyingKey]]
"""(issuer, kid) → the one key registered for it; raises `refusal()` when there is none."""


class _Refused(Exception):
    """Why a token is not believed; never shown to the caller."""


def refusal() -> NotAuthenticated:
    """The only answer to a token that is not believed, whatever is wrong with it."""
    return NotAuthenticated("token-invalid", "Mã truy cập không hợp lệ hoặc đã hết hạn: hãy đăng nhập lại.")


async def verify(token: str, find_key: KeyLookup, *, now: datetime) -> Claims:
    """The claims of a token that holds in every respect.

    Raises `refusal()` for anything else, whatever went wrong while looking at it. Only what `find_key` raises passes
    through: a database that does not answer is no fault of the token.
    """
    with _refusing():
        presented = _read(token)
    key = await find_key(presented.issuer, presented.kid)
    with _refusing():
        return _check(presented, key, int(now.timestamp()))


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise refusal() from error


@dataclass(frozen=True, slots=True)
class _Presented:
    """A well-formed token that proves nothing yet."""

    signed: bytes
    signature: bytes
    algorithm: str
    issuer: str
    kid: str
    claims: dict[str, Any]


def _read(token: str) -> _Presented:
    _require(len(token) <= LONGEST_TOKEN, "size")
    header, payload, signature = token.split(".")
    head, claims = _object(_decode(header)), _object(_decode(payload))
    _require(not REFUSED_HEADERS & head.keys(), "header")
    _require(head.get("typ") in TYPES, "typ")
    _require(head.get("alg") in ALGORITHMS, "alg")
    return _Presented(
        signed=f"{header}.{payload}".encode(),
        signature=_decode(signature),
        algorithm=head["alg"],
        issuer=_text(claims, "iss"),
        kid=_text(head, "kid"),
        claims=claims,
    )


def _check(presented: _Presented, key: VerifyingKey, now: int) -> Claims:
    _require(presented.algorithm == key.algorithm, "alg of the key")
    _require(key.key.verify(presented.signed, presented.signature), "signature")
    claims = presented.claims
    _check_audience(claims.get("aud"), key.audience)
    forgettable_at = _check_times(claims, LONGEST_LIFE[key.kind], now)
    subject = _text(claims, "sub")
    if key.kind is IssuerKind.SYSTEM:
        _require(subject == presented.issuer, "sub of a system")
    return Claims(
        kind=key.kind,
        issuer=presented.issuer,
        subject=subject,
        jti=_text(claims, "jti"),
        organization=_text(claims, "organization") if "organization" in claims else None,
        forgettable_at=forgettable_at,
    )


def _check_audience(value: Any, audience: str) -> None:
    named = value if isinstance(value, list) else [value]
    _require(audience in named, "aud")
    _require(all(isinstance(name, str) for name in named), "aud beside us")


def _check_times(claims: dict[str, Any], longest_life: int, now: int) -> int:
    issued_at, expires_at = _integer(claims, "iat"), _integer(claims, "exp")
    _require(issued_at <= now + SKEW, "iat")
    _require(now < expires_at + SKEW, "exp")
    _require(0 < expires_at - issued_at <= longest_life, "life")
    if "nbf" in claims:
        _require(_integer(claims, "nbf") <= now + SKEW, "nbf")
    return expires_at + SKEW


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise _Refused(what)


def _decode(part: str) -> bytes:
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    _require(base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == part, "canonical base64url")
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    _require(len(result) == len(pairs), "duplicate keys")
    return result


def _no_constant(name: str) -> Any:
    raise _Refused(name)


def _text(values: dict[str, Any], name: str) -> str:
    """Printable, so that it can be looked up: Postgres stores neither NUL nor half a surrogate pair."""
    value: str = values[name]
    _require(str.isprintable(value), name)
    _require(0 < len(value) <= 255, name)
    return value


def _integer(values: dict[str, Any], name: str) -> int:
    """Exactly: to Python, `true` is an integer too."""
    value: int = values[name]
    _require(type(value) is int, name)
    return value
