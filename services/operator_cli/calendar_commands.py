"""`theodoi calendar …`: days off and days worked instead."""

import asyncio
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.options import read_day
from services.operator_cli.output import AsJson, print_json, print_table
from services.operator_cli.telling import day_vi
from services.tasks_api.calendar_days.operations import remove_day, set_day
from services.tasks_api.calendar_days.queries import list_days
from shared.audit import System
from shared.clock import now
from shared.settings import get_settings

app = typer.Typer(help="Lịch nghỉ lễ và ngày làm bù.", no_args_is_help=True)

ACTOR = System("calendar")
LONGEST = 1000


class DayKind(StrEnum):
    """What a day may be called at the console."""

    OFF = "off"
    MAKE_UP = "make_up"


_LABELS = {DayKind.OFF: "nghỉ", DayKind.MAKE_UP: "làm bù"}

DayArgument = Annotated[date, typer.Argument(parser=read_day, metavar="YYYY-MM-DD", help="Ngày.")]


@app.command("set")
def set_(
    day: DayArgument,
    kind: Annotated[DayKind, typer.Argument(help="off: nghỉ; make_up: làm bù.")],
    name: Annotated[str, typer.Argument(help="Lý do, ví dụ tên ngày lễ.")],
    instrument: Annotated[str | None, typer.Option(help="Số, ký hiệu văn bản.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ghi một ngày nghỉ hoặc làm bù; hạn của việc đang làm được dời theo khi dịch vụ chạy."""

    async def run(database_url: str) -> None:
        async with session_on(database_url) as session:
            await set_day(
                session, ACTOR, day, kind=kind, name=name, instrument=instrument, expected_version=None, now=now()
            )

    with database_in_reach(get_settings()) as database_url:
        asyncio.run(run(database_url))
    if as_json:
        print_json({"day": day, "kind": kind})
    else:
        typer.echo(f"✓ {day_vi(day)}: {_LABELS[kind]}, {name}.")


@app.command("remove")
def remove(day: DayArgument, *, as_json: AsJson = False) -> None:
    """Bỏ một ngày đã ghi: ngày đó trở lại như ngày thường trong tuần."""

    async def run(database_url: str) -> None:
        async with session_on(database_url) as session:
            await remove_day(session, ACTOR, day, expected_version=None, now=now())

    with database_in_reach(get_settings()) as database_url:
        asyncio.run(run(database_url))
    if as_json:
        print_json({"day": day, "kind": None})
    else:
        typer.echo(f"✓ {day_vi(day)} là ngày thường.")


@app.command("list")
def list_(
    first: Annotated[
        date | None, typer.Option("--from", parser=read_day, metavar="YYYY-MM-DD", help="Từ ngày.")
    ] = None,
    last: Annotated[date | None, typer.Option("--to", parser=read_day, metavar="YYYY-MM-DD", help="Đến ngày.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Liệt kê ngày nghỉ và ngày làm bù."""

    async def run(database_url: str) -> list[dict[str, object]]:
        async with session_on(database_url) as session:
            days = await list_days(session, first=first, last=last, after=(), limit=LONGEST)
            return [
                {"day": each.day, "kind": each.kind, "name": each.name, "instrument": each.instrument} for each in days
            ]

    with database_in_reach(get_settings()) as database_url:
        days = asyncio.run(run(database_url))
    if as_json:
        print_json({"days": days})
    else:
        rows = [
            (f"{day['day']:%d/%m/%Y}", _LABELS[DayKind(str(day["kind"]))], day["name"], day["instrument"] or "")
            for day in days
        ]
        print_table("Lịch nghỉ và làm bù", ("Ngày", "Loại", "Lý do", "Văn bản"), rows)
