"""The process that others are forked from: what it leaves them, and what is left when it or the service is gone."""

import asyncio
import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from pkgutil import resolve_name

import pytest

from shared import throwaway
from shared.throwaway import Failed
from tests.throwaway.turns import WAITING, a_turn_taken

HERE = "tests.throwaway.misbehaving"
CHECKS = "services.alerts_worker.evidence_checks"
ENTRIES = (
    f"{CHECKS}.contents.kinds:tell",
    f"{CHECKS}.contents.unpacking:take_apart",
    f"{CHECKS}.texts.reading:tell",
    f"{CHECKS}.texts.pdf:draw_first_page",
    f"{CHECKS}.pictures.reading:tell",
    f"{CHECKS}.signatures.reading:read_signatures",
    f"{CHECKS}.documents.reading:tell",
    f"{CHECKS}.fingerprints.reading:read_texts",
    f"{CHECKS}.fingerprints.reading:read_pictures",
    "services.tasks_api.plan_imports.reading:read_as_json",
)
SERVICE = """
import asyncio, sys
from shared import throwaway
limits = throwaway.Limits(may_start_programs=True)
asyncio.run(throwaway.run(sys.argv[1], b"", sys.argv[2], limits=limits))
"""

SHORT_OF_DESCRIPTORS = """
import asyncio, itertools, os, resource, sys
from shared import throwaway

async def ask():
    for room in itertools.count():
        before = os.listdir("/proc/self/fd")
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(before) - 1 + room, 4096))
        try:
            print(await throwaway.run(sys.argv[1], b""))
            return
        except throwaway.Busy:
            resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
            assert os.listdir("/proc/self/fd") == before

asyncio.run(ask())
"""

needs_pidfd = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="this system cannot say when a process of others ends"
)


@contextlib.asynccontextmanager
async def ending(pids: Iterable[int]) -> AsyncIterator[None]:
    """Whatever is done in the block, afterwards they end."""
    descriptors = [os.pidfd_open(pid) for pid in pids]
    yield
    for descriptor in descriptors:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        assert await asyncio.to_thread(ended.poll, 10_000)
        os.close(descriptor)


async def test_what_one_run_does_to_its_modules_the_next_does_not_find() -> None:
    assert [await throwaway.run(f"{HERE}:count_runs", b"") for _ in range(2)] == [1, 1]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not list threads")
async def test_loading_what_runs_need_starts_no_thread() -> None:
    """A process is only forked safely while it has one."""
    for entry in ENTRIES:
        assert callable(resolve_name(entry))
        with contextlib.suppress(Failed):  # an entry refuses what is no file
            await throwaway.run(entry, b"", {"media_type": "application/pdf"})
    assert await throwaway.run(f"{HERE}:count_threads_before", b"") == 1


@needs_pidfd
async def test_whoever_hangs_up_leaves_nothing_running(tmp_path: Path) -> None:
    async with a_turn_taken(tmp_path) as (running, (first, other, _)), ending([other]):
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


@needs_pidfd
async def test_a_server_that_is_killed_leaves_nothing_running_and_another_takes_its_place(tmp_path: Path) -> None:
    async with a_turn_taken(tmp_path) as (running, pids):
        async with ending(pids):
            os.kill(pids[-1], signal.SIGKILL)
        with pytest.raises(Failed):
            await running
    assert await throwaway.run(f"{HERE}:count_runs", b"") == 1


@needs_pidfd
async def test_a_service_that_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVICE, WAITING, str(fifo)), cwd=Path(throwaway.__file__).parents[1]
    )
    pids = [int(pid) for pid in (await asyncio.to_thread(fifo.read_text)).split()]
    async with ending(pids):
        service.kill()
        await service.wait()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system cannot limit a process of others")
async def test_a_server_without_descriptors_left_fails_the_run_that_asked_and_no_other(tmp_path: Path) -> None:
    async with a_turn_taken(tmp_path) as (_, (_, _, server)):
        limits = resource.prlimit(server, resource.RLIMIT_NOFILE)
        resource.prlimit(server, resource.RLIMIT_NOFILE, (4, limits[1]))
        with pytest.raises(Failed):
            await throwaway.run(f"{HERE}:count_runs", b"")
        resource.prlimit(server, resource.RLIMIT_NOFILE, limits)
        assert await throwaway.run(f"{HERE}:server_of", b"") == server


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list descriptors")
async def test_a_service_without_descriptors_left_is_told_so_and_keeps_none() -> None:
    """However few are missing, up to the first run that has enough."""
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", SHORT_OF_DESCRIPTORS, f"{HERE}:count_runs"),
        cwd=Path(throwaway.__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    told, complaints = await service.communicate()
    assert (told.splitlines()[-1], complaints) == (b"1", b"")
    assert b"throwaway-not-begun" in told
