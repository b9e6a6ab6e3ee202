"""S5 in short: both contracts, every check, every role. `make fuzz` tries harder."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.serving import APIS, services_running
from services.operator_cli.contracts import load_contract
from shared.db.session import create_engine, create_sessions
from shared.domain.principal import Role
from shared.settings import get_settings
from tests.fuzz.runs import EVERYBODY, LongLived, Run, fuzz, make_place

SEED = 3


def runs_of(service: str) -> list[Run]:
    """All operations as everybody; and each as one of the roles, which take turns."""
    names = sorted(each["operationId"] for path in load_contract(service)["paths"].values() for each in path.values())
    slices = ((role, tuple(names[turn :: len(Role)])) for turn, role in enumerate(Role))
    return [
        Run(service, EVERYBODY, "fuzzing,stateful", 2, SEED),
        *(Run(service, role, "coverage", 1, SEED, mine) for role, mine in slices if mine),
    ]


async def test_no_contract_promises_what_is_not_kept(committed_url: str) -> None:
    settings = get_settings()
    engine = create_engine(committed_url, settings, application="tests")
    with services_running(committed_url, settings.data_dir) as addresses:
        async with create_sessions(engine)() as session:
            place = await make_place(session, LongLived(), addresses, settings.data_dir)
        await engine.dispose()
        with ThreadPoolExecutor(2) as threads:
            found = list(threads.map(partial(fuzz, place), [run for service in APIS for run in runs_of(service)]))
    assert not any(found), "\n".join(found)
