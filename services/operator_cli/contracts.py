"""The published contract: `deploy/openapi/<service>.json`, one file a service."""

import json
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from services.operator_cli.output import AsJson, print_json

SERVICES = ("tasks_api", "evidence_api")
FOLDER = Path("deploy/openapi")


def load_contract(service: str) -> dict[str, Any]:
    """The OpenAPI document the code of a service declares now."""
    app = import_module(f"services.{service}.app").create_app()  # here: other commands need no web framework
    contract: dict[str, Any] = app.openapi()
    return contract


def render_contract(service: str) -> str:
    """The same as the text of its file."""
    return json.dumps(load_contract(service), ensure_ascii=False, indent=2) + "\n"


def openapi(
    folder: Annotated[Path, typer.Option(help="Thư mục nhận các tệp.")] = FOLDER,
    *,
    as_json: AsJson = False,
) -> None:
    """Ghi tài liệu OpenAPI của hai dịch vụ."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"{service}.json" for service in SERVICES]
    for service, file in zip(SERVICES, written, strict=True):
        file.write_text(render_contract(service))
    if as_json:
        print_json({"files": [str(file) for file in written]})
    else:
        for file in written:
            typer.echo(f"✓ Đã ghi {file}")
