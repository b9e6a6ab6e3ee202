"""Headers that browsers obey, on every answer that does not say otherwise itself."""

from collections.abc import Sequence

Header = tuple[bytes, bytes]

_ALWAYS: Sequence[Header] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HTTPS: Sequence[Header] = (*_ALWAYS, (b"strict-transport-security", b"max-age=31536000"))
"""Where the request came encrypted: in clear, browsers ignore it, and a deployment on loopback must stay reachable."""


def complete(headers: list[Header], scheme: str, own: Sequence[Header]) -> list[Header]:
    """`headers` of an answer, with `own` and what it does not say itself."""
    said = {name for name, _ in headers}
    standard = _HTTPS if scheme == "https" else _ALWAYS
    return [*headers, *own, *(header for header in standard if header[0] not in said)]
