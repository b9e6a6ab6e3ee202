"""Commands against a database, from the tree of organizations to the list of red alerts."""

import re
from pathlib import Path

import pytest

from tests.acceptance.console import ROOT, SHARED, ask, run

UNITS = str(ROOT / "deploy" / "data" / "admin_units_2026.csv")
SAMPLE = str(ROOT / "services" / "operator_cli" / "samples" / "ke-hoach-mau.docx")
PLANS = SHARED / "plans"


@pytest.fixture
def settings(committed_url: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": committed_url, "DATA_DIR": str(tmp_path), "TODAY": "2026-11-23"}


def test_administrative_units_are_loaded_once_however_often_they_are_imported(settings: dict[str, str]) -> None:
    assert ask("organizations", "import", UNITS, settings=settings) == {"created": 3355, "changed": 0, "unchanged": 0}
    assert ask("organizations", "import", UNITS, settings=settings) == {"created": 0, "changed": 0, "unchanged": 3355}


def test_a_plan_goes_from_document_to_red_alerts_at_the_console(settings: dict[str, str], tmp_path: Path) -> None:
    run("organizations", "import", UNITS, settings=settings)
    assert ask("organizations", "template", "26041", settings=settings)["created"] > 15
    words = ("plan", "import", SAMPLE, "--issuer", "26041", "--activate")
    refused = run(*words, code=1, settings=settings)
    assert "phải giải quyết hoặc chấp nhận" in refused.stderr
    assert "Không hiểu thời hạn" in refused.stderr
    assert "không phải “Phường Trấn Biên”" in refused.stderr
    assert "--accept-all" in refused.stderr
    first = ask(*words, "--accept", "deadline-unknown", "--accept", "issuer-differs", settings=settings)
    assert first["created"]
    assert first["tasks"] >= 12
    assert first["assignments_opened"] >= first["tasks"] - len(first["tasks_without_lead"])
    again = ask(*words, settings=settings)
    assert not again["created"]
    assert "assignments_opened" not in again
    told = run("plan", "import", SAMPLE, "--issuer", "26041", settings=settings).stdout
    assert told.startswith("✓ Đã có từ trước, không tạo thêm gì: kế hoạch 12/KH-UBND:")

    copy = tmp_path / "ban-sao.docx"
    copy.write_bytes(Path(SAMPLE).read_bytes() + b"\0")
    amending = ("plan", "import", str(copy), "--issuer", "26041", "--amends", "12/KH-UBND", "--dry-run")
    assert ask(*amending, settings=settings)["diff"]["tasks"] == {"added": [], "removed": [], "changed": []}
    assert "Không thay đổi gì so với kế hoạch hiện hành." in run(*amending, settings=settings).stdout

    later = ask("alerts", "evaluate", "--as-of", "2027-06-30", settings=settings)
    assert {alert["rule"] for alert in later["alerts"]} >= {"overdue", "lagging"}
    assert not later["written"]
    shown = run("alerts", "evaluate", "--as-of", "2027-06-30", settings=settings).stdout
    assert f"… và {len(later['alerts']) - 30} cảnh báo nữa (dùng --json" in shown
    assert not re.search(r"\d{4}-\d\d-\d\d", shown), "days as people write them"
    today = ask("alerts", "evaluate", settings=settings)
    assert today["written"]
    assert today["opened"] == len(today["alerts"])
    assert ask("alerts", "evaluate", settings=settings)["opened"] == 0


def test_a_token_from_the_console_is_a_signed_jwt_of_limited_life(settings: dict[str, str]) -> None:
    run("organizations", "import", UNITS, settings=settings)
    issued = ask("token", "--organization", "26041", "--role", "plan_admin", settings=settings)
    assert issued["expires_in"] == 3600
    assert len(issued["token"].split(".")) == 3
    assert (Path(settings["DATA_DIR"]) / "keys" / "signing.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "import", SAMPLE, "--issuer", "H77.99"), "Không có cơ quan nào mang mã “H77.99”"),
        (("plan", "import", UNITS, "--dry-run"), ".docx"),
        (("token", "--organization", "H77", "--role", "viewer"), "Không có cơ quan nào mang mã “H77”"),
        (("organizations", "import", SAMPLE), "không phải CSV"),
    ],
)
def test_a_refusal_is_one_vietnamese_message_and_exit_code_1(
    settings: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    refused = run(*words, code=1, settings=settings)
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "import", SAMPLE, "--issuer", "H19", "--issued-on", "0001-01-01"), "phải từ năm 1990 đến năm 2100"),
        (("alerts", "evaluate", "--as-of", "9999-12-31"), "phải từ năm 1990 đến năm 2100"),
        (("alerts", "evaluate", "--as-of", "1/12/2026"), "phải là ngày dạng YYYY-MM-DD"),
        (
            (*("plan", "import", SAMPLE, "--issuer", "H19"), *("--starts-on", "2026-05-01", "--ends-on", "2026-04-30")),
            "ngày kết thúc phải sau",
        ),
    ],
)
def test_a_wrong_day_is_a_wrong_use_of_the_command(settings: dict[str, str], words: tuple[str, ...], said: str) -> None:
    refused = run(*words, code=2, settings=settings | {"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"})
    assert said in " ".join(refused.stderr.replace("│", " ").split())


@pytest.mark.skipif(not PLANS.exists(), reason="the real plans are not beside this project")
@pytest.mark.parametrize(
    ("document", "tasks", "groups", "indicators"),
    [("tranbien/plan.docx", 60, 12, 41), ("tranbien/plan.xlsx", 32, 5, 0), ("binhphuoc/plan.docx", 71, 7, 37)],
)
def test_real_plans_are_read_without_a_database(document: str, tasks: int, groups: int, indicators: int) -> None:
    read = ask(
        "plan",
        "import",
        str(PLANS / document),
        "--dry-run",
        settings={"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"},
    )
    assert len(read["tasks"]) == tasks
    assert len({task["group"]["no"] for task in read["tasks"]}) == groups
    assert len(read["indicators"]) == indicators


def test_a_proposal_is_told_without_codes_of_ours() -> None:
    nowhere = {"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}
    told = run("plan", "import", SAMPLE, "--dry-run", settings=nowhere).stdout
    assert "12/KH-UBND ngày 20/01/2026" in told
    assert "Không hiểu thời hạn" in " ".join(told.replace("│", " ").split())
    assert not re.search(r"deadline-|lead-|\d{4}-\d\d-\d\d|continuous|monthly|unknown", told)


@pytest.mark.skipif(not PLANS.exists(), reason="the real plans are not beside this project")
def test_both_real_plans_are_imported_activated_and_found_overdue(settings: dict[str, str]) -> None:
    run("organizations", "import", UNITS, settings=settings)
    run("organizations", "template", "H19", settings=settings)
    run("organizations", "template", "26041", settings=settings)
    for document, issuer in (("tranbien/plan.docx", "26041"), ("binhphuoc/plan.docx", "H19")):
        words = ("plan", "import", str(PLANS / document), "--issuer", issuer, "--create-missing", "--activate")
        assert ask(*words, "--accept-all", settings=settings)["assignments_opened"] > 0
        assert not ask(*words, settings=settings)["created"]
    red = ask("alerts", "evaluate", "--as-of", "2026-12-01", settings=settings)["alerts"]
    overdue = {(alert["plan_number"], alert["task_code"]) for alert in red if alert["rule"] == "overdue"}
    # Quý I/2026 of the ward, 9/2025 and Trước 20/3/2025 of the province; not what is due at the end of 2026.
    assert {("01-KH/BCĐ", "II.1"), ("57/KH-UBND", "3"), ("57/KH-UBND", "6")} <= overdue
    assert ("01-KH/BCĐ", "II.8") not in overdue
