"""The two processes that are compared: our service as `theodoi up` starts it, and the floor beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.places import Place, free_port
from bench.rounds import tell
from services.operator_cli.children import ChildSpec, answers_ready
from services.operator_cli.embedded import ServerUrls
from services.operator_cli.processes import Processes
from services.operator_cli.up import service_specs
from shared.settings import get_settings

ROOT = Path(__file__).parents[1]
"""Where the floor is found: it is not installed with the services."""


@dataclass(frozen=True, slots=True)
class Served:
    """Loopback ports."""

    ours: int
    floor: int


@contextmanager
def ours_served(place: Place) -> Iterator[int]:
    """tasks_api alone, as its loopback port."""
    port = free_port()
    with Processes(place.data_dir / "logs", tell) as processes:
        processes.start(_tasks_api(place, port))
        processes.wait_until_ready()
        yield port


def _tasks_api(place: Place, port: int) -> ChildSpec:
    settings = get_settings().model_copy(update={"tasks_api_port": port})
    specs = service_specs(settings, ServerUrls(place.database_url, ""), place.data_dir)
    return next(replace(spec, announcement=None) for spec in specs if spec.name == "tasks_api")


@contextmanager
def both_served(place: Place) -> Iterator[Served]:
    """Both running over the database of `place`, each one process with a pool of the same size."""
    served = Served(free_port(), free_port())
    ours = _tasks_api(place, served.ours)
    theirs = (part.replace("services.tasks_api.app", "bench.floor") for part in ours.command)
    floor = replace(
        ours,
        name="floor",
        command=[str(served.floor) if part == str(served.ours) else part for part in theirs],
        is_ready=answers_ready(served.floor),
        folder=ROOT,
    )
    with Processes(place.data_dir / "logs", tell) as processes:
        processes.start(ours, floor)
        processes.wait_until_ready()
        yield served
