"""The one way out to addresses that others name: the IP is looked at, pinned, and asked once.

No redirect is followed, no cookie kept, no proxy of the environment used; time and size are limited.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import httpx

from shared.domain.public_addresses import AddressRefused, WebAddress, ensure_port, is_public, read_ip, read_web_address

Ip = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[Ip]]]
"""From a host and port to its addresses. Raises OSError."""

AGENT = "theodoi/1"


class OutgoingFailed(Exception):
    """The other side was not reached, or its answer is not one: `code` is stable, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; `address` is the IP that was asked, `headers` have lower-case names."""

    url: str
    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes


async def resolve(host: str, port: int) -> Sequence[Ip]:
    """The addresses of a host as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = (read_ip(str(entry[4][0]).partition("%")[0]) for entry in found)
    return [ip for ip in dict.fromkeys(ips) if ip is not None]


class OutgoingClient:
    """Asks public addresses, and the endpoints (`host:port`) that an administrator `allowed` wherever they are.

    `timeout` are the seconds for all of a request, `limit` the bytes of an answer. Certificates are verified by
    `verification`, those of the system by default.
    """

    def __init__(
        self,
        *,
        allowed: Collection[str] = (),
        timeout: float = 15.0,
        limit: int = 20 << 20,
        resolver: Resolver = resolve,
        verification: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = frozenset(each.lower() for each in allowed)
        self._timeout = timeout
        self._limit = limit
        self._resolver = resolver
        self._verification = verification or ssl.create_default_context()

    async def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """One request. Raises AddressRefused before anything is sent, OutgoingFailed afterwards.

        A redirect is an answer like any other: its caller may tell where it leads.
        """
        address = read_web_address(url)
        try:
            async with asyncio.timeout(self._timeout):
                ip = await self._pin(address)
                return await self._ask(method, address, ip, headers or {}, content)
        except TimeoutError as error:
            raise OutgoingFailed("timed-out", "Máy chủ bên kia không trả lời kịp.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise OutgoingFailed("unreachable", "Không kết nối được với máy chủ bên kia.") from error

    async def _pin(self, address: WebAddress) -> Ip:
        """The IP to ask: every one the host has must be public, for any might be used. It is looked up once."""
        listed = address.endpoint in self._allowed
        if not listed:
            ensure_port(address)
        ip = read_ip(address.host)
        found = [ip] if ip else await self._resolver(address.host, address.port)
        if not found:
            raise OutgoingFailed("unreachable", "Không tìm thấy máy chủ của địa chỉ này.")
        if not listed and not all(map(is_public, found)):
            raise AddressRefused("address-not-public", "Địa chỉ dẫn vào mạng nội bộ hoặc vùng dành riêng.")
        return found[0]

    async def _ask(
        self, method: str, address: WebAddress, ip: Ip, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        host = f"[{ip}]" if isinstance(ip, IPv6Address) else str(ip)
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers, "Host": address.authority}
        transport = httpx.AsyncHTTPTransport(verify=self._verification, trust_env=False)
        async with httpx.AsyncClient(
            transport=transport, timeout=self._timeout, trust_env=False, follow_redirects=False
        ) as client:
            request = client.build_request(
                method,
                f"{address.scheme}://{host}:{address.port}{address.target}",
                headers=sent,
                content=content,
                # The name is what the certificate must be of, though the IP is what is asked.
                extensions={"sni_hostname": address.host},
            )
            response = await client.send(request, stream=True)
            try:
                body = await self._read(response)
            finally:
                await response.aclose()
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(address.url, str(ip), response.status_code, told, body)

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise OutgoingFailed("encoded", "Máy chủ bên kia gửi nội dung nén dù được yêu cầu không nén.")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._limit:
                raise OutgoingFailed("too-large", f"Nội dung lớn hơn {self._limit >> 20} MB.")
        return bytes(body)
