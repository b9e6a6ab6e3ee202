"""`theodoi plan import`: the reading of a document at the console, with or without writing it."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.options import DayOption
from services.operator_cli.output import AsJson, print_json, print_table
from services.operator_cli.plan_differences import show_difference
from services.operator_cli.telling import day_vi, deadline_vi
from services.tasks_api.plan_imports.amending import describe
from services.tasks_api.plan_imports.committing import commit_plan_import
from services.tasks_api.plan_imports.naming import list_unknown_bodies
from services.tasks_api.plan_imports.operations import create_plan_import, get_issuer, get_plan_in_force, propose
from services.tasks_api.plan_imports.review import EVERY_CODE, included
from services.tasks_api.plan_imports.schemas import PlanImportCommit
from services.tasks_api.plans.operations import activate_plan
from shared.clock import now, today
from shared.db.models import Organization, Plan
from shared.domain.errors import Conflict
from shared.domain.principal import Principal, Role
from shared.http.wording import field_message
from shared.settings import get_settings

app = typer.Typer(help="Kế hoạch.", no_args_is_help=True)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp .docx, .xlsx hoặc .pdf.")],
    *,
    issuer: Annotated[str | None, typer.Option(help="Mã cơ quan ban hành.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc và in đề xuất, không ghi.")] = False,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Tạo các cơ quan kế hoạch nêu mà hệ thống chưa có.")
    ] = False,
    accept: Annotated[
        list[str] | None, typer.Option(help="Chấp nhận vấn đề mang mã này (lặp lại được), ví dụ deadline-unknown.")
    ] = None,
    accept_all: Annotated[
        bool, typer.Option("--accept-all", help="Chấp nhận mọi vấn đề còn lại, nhân danh người chạy lệnh.")
    ] = False,
    activate: Annotated[bool, typer.Option("--activate", help="Kích hoạt ngay sau khi ghi nhận.")] = False,
    number: Annotated[str | None, typer.Option(help="Số, ký hiệu, nếu tài liệu không ghi.")] = None,
    issued_on: DayOption = None,
    title: Annotated[str | None, typer.Option(help="Trích yếu, nếu tài liệu không ghi.")] = None,
    starts_on: DayOption = None,
    ends_on: DayOption = None,
    amends: Annotated[str | None, typer.Option(help="Số, ký hiệu của kế hoạch mà tài liệu này điều chỉnh.")] = None,
    reason: Annotated[str | None, typer.Option(help="Lý do điều chỉnh.")] = None,
    effective_on: DayOption = None,
    plan_version: Annotated[
        int | None, typer.Option(help="Phiên bản kế hoạch mà --dry-run đã đối chiếu, khi ghi nhận điều chỉnh.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đọc một kế hoạch thành nhiệm vụ, hoặc thành điều chỉnh của kế hoạch đang thực hiện mà tài liệu nêu lại; nhập lại
    cùng tài liệu không tạo thêm gì.
    """
    content = file.read_bytes()
    if issuer is None:
        if not dry_run or amends:
            raise typer.BadParameter("Cần --issuer để ghi nhận kế hoạch; hoặc dùng --dry-run.")
        _show_proposal(asyncio.run(propose(content, file.name)), as_json=as_json)
        return
    wanted = _wanted(
        number=number,
        issued_on=issued_on,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        effective_on=effective_on,
        plan_version=plan_version,
        accept_issues=[EVERY_CODE] if accept_all else accept or [],
    )
    with database_in_reach(get_settings()) as database_url:
        run = _run(database_url, content, file.name, issuer, amends, wanted, dry_run, create_missing, activate)
        result = _ask(run)
    if dry_run:
        _show_proposal(result, as_json=as_json)
    elif as_json:
        print_json(result)
    else:
        _show_result(result)


def _ask(run: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """What a commit that waits for a person's word can be told is said with the refusal."""
    try:
        return asyncio.run(run)
    except Conflict as refusal:
        if refusal.code == "proposal-has-blocking-issues":
            codes = dict.fromkeys(error.code for error in refusal.errors)
            told = " ".join(f"--accept {code}" for code in codes)
            typer.echo(f"  Đã xem và chấp nhận thì chạy lại với {told}, hoặc --accept-all.", err=True)
        raise


def _wanted(**given: object) -> PlanImportCommit:
    try:
        return PlanImportCommit.model_validate(given)
    except ValidationError as refused:
        raise typer.BadParameter("; ".join(field_message(error) for error in refused.errors()) + ".") from None


async def _run(
    database_url: str,
    content: bytes,
    filename: str,
    issuer: str,
    amends: str | None,
    wanted: PlanImportCommit,
    dry_run: bool,
    create_missing: bool,
    activate: bool,
) -> dict[str, Any]:
    async with session_on(database_url) as session:
        organization = await get_issuer(session, issuer)
        operator = _operator(organization)
        plan_import = await create_plan_import(
            session,
            operator,
            issuer=organization,
            content=content,
            filename=filename,
            amends=await get_plan_in_force(session, organization, amends) if amends else None,
        )
        proposal: dict[str, Any] = plan_import.proposal
        if dry_run:
            diff = await describe(session, plan_import)
            proposal = proposal | ({"diff": diff} if diff else {})
            await session.rollback()
            return proposal
        if create_missing:
            wanted = wanted.model_copy(update={"create_organizations": list_unknown_bodies(included(proposal))})
        committed = await commit_plan_import(session, operator, plan_import.id, wanted, expected_version=None)
        plan = await session.get_one(Plan, committed.plan_id)
        result = {"plan_number": plan.number, **committed.model_dump(mode="json")}
        if activate and plan.state == "draft":
            activation = await activate_plan(
                session, operator, plan.id, expected_version=plan.version, on=today(), now=now()
            )
            result["assignments_opened"] = activation.opened
        return result


def _operator(organization: Organization) -> Principal:
    """Whoever holds the console acts as the issuer's own plan administrator."""
    return Principal(
        subject="theodoi",
        client="console",
        organization_id=organization.id,
        organization_path=organization.path,
        roles=frozenset({Role.PLAN_ADMIN}),
    )


def _show_proposal(proposal: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(proposal)
        return
    document = proposal["document"]
    typer.echo(f"{document['number']} ngày {day_vi(document['issued_on'])}: {document['title']}")
    print_table(
        f"{len(proposal['tasks'])} nhiệm vụ, {len(proposal['indicators'])} chỉ tiêu",
        ("Mã", "Nhiệm vụ", "Chủ trì", "Thời hạn", "Hiểu là", "Cần xem"),
        [
            (
                task["code"],
                task["title"][:70],
                task["lead_text"],
                task["deadline_text"],
                deadline_vi(task["deadline"]),
                "; ".join(issue["message"] for issue in task["issues"]),
            )
            for task in proposal["tasks"]
        ],
    )
    told = [issue for task in proposal["tasks"] for issue in task["issues"]]
    for issue in [issue for issue in proposal["issues"] if issue not in told]:
        typer.echo(f"! {issue['message']}")
    if "diff" in proposal:
        show_difference(proposal["diff"])


def _show_result(result: dict[str, Any]) -> None:
    if result["amendment_id"]:
        state = "Đã ghi nhận" if result["created"] else "Đã có từ trước, không tạo thêm gì:"
        typer.echo(f"✓ {state} văn bản điều chỉnh kế hoạch {result['plan_number']}; áp dụng từ ngày hiệu lực.")
        return
    state = "Đã ghi nhận" if result["created"] else "Đã có từ trước, không tạo thêm gì:"
    typer.echo(
        f"✓ {state} kế hoạch {result['plan_number']}: {result['tasks']} nhiệm vụ, {result['indicators']} chỉ tiêu."
    )
    if result["organizations_created"]:
        typer.echo(f"  Cơ quan mới: {', '.join(result['organizations_created'])}")
    if result["tasks_without_lead"]:
        typer.echo(f"  Chưa rõ chủ trì: {', '.join(result['tasks_without_lead'])}")
    if result["tasks_without_deadline"]:
        typer.echo(f"  Chưa rõ thời hạn: {', '.join(result['tasks_without_deadline'])}")
    if "assignments_opened" in result:
        typer.echo(f"  Đã giao {result['assignments_opened']} việc.")
