"""`theodoi doctor`: what this machine lacks to run the system, before anything is started."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from services.alerts_worker.evidence_checks.jobs import scan_seconds
from services.alerts_worker.evidence_checks.malware.scanning import NOT_SCANNED
from services.operator_cli.data_folder import servers_in_use
from services.operator_cli.database_in_reach import find_database_problem
from services.operator_cli.embedded_postgres import postgres_package
from services.operator_cli.embedded_redis import redis_program
from services.operator_cli.migrating import find_revision, newest_revision
from services.operator_cli.output import AsJson, print_json
from services.operator_cli.reaching import find_queue_problem, port_is_free
from services.operator_cli.refusals import OperatorError
from services.operator_cli.scanner_in_reach import examine_scanner
from services.tasks_api.plan_imports.recogniser import find_recogniser
from shared.settings import Settings, get_settings

LEAST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing; `detail` is a Vietnamese sentence."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order an operator would mend them."""
    running = servers_in_use(settings.data_dir)
    database_url = settings.database_url or (running or {}).get("database_url")
    redis_url = settings.redis_url or (running or {}).get("redis_url")
    return [
        _python(),
        _wheel("postgres", postgres_package, needed=not settings.database_url),
        _wheel("redis", redis_program, needed=not settings.redis_url),
        _data_folder(settings.data_dir),
        _recogniser(),
        asyncio.run(_scanner(settings)),
        _port("tasks_api", settings.tasks_api_port, ours=running is not None),
        _port("evidence_api", settings.evidence_api_port, ours=running is not None),
        asyncio.run(_database(database_url)) if database_url else _embedded("database", "Postgres"),
        asyncio.run(_queue(redis_url)) if redis_url else _embedded("queue", "Redis"),
    ]


def doctor(*, as_json: AsJson = False) -> None:
    """Kiểm tra máy này đã sẵn sàng chạy hệ thống chưa."""
    findings = examine(get_settings())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'✓' if finding.ok else '✗'} {finding.name}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, LEAST_PYTHON))
    ok = sys.version_info >= LEAST_PYTHON
    return Finding("python", ok, f"Python {version}" if ok else f"Python {version}; cần {wanted} trở lên.")


def _wheel(name: str, find: Callable[[], Path], *, needed: bool) -> Finding:
    if not needed:
        return Finding(f"embedded-{name}", ok=True, detail="Không cần: đã đặt địa chỉ máy chủ riêng.")
    try:
        return Finding(f"embedded-{name}", ok=True, detail=f"Có tại {find()}.")
    except OperatorError as error:
        return Finding(f"embedded-{name}", ok=False, detail=error.detail)


def _data_folder(data_dir: Path) -> Finding:
    path = data_dir.resolve()
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return Finding("data-folder", ok=True, detail=f"Ghi được vào {path}.")
    return Finding("data-folder", ok=False, detail=f"Không ghi được vào {nearest}; hãy đổi THEODOI_DATA_DIR.")


def _recogniser() -> Finding:
    """Optional: without it plans with a text are read all the same."""
    program = find_recogniser()
    if program is not None:
        return Finding("ocr", ok=True, detail=f"Có {program} với tiếng Việt: đọc được PDF là ảnh quét.")
    return Finding(
        "ocr",
        ok=True,
        detail="Không có tesseract với tiếng Việt nên PDF là ảnh quét bị từ chối; cài gói tesseract-ocr-vie nếu cần.",
    )


async def _scanner(settings: Settings) -> Finding:
    """Without one evidence waits, unless an operator decided otherwise, as is decided for embedded servers."""
    if settings.clamd_url == NOT_SCANNED or (settings.clamd_url is None and settings.database_url is None):
        detail = (
            "Không dùng máy quét mã độc: tệp được nhận mà không quét. Nên cài clamav-daemon và đặt THEODOI_CLAMD_URL."
        )
        return Finding("clamd", ok=True, detail=detail)
    if settings.clamd_url is None:
        detail = "Chưa đặt THEODOI_CLAMD_URL nên mọi minh chứng sẽ chờ quét; đặt none nếu chấp nhận không quét."
        return Finding("clamd", ok=False, detail=detail)
    seconds = scan_seconds(settings)
    ok, detail = await examine_scanner(settings.clamd_url, largest=settings.upload_limit, seconds=seconds)
    return Finding("clamd", ok=ok, detail=detail)


def _port(service: str, port: int, *, ours: bool) -> Finding:
    if port_is_free(port):
        return Finding(f"port-{service}", ok=True, detail=f"Cổng {port} còn trống.")
    if ours:
        return Finding(f"port-{service}", ok=True, detail=f"Cổng {port} do hệ thống đang chạy sử dụng.")
    setting = f"THEODOI_{service.upper()}_PORT"
    return Finding(f"port-{service}", ok=False, detail=f"Cổng {port} đã có chương trình khác dùng; hãy đổi {setting}.")


def _embedded(name: str, server: str) -> Finding:
    return Finding(name, ok=True, detail=f"{server} nhúng sẽ khởi động cùng `theodoi up`.")


async def _database(database_url: str) -> Finding:
    if problem := await find_database_problem(database_url):
        return Finding("database", ok=False, detail=problem)
    revision, newest = await find_revision(database_url), newest_revision()
    if revision != newest:
        return Finding(
            "database", ok=False, detail=f"Lược đồ ở bản {revision}, cần {newest}: hãy chạy `theodoi migrate`."
        )
    return Finding("database", ok=True, detail=f"Kết nối được, lược đồ ở bản {revision}.")


async def _queue(redis_url: str) -> Finding:
    problem = await find_queue_problem(redis_url)
    return Finding("queue", ok=problem is None, detail=problem or "Kết nối được.")
