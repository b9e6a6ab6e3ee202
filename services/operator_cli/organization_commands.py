"""`theodoi organizations …`: the tree of organizations from files and templates."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json
from services.operator_cli.reaching import database_in_reach
from services.tasks_api.organizations.operations import ImportResult, import_organizations, lay_standard_bodies
from services.tasks_api.organizations.queries import get_by_code
from services.tasks_api.organizations.rules import read_records
from shared.audit import System
from shared.settings import get_settings

app = typer.Typer(help="Danh mục cơ quan, đơn vị.", no_args_is_help=True)

ACTOR = System("organizations")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp CSV hoặc JSON.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Nạp danh mục cơ quan; nạp lại không thay đổi gì thêm."""
    records = read_records(file.read_bytes())

    async def run(database_url: str) -> ImportResult:
        async with session_on(database_url) as session:
            return await import_organizations(session, ACTOR, records)

    with database_in_reach(get_settings()) as database_url:
        _report(asyncio.run(run(database_url)), as_json=as_json)


@app.command("template")
def lay_template(
    code: Annotated[str, typer.Argument(help="Mã tỉnh, thành phố, phường, xã hoặc đặc khu.")],
    *,
    hamlets: Annotated[int, typer.Option(min=0, max=99, help="Số khu phố hoặc ấp.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Lập bộ cơ quan chuẩn dưới một tỉnh hoặc một phường, xã."""

    async def run(database_url: str) -> ImportResult:
        async with session_on(database_url) as session:
            return await lay_standard_bodies(session, ACTOR, await get_by_code(session, code), hamlets=hamlets)

    with database_in_reach(get_settings()) as database_url:
        _report(asyncio.run(run(database_url)), as_json=as_json)


def _report(result: ImportResult, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(result))
    else:
        typer.echo(f"✓ Thêm {result.created}, sửa {result.changed}, giữ nguyên {result.unchanged} cơ quan.")
