"""The digest a sender states for its file (RFC 9530)."""

import base64
import re

from shared.domain.errors import Invalid

_SHA256 = re.compile(r":([A-Za-z0-9+/]{43}=):")


def read_repr_digest(header: str) -> str | None:
    """The hexadecimal SHA-256 in a `Repr-Digest` header; None when it names only other algorithms.

    Raises Invalid("digest-malformed").
    """
    for member in header.split(","):
        algorithm, _, value = member.strip().partition("=")
        if algorithm != "sha-256":
            continue
        stated = _SHA256.fullmatch(value)
        if stated is None:
            raise Invalid("digest-malformed", "Repr-Digest phải có dạng sha-256=:<SHA-256 mã hóa base64>:.")
        return base64.b64decode(stated[1]).hex()
    return None
