"""S5: `python -m tests.fuzz [--examples N] [--seed N] [--roles …]`: every role, all operations, all phases."""

import argparse
import asyncio
import os
import secrets
from pathlib import Path

from bench.places import Place as Database
from bench.places import temporary_place
from bench.serving import APIS, services_running
from services.operator_cli.database_sessions import session_on
from shared.domain.principal import Role
from tests.fuzz.runs import EVERYBODY, Place, Run, fuzz, make_place

PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    """Tell every failure; 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Both contracts, every check.")
    parser.add_argument("--examples", type=int, default=50, help="of each operation, as each caller")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("--callers", nargs="*", default=[EVERYBODY, *Role], help="roles, or everybody")
    given = parser.parse_args()
    with temporary_place() as database:
        os.environ["THEODOI_DATA_DIR"] = str(database.data_dir)
        with services_running(database.database_url, database.data_dir) as addresses:
            failed = 0
            for caller in given.callers:
                place = asyncio.run(_make_place(database, addresses))
                for service in APIS:
                    found = fuzz(place, Run(service, caller, PHASES, given.examples, given.seed))
                    print(found or f"S5 {service} as {caller}: 0 failures", flush=True)  # noqa: T201
                    failed += bool(found)
    print(f"S5 {len(given.callers)} callers × {len(APIS)} contracts, seed {given.seed}: {failed} failed")  # noqa: T201
    return 1 if failed else 0


async def _make_place(database: Database, addresses: dict[str, str]) -> Place:
    """Anew for every caller, whose predecessors have used up what there was."""
    async with session_on(database.database_url) as session:
        return await make_place(session, addresses, Path(database.data_dir))


if __name__ == "__main__":
    raise SystemExit(main())
