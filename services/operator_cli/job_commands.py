"""`theodoi jobs …`: deliveries that failed, and sending them again."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer

from services.alerts_worker.deliveries.operations import replay_delivery
from services.alerts_worker.deliveries.queries import list_deliveries
from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json, print_table
from shared.settings import get_settings

app = typer.Typer(help="Việc trong hàng đợi.", no_args_is_help=True)


@app.command("list")
def list_jobs(
    *,
    state: Annotated[str, typer.Option(help="queued, running, done hoặc dead.")] = "dead",
    as_json: AsJson = False,
) -> None:
    """Liệt kê các lượt xử lý theo trạng thái."""

    async def run(database_url: str) -> list[dict[str, Any]]:
        async with session_on(database_url) as session:
            return [
                {
                    "id": delivery.id,
                    "handler": delivery.handler,
                    "state": delivery.state,
                    "attempt": delivery.attempt,
                    "due_at": delivery.due_at,
                    "last_error": delivery.last_error,
                }
                for delivery in await list_deliveries(session, state=state)
            ]

    with database_in_reach(get_settings()) as database_url:
        found = asyncio.run(run(database_url))
    if as_json:
        print_json({"items": found})
    else:
        columns = ("Mã", "Việc", "Trạng thái", "Lần", "Đến hạn", "Lỗi gần nhất")
        print_table(f"{len(found)} lượt xử lý", columns, [tuple(item.values()) for item in found])


@app.command("replay")
def replay_job(delivery_id: UUID, *, as_json: AsJson = False) -> None:
    """Xếp lại một lượt xử lý đã bỏ cuộc vào hàng đợi."""

    async def run(database_url: str) -> None:
        async with session_on(database_url) as session:
            await replay_delivery(session, delivery_id)

    with database_in_reach(get_settings()) as database_url:
        asyncio.run(run(database_url))
    if as_json:
        print_json({"id": delivery_id, "state": "queued"})
    else:
        typer.echo("✓ Đã xếp lại vào hàng đợi.")
