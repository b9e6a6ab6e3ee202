"""`python -m bench [FIGURE …]`: a line a figure on stdout, against its floor; `--help` names them.

More is told on stderr. Exits with 0 whatever the figures are, with 1 when one could not be taken.
"""

import argparse
import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter

from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError

from bench import (
    a1_queue,
    e1_radar,
    e2_false_positives,
    e3_flipped_bits,
    i1_measurements,
    p1_list,
    p1_wall,
    p2_progress,
    p3_upload,
    p4_alerts,
    p6_import,
    p8_start,
    r3_races,
    r4_cuts,
    s1_tokens,
    s3_evil_files,
    s4_signatures,
    u1_cuts,
)
from bench.load import UnexpectedAnswerError
from bench.options import Options
from bench.places import FigureNotTakenError, Place, temporary_place
from bench.rounds import tell
from bench.seeding import NATION, seed
from services.operator_cli.refusals import OperatorError
from shared.clock import today

ON_DATA: Mapping[str, Callable[[Place, Options], str]] = {
    "P1": p1_list.measure,
    "WALL": p1_wall.measure,
    "P4": p4_alerts.measure,
    "P2": p2_progress.measure,
    "R3": r3_races.measure,
    "R4": r4_cuts.measure,
    "A1": a1_queue.measure,
}
"""In the order they are taken: the floor of P2 writes percents without the alert days that P4 relies on."""
ALONE: Mapping[str, Callable[[], str]] = {
    "P3": p3_upload.measure,
    "P8": p8_start.measure,
    "S1": s1_tokens.measure,
    "S4": s4_signatures.measure,
    "S3": s3_evil_files.measure,
    "P6": p6_import.measure,
    "I1": i1_measurements.measure,
    "E2": e2_false_positives.measure,
    "E3": e3_flipped_bits.measure,
}
"""Those that bring what they need."""
WITH_OPTIONS: Mapping[str, Callable[[Options], str]] = {"U1": u1_cuts.measure, "E1": e1_radar.measure}
"""The same, and may be told how much."""
ASKED_FOR = ("A1", "E1", "E2", "E3", "I1", "R3", "R4", "S1", "S3", "S4", "U1", "WALL")
"""Taken only when named."""
FIGURES = (*ON_DATA, *ALONE, *WITH_OPTIONS)
FULL = 1_000_000


def main() -> int:
    """Take the figures asked for."""
    wanted, options = _read_arguments()
    taken = True
    if any(name in ON_DATA for name in wanted):
        with temporary_place() as place:
            _seed(place, options)
            for name, measure in ON_DATA.items():
                if name in wanted:
                    taken &= _take(name, partial(measure, place, options))
    for name, measure_alone in ALONE.items():
        if name in wanted:
            taken &= _take(name, measure_alone)
    for name, measure_so_much in WITH_OPTIONS.items():
        if name in wanted:
            taken &= _take(name, partial(measure_so_much, options))
    return 0 if taken else 1


def _seed(place: Place, options: Options) -> None:
    started = perf_counter()
    tell(f"seeding {options.assignments} assignments of about {options.organizations} organizations")
    asyncio.run(
        seed(
            place.database_url,
            organizations=options.organizations,
            assignments=options.assignments,
            today=today(),
        )
    )
    tell(f"seeded in {perf_counter() - started:.1f} s")


def _take(name: str, measure: Callable[[], str]) -> bool:
    started = perf_counter()
    try:
        print(measure(), flush=True)
    except (
        FigureNotTakenError,
        UnexpectedAnswerError,
        OperatorError,
        PostgresError,
        SQLAlchemyError,
        OSError,
        TimeoutError,
    ) as error:
        print(f"{name} not taken: {type(error).__name__}: {error}", flush=True)
        return False
    tell(f"{name} took {perf_counter() - started:.0f} s, load average {os.getloadavg()[0]:.1f}")
    return True


def _read_arguments() -> tuple[list[str], Options]:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Figures against floors of the same run.")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {' '.join(FIGURES)}; all of P by default")
    parser.add_argument("--assignments", type=int, default=50_000)
    parser.add_argument("--organizations", type=int, default=500)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} assignments over {NATION:,} organizations")
    parser.add_argument("--seconds", type=float, default=1.5, help="of each side in each round")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of ours and floor; medians are told")
    parser.add_argument("--keys", type=int, default=50, help="each sent 50 times at once, for R3")
    parser.add_argument("--requests", type=int, default=6_000, help="that R4 cuts")
    parser.add_argument("--pending", type=int, default=100_000, help="versions that wait for one body, for A1")
    parser.add_argument("--uploads", type=int, default=500, help="that U1 cuts")
    parser.add_argument("--images", type=int, default=100_000, help="that E1 searches")
    given = parser.parse_args()
    if unknown := set(given.figures) - set(FIGURES):
        parser.error(f"unknown figures: {', '.join(sorted(unknown))}")
    assignments, organizations = (FULL, NATION) if given.full else (given.assignments, given.organizations)
    keys = 1_000 if given.full else given.keys
    named = given.figures or [name for name in FIGURES if name not in ASKED_FOR]
    options = Options(
        assignments=assignments,
        organizations=organizations,
        seconds=given.seconds,
        rounds=given.rounds,
        keys=keys,
        requests=given.requests,
        pending=given.pending,
        uploads=given.uploads,
        images=FULL if given.full else given.images,
    )
    return named, options


if __name__ == "__main__":
    raise SystemExit(main())
