"""The keys in an issuer's JWKS document (RFC 7517) that its tokens may be signed with."""

from collections.abc import Mapping
from typing import Any

from shared.domain.errors import Invalid
from shared.public_keys import PublicKey, read_public_key


class UnreadableJwksError(Exception):
    """The document has no list of keys."""


def read_jwks(document: Any) -> Mapping[str, PublicKey]:
    """The usable keys by `kid`: a kid names exactly one key with one algorithm, or none.

    Whatever else an issuer publishes, other kinds of keys included, is passed over. UnreadableJwksError when the
    document is no JWKS at all.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise UnreadableJwksError
    candidates: dict[str, set[PublicKey | None]] = {}
    for jwk in document["keys"]:
        if isinstance(jwk, dict) and isinstance(jwk.get("kid"), str):
            candidates.setdefault(jwk["kid"], set()).add(_read(jwk))
    return {kid: key for kid, found in candidates.items() if len(found) == 1 for key in found if key}


def _read(jwk: dict[str, Any]) -> PublicKey | None:
    try:
        return read_public_key(jwk)
    except Invalid:
        return None
