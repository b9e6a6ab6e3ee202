"""The digest a sender states for its file (RFC 9530), a dictionary of structured fields (RFC 8941)."""

import base64
import binascii
import re

from shared.domain.errors import Invalid

_BYTES = r":([A-Za-z0-9+/]*={0,2}):"
_PARAMETERS = r'(?:;[ ]*[a-z*][a-z0-9_\-.*]*(?:=(?:"(?:[ !#-\[\]-~]|\\["\\])*"|[^\s,;"]+))?)*'
_MEMBER = re.compile(rf"([a-z*][a-z0-9_\-.*]*)={_BYTES}{_PARAMETERS}")
_NEXT = re.compile(r"[ \t]*,[ \t]*")


def read_repr_digest(header: str) -> str:
    """The hexadecimal SHA-256 in a `Repr-Digest` header; of an algorithm that is named twice the last counts.

    Raises Invalid("digest-malformed"), and Invalid("digest-unsupported") where SHA-256 is not among the algorithms:
    whoever states a digest shall not believe that it was verified.
    """
    digest = _read_members(header.strip(" ")).get("sha-256")
    if digest is None:
        raise Invalid(
            "digest-unsupported",
            "Máy chủ chỉ kiểm được SHA-256: hãy nêu Repr-Digest: sha-256=:<SHA-256 mã hóa base64>:.",
        )
    if len(digest) != 32:
        raise _malformed()
    return digest.hex()


def _read_members(text: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    at = 0
    while member := _MEMBER.match(text, at):
        try:
            found[member[1]] = base64.b64decode(member[2] + "=" * (-len(member[2]) % 4), validate=True)
        except binascii.Error as error:
            raise _malformed() from error
        if member.end() == len(text):
            return found
        following = _NEXT.match(text, member.end())
        at = following.end() if following else len(text)
    raise _malformed()


def _malformed() -> Invalid:
    return Invalid("digest-malformed", "Repr-Digest phải có dạng sha-256=:<SHA-256 mã hóa base64>:.")
