"""Our services as `theodoi up` starts them, and the floor beside the one that is compared with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path

from bench.places import FigureNotTakenError, Place, free_port
from bench.rounds import tell
from services.operator_cli.children import ChildSpec, answers_ready
from services.operator_cli.embedded import ServerUrls
from services.operator_cli.processes import Processes
from services.operator_cli.up import service_specs
from shared.settings import get_settings

ROOT = Path(__file__).parents[1]
"""Where the floor is found, which is not installed with the services; and the sources these measure."""


APIS = ("tasks_api", "evidence_api")


@dataclass(frozen=True, slots=True)
class Served:
    """Loopback ports."""

    ours: int
    floor: int


def api_spec(place: Place, port: int, service: str = "tasks_api") -> ChildSpec:
    """A service of ours over the database of `place`, as `theodoi up` starts it."""
    settings = get_settings().model_copy(update={f"{service}_port": port})
    specs = service_specs(settings, ServerUrls(place.database_url, ""), place.data_dir)
    return next(replace(spec, announcement=None) for spec in specs if spec.name == service)


@contextmanager
def ours_served(place: Place) -> Iterator[int]:
    """tasks_api alone, as its loopback port."""
    port = free_port()
    with Processes(place.data_dir / "logs", tell) as processes:
        processes.start(api_spec(place, port))
        processes.wait_until_ready()
        yield port


@contextmanager
def services_running(
    database_url: str, data_dir: Path, *, tree: Path = ROOT, **choices: str
) -> Iterator[dict[str, str]]:
    """Addresses of both services by name, as `theodoi up` starts them; `tree` is the copy of the sources to run,
    `choices` are environment variables that they are started with.
    """
    ports = {name: free_port() for name in APIS}
    settings = get_settings().model_copy(update={f"{name}_port": port for name, port in ports.items()})
    specs = service_specs(settings, ServerUrls(database_url, ""), data_dir)
    chosen = [replace(spec, announcement=None) for spec in specs if spec.name in APIS]
    choices["PYTHONPATH"] = str(tree)
    chosen = [replace(spec, folder=tree, environment={**(spec.environment or {}), **choices}) for spec in chosen]
    with Processes(data_dir / "logs", tell) as processes:
        processes.start(*chosen)
        processes.wait_until_ready()
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


@contextmanager
def both_served(
    place: Place, against: str = "bench.floor", service: str = "tasks_api", **choices: str
) -> Iterator[Served]:
    """Ours and the application of the module `against`, over the database of `place`, each one process with a pool of
    the same size, started with the environment variables `choices`.
    """
    served = Served(free_port(), free_port())
    ours = api_spec(place, served.ours, service)
    ours = replace(ours, environment={**(ours.environment or {}), **choices})
    theirs = (part.replace(f"services.{service}.app", against) for part in ours.command)
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


def fetch(port: int, target: str, headers: dict[str, str]) -> bytes:
    """The body of one answer; FigureNotTakenError when it is none."""
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
