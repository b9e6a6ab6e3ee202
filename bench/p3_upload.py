"""P3: 100 MB of evidence with its SHA-256 on a durable store, against raw ASGI that does the same to a file; and what
twenty uploads at once cost in memory.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from bench.load import Outcome, UnexpectedAnswerError
from bench.places import FigureNotTakenError, Place, free_port, temporary_place
from bench.rounds import take_rounds, tell
from bench.sending import make_sender
from bench.serving import ROOT
from services.operator_cli.children import answers_ready
from services.operator_cli.embedded import ServerUrls
from services.operator_cli.processes import Processes
from services.operator_cli.up import service_specs
from shared.settings import get_settings

GOAL = 0.70
GOAL_MB = 50
SIZE = 100_000_000
PARALLEL = 20
ROUNDS = 5
PAUSE_SECONDS = 0.02

Send = Callable[[int, bytes, int, float], Future[float]]


def measure() -> str:
    """The line of the figure."""
    with temporary_place() as place:
        token = asyncio.run(make_sender(place))
        with _served(place) as (ours, floor), _client() as client:
            raw = partial(_outcome, client, ours, _raw(token))
            tus = partial(_outcome, client, ours, _tus(token))
            least = partial(_outcome, client, floor, _raw(token))
            rounds = take_rounds(ROUNDS, raw, least)
            by_tus = take_rounds(ROUNDS, tus, least)
            grown = {name: _growth(client, ours, head) for name, head in (("raw", _raw(token)), ("tus", _tus(token)))}
    seconds, fast = (median(each.seconds for each in side) for side in (rounds.ours, rounds.floor))
    told = ", ".join(f"{name} {size:.0f} MB" for name, size in grown.items())
    return (
        f"P3 {rounds.ratio:.2f} goal {GOAL:.2f} ours {seconds:.2f} s floor {fast:.2f} s for {SIZE // 10**6} MB; "
        f"by tus in one request {by_tus.ratio:.2f}; API grows by {told} with {PARALLEL} uploads at once goal {GOAL_MB}"
    )


@contextmanager
def _served(place: Place) -> Iterator[tuple[int, int]]:
    """Ports of evidence_api and of the floor."""
    ports = free_port(), free_port()
    settings = get_settings().model_copy(update={"evidence_api_port": ports[0]})
    specs = service_specs(settings, ServerUrls(place.database_url, ""), place.data_dir)
    ours = next(replace(spec, announcement=None) for spec in specs if spec.name == "evidence_api")
    command = [
        part.replace("services.evidence_api.app", "bench.floor_uploads").replace(str(ports[0]), str(ports[1]))
        for part in ours.command
    ]
    floor = replace(ours, name="floor", command=command, is_ready=answers_ready(ports[1]), folder=ROOT)
    with Processes(place.data_dir / "logs", tell) as processes:
        processes.start(ours, floor)
        processes.wait_until_ready()
        yield ports


def _raw(token: str) -> bytes:
    return _head(token, "/v1/uploads?filename=a.pdf", "application/octet-stream")


def _tus(token: str) -> bytes:
    told = f"Tus-Resumable: 1.0.0\r\nUpload-Length: {SIZE}\r\nUpload-Metadata: filename YS5wZGY=\r\n"
    return _head(token, "/v1/uploads", "application/offset+octet-stream", told)


def _head(token: str, target: str, media_type: str, more: str = "") -> bytes:
    return (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n{more}"
        f"Content-Type: {media_type}\r\nContent-Length: {SIZE}\r\n\r\n"
    ).encode()


@contextmanager
def _client() -> Iterator[Send]:
    """A sender in an interpreter of its own, which is up and running."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(sleep, 0).result()
        yield lambda *what: pool.submit(_send, *what)


def _outcome(client: Send, port: int, head: bytes) -> Outcome:
    seconds = client(port, head, 1, 0.0).result()
    return Outcome(seconds, [seconds])


def _send(port: int, head: bytes, count: int, pause: float) -> float:
    """Send so many files at once, resting after each megabyte of each; the seconds until the last answer."""
    started = perf_counter()
    with ThreadPoolExecutor(count) as pool:
        for sent in [pool.submit(_upload, port, head, pause) for _ in range(count)]:
            sent.result()
    return perf_counter() - started


def _upload(port: int, head: bytes, pause: float) -> None:
    # Other bytes each time: the same would be one object, written again and again.
    content = memoryview(b"%PDF-1.7\n" + os.urandom(1 << 20))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head)
        left = SIZE
        while left:
            sent = content[: min(left, len(content))]
            connection.sendall(sent)
            left -= len(sent)
            sleep(pause)
        answer = connection.recv(1 << 16)
    if not answer.startswith(b"HTTP/1.1 201"):
        raise UnexpectedAnswerError(answer[:500].decode(errors="replace"))


def _growth(client: Send, port: int, head: bytes) -> float:
    """Megabytes by which the API's memory grew, at its highest."""
    process = _process_of(port)
    before = highest = _resident(process)
    sending = client(port, head, PARALLEL, PAUSE_SECONDS)
    while not sending.done():
        highest = max(highest, _resident(process))
        sleep(PAUSE_SECONDS)
    sending.result()
    return (highest - before) / 1e6


def _process_of(port: int) -> Path:
    """The process that was told to listen at a port."""
    for found in Path("/proc").glob("[0-9]*"):
        try:
            told = (found / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(port).encode() in told and any(b"uvicorn" in part for part in told):
            return found
    raise FigureNotTakenError("the process of the API was not found")


def _resident(process: Path) -> int:
    """Bytes."""
    pages = int((process / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
