"""Whom a request comes from: only proxies of ours may say so for somebody else."""

from ipaddress import ip_network

import httpx
import pytest

from services.tasks_api.app import create_app
from shared.db.session import Sessions
from shared.http.exchange import Head
from shared.http.proxies import Arrival, Proxies
from tests.conftest import client_of
from tests.http.serving import settings_of

OURS = Proxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address", "by_proxy"),
    [
        ("192.0.2.9", "203.0.113.5", "192.0.2.9", False),
        ("192.0.2.9", "10.0.0.1", "192.0.2.9", False),
        ("", "203.0.113.5", "", False),
        ("10.0.0.1", "", "10.0.0.1", True),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5", True),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5", True),
        ("fd00::1", "2001:db8::7", "2001:db8::7", True),
        # The caller wrote the left ones itself.
        ("10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5", True),
        ("10.0.0.1", "10.9.9.9, 203.0.113.5", "203.0.113.5", True),
        ("10.0.0.1", "1.1.1.1,203.0.113.5 , 10.0.0.2", "203.0.113.5", True),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3", True),
        ("10.0.0.1", "203.0.113.5:4711", "203.0.113.5", True),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7", True),
        ("10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5", True),
        # What cannot be read is nobody: the last hop known stands.
        ("10.0.0.1", "unknown", "10.0.0.1", True),
        ("10.0.0.1", "203.0.113.5, <script>", "10.0.0.1", True),
        ("10.0.0.1", "203.0.113.5, , 10.0.0.2", "10.0.0.2", True),
        ("10.0.0.1", "1.1.1.1," + "10.0.0.2," * 5000 + "10.0.0.3", "10.0.0.2", True),
    ],
)
def test_the_caller_is_the_right_most_hop_that_is_no_proxy_of_ours(
    peer: str, forwarded_for: str, address: str, by_proxy: bool
) -> None:
    scope = {"client": (peer, 5), "scheme": "http"}
    head = Head([(b"x-forwarded-for", forwarded_for.encode())])
    assert OURS.resolve(scope, head) == Arrival(address, by_proxy)
    assert scope["client"][0] == address


def test_lines_of_one_header_are_one_list() -> None:
    head = Head([(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"203.0.113.5")])
    assert OURS.resolve({"client": ("10.0.0.1", 5), "scheme": "http"}, head).address == "203.0.113.5"


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http, HTTPS", "https"),
        ("10.0.0.1", "https, http", "http"),
        ("10.0.0.1", "gopher", "http"),
        ("10.0.0.1", "", "http"),
        ("192.0.2.9", "https", "http"),
    ],
)
def test_a_proxy_says_whether_the_caller_came_encrypted(peer: str, said: str, scheme: str) -> None:
    scope = {"client": (peer, 5), "scheme": "http"}
    OURS.resolve(scope, Head([(b"x-forwarded-proto", said.encode())]))
    assert scope["scheme"] == scheme


async def ask(sessions: Sessions, trusted: str, headers: dict[str, str]) -> httpx.Response:
    """The peer of these requests is 127.0.0.1."""
    with settings_of(trusted_proxies=trusted):
        app = create_app()
    async with client_of(app, sessions) as client:
        return await client.get("/healthz", headers=headers)


@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        ("127.0.0.0/8", "0af7651916cd43dd8448eb211c80319c", True),
        ("127.0.0.0/8", "short", False),
        ("127.0.0.0/8", "x" * 65, False),
        ("127.0.0.0/8", "with spaces inside", False),
        ("127.0.0.0/8", 'quote"quote', False),
        ("10.0.0.0/8", "0af7651916cd43dd8448eb211c80319c", False),
        ("", "0af7651916cd43dd8448eb211c80319c", False),
    ],
)
async def test_a_request_id_is_taken_from_a_proxy_of_ours_if_well_formed(
    sessions: Sessions, trusted: str, given: str, kept: bool
) -> None:
    answer = await ask(sessions, trusted, {"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept


@pytest.mark.parametrize(("trusted", "strict"), [("127.0.0.1", True), ("", False)])
async def test_browsers_are_held_to_https_only_where_they_came_by_it(
    sessions: Sessions, trusted: str, strict: bool
) -> None:
    answer = await ask(sessions, trusted, {"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is strict
