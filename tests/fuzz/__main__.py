"""S5: `python -m tests.fuzz [--examples N] [--seed N] [--roles …]`: every role, all operations, all phases."""

import argparse
import asyncio
import os
import secrets
import tempfile

from bench.places import Place as Database
from bench.places import temporary_place
from bench.serving import APIS, services_running
from shared.db.session import create_engine, create_sessions
from shared.domain.principal import Role
from shared.settings import get_settings
from tests.fuzz.runs import EVERYBODY, LongLived, Place, Run, fuzz, make_place

PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    """Tell every failure; 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Both contracts, every check.")
    parser.add_argument("--examples", type=int, default=50, help="of each operation, as each caller")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("--callers", nargs="*", default=[EVERYBODY, *Role], help="roles, or everybody")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="theodoi-fuzz-") as files:
        os.environ["THEODOI_STORAGE_URL"] = f"file://{files}"  # before settings are read: ours and the services' store
        with temporary_place() as database, services_running(database.database_url, database.data_dir) as addresses:
            failed, maker = 0, LongLived()
            for caller in given.callers:
                place = asyncio.run(_make_place(database, maker, addresses))
                for service in APIS:
                    found = fuzz(place, Run(service, caller, PHASES, given.examples, given.seed))
                    print(found or f"S5 {service} as {caller}: 0 failures", flush=True)  # noqa: T201
                    failed += bool(found)
    print(f"S5 {len(given.callers)} callers × {len(APIS)} contracts, seed {given.seed}: {failed} failed")  # noqa: T201
    return 1 if failed else 0


async def _make_place(database: Database, maker: LongLived, addresses: dict[str, str]) -> Place:
    """Anew for every caller, whose predecessors have used up what there was."""
    engine = create_engine(database.database_url, get_settings(), application="fuzz")
    async with create_sessions(engine)() as session:
        place = await make_place(session, maker, addresses, database.data_dir)
    await engine.dispose()
    return place


if __name__ == "__main__":
    raise SystemExit(main())
