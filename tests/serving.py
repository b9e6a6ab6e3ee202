"""Both services as an operator's command starts them: processes of their own on free loopback ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.places import free_port
from services.operator_cli.embedded import ServerUrls
from services.operator_cli.processes import Processes
from services.operator_cli.up import service_specs
from shared.settings import get_settings

APIS = ("tasks_api", "evidence_api")


@contextmanager
def services_running(database_url: str, data_dir: Path, *, tree: Path | None = None) -> Iterator[dict[str, str]]:
    """The address of each service, by name; `tree` is another copy of the sources to run instead of these."""
    ports = {name: free_port() for name in APIS}
    settings = get_settings().model_copy(update={f"{name}_port": port for name, port in ports.items()})
    specs = service_specs(settings, ServerUrls(database_url, ""), data_dir)
    chosen = [replace(spec, announcement=None) for spec in specs if spec.name in APIS]
    if tree is not None:
        chosen = [replace(spec, environment={**(spec.environment or {}), "PYTHONPATH": str(tree)}) for spec in chosen]
    with Processes(data_dir / "logs", lambda _: None) as processes:
        processes.start(*chosen)
        processes.wait_until_ready()
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
