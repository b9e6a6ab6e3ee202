"""The inside of a throwaway process: takes on its limits, runs one function on the bytes, answers, ends."""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from shared.domain.errors import DomainError

_OPEN_FILES = 64


def serve(requests: int, answers: int) -> NoReturn:
    """Answer the one request that comes from a descriptor by the other, and end."""
    gc.disable()  # the process is gone before its litter is worth collecting
    with open(requests, "rb") as stream:
        asked = json.loads(stream.readline())
        _take_on(**asked["limits"])
        answer = _answer(asked["entry"], stream, asked["argument"])
    with open(answers, "wb") as stream:
        stream.write(answer)
    os._exit(0)  # nothing is worth tidying up


def _take_on(*, memory: int, cpu: int, wall: int, output: int, may_start_programs: bool) -> None:
    """Limits that hold for good, for this process and whatever it starts."""
    del output  # whoever reads it counts
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_AS, _address_space() + memory),
    ):
        _lower(limit, value, value)
    _lower(resource.RLIMIT_CPU, cpu, cpu + 1)
    if not may_start_programs:
        _lower(resource.RLIMIT_NPROC, 0, 0)
    signal.alarm(wall + 1)  # should whoever started us be gone


def _lower(limit: int, soft: int, hard: int) -> None:
    """Lower a limit, or leave it where it is lower already."""
    present = resource.getrlimit(limit)[1]
    if present != resource.RLIM_INFINITY:
        soft, hard = min(soft, present), min(hard, present)
    try:
        resource.setrlimit(limit, (soft, hard))
    except ValueError:  # macOS knows some of them by name only
        if sys.platform == "linux":
            raise


def _address_space() -> int:
    """Bytes the process has mapped before it reads anything."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _answer(entry: str, content: BinaryIO, argument: Any) -> bytes:
    try:
        module, _, name = entry.partition(":")
        value = getattr(importlib.import_module(module), name)(content.read(), argument)
        return json.dumps({"answer": value}, ensure_ascii=False).encode()
    except DomainError as refusal:
        told = {
            "family": type(refusal).__name__,
            "code": refusal.code,
            "detail": refusal.detail,
            "errors": [asdict(each) for each in refusal.errors],
            "facts": refusal.facts,
        }
        return json.dumps({"refusal": told}).encode()
    except (MemoryError, RecursionError) as error:
        return json.dumps({"exceeded": type(error).__name__}).encode()
    except BaseException as error:  # noqa: BLE001 -- its kind and place are told, its words may quote the document
        last = traceback.extract_tb(error.__traceback__)[-1]
        return json.dumps({"failed": f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"}).encode()
