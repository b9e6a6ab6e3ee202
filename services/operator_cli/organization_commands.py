"""`theodoi organizations …`: the tree of organizations from files and templates."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.alerts_worker.successions.operations import apply_due
from services.alerts_worker.successions.renaming import apply_due_renames
from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json
from services.tasks_api.organizations.operations import ImportResult, import_organizations, lay_standard_bodies
from services.tasks_api.organizations.queries import get_by_code
from services.tasks_api.organizations.rules import read_records
from services.tasks_api.renames.operations import record_rename
from services.tasks_api.successions.operations import record_succession
from shared.audit import System
from shared.clock import now, today
from shared.db.models import OrganizationRename, OrganizationSuccession
from shared.domain.successions import SuccessionKind
from shared.domain.text import squeeze
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


@app.command("succeed")
def succeed(
    predecessor: Annotated[str, typer.Argument(help="Mã cơ quan được kế thừa.")],
    receiver: Annotated[str, typer.Argument(help="Mã cơ quan tiếp nhận.")],
    kind: Annotated[SuccessionKind, typer.Option(help="merge: sáp nhập; dissolve: giải thể; split: tách.")],
    effective_on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Ngày có hiệu lực.")],
    instrument: Annotated[str, typer.Option(help="Số, ký hiệu văn bản.")],
    tasks: Annotated[
        list[UUID] | None,
        typer.Option("--task", help="Id nhiệm vụ chuyển sang; lặp lại cho nhiều nhiệm vụ. Tách mà không nêu: không."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ghi nhận một cơ quan kế thừa cơ quan khác: quyền xem và việc đang làm chuyển sang từ ngày có hiệu lực."""

    async def run(database_url: str) -> OrganizationSuccession:
        async with session_on(database_url) as session:
            recorded = await record_succession(
                session,
                ACTOR,
                await get_by_code(session, predecessor),
                await get_by_code(session, receiver),
                kind=kind,
                effective_on=effective_on.date(),
                instrument=instrument,
                tasks=tasks or ([] if kind is SuccessionKind.SPLIT else None),
            )
        while recorded.effective_on <= today() and recorded.applied_at is None:
            async with session_on(database_url) as session:
                await apply_due(session, ACTOR, on=today(), now=now())
                recorded = await session.get_one(OrganizationSuccession, recorded.id)
        return recorded

    with database_in_reach(get_settings()) as database_url:
        recorded = asyncio.run(run(database_url))
    applied = recorded.applied_at is not None
    if as_json:
        print_json({"id": recorded.id, "applied": applied})
    else:
        when = "đã có hiệu lực" if applied else f"sẽ có hiệu lực từ {recorded.effective_on:%d/%m/%Y}"
        typer.echo(f"✓ {receiver} kế thừa {predecessor} ({kind.label}): {when}.")


@app.command("rename")
def rename(
    code: Annotated[str, typer.Argument(help="Mã cơ quan.")],
    name: Annotated[str, typer.Argument(help="Tên mới.")],
    effective_on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Ngày có hiệu lực.")],
    instrument: Annotated[str, typer.Option(help="Số, ký hiệu văn bản.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Ghi nhận tên mới của một cơ quan từ một ngày; tên cũ vẫn tra cứu được."""

    async def run(database_url: str) -> OrganizationRename:
        async with session_on(database_url) as session:
            recorded = await record_rename(
                session,
                ACTOR,
                await get_by_code(session, code),
                name=squeeze(name),
                effective_on=effective_on.date(),
                instrument=instrument,
            )
            await apply_due_renames(session, ACTOR, on=today(), now=now())
            return recorded

    with database_in_reach(get_settings()) as database_url:
        recorded = asyncio.run(run(database_url))
    applied = recorded.applied_at is not None
    if as_json:
        print_json({"id": recorded.id, "applied": applied})
    else:
        typer.echo(f"✓ {code} mang tên “{recorded.name}” từ {recorded.effective_on:%d/%m/%Y}.")


def _report(result: ImportResult, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(result))
    else:
        typer.echo(f"✓ Thêm {result.created}, sửa {result.changed}, giữ nguyên {result.unchanged} cơ quan.")
