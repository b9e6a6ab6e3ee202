"""Checks of the build: `python -m services.operator_cli.drift [migrations] [openapi] [permissions]`; exit code 1 on a
difference.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from services.operator_cli import permission_table
from services.operator_cli.contracts import FOLDER, SERVICES, render_contract
from services.operator_cli.embedded import start_embedded
from services.operator_cli.migrating import find_drift, migrate


def migrations_drift() -> list[str]:
    """Where the models and a freshly migrated embedded database differ."""
    with (
        tempfile.TemporaryDirectory(prefix="theodoi-drift-") as folder,
        start_embedded(Path(folder), redis=False) as servers,
    ):
        migrate(servers.database_url)
        found = find_drift(servers.database_url)
    return [f"Mô hình khác với các bước nâng cấp: {found}"] if found else []


def openapi_drift() -> list[str]:
    """Which published contract differs from what the code declares."""
    return [
        f"{file} không còn khớp với mã nguồn; hãy chạy `theodoi openapi` rồi xem lại thay đổi."
        for service in SERVICES
        if not (file := FOLDER / f"{service}.json").exists() or file.read_text() != render_contract(service)
    ]


def permissions_drift() -> list[str]:
    """Whether the table of permissions is older than the code."""
    current = permission_table.FILE.exists() and permission_table.FILE.read_text() == permission_table.render_table()
    command = "python -m services.operator_cli.permission_table"
    return [] if current else [f"{permission_table.FILE} không còn khớp với mã nguồn; hãy chạy `{command}`."]


CHECKS: dict[str, Callable[[], list[str]]] = {
    "migrations": migrations_drift,
    "openapi": openapi_drift,
    "permissions": permissions_drift,
}


def main(names: Sequence[str]) -> None:
    """Run the named checks, all of them without names."""
    differences = [line for name in names or CHECKS for line in CHECKS[name]()]
    for line in differences:
        typer.echo(f"✗ {line}", err=True)
    if differences:
        raise SystemExit(1)
    typer.echo(f"✓ Không lệch: {', '.join(names or CHECKS)}")


if __name__ == "__main__":
    main(sys.argv[1:])
