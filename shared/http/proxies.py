"""Who really sent a request that came through proxies: believed of configured proxies only."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from shared.http.exchange import Head

Network = IPv4Network | IPv6Network
MOST_HOPS = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a request came from; `by_proxy` when a trusted proxy handed it over."""

    address: str
    by_proxy: bool


class Proxies:
    """The proxies that may say whom they speak for."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)
        self._trusts = lru_cache(maxsize=1000)(self._is_ours)

    def resolve(self, scope: Scope, head: Head) -> Arrival:
        """The right-most hop that is no proxy of ours: what stands left of it, anyone may have written.

        `scope` then says the same.
        """
        client = scope.get("client")
        peer: str = client[0] if client else ""
        if not self._networks or not self._trusts(peer):
            return Arrival(peer, by_proxy=False)
        address = self._client(peer, head.text(b"x-forwarded-for"))
        said = head.text(b"x-forwarded-proto").rpartition(",")[2].strip().lower()
        if said in {"http", "https"}:
            scope["scheme"] = said
        scope["client"] = (address, 0)
        return Arrival(address, by_proxy=True)

    def _client(self, peer: str, forwarded_for: str) -> str:
        client = peer
        for hop in reversed(forwarded_for.rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
            address = _read_address(hop.strip())
            if address is None:
                break
            client = address
            if not self._trusts(client):
                break
        return client

    def _is_ours(self, address: str) -> bool:
        read = _read(address)
        return read is not None and any(read in network for network in self._networks)


def _read_address(hop: str) -> str | None:
    """`192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; None for anything else."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    read = _read(hop)
    return None if read is None else str(read)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    """An address, in its IPv4 form where a socket for both wrote it as IPv6."""
    try:
        read = ip_address(address)
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read
