"""Which addresses our side may call on somebody's word: public ones, plainly written, and no other.

The lists follow the IANA registries of special-purpose addresses (RFC 6890 and its updates).
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from unicodedata import category, normalize
from urllib.parse import SplitResult, quote, urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_WRITTEN = re.compile(r"[!-~]+")
_PLAIN = "".join(map(chr, range(ord("!"), ord("~") + 1)))

_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT; clouds keep metadata here too
            "127.0.0.0/8",
            "168.63.129.16/32",  # public, and yet the inside of a cloud
            "169.254.0.0/16",  # link-local; the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Of IPv6 only what is routed is open, less what stands for other addresses: Teredo, 6to4, documentation. IPv4-mapped,
# NAT64, unique-local, link-local and multicast addresses lie outside.
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))


class AddressRefused(Exception):
    """An address that is not called; `code` is stable, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A readable http or https address: `host` in lower case without brackets, `target` the path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def endpoint(self) -> str:
        """Host and port, as settings name it."""
        return f"{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        return self._bracketed if self.port == PORTS[self.scheme] else self.endpoint

    @property
    def url(self) -> str:
        """The address in its plain form."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an IP belongs to the open Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)


def in_ascii(url: str) -> str:
    """An address as machines write it: a name with marks by IDNA, whatever else has marks in UTF-8 and percent signs.

    What is ASCII stays as it is, for `read_web_address` to judge. Raises AddressRefused: `url-invalid`, `url-host`.
    """
    if url.isascii():
        return url
    if not all("!" <= char <= "~" or (char > "~" and category(char)[0] in "LMNPS") for char in url):
        raise _malformed()
    scheme, colon, rest = url.partition("://")
    end = next((place for place, char in enumerate(rest) if char in "/?#"), len(rest))
    name, *port = rest[:end].split(":")
    return scheme + colon + ":".join([_name_in_ascii(name), *port]) + quote(rest[end:], safe=_PLAIN)


def _name_in_ascii(name: str) -> str:
    """Of letters that all programs spell alike: those that look like others, or became others in 2008, are refused."""
    lower = name.lower()
    alike = normalize("NFKC", lower) == lower and not set(lower) & set("ßς")
    try:
        if alike and all(char.isascii() or category(char)[0] in "LM" for char in lower):
            return lower.encode("idna").decode()
    except UnicodeError as error:
        raise _no_host() from error
    raise _no_host()


def _malformed() -> AddressRefused:
    return AddressRefused("url-invalid", "Địa chỉ có ký tự không dùng được trong URL hoặc quá dài.")


def _no_host() -> AddressRefused:
    return AddressRefused("url-host", "Tên máy trong địa chỉ không hợp lệ.")


def read_web_address(url: str) -> WebAddress:
    """Read an address as one program does and every other: what two might read differently is refused.

    The fragment is dropped. Raises AddressRefused: `url-invalid`, `url-scheme`, `url-credentials`, `url-host`.
    """
    if len(url) > LONGEST or not _WRITTEN.fullmatch(url) or "\\" in url:
        raise _malformed()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("url-invalid", "Địa chỉ không phải URL hợp lệ.") from error
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise AddressRefused("url-scheme", "Chỉ nhận địa chỉ http hoặc https.")
    if "@" in parts.netloc:
        raise AddressRefused("url-credentials", "Địa chỉ không được chứa tên đăng nhập hoặc mật khẩu.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(scheme, _read_host(parts), PORTS[scheme] if port is None else port, target)


def ensure_port(address: WebAddress) -> None:
    """Raises AddressRefused("url-port") for another port than those of the web."""
    if address.port not in PORTS.values():
        raise AddressRefused("url-port", "Chỉ nhận cổng 80 và 443, trừ điểm kết nối quản trị viên đã cho phép.")


def read_ip(text: str) -> IPv4Address | IPv6Address | None:
    """The IP that a host is, in its one usual form; None for a name."""
    try:
        return ip_address(text)
    except (AddressValueError, ValueError):
        return None


def _read_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    ip = read_ip(host)
    # What ends in a number is an IPv4 address to some programs: 2130706433, 0x7f.1 and 127.1 are this machine.
    named = _HOST.fullmatch(host) and not _NUMBER.fullmatch(host.rpartition(".")[2])
    if named or isinstance(ip, IPv4Address) or (isinstance(ip, IPv6Address) and "%" not in host):
        return host
    raise _no_host()
