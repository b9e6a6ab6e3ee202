"""What a document would change in a plan in force, for a reader at the console."""

from typing import Any

import typer

from services.operator_cli.output import print_table

_FIELDS = {
    "code": "Mã",
    "group": "Nhóm",
    "general_task": "Nhiệm vụ tổng quát",
    "title": "Nhiệm vụ",
    "required_output": "Sản phẩm",
    "kpi": "KPI",
    "leads": "Chủ trì",
    "coordinating": "Phối hợp",
    "deadline": "Thời hạn",
}


_FIGURES = {"no": "Số", "text": "Chỉ tiêu", "unit": "Đơn vị tính", "lead_text": "Chủ trì", "target_text": "Mức"}


def show_difference(diff: dict[str, Any]) -> None:
    """The tasks that are added and removed, and each cell before and after."""
    tasks = diff["tasks"]
    rows = [("bổ sung", task["code"], "", "", task["title"][:70]) for task in tasks["added"]]
    rows += [("bãi bỏ", task["code"], "", task["title"][:70], "") for task in tasks["removed"]]
    rows += [
        ("sửa", task["code"], _FIELDS[change["field"]], _said(change["before"]), _said(change["after"]))
        for task in tasks["changed"]
        for change in task["changes"]
    ]
    if rows:
        print_table(f"{len(rows)} thay đổi so với kế hoạch hiện hành", ("", "Mã", "Ô", "Trước", "Sau"), rows)
    else:
        typer.echo("Không thay đổi gì so với kế hoạch hiện hành.")
    figures = diff["indicators"]
    rows = [("bổ sung", row["no"], "", "", _figure(row)) for row in figures["added"]]
    rows += [("bãi bỏ", row["no"], "", _figure(row), "") for row in figures["removed"]]
    rows += [
        ("sửa", row["no"], _FIGURES[change["field"]], _said(change["before"]), _said(change["after"]))
        for row in figures["changed"]
        for change in row["changes"]
        if change["field"] in _FIGURES
    ]
    if rows:
        print_table(f"{len(rows)} thay đổi về chỉ tiêu", ("", "Số", "Ô", "Trước", "Sau"), rows)
    for issue in diff["issues"]:
        typer.echo(f"! {issue['message']}")
    typer.echo(f"Đã đối chiếu với phiên bản {diff['plan_version']} của kế hoạch: ghi nhận với --plan-version.")


def _figure(row: dict[str, Any]) -> str:
    year = row["target"]["year"]
    return f"{row['text'][:70]}: {row['target_text'] or ''}{f' ({year})' if year else ''}"


def _said(cell: Any) -> str:
    """A cell as written."""
    if isinstance(cell, dict):
        return str(cell.get("text") or cell.get("title") or "")
    return str(cell or "")
