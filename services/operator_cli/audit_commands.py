"""`theodoi audit …`: the trail written out, and checked against its signed checkpoints, here or anywhere."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain.keys import key_path, load_private_key, public_pem, read_public_keys
from services.alerts_worker.audit_chain.notes import verifier_of
from services.alerts_worker.audit_chain.outside import file_of
from services.operator_cli.audit_trail import (
    Record,
    find_origin,
    read_checkpoints,
    read_export,
    read_trail,
    take_snapshot,
)
from services.operator_cli.audit_verification import Report, TrailVerifier
from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json
from services.operator_cli.refusals import OperatorError
from shared.domain.audit_leaves import write_json
from shared.settings import get_settings

app = typer.Typer(help="Nhật ký ghi vết.", no_args_is_help=True)

KINDS_VI = {
    "edited": "bị sửa",
    "missing": "bị xóa",
    "inserted": "bị chèn thêm",
    "reordered": "bị đổi chỗ",
    "altered": "bị thay đổi",
    "checkpoint": "điểm kiểm sai",
}

_KEY_NEEDED = (
    "Máy này không có khóa của nhật ký, và khóa ghi trong chính nhật ký không chứng minh được gì: "
    "hãy đưa khóa công khai bằng --key (lấy bằng `theodoi audit key` ở nơi ký)."
)

CheckpointFile = Annotated[
    Path | None, typer.Option("--checkpoints", exists=True, dir_okay=False, help="Tệp điểm kiểm giữ ngoài CSDL.")
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", exists=True, dir_okay=False, help="Khóa công khai (PEM) để kiểm chữ ký.")
]


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Tệp nhận (NDJSON).")], *, as_json: AsJson = False
) -> None:
    """Xuất toàn bộ nhật ký cùng các điểm kiểm ra một tệp."""

    async def run(database_url: str) -> int:
        written = 0
        checkpoints = await _checkpoint_file(database_url)
        async with session_on(database_url) as session:
            await take_snapshot(session)
            with file.open("w", encoding="utf-8", newline="\n") as lines:
                async for record in read_trail(session, checkpoints):
                    lines.write(f"{write_json(record)}\n")
                    written += record["type"] in {"entry", "uncovered"}
        return written

    with database_in_reach(get_settings()) as database_url:
        entries = asyncio.run(run(database_url))
    if as_json:
        print_json({"file": str(file), "entries": entries})
    else:
        typer.echo(f"✓ Đã xuất {entries} dòng nhật ký ra {file}.")


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="Tệp của audit export.")] = None,
    *,
    checkpoints: CheckpointFile = None,
    key: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm nhật ký: tệp đã xuất (không cần cơ sở dữ liệu), hoặc cơ sở dữ liệu đang chạy."""
    keys = _given_keys(key)
    if file:
        report = _verify(read_export(file), keys, checkpoints)
    else:
        with database_in_reach(get_settings()) as database_url:
            report = asyncio.run(_verify_database(database_url, keys, checkpoints))
    if as_json:
        print_json({"intact": report.problem is None, **asdict(report)})
    else:
        _tell(report)
    if report.problem:
        raise SystemExit(1)


@app.command("key")
def show_key(*, as_json: AsJson = False) -> None:
    """In khóa công khai để người khác tự kiểm chữ ký của các điểm kiểm."""
    public = load_private_key(key_path(get_settings())).public_key()

    async def run(database_url: str) -> str | None:
        async with session_on(database_url) as session:
            return await find_origin(session)

    with database_in_reach(get_settings()) as database_url:
        origin = asyncio.run(run(database_url))
    verifier = verifier_of(origin, public) if origin else None
    if as_json:
        print_json({"public_key": public_pem(public), "verifier": verifier, "origin": origin})
    else:
        typer.echo(public_pem(public), nl=False)


def _given_keys(file: Path | None) -> list[Ed25519PublicKey] | None:
    """Of the file, else this installation's own; None where there is neither."""
    if file:
        try:
            return read_public_keys(file.read_text())
        except ValueError as error:
            raise OperatorError("key-unreadable", f"Tệp {file} không chứa khóa công khai Ed25519.") from error
    own = key_path(get_settings())
    return [load_private_key(own).public_key()] if own.exists() else None


async def _checkpoint_file(database_url: str) -> Path | None:
    async with session_on(database_url) as session:
        origin = await find_origin(session)
    return file_of(get_settings(), origin) if origin else None


async def _verify_database(
    database_url: str, keys: Sequence[Ed25519PublicKey] | None, checkpoints: Path | None
) -> Report:
    checkpoints = checkpoints or await _checkpoint_file(database_url)
    async with session_on(database_url) as session:
        await take_snapshot(session)
        return await verify_trail(session, keys, checkpoints)


async def verify_trail(
    session: AsyncSession, keys: Sequence[Ed25519PublicKey] | None, checkpoints: Path | None
) -> Report:
    """Check the trail of a live database as `session` sees it."""
    verifier = TrailVerifier(keys or [])
    async for record in read_trail(session, checkpoints):
        _take(verifier, record, keys)
    return verifier.report()


def _verify(records: Iterable[Record], keys: Sequence[Ed25519PublicKey] | None, checkpoints: Path | None) -> Report:
    verifier = TrailVerifier(keys or [])
    for record in records:
        if checkpoints and record["type"] == "outside":
            continue  # those given are not the exporter's
        _take(verifier, record, keys)
        if checkpoints and record["type"] == "log":
            for line in read_checkpoints(checkpoints):
                _take(verifier, line, keys)
    return verifier.report()


def _take(verifier: TrailVerifier, record: dict[str, Any], keys: Sequence[Ed25519PublicKey] | None) -> None:
    try:
        if record["type"] == "log" and record["keys"] and keys is None:
            raise OperatorError("key-needed", _KEY_NEEDED)
        verifier.take(record)
    except (KeyError, TypeError, ValueError) as error:
        raise OperatorError("record-unreadable", "Có dòng không đúng dạng: tệp hỏng hoặc đã bị sửa.") from error


def _tell(report: Report) -> None:
    problem = report.problem
    if problem is None:
        typer.echo(f"✓ Nhật ký nguyên vẹn: {report.covered} dòng, {report.checkpoints} điểm kiểm đã ký.")
        if report.uncovered:
            typer.echo(f"  {report.uncovered} dòng mới chưa vào chuỗi: kiểm lại sau ít giây.")
        if report.outside < report.covered:
            typer.echo(f"  {report.covered - report.outside} dòng chưa có trong tệp điểm kiểm ngoài CSDL.")
        return
    if problem.kind == "checkpoint":
        typer.echo(f"✗ {problem.detail} (cỡ {problem.position}).")
        return
    place = "chưa vào chuỗi" if problem.position is None else f"ở vị trí {problem.position}"
    entry = f" (id {problem.entry_id})" if problem.entry_id else ""
    typer.echo(f"✗ Dòng {place}{entry} {KINDS_VI[problem.kind]}: {problem.detail}.")
