"""What a short-lived link says, signed so that nobody can point it elsewhere or make it last longer."""

import base64
import hmac
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from uuid import UUID

PURPOSE = b"theodoi evidence file link 1\n"
"""Signed with each: a signature that our key made for anything else opens no file."""
_SIGNATURE = 32


@dataclass(frozen=True, slots=True)
class FileLink:
    """One file of one version, for what its maker may see: `issuer` and `subject` acting for the organization of a
    code. `nonce` tells links apart; `expires_at` are seconds since 1970.
    """

    evidence_id: str
    version: int
    position: int
    issuer: str
    subject: str
    organization: str
    expires_at: int
    nonce: str
    single_use: bool

    @property
    def evidence(self) -> UUID:
        """The piece of evidence."""
        return UUID(self.evidence_id)


def sign(link: FileLink, secret: bytes) -> str:
    """The link as it stands in an address."""
    body = json.dumps(astuple(link), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(body, secret) + body).rstrip(b"=").decode()


def read(token: str, secret: bytes, now: datetime) -> FileLink | None:
    """The link that we signed; None for anything else, and from the instant it expires."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(body, secret)):
        return None
    link = FileLink(*json.loads(body))
    return link if now < datetime.fromtimestamp(link.expires_at, UTC) else None


def _signature(body: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, PURPOSE + body, "sha256")
