"""S1: every forged token of the tests, sent over HTTP to a running service; how each is answered, and how fast."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from time import perf_counter

from bench.load import compose
from bench.places import FigureNotTakenError, Place, free_port, temporary_place
from bench.rounds import tell
from bench.serving import api_spec
from services.operator_cli.database_sessions import session_on
from services.operator_cli.processes import Processes
from tests.http.forged_tokens import FORGED
from tests.http.issuers import Issuers
from tests.http.oidc_realms import OidcRealm, oidc_provider

GOAL = 5.0
"""Milliseconds."""
ROUNDS = 15
"""Times that each token is sent."""


def measure() -> str:
    """The line of the figure."""
    with temporary_place() as place, oidc_provider() as provider:
        realm = OidcRealm.on(provider)
        issuers = Issuers(oidc_issuer=realm.issuer)
        asyncio.run(_prepare(place, realm, issuers))
        with _served(place, realm) as port:
            _ensure_believed(port, issuers)
            statuses, times = _send_all(port, issuers)
    for name, status in statuses.items():
        if status != 401:
            tell(f"answered {status}: {name}")
    slowest = sorted(times, key=lambda name: -median(times[name]))
    tell(f"slowest, median and best in ms of {ROUNDS}:")
    for name in slowest[:5]:
        tell(f"  {median(times[name]):5.1f} {min(times[name]):5.1f} {name}")
    counts = Counter(statuses.values())
    failed = sum(count for status, count in counts.items() if status >= 500)
    return (
        f"S1 {counts[401]}/{len(FORGED)} answered 401, "
        f"slowest median {median(times[slowest[0]]):.1f} ms goal {GOAL:.0f} ms, {failed} answers 5xx"
    )


async def _prepare(place: Place, realm: OidcRealm, issuers: Issuers) -> None:
    await realm.behave(jwks=issuers.jwks())
    async with session_on(place.database_url) as session:
        await issuers.register(session)


@contextmanager
def _served(place: Place, realm: OidcRealm) -> Iterator[int]:
    """The port of a service that believes the realm."""
    port = free_port()
    spec = api_spec(place, port)
    issuers = json.dumps([{"issuer": realm.issuer}])
    spec = replace(
        spec, environment={**(spec.environment or {}), "THEODOI_OIDC_ISSUERS": issuers, "THEODOI_FAILURE_RATE": "0"}
    )
    with Processes(place.data_dir / "logs", tell) as processes:
        processes.start(spec)
        processes.wait_until_ready()
        yield port


def _ensure_believed(port: int, issuers: Issuers) -> None:
    """A service that refuses good tokens too would score as well: FigureNotTakenError."""
    for signer in (issuers.local, issuers.oidc, issuers.system):
        status, _ = _ask(port, signer.seal())
        if status == 401:
            raise FigureNotTakenError(f"a good token of {signer.issuer} is refused")


def _send_all(port: int, issuers: Issuers) -> tuple[dict[str, int], dict[str, list[float]]]:
    """The status each token was answered with, the worst if they differ, and its times in milliseconds."""
    statuses: dict[str, int] = {}
    times: dict[str, list[float]] = {name: [] for name in FORGED}
    for _ in range(ROUNDS):
        for name, make in FORGED.items():
            status, milliseconds = _ask(port, make(issuers))
            statuses[name] = status if statuses.get(name, 401) == 401 else statuses[name]
            times[name].append(milliseconds)
    return statuses, times


def _ask(port: int, token: str) -> tuple[int, float]:
    """The status of the answer, and the milliseconds from the first byte sent to the last one received."""
    request = compose("GET", "/v1/me", {"Authorization": f"Bearer {token}", "Connection": "close"})
    with socket.create_connection(("127.0.0.1", port)) as connection:
        started = perf_counter()
        connection.sendall(request)
        answer = b"".join(iter(partial(connection.recv, 65536), b""))
        return int(answer[9:12]), (perf_counter() - started) * 1000
