"""The supervisor of `theodoi up`, over real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.operator_cli.children import Child, answers_ready
from services.operator_cli.processes import Processes
from services.operator_cli.reaching import port_is_free
from services.operator_cli.refusals import OperatorError
from services.operator_cli.restart_policy import RestartPolicy
from tests.acceptance.conditions import until
from tests.acceptance.stand_ins import stand_in

ROOT = Path(__file__).parents[2]
AT_ONCE = RestartPolicy(most=2, first_wait=0.0)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def processes(tmp_path: Path, said: list[str]) -> Iterator[Processes]:
    with Processes(tmp_path / "logs", said.append, policy=AT_ONCE) as crew:
        yield crew


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: int = probe.getsockname()[1]
    return number


def run_theodoi(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.operator_cli.main", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def supervisor(folder: Path, port: int, *, patience: float) -> Iterator["subprocess.Popen[str]"]:
    """A command of two children, one deaf to SIGTERM for `patience` seconds, that has said it is ready."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.stand_ins", "supervise", str(folder), str(port), str(patience)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            read_until(process, "all ready")
            yield process
        finally:
            process.kill()


def contains(file: Path, words: str) -> bool:
    return words in file.read_text()


def read_until(process: "subprocess.Popen[str]", wanted: str, *, within: float = 30.0) -> None:
    """Read lines until the one wanted; a process that does not say it in time is killed, which ends its output."""
    assert process.stdout is not None
    limit = threading.Timer(within, process.kill)
    limit.start()
    try:
        assert wanted in (line.rstrip() for line in process.stdout), f"never said “{wanted}”"
    finally:
        limit.cancel()


@pytest.mark.parametrize(
    ("deaths", "wait"),
    [
        ([100.0], 0.5),
        ([90.0, 100.0], 1.0),
        ([60.0, 70.0, 80.0, 90.0, 100.0], 8.0),
        ([50.0, 60.0, 70.0, 80.0, 90.0, 100.0], None),
        ([40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0], None),
        ([10.0, 20.0, 30.0, 39.0, 40.0, 100.0], 0.5),
        ([10.0, 20.0, 30.0, 39.0, 41.0, 100.0], 1.0),
    ],
)
def test_restarts_wait_longer_each_time_and_end_within_a_minute(deaths: list[float], wait: float | None) -> None:
    assert RestartPolicy().wait_after(deaths, now=100.0) == wait


def test_each_child_is_announced_once_it_serves(processes: Processes, said: list[str], port: int) -> None:
    processes.start(
        stand_in("listener", "listen", str(port), is_ready=answers_ready(port)),
        stand_in("worker", "work", "worker", os.devnull),
    )
    processes.wait_until_ready()
    assert sorted(said) == ["✓ listener sẵn sàng", "✓ worker sẵn sàng"]


def test_children_stop_in_reverse_order(processes: Processes, tmp_path: Path) -> None:
    farewells = tmp_path / "farewells"
    processes.start(*(stand_in(name, "work", name, str(farewells)) for name in ("first", "second", "third")))
    processes.wait_until_ready()
    processes.stop()
    assert farewells.read_text().split() == ["third", "second", "first"]


def test_a_child_that_dies_is_started_again(processes: Processes, said: list[str], port: int) -> None:
    started: list[int] = []

    def answers(child: Child) -> bool:
        if child.pid not in started:
            started.append(child.pid)
        return answers_ready(port)(child)

    processes.start(stand_in("listener", "listen", str(port), is_ready=answers))
    processes.wait_until_ready()
    os.kill(started[0], signal.SIGKILL)

    def announced_again() -> bool:
        processes.revive(time.monotonic())
        return said.count("✓ listener sẵn sàng") == 2

    until(announced_again)
    assert len(started) == 2
    assert "! listener đã dừng (mã -9); khởi động lại sau 0 giây." in said


def test_a_child_that_keeps_dying_ends_the_command_and_names_its_log(processes: Processes, tmp_path: Path) -> None:
    processes.start(stand_in("broken", "fail", "the disk is full"))

    def watch_a_while() -> bool:
        processes.revive(time.monotonic())
        return False

    with pytest.raises(OperatorError) as refusal:
        until(watch_a_while)
    assert refusal.value.code == "child-keeps-dying"
    assert str(tmp_path / "logs" / "broken.log") in refusal.value.detail
    assert (tmp_path / "logs" / "broken.log").read_text().split("\n").count("the disk is full") == 3


def test_a_child_that_dies_before_it_served_is_told_with_its_last_words(processes: Processes) -> None:
    processes.start(stand_in("broken", "fail", "the disk is full"))
    with pytest.raises(OperatorError, match="broken dừng ngay khi khởi động") as refusal:
        processes.wait_until_ready()
    assert "the disk is full" in refusal.value.detail


def test_a_child_that_never_serves_is_told(processes: Processes, port: int) -> None:
    processes.start(stand_in("worker", "work", "worker", os.devnull, is_ready=answers_ready(port)))
    with pytest.raises(OperatorError, match="worker chưa sẵn sàng sau 0 giây"):
        processes.wait_until_ready(within=0.0)


def test_a_program_that_does_not_exist_is_told(processes: Processes) -> None:
    spec = stand_in("ghost", "work")
    with pytest.raises(OperatorError, match="Không khởi động được ghost"):
        processes.start(type(spec)(name="ghost", command=["/nonexistent/program"], is_ready=spec.is_ready))


def test_logs_of_the_run_before_are_kept(tmp_path: Path, said: list[str]) -> None:
    log = tmp_path / "broken.log"
    for words in ("first run", "second run"):
        with Processes(tmp_path, said.append) as crew:
            crew.start(stand_in("broken", "fail", words))
            until(partial(contains, log, words))
    assert log.read_text() == "second run\n"
    assert (tmp_path / "broken.previous.log").read_text() == "first run\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_request_forces_what_a_first_only_asked(tmp_path: Path, port: int, number: signal.Signals) -> None:
    with supervisor(tmp_path, port, patience=600) as command:
        command.send_signal(number)
        read_until(command, "stopping")
        command.send_signal(number)
        until(lambda: command.poll() is not None)
        assert command.returncode == 0
    assert port_is_free(port)


@pytest.fixture
def nohup() -> Iterator[None]:
    """As under `nohup`: whoever ignores SIGHUP hands that down to its children."""
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, former)


@pytest.mark.usefixtures("nohup")
def test_the_supervisor_under_test_hears_what_the_tests_themselves_ignore(tmp_path: Path, port: int) -> None:
    with supervisor(tmp_path, port, patience=0.1) as command:
        command.send_signal(signal.SIGHUP)
        read_until(command, "stopping")


def test_what_is_never_said_is_not_waited_for_for_ever() -> None:
    with (
        subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as silent,
        pytest.raises(AssertionError, match="never said “hello”"),
    ):
        read_until(silent, "hello", within=0.01)


def test_a_deaf_child_is_killed_when_patience_ends(tmp_path: Path, port: int) -> None:
    with supervisor(tmp_path, port, patience=0.1) as command:
        command.send_signal(signal.SIGINT)
        until(lambda: command.poll() is not None)
        assert command.returncode == 0
    assert port_is_free(port)


def test_children_end_when_the_command_itself_is_killed(tmp_path: Path, port: int) -> None:
    with supervisor(tmp_path, port, patience=0.1) as command:
        command.kill()
        command.wait()
        until(lambda: port_is_free(port))


@pytest.mark.parametrize("setting", ["THEODOI_TASKS_API_PORT", "THEODOI_EVIDENCE_API_PORT"])
def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        done = run_theodoi("up", "--once", THEODOI_DATA_DIR=str(tmp_path), **{setting: number})
    assert done.returncode == 1
    assert f"Cổng {number} đang được chương trình khác sử dụng" in done.stderr
    assert setting in done.stderr


def test_one_port_for_both_services_is_refused(tmp_path: Path, port: int) -> None:
    settings = {"THEODOI_TASKS_API_PORT": str(port), "THEODOI_EVIDENCE_API_PORT": str(port)}
    done = run_theodoi("up", "--once", THEODOI_DATA_DIR=str(tmp_path), **settings)
    assert done.returncode == 1
    assert all(words in done.stderr for words in ("THEODOI_TASKS_API_PORT", "THEODOI_EVIDENCE_API_PORT", str(port)))
    assert "sẵn sàng" not in done.stdout


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("THEODOI_TASKS_API_PORT", "abc", "phải là số nguyên"),
        ("THEODOI_EVIDENCE_API_PORT", "70000", "phải từ 65535 trở xuống"),
        ("THEODOI_TODAY", "1/12/2026", "phải là ngày dạng YYYY-MM-DD"),
    ],
)
def test_a_setting_nobody_can_use_is_named(tmp_path: Path, setting: str, value: str, said: str) -> None:
    done = run_theodoi("up", "--once", THEODOI_DATA_DIR=str(tmp_path), **{setting: value})
    assert done.returncode == 1
    assert done.stderr == f"✗ Biến môi trường {setting}: {said}.\n"


def test_a_database_out_of_reach_is_named_without_its_password(tmp_path: Path, port: int) -> None:
    done = run_theodoi(
        "up",
        THEODOI_DATA_DIR=str(tmp_path),
        THEODOI_DATABASE_URL=f"postgresql+asyncpg://nguoi_dung:mat_khau@127.0.0.1:{port}/theodoi",
    )
    assert done.returncode == 1
    assert re.search(r"Không kết nối được cơ sở dữ liệu \S+nguoi_dung", done.stderr)
    assert "THEODOI_DATABASE_URL" in done.stderr
    assert "mat_khau" not in done.stderr + done.stdout


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        done = run_theodoi("doctor", "--json", THEODOI_DATA_DIR=str(tmp_path), THEODOI_TASKS_API_PORT=number)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert [name for name, finding in findings.items() if not finding["ok"]] == ["port-tasks_api"]
    assert number in findings["port-tasks_api"]["detail"]
