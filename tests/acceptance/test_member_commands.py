"""People and roles at the console, from the first administrator of all to a merger."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.console import ask, run

TODAY = date(2026, 11, 23)
ADMIN = ("--issuer", "https://login.example.vn", "--subject", "quan-tri-1")
TREE = """code,name,kind,parent,aliases
H99,Tỉnh Sông Mẫu,province,,
H99.01,Phường Một,ward,H99,
H99.02,Phường Hai,ward,H99,
"""


@pytest.fixture
def settings(committed_url: str, tmp_path: Path) -> dict[str, str]:
    settings = {
        "DATABASE_URL": committed_url,
        "DATA_DIR": str(tmp_path),
        "TODAY": TODAY.isoformat(),
        "OIDC_ISSUERS": '[{"issuer": "https://login.example.vn"}]',
    }
    tree = tmp_path / "tree.csv"
    tree.write_text(TREE)
    run("organizations", "import", str(tree), settings=settings)
    return settings


def members(settings: dict[str, str], *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("member", "list", *words, settings=settings)["items"]
    return found


def test_the_console_appoints_limits_and_dismisses(settings: dict[str, str]) -> None:
    words = ("--organization", "H99", "--role", "org_admin", "--name", "Nguyễn Văn Thử", "--to", "2026-12-31")
    granted = ask("member", "grant", *ADMIN, *words, settings=settings)
    (member,) = members(settings)
    assert member == {
        "id": granted["id"],
        "organization": "H99",
        "role": "org_admin",
        "issuer": "https://login.example.vn",
        "subject": "quan-tri-1",
        "name": "Nguyễn Văn Thử",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-31",
        "revoked_at": None,
        "deactivated_at": None,
    }
    refused = run("member", "grant", *ADMIN, *words, code=1, settings=settings)
    assert "đã được giao vai trò" in refused.stderr
    assert "H99" in run("member", "list", "--organization", "H99", settings=settings).stdout
    assert members(settings, "--organization", "H99.01") == []

    run("member", "revoke", granted["id"], settings=settings)
    assert members(settings) == []
    assert members(settings, "--all")[0]["revoked_at"]


def test_an_account_is_locked_and_opened_again(settings: dict[str, str]) -> None:
    run("member", "grant", *ADMIN, "--organization", "H99", "--role", "org_admin", settings=settings)
    run("member", "deactivate", *ADMIN, "--reason", "Nghỉ việc", settings=settings)
    assert members(settings)[0]["deactivated_at"]
    run("member", "reactivate", *ADMIN, "--reason", "Đi làm lại", settings=settings)
    assert members(settings)[0]["deactivated_at"] is None
    nobody = ("--issuer", "https://login.example.vn", "--subject", "ai-do", "--reason", "x")
    assert "Không có người dùng" in run("member", "deactivate", *nobody, code=1, settings=settings).stderr


def test_a_console_may_ask_for_tokens_after_any_idle_time_unless_its_account_was_deactivated(
    settings: dict[str, str],
) -> None:
    words = ("token", "--organization", "H99.01", "--role", "viewer")
    ask(*words, settings=settings)
    later = settings | {"TODAY": (TODAY + timedelta(days=400)).isoformat()}
    assert ask(*words, settings=later)["token"]
    account = ("--issuer", "theodoi-local", "--subject", "cli:H99.01:viewer", "--reason", "Lộ mã")
    run("member", "deactivate", *account, settings=later)
    assert "đang bị khóa" in run(*words, code=1, settings=later).stderr


def test_a_merger_at_the_console_ends_what_the_predecessors_people_may_do(settings: dict[str, str]) -> None:
    run("member", "grant", *ADMIN, "--organization", "H99.01", "--role", "reporter", settings=settings)
    words = ("--kind", "merge", "--instrument", "1662/NQ-UBTVQH15")
    recorded = ask("organizations", "succeed", "H99.01", "H99.02", "--on", "2026-11-23", *words, settings=settings)
    assert recorded["applied"]
    assert members(settings) == []
    assert members(settings, "--all")[0]["ends_on"] == "2026-11-22"
    again = ("organizations", "succeed", "H99.02", "H99.01", "--on", "2026-12-01", *words)
    assert "chỉ hoạt động đến 22/11/2026" in run(*again, code=1, settings=settings).stderr
    split = ("--on", "2027-01-01", "--kind", "split", "--instrument", "1/NQ")
    later = run("organizations", "succeed", "H99.02", "H99", *split, settings=settings)
    assert "sẽ có hiệu lực từ 01/01/2027" in later.stdout
