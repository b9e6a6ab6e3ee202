"""What issuers are called: OIDC issuers by their address, registered systems by a name that no address can be."""

from ipaddress import ip_address
from urllib.parse import urlsplit

SYSTEM_PREFIX = "client:"
"""Begins the issuer of every registered system, and of nothing else."""


def is_secure_address(url: str) -> bool:
    """Whether keys may be fetched from `url`: nobody on the way can change what is answered (RFC 8725, 3.10).

    That is https, or http within this machine, without user and fragment.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = url.isprintable() and not (parts.username or parts.password or parts.fragment)
    return plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
