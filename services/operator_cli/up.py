"""`theodoi up`: the whole system on one machine, each service a process of its own."""

import asyncio
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer

from services.alerts_worker.evidence_checks.malware.scanning import NOT_SCANNED
from services.operator_cli.children import ChildSpec, answers_ready, inherited_environment, prints_ready
from services.operator_cli.data_folder import DataFolder
from services.operator_cli.demo import DEMO_TRUST, tell_story
from services.operator_cli.embedded import ServerUrls, start_servers
from services.operator_cli.keys import ensure_signing_key
from services.operator_cli.migrating import prepare_database
from services.operator_cli.processes import Processes
from services.operator_cli.reaching import ensure_reachable, port_is_free
from services.operator_cli.refusals import OperatorError
from services.operator_cli.stop_requests import StopRequested, StopRequests
from shared.settings import Settings, get_settings


def up(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Nạp kế hoạch mẫu và kể trọn một vòng theo dõi.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Dừng lại ngay khi xong, không chạy tiếp.")] = False,
) -> None:
    """Khởi động toàn bộ hệ thống trên máy này; Ctrl-C để dừng."""
    with StopRequests() as stops, suppress(StopRequested):
        _run(get_settings(), stops, demo=demo, once=once)


def service_specs(settings: Settings, urls: ServerUrls, data_dir: Path) -> tuple[ChildSpec, ...]:
    """The four services over running servers, in the order they start."""
    environment = inherited_environment(
        THEODOI_DATABASE_URL=urls.database_url,
        THEODOI_REDIS_URL=urls.redis_url,
        THEODOI_DATA_DIR=str(data_dir),
        **({"THEODOI_CLAMD_URL": settings.clamd_url} if settings.clamd_url else {}),
        **({"THEODOI_TRUST_ROOTS_DIR": str(settings.trust_roots_dir)} if settings.trust_roots_dir else {}),
        PYTHONUNBUFFERED="1",
    )
    home = data_dir / "logs"  # not the operator's folder, whose Python files would come before ours
    return (
        _api_spec("tasks_api", "kế hoạch, nhiệm vụ", settings.tasks_api_port, environment, home),
        _api_spec("evidence_api", "minh chứng, thẩm định", settings.evidence_api_port, environment, home),
        _worker_spec("relay", "chuyển sự kiện vào hàng đợi", environment, home),
        _worker_spec("worker", "xử lý hàng đợi", environment, home),
    )


def _run(settings: Settings, stops: StopRequests, *, demo: bool, once: bool) -> None:
    with ExitStack() as closing:
        with stops.interrupting():
            folder = closing.enter_context(DataFolder(settings.data_dir))
        _ensure_ports_differ(settings)
        _ensure_port_free(settings.tasks_api_port, "THEODOI_TASKS_API_PORT")
        _ensure_port_free(settings.evidence_api_port, "THEODOI_EVIDENCE_API_PORT")
        processes = Processes(folder.path / "logs", typer.echo, kept_open=[folder.fileno()])
        closing.callback(_stop, processes, stops)
        urls = start_servers(
            folder, processes, database_url=settings.database_url, redis_url=settings.redis_url, interrupted=stops.check
        )
        # On a database of our own nobody waits for a scanner that nobody named; on an operator's the operator decides.
        clamd_url = settings.clamd_url or (None if settings.database_url else NOT_SCANNED)
        # The demo's signer is certified by an authority of its own, that a folder of the operator's knows nothing of.
        trusted = settings.trust_roots_dir or (folder.path / DEMO_TRUST if demo else None)
        settings = settings.model_copy(
            update={
                "database_url": urls.database_url,
                "redis_url": urls.redis_url,
                "data_dir": folder.path,
                "clamd_url": clamd_url,
                "trust_roots_dir": trusted,
            }
        )
        with stops.interrupting():
            asyncio.run(ensure_reachable(urls.database_url, urls.redis_url))
            prepare_database(urls.database_url)
            asyncio.run(ensure_signing_key(folder.path, urls.database_url))
        processes.start(*service_specs(settings, urls, folder.path))
        processes.wait_until_ready(interrupted=stops.check)
        if demo:
            with stops.interrupting():
                tell_story(_address(settings.tasks_api_port), _address(settings.evidence_api_port), settings)
        if not once:
            typer.echo(f"Đang chạy; dữ liệu và nhật ký ở {folder.path}. Nhấn Ctrl-C để dừng.")
            processes.watch(stops.check)


def _stop(processes: Processes, stops: StopRequests) -> None:
    typer.echo("Đang dừng… (nhấn Ctrl-C lần nữa để dừng ngay)" if stops.count else "Đang dừng…")
    processes.stop(hurried=stops.repeated)
    typer.echo("Đã dừng.")


def _ensure_ports_differ(settings: Settings) -> None:
    if settings.tasks_api_port == settings.evidence_api_port:
        raise OperatorError(
            "ports-equal",
            f"THEODOI_TASKS_API_PORT và THEODOI_EVIDENCE_API_PORT cùng là {settings.tasks_api_port}: mỗi dịch vụ cần "
            "một cổng riêng.",
        )


def _ensure_port_free(port: int, setting: str) -> None:
    if not port_is_free(port):
        raise OperatorError(
            "port-in-use",
            f"Cổng {port} đang được chương trình khác sử dụng. "
            f"Hãy dừng chương trình đó hoặc chọn cổng khác bằng {setting}.",
        )


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _api_spec(name: str, what: str, port: int, environment: dict[str, str], home: Path) -> ChildSpec:
    return ChildSpec(
        name=name,
        command=[
            *(sys.executable, "-m", "uvicorn", f"services.{name}.app:create_app", "--factory"),
            *(
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--no-access-log",
                "--no-server-header",
                "--no-proxy-headers",
                "--http",
                "shared.http.heads:GuardedProtocol",
            ),
        ],
        is_ready=answers_ready(port),
        announcement=f"Dịch vụ {what} ({name}) sẵn sàng tại {_address(port)} (tài liệu: {_address(port)}/docs)",
        environment=environment,
        folder=home,
    )


def _worker_spec(name: str, what: str, environment: dict[str, str], home: Path) -> ChildSpec:
    return ChildSpec(
        name=name,
        command=[sys.executable, "-m", f"services.alerts_worker.{name}"],
        is_ready=prints_ready,
        announcement=f"Tiến trình {what} ({name}) sẵn sàng",
        environment=environment,
        folder=home,
    )
