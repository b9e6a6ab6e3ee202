"""What row-level security costs: the page of P1 from our service, and from one that goes without."""

import asyncio
from functools import partial

from bench.callers import make_callers
from bench.load import Request, compose, run_load
from bench.options import Options
from bench.p1_list import KINDS, OF_EACH
from bench.places import Place
from bench.rounds import take_rounds
from bench.serving import both_served
from shared.domain.principal import Role

GOAL = 1.10
TARGET = "/v1/assignments?limit=50"


def measure(place: Place, options: Options) -> str:
    """`WALL p95 1.06 goal 1.10 p50 1.05 throughput 0.95`: ours to the unwalled, medians of the pairs."""
    callers = asyncio.run(make_callers(place, KINDS, Role.VIEWER, of_each=OF_EACH))
    pages = [Request(compose("GET", TARGET, {"Authorization": f"Bearer {caller.token}"}), 200) for caller in callers]
    with both_served(place, against="bench.unwalled") as served:
        load = partial(run_load, requests=pages, seconds=options.seconds, repeat=True)
        rounds = take_rounds(options.rounds, partial(load, served.ours), partial(load, served.floor))
    return (
        f"WALL p95 {rounds.percentile_ratio(95):.2f} goal {GOAL:.2f} p50 {rounds.percentile_ratio(50):.2f} "
        f"throughput {rounds.ratio:.2f}"
    )
