"""The trail at the console: checked in place, written out, and checked again where there is no database."""

import asyncio
import json
from pathlib import Path

import pytest

from services.alerts_worker.audit_chain.keeping import AuditChain
from shared import clock
from shared.db.session import create_engine, create_sessions
from shared.settings import Settings
from tests.acceptance.console import ask, run

ROWS = "code,name,kind,parent\nH98,Tỉnh Thử,province,\nH98.01,Phường Một,ward,H98\nH98.02,Phường Hai,ward,H98\n"
NOWHERE = {"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none", "DATA_DIR": "/nonexistent"}


@pytest.fixture
def settings(committed_url: str, tmp_path: Path) -> dict[str, str]:
    """An installation whose trail has been chained."""
    listed = tmp_path / "organizations.csv"
    listed.write_text(ROWS)
    environment = {"DATABASE_URL": committed_url, "DATA_DIR": str(tmp_path / "data")}
    run("organizations", "import", str(listed), settings=environment)
    asyncio.run(chain(Settings(database_url=committed_url, data_dir=tmp_path / "data")))
    return environment


async def chain(settings: Settings) -> None:
    assert settings.database_url
    engine = create_engine(settings.database_url, settings, application="tests")
    await AuditChain(create_sessions(engine), settings).carry_on(now=clock.now())
    await engine.dispose()


def test_a_trail_is_checked_in_place(settings: dict[str, str]) -> None:
    report = ask("audit", "verify", settings=settings)
    assert report == {"intact": True, "covered": 3, "uncovered": 0, "checkpoints": 1, "outside": 3, "problem": None}
    assert "nguyên vẹn: 3 dòng" in run("audit", "verify", settings=settings).stdout


def test_a_trail_is_checked_where_there_is_no_database(settings: dict[str, str], tmp_path: Path) -> None:
    export, key = tmp_path / "trail.ndjson", tmp_path / "public.pem"
    assert ask("audit", "export", str(export), settings=settings)["entries"] == 3
    key.write_text(ask("audit", "key", settings=settings)["public_key"])
    (checkpoints,) = (tmp_path / "data" / "audit").iterdir()
    words = ("audit", "verify", str(export), "--key", str(key))
    assert ask(*words, settings=NOWHERE)["intact"]
    assert ask(*words, "--checkpoints", str(checkpoints), settings=NOWHERE)["outside"] == 3
    assert "--key" in run("audit", "verify", str(export), settings=NOWHERE, code=1).stderr

    lines = export.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if '"position":1' in line)
    edited = json.loads(lines[place])
    edited["entry"]["actor"] = "người khác"
    lines[place] = json.dumps(edited, ensure_ascii=False)
    export.write_text("\n".join(lines) + "\n")
    refused = run(*words, "--json", settings=NOWHERE, code=1)
    problem = json.loads(refused.stdout)["problem"]
    assert (problem["kind"], problem["position"], problem["entry_id"]) == ("edited", 1, edited["entry_id"])
    told = run(*words, settings=NOWHERE, code=1).stdout
    assert f"vị trí 1 (id {edited['entry_id']}) bị sửa" in told


def test_a_token_is_told_of_but_not_told(settings: dict[str, str], tmp_path: Path) -> None:
    token = ask("token", "--organization", "H98.01", "--role", "auditor", settings=settings)["token"]
    export = tmp_path / "trail.ndjson"
    run("audit", "export", str(export), settings=settings)
    assert not any(part in export.read_text() for part in token.split("."))
    entries = [json.loads(line).get("entry") for line in export.read_text().splitlines()]
    written = {entry["action"]: entry for entry in entries if entry}
    assert {"token_key.registered", "membership.granted", "token.issued"} <= set(written)
    issued = written["token.issued"]
    assert issued["after"]["role"] == "auditor"
    assert issued["address"].startswith("console:")
    assert issued["request_id"] == written["membership.granted"]["request_id"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "bản xuất trọn vẹn"), ("không phải JSON\n", "không đọc được"), ('{"type":"log"}\n', "bản xuất")],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "file"
    file.write_text(content)
    refused = run("audit", "verify", str(file), settings=NOWHERE, code=1)
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_without_a_key_is_refused(settings: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("không phải khóa\n")
    assert "khóa công khai" in run("audit", "verify", "--key", str(file), settings=settings, code=1).stderr
