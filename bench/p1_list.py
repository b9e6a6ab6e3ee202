"""P1: a page of 50 assignments, with token and visibility, asked for at every level of the administration."""

import asyncio
from functools import partial

from bench.callers import Caller, make_callers
from bench.load import Request, compose, run_load
from bench.options import Options
from bench.places import FigureNotTakenError, Place
from bench.rounds import take_rounds, throughput_line
from bench.serving import Served, both_served, fetch
from shared.domain.principal import Role

GOAL = 0.60
GOAL_P99 = 3.0
KINDS = ("commune", "province", "department")
OF_EACH = 30


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    callers = asyncio.run(make_callers(place, KINDS, Role.VIEWER, of_each=OF_EACH))
    with both_served(place) as served:
        pairs = [_same_pages(served, caller) for caller in callers]
        load = partial(run_load, seconds=options.seconds, repeat=True)
        rounds = take_rounds(
            options.rounds,
            partial(load, served.ours, [ours for ours, _ in pairs]),
            partial(load, served.floor, [floor for _, floor in pairs]),
        )
    return throughput_line("P1", GOAL, rounds, p99_goal=GOAL_P99)


def _same_pages(served: Served, caller: Caller) -> tuple[Request, Request]:
    """What to ask of ours and of the floor; FigureNotTakenError when they do not show the same assignments."""
    target, headers = "/v1/assignments?limit=50", {"Authorization": f"Bearer {caller.token}"}
    floor_target = f"{target}&viewer={caller.organization_id}"
    ours, floor = fetch(served.ours, target, headers), fetch(served.floor, floor_target, {})
    if ours.rpartition(b',"next_cursor":')[0] != floor.rpartition(b',"next_cursor":')[0]:
        raise FigureNotTakenError("the floor does not answer the same assignments as tasks_api")
    return (
        Request(compose("GET", target, headers), 200, len(ours)),
        Request(compose("GET", floor_target, {}), 200, len(floor)),
    )
