"""`theodoi alerts …`: evaluate the red rules, today or as of another day."""

import asyncio
from datetime import date
from typing import Annotated, Any

import typer

from services.alerts_worker.alerting.operations import evaluate_all
from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.options import read_day
from services.operator_cli.output import AsJson, print_json, print_table
from services.operator_cli.telling import day_vi
from services.tasks_api.alerts.replay import FIRST, Key, ReplayedAlert, list_red
from shared.clock import now, today
from shared.domain.alert_rules import RULE_LABELS_VI
from shared.settings import get_settings

app = typer.Typer(help="Cảnh báo đỏ.", no_args_is_help=True)

PAGE = 1000
SHOWN = 30
"""Alerts a person is shown; a table of thousands is read by no one."""


@app.command()
def evaluate(
    *,
    as_of: Annotated[
        date | None, typer.Option(parser=read_day, metavar="YYYY-MM-DD", help="Ngày xét; mặc định hôm nay.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Xét ba điều kiện cảnh báo đỏ và liệt kê.

    Hôm nay: mở và đóng cảnh báo. Ngày khác: chỉ tính lại để xem, không ghi gì.
    """
    current = today()
    on = as_of or current
    with database_in_reach(get_settings()) as database_url:
        result = asyncio.run(_evaluate(database_url, on=on, current=current))
    if as_json:
        print_json(result)
        return
    print_table(
        f"Cảnh báo đỏ ngày {on:%d/%m/%Y}: {len(result['alerts'])}",
        ("Cảnh báo", "Từ ngày", "Kế hoạch", "Mã", "Nhiệm vụ", "Chủ trì", "Hạn", "%"),
        [
            (
                alert["label"],
                day_vi(alert["since"]),
                alert["plan_number"],
                alert["task_code"],
                alert["task_title"][:80],
                alert["organization_name"],
                day_vi(alert["due_on"]),
                f"{alert['percent']:g}",
            )
            for alert in result["alerts"][:SHOWN]
        ],
    )
    if (more := len(result["alerts"]) - SHOWN) > 0:
        typer.echo(f"… và {more} cảnh báo nữa (dùng --json để lấy tất cả).")
    if result["written"]:
        typer.echo(f"✓ Mở {result['opened']}, đóng {result['closed']} cảnh báo.")


async def _evaluate(database_url: str, *, on: date, current: date) -> dict[str, Any]:
    opened = closed = 0
    alerts: list[ReplayedAlert] = []
    async with session_on(database_url) as session:
        if on == current:
            evaluation = await evaluate_all(session, on=on, now=now())
            opened, closed = evaluation.opened, evaluation.closed
        after: Key | None = FIRST
        while after:
            found, after = await list_red(session, on=on, today=current, viewer=None, after=after, limit=PAGE)
            alerts += found
    return {
        "as_of": on.isoformat(),
        "written": on == current,
        "opened": opened,
        "closed": closed,
        "alerts": [_shown(alert) for alert in alerts],
    }


def _shown(alert: ReplayedAlert) -> dict[str, Any]:
    assignment = alert.assignment
    names = ("plan_number", "task_code", "task_title", "organization_code", "organization_name", "status", "percent")
    return {
        "rule": str(alert.rule),
        "label": RULE_LABELS_VI[alert.rule],
        "since": alert.since,
        "assignment_id": assignment["id"],
        "due_on": assignment["due_on"],
        **{name: assignment[name] for name in names},
    }
