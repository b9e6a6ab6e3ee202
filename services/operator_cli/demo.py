"""`theodoi up --demo`: the whole job on two sample wards and a plan, told step by step and driven through HTTP."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from typing import Any

import typer
from rich.console import Console

from services.operator_cli.database_sessions import session_on
from services.operator_cli.demo_client import Caller, wait_until
from services.operator_cli.demo_evidence import SIGNER, show_proofs
from services.operator_cli.demo_neighbours import show_neighbours
from services.operator_cli.demo_proofs import DemoAuthority, decision
from services.operator_cli.keys import ensure_signing_key, issue_token, load_signing_key
from services.operator_cli.output import print_table
from services.operator_cli.refusals import OperatorError
from services.operator_cli.telling import cycle_vi, day_vi, deadline_vi, leads_vi
from services.tasks_api.organizations.operations import import_organizations, lay_standard_bodies
from services.tasks_api.organizations.queries import get_by_code
from services.tasks_api.organizations.rules import read_records
from shared.audit import System
from shared.clock import today
from shared.domain.alert_rules import RULE_LABELS_VI, AlertRule
from shared.domain.assignment_states import CLOSED, STATUS_LABELS_VI, VERDICT_LABELS_VI, AssignmentStatus, Verdict
from shared.domain.principal import Role
from shared.settings import Settings

WARD = "H99.01"
NEIGHBOUR = "H99.02"
OFFICE = "H99.01.VP"
REVIEWERS = "H99.01.TGV"
SAMPLES = files("services.operator_cli") / "samples"
PROOF = decision(["Minh chứng mẫu của Theodoi"])
DEMO_TRUST = "demo-trust"
"""The folder in the data folder with the certificate of the demo's authority."""
LATER = date(2027, 1, 15)
PEOPLE = (
    (WARD, Role.PLAN_ADMIN),
    (OFFICE, Role.REPORTER),
    (REVIEWERS, Role.REVIEWER),
    (NEIGHBOUR, Role.PLAN_ADMIN),
)
SHOWN = 15
"""Alerts printed; the rest is a request away."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the story: who administers the plan, who reports, who appraises."""

    admin: Caller
    reporter: Caller
    reporter_evidence: Caller
    reviewer: Caller
    neighbour: Caller
    token: str


def tell_story(tasks_api_url: str, evidence_api_url: str, settings: Settings) -> None:
    """Tell the story against running services; told again, it continues with what is there.

    Raises OperatorError when a step does not go as told.
    """
    tokens = asyncio.run(_prepare(settings))
    cast = Cast(
        admin=Caller(tasks_api_url, tokens[WARD, Role.PLAN_ADMIN]),
        reporter=Caller(tasks_api_url, tokens[OFFICE, Role.REPORTER]),
        reporter_evidence=Caller(evidence_api_url, tokens[OFFICE, Role.REPORTER]),
        reviewer=Caller(evidence_api_url, tokens[REVIEWERS, Role.REVIEWER]),
        neighbour=Caller(tasks_api_url, tokens[NEIGHBOUR, Role.PLAN_ADMIN]),
        token=tokens[WARD, Role.PLAN_ADMIN],
    )
    plan = _import_plan(cast)
    assignments = cast.reporter.get("/v1/assignments", plan=plan["id"])["items"]
    open_ones = [
        item
        for item in assignments
        if item["organization"]["code"] == OFFICE and item["status"] == AssignmentStatus.NOT_STARTED
    ]
    if len(open_ones) >= 3:
        _report(cast, open_ones[0])
        _appraise(cast, open_ones[1], open_ones[2])
    _show_proofs(cast, assignments, settings)
    _show_alerts(cast, plan)
    _chapter("7. Hai phường dùng chung hệ thống mà không thấy việc của nhau")
    document = (SAMPLES / "ke-hoach-lang-gieng.xlsx").read_bytes()
    show_neighbours(("Phường Bến Sông", cast.admin, plan), ("Phường Đồi Mẫu", cast.neighbour), document, NEIGHBOUR)
    _say_goodbye(tasks_api_url, evidence_api_url, cast)


async def _prepare(settings: Settings) -> dict[tuple[str, Role], str]:
    """The sample ward with its standard bodies, and a token for each person."""
    assert settings.database_url is not None
    actor = System("demo")
    await ensure_signing_key(settings.data_dir, settings.database_url)
    key = load_signing_key(settings.data_dir)
    tokens = {}
    async with session_on(settings.database_url) as session:
        await import_organizations(session, actor, read_records((SAMPLES / "co-quan-mau.csv").read_bytes()))
        await lay_standard_bodies(session, actor, await get_by_code(session, WARD))
        for code, role in PEOPLE:
            organization = await get_by_code(session, code)
            tokens[code, role] = await issue_token(session, key, organization, role, life=timedelta(hours=1))
    return tokens


def _import_plan(cast: Cast) -> Any:
    _chapter("1. Đọc kế hoạch mẫu (Word) thành nhiệm vụ")
    content = (SAMPLES / "ke-hoach-mau.docx").read_bytes()
    plan_import = cast.admin.post("/v1/plan-imports", content, issuer=WARD, filename="ke-hoach-mau.docx")
    proposal = plan_import["proposal"]
    document = proposal["document"]
    print_table(
        f"{document['number']} ngày {day_vi(document['issued_on'])}: {len(proposal['tasks'])} nhiệm vụ, "
        f"{len(proposal['indicators'])} chỉ tiêu",
        ("Mã", "Nhiệm vụ", "Chủ trì", "Thời hạn ghi", "Hiểu là", "Cần xem lại"),
        [
            (
                task["code"],
                task["title"],
                leads_vi(task),
                task["deadline_text"],
                deadline_vi(task["deadline"]),
                "; ".join(issue["message"] for issue in task["issues"]),
            )
            for task in proposal["tasks"]
        ],
    )
    again = cast.admin.post("/v1/plan-imports", content, issuer=WARD, filename="ke-hoach-mau.docx")
    if again["id"] != plan_import["id"]:
        raise OperatorError("demo-failed", "Nhập lại cùng tài liệu lại tạo ra một lần nhập khác.")
    typer.echo("  Nhập lại cùng tài liệu: vẫn là lần nhập ấy, không tạo thêm gì.")

    _chapter("2. Ghi nhận và kích hoạt")
    wanted: dict[str, Any] = {"ends_on": "2026-12-31", "reviewing_organizations": [REVIEWERS]}
    path = f"/v1/plan-imports/{plan_import['id']}/commit"
    refused = cast.admin.try_post(path, wanted)
    if refused.status_code == 409:
        waiting = refused.json()["facts"]["issues"]
        typer.echo(f"  Bị từ chối khi chưa ai xem: {refused.json()['detail']}")
        for issue in waiting:
            typer.echo(f"  - {issue['message']}")
        typer.echo("  Người quản trị kế hoạch chấp nhận những điều ấy (ghi rõ ai, lúc nào) rồi ghi nhận lại.")
        wanted["accept_issues"] = sorted({issue["code"] for issue in waiting})
    committed = cast.admin.post(path, wanted)
    plan = cast.admin.get(f"/v1/plans/{committed['plan_id']}")
    if plan["state"] == "draft":
        activated = cast.admin.post(f"/v1/plans/{plan['id']}/activate", version=plan["version"])
        typer.echo(f"✓ {committed['tasks']} nhiệm vụ, đã giao {activated['assignments_opened']} việc cho từng đơn vị.")
        if activated["tasks_without_lead"]:
            typer.echo(f"  Chưa giao được vì chưa rõ chủ trì: {', '.join(activated['tasks_without_lead'])}")
    else:
        typer.echo("✓ Kế hoạch mẫu đã được kích hoạt từ lần chạy trước; kể tiếp với dữ liệu đang có.")
    return plan


def _report(cast: Cast, assignment: Any) -> None:
    _chapter("3. Báo cáo tiến độ; hoàn thành mà không có minh chứng thì bị từ chối")
    path = f"/v1/assignments/{assignment['id']}"
    progress = cast.reporter.post(
        f"{path}/progress", {"percent": 40, "narrative": "Đã dự thảo, đang lấy ý kiến các đơn vị."}
    )
    refusal = cast.reporter.try_post(f"{path}/completion", {"evidence_ids": []})
    problem = refusal.json()
    print_table(
        f"Nhiệm vụ {assignment['task']['code']} ({cycle_vi(assignment['cycle'])}): {assignment['task']['title']}",
        ("Việc làm", "Kết quả"),
        [
            ("Báo tiến độ 40%", STATUS_LABELS_VI[AssignmentStatus(progress["status"])]),
            ("Báo hoàn thành, không minh chứng", f"Bị từ chối: {problem['detail']}"),
        ],
    )


def _appraise(cast: Cast, good: Any, bad: Any) -> None:
    _chapter("4. Nộp minh chứng, báo hoàn thành, thẩm định")
    verdicts = (
        (good, {"verdict": "valid", "reasons": [], "comment": "Văn bản đầy đủ, đúng sản phẩm."}),
        (bad, {"verdict": "invalid", "reasons": ["wrong_output"], "comment": "Chưa đúng sản phẩm yêu cầu."}),
    )
    rows = []
    for assignment, verdict in verdicts:
        evidence = _submit_evidence(cast, assignment)
        claimed = cast.reporter.post(
            f"/v1/assignments/{assignment['id']}/completion", {"evidence_ids": [evidence["id"]]}
        )
        cast.reviewer.post(f"/v1/evidence/{evidence['id']}/appraisals", {**verdict, "evidence_version": 1})
        after = wait_until(
            partial(cast.reporter.get, f"/v1/assignments/{assignment['id']}"),
            lambda seen: bool(seen["status"] != AssignmentStatus.AWAITING_APPRAISAL),
            "kết luận thẩm định đến được nhiệm vụ",
        )
        rows.append(
            (
                assignment["task"]["code"],
                cycle_vi(assignment["cycle"]),
                day_vi(assignment["due_on"]),
                STATUS_LABELS_VI[AssignmentStatus(claimed["status"])],
                VERDICT_LABELS_VI[Verdict(str(verdict["verdict"]))],
                verdict["comment"],
                STATUS_LABELS_VI[AssignmentStatus(after["status"])],
            )
        )
    print_table("Hai lần thẩm định", ("Mã", "Kỳ", "Hạn", "Sau khi nộp", "Kết luận", "Nhận xét", "Trạng thái"), rows)


def _submit_evidence(cast: Cast, assignment: Any) -> Any:
    code = assignment["task"]["code"]
    upload = cast.reporter_evidence.post("/v1/uploads", PROOF, filename=f"minh-chung-{code}.pdf")
    evidence = cast.reporter_evidence.post(
        "/v1/evidence",
        {
            "assignment_id": assignment["id"],
            "kind": "signed_document",
            "document": {
                "number": f"{code}/BC",
                "issued_on": today().isoformat(),
                "issuer": "Văn phòng HĐND và UBND phường",
            },
            "upload_ids": [upload["id"]],
        },
    )
    return wait_until(
        partial(cast.reporter_evidence.get, f"/v1/evidence/{evidence['id']}"),
        lambda seen: bool(seen["state"] == "released"),
        "minh chứng được kiểm tra xong",
    )


def _show_proofs(cast: Cast, assignments: Any, settings: Settings) -> None:
    _chapter("5. Minh chứng tự nói: ai ký, có bị sửa sau khi ký không, đã dùng ở đâu chưa")
    authority = DemoAuthority(SIGNER, "Tỉnh Sông Mẫu")
    if settings.trust_roots_dir == settings.data_dir / DEMO_TRUST:
        authority.trust_in(settings.data_dir / DEMO_TRUST)
    open_ones = [
        item for item in assignments if item["organization"]["code"] == OFFICE and item["status"] not in CLOSED
    ]
    show_proofs(cast.reporter_evidence, open_ones[-1], open_ones[-2], authority)


def _show_alerts(cast: Cast, plan: Any) -> None:
    on = max(LATER, today() + timedelta(days=45))
    _chapter(f"6. Cảnh báo đỏ, xét như thể hôm nay là {on:%d/%m/%Y}")
    alerts = cast.admin.get("/v1/alerts", as_of=on.isoformat(), limit=200)["items"]
    counts = Counter(RULE_LABELS_VI[AlertRule(alert["rule"])] for alert in alerts)
    told = ", ".join(f"{label.lower()} {count}" for label, count in counts.items())
    print_table(
        f"{len(alerts)} cảnh báo của kế hoạch {plan['number']} ({told}); {SHOWN} cảnh báo đầu",
        ("Cảnh báo", "Từ ngày", "Mã", "Chủ trì", "Hạn", "Trạng thái", "%"),
        [
            (
                RULE_LABELS_VI[AlertRule(alert["rule"])],
                day_vi(alert["since"]),
                alert["assignment"]["task_code"],
                alert["assignment"]["organization_name"],
                day_vi(alert["assignment"]["due_on"]),
                STATUS_LABELS_VI[AssignmentStatus(alert["assignment"]["status"])],
                f"{alert['assignment']['percent']:g}",
            )
            for alert in alerts[:SHOWN]
        ],
    )


def _say_goodbye(tasks_api_url: str, evidence_api_url: str, cast: Cast) -> None:
    _chapter("Dùng thử")
    typer.echo(f"  Tài liệu API: {tasks_api_url}/docs và {evidence_api_url}/docs")
    typer.echo("  Mã truy cập (quản trị kế hoạch của phường, 60 phút):")
    typer.echo(f"  {cast.token}")
    typer.echo(f'  curl -H "Authorization: Bearer <mã>" {tasks_api_url}/v1/assignments?limit=5')


def _chapter(title: str) -> None:
    Console().print(f"\n[bold]{title}[/bold]")
