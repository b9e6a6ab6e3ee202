"""P1: a page of 50 assignments, with token and visibility, asked for at every level of the administration."""

import asyncio
from functools import partial
from http.client import HTTPConnection

from bench.callers import Caller, make_viewers
from bench.load import Request, compose, run_load
from bench.options import Options
from bench.places import FigureNotTakenError, Place
from bench.rounds import take_rounds, throughput_line
from bench.serving import Served, both_served

GOAL = 0.60
GOAL_P99 = 3.0
KINDS = ("commune", "province", "department")
OF_EACH = 30


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    callers = asyncio.run(make_viewers(place, KINDS, of_each=OF_EACH))
    with both_served(place) as served:
        sizes = [_size_of_same_bytes(served, caller) for caller in callers]
        ours = [
            Request(compose("GET", "/v1/assignments?limit=50", _headers(caller)), 200, size)
            for caller, size in zip(callers, sizes, strict=True)
        ]
        floor = [
            Request(compose("GET", _floor_target(caller), {}), 200, size)
            for caller, size in zip(callers, sizes, strict=True)
        ]
        load = partial(run_load, seconds=options.seconds, repeat=True)
        rounds = take_rounds(options.rounds, partial(load, served.ours, ours), partial(load, served.floor, floor))
    return throughput_line("P1", GOAL, rounds, p99_goal=GOAL_P99)


def _headers(caller: Caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}


def _floor_target(caller: Caller) -> str:
    return f"/v1/assignments?limit=50&viewer={caller.organization_id}"


def _size_of_same_bytes(served: Served, caller: Caller) -> int:
    """A floor that does less than the whole job would be no floor."""
    ours = _fetch(served.ours, "/v1/assignments?limit=50", _headers(caller))
    if ours != _fetch(served.floor, _floor_target(caller), {}):
        raise FigureNotTakenError("the floor does not answer the same bytes as tasks_api")
    return len(ours)


def _fetch(port: int, target: str, headers: dict[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise FigureNotTakenError(f"{target} answered {answer.status}: {content.decode()}")
        return content
    finally:
        connection.close()
