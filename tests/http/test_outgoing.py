"""The way out, against real servers on loopback, which an administrator listed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.domain.public_addresses import AddressRefused
from shared.outgoing import Ip, OutgoingClient, OutgoingFailed, resolve

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


class Peer:
    """A server on 127.0.0.1 that gives one answer, and keeps what it was asked."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if self.answer is None:
            await reader.read()
        else:
            writer.write(self.answer)
            await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/page?x=1"


@asynccontextmanager
async def peer(answer: bytes | None = OK, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    made = Peer(answer)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


class Names:
    """A resolver that gives each next look-up the next answer, and counts them."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.looked_up = 0

    async def __call__(self, _host: str, _port: int) -> Sequence[Ip]:
        answer = self.answers[min(self.looked_up, len(self.answers) - 1)]
        self.looked_up += 1
        return [ip_address(each) for each in answer.split()]


def client_of(made: Peer, **changes: object) -> OutgoingClient:
    return OutgoingClient(allowed=[f"127.0.0.1:{made.port}"], **changes)  # type: ignore[arg-type]


async def test_a_listed_endpoint_is_asked_plainly() -> None:
    async with peer() as made:
        answer = await client_of(made).ask("GET", made.url)
    assert (answer.status, answer.content, answer.address) == (200, b"hello", "127.0.0.1")
    assert answer.headers["content-type"] == "text/plain"
    (asked,) = made.asked
    assert asked.startswith("GET /page?x=1 HTTP/1.1\r\n")
    sent = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in asked.split("\r\n")[1:] if line}
    assert sent["host"] == f"127.0.0.1:{made.port}"
    assert sent["accept-encoding"] == "identity"
    assert not {"cookie", "authorization"} & sent.keys()


async def test_what_is_not_listed_on_this_machine_is_never_reached() -> None:
    async with peer() as made:
        for url in (made.url, f"http://localhost:{made.port}/", "http://127.0.0.1/", "http://localhost/"):
            with pytest.raises(AddressRefused):
                await OutgoingClient().ask("GET", url)
        assert made.asked == []


@pytest.mark.parametrize(
    "found", ["127.0.0.1", "1.1.1.1 127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "2400:cb00::1 fd00::1"]
)
async def test_a_name_with_any_address_that_is_not_public_is_refused(found: str) -> None:
    names = Names(found)
    with pytest.raises(AddressRefused, match="address-not-public"):
        await OutgoingClient(resolver=names).ask("GET", "http://rebind.test/")
    assert names.looked_up == 1


async def test_a_name_is_looked_up_once_and_what_it_said_is_what_is_asked() -> None:
    async with peer() as made:
        names = Names("127.0.0.1", "127.0.0.2")
        client = OutgoingClient(allowed=[f"rebind.test:{made.port}"], resolver=names)
        answer = await client.ask("GET", f"http://rebind.test:{made.port}/")
    assert (answer.address, names.looked_up) == ("127.0.0.1", 1)
    assert f"\r\nhost: rebind.test:{made.port}\r\n" in made.asked[0].lower()


async def test_a_second_answer_of_a_name_leads_nowhere() -> None:
    """192.0.2.1 stands for the public address that was looked at; nobody answers there."""
    async with peer() as made:
        names = Names("192.0.2.1", "127.0.0.1")
        client = OutgoingClient(allowed=[f"rebind.test:{made.port}"], resolver=names, timeout=0.3)
        with pytest.raises(OutgoingFailed):
            await client.ask("GET", f"http://rebind.test:{made.port}/")
        assert (made.asked, names.looked_up) == ([], 1)


async def test_a_redirect_is_told_and_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/secret\r\nContent-Length: 0\r\n\r\n"
    async with peer(moved) as made:
        answer = await client_of(made).ask("GET", made.url)
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1/secret")
    assert len(made.asked) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + b"x" * 99, "too-large"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 200_000, "too-large"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", "encoded"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxx", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "unreachable"),
        (b"", "unreachable"),
        (None, "timed-out"),
    ],
)
async def test_answers_that_are_none(answer: bytes | None, code: str) -> None:
    async with peer(answer) as made:
        with pytest.raises(OutgoingFailed) as failed:
            await client_of(made, limit=20, timeout=1.0).ask("GET", made.url)
    assert failed.value.code == code


async def test_nobody_there() -> None:
    async with peer() as made:
        pass
    with pytest.raises(OutgoingFailed, match="unreachable"):
        await client_of(made).ask("GET", made.url)
    with pytest.raises(OutgoingFailed, match="unreachable"):
        await OutgoingClient(resolver=Names("")).ask("GET", "http://nobody.test/")


async def test_the_system_knows_this_machine() -> None:
    assert ip_address("127.0.0.1") in await resolve("localhost", 80)


def make_certificate(folder: Path, name: str) -> Path:
    """A certificate of its own authority for `name`, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    at = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize(("asked", "code"), [("site.test", None), ("other.test", "unreachable")])
async def test_the_certificate_is_of_the_name_though_the_ip_is_asked(
    tmp_path: Path, asked: str, code: str | None
) -> None:
    file = make_certificate(tmp_path, "site.test")
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(file)
    async with peer(tls=serving) as made:
        client = OutgoingClient(
            allowed=[f"{asked}:{made.port}"],
            resolver=Names("127.0.0.1"),
            verification=ssl.create_default_context(cafile=str(file)),
        )
        url = f"https://{asked}:{made.port}/"
        if code is None:
            assert (await client.ask("GET", url)).content == b"hello"
            return
        with pytest.raises(OutgoingFailed, match=code):
            await client.ask("GET", url)
