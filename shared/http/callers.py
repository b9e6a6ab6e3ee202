"""What the edge learns of a proven caller: that it may come in now, and a name for the log that names nobody."""

from functools import lru_cache
from hashlib import blake2b
from time import monotonic

from fastapi import Request

from shared.domain.principal import Principal
from shared.http.rate_limits import RateLimit, TooManyRequests

CALLER = "theodoi.caller"
"""Where a request's scope keeps (issuer, subject)."""


def admit(request: Request, principal: Principal) -> None:
    """Count one request of this caller, before anything is done for it. Raises TooManyRequests."""
    caller = (principal.client, principal.subject)
    request.scope[CALLER] = caller
    limit: RateLimit = request.app.state.caller_limit
    wait = limit.take(caller, monotonic())
    if wait:
        raise TooManyRequests(wait)


@lru_cache(maxsize=10_000)
def pseudonym(secret: bytes, issuer: str, subject: str) -> str:
    """Tells the lines of one caller apart from others', and tells nobody who it is: subjects can be guessed, so that
    a plain hash of one would be no secret.
    """
    return blake2b(f"{issuer}\n{subject}".encode(), key=secret[:64], digest_size=8, person=b"log").hexdigest()
