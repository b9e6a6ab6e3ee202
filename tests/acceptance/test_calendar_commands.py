"""The calendar and the names of organizations, as an operator at the console keeps them."""

from pathlib import Path

import pytest

from tests.acceptance.console import ask, run


@pytest.fixture
def settings(committed_url: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": committed_url, "DATA_DIR": str(tmp_path), "TODAY": "2026-11-23"}


def test_a_day_is_set_listed_and_removed(settings: dict[str, str]) -> None:
    told = run("calendar", "set", "2027-03-10", "off", "Nghỉ hoán đổi", "--instrument", "1/TB", settings=settings)
    assert told.stdout == "✓ 10/03/2027: nghỉ, Nghỉ hoán đổi.\n"
    of_spring = ("--from", "2027-03-01", "--to", "2027-03-31")
    day = {"day": "2027-03-10", "kind": "off", "name": "Nghỉ hoán đổi", "instrument": "1/TB"}
    assert ask("calendar", "list", *of_spring, settings=settings) == {"days": [day]}
    run("calendar", "remove", "2027-03-10", settings=settings)
    assert ask("calendar", "list", *of_spring, settings=settings) == {"days": []}
    refused = run("calendar", "remove", "2027-03-10", code=1, settings=settings)
    assert "10/03/2027 là ngày thường" in refused.stderr


def test_an_organization_is_renamed_at_once_or_on_its_day(settings: dict[str, str], tmp_path: Path) -> None:
    tree = tmp_path / "tree.csv"
    tree.write_text("code,name,kind,parent\nH99,Tỉnh Mẫu,province,\n")
    run("organizations", "import", str(tree), settings=settings)
    words = ("organizations", "rename", "H99", "Tỉnh  Sông Mới", "--instrument", "2/NQ")
    assert ask(*words, "--on", "2026-11-23", settings=settings)["applied"]
    again = run(*words, "--on", "2027-01-01", code=1, settings=settings)
    assert "Tên mới phải khác tên hiện nay" in again.stderr
