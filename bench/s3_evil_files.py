"""S3: every evil file of the tests, taken in and checked as an upload is; what becomes of it, and what that takes."""

import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from bench.rounds import tell
from services.alerts_worker.evidence_checks.checking import Attempt, Made, check
from services.alerts_worker.evidence_checks.rules import Finding
from services.alerts_worker.evidence_checks.signatures.trust_store import TrustStore
from services.alerts_worker.evidence_checks.steps import steps_with
from shared.domain.file_types import HEAD, find_media_type
from shared.settings import get_settings
from shared.storage import get_store
from tests.alerts_worker.evidence_checks.evil_files import EVIL
from tests.alerts_worker.evidence_checks.harmless_packages import HARMLESS as HARMLESS_PACKAGES
from tests.alerts_worker.evidence_checks.making import HARMLESS
from tests.alerts_worker.evidence_checks.scene import UNSCANNED, UNSUSPICIOUS, case_of, fate, store, told_by

MEMORY_GOAL, TIME_GOAL = 512, 20
"""MiB and seconds of one parser."""
_peaks: list[int] = []
"""The most memory, in MiB, of each throwaway process of the file at hand, as the system counts it at its end."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a file, by which findings, how long its slowest check took, and its largest parser in MiB."""

    fate: str
    why: str
    seconds: float
    memory: int


def measure() -> str:
    """The line of the figure; a line a file on stderr."""
    sys.addaudithook(_note)
    with _own_store():
        harmless = asyncio.run(_meet(HARMLESS | HARMLESS_PACKAGES))
        fates = asyncio.run(_meet(EVIL))
    for name, met in sorted(fates.items(), key=lambda each: (each[1].fate, each[0])):
        tell(f"  {met.fate:8} {met.seconds:5.1f} s {met.memory:4} MiB  {name}: {met.why}")
    for name, met in harmless.items():
        if met.fate != "passed":
            tell(f"  harmless, and {met.fate}: {name}: {met.why}")
    counts = Counter(met.fate for met in fates.values())
    passed = sum(met.fate == "passed" for met in harmless.values())
    stopped = counts["refused"] + counts["held"]
    return (
        f"S3 {stopped}/{len(fates)} evil files stopped (refused {counts['refused']}, held {counts['held']}, "
        f"only told {counts['told']}, passed {counts['passed']}), {passed}/{len(harmless)} harmless ones passed, "
        f"slowest check {max(met.seconds for met in fates.values()):.1f} s goal {TIME_GOAL} s, "
        f"largest parser {max(met.memory for met in fates.values())} MiB goal {MEMORY_GOAL} MiB"
    )


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "theodoi.throwaway.ended":
        _module, _exit_code, peak = arguments
        assert isinstance(peak, int)
        _peaks.append(peak >> 10)


@contextmanager
def _own_store() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="theodoi-s3-") as folder:
        os.environ["THEODOI_DATA_DIR"] = folder
        get_settings.cache_clear()
        get_store.cache_clear()
        yield


async def _meet(files: Mapping[str, tuple[str, Callable[[], bytes]]]) -> dict[str, Fate]:
    return {name: await _check(make(), filename) for name, (filename, make) in files.items()}


async def _check(content: bytes, filename: str) -> Fate:
    if find_media_type(content[:HEAD], filename) is None:
        return Fate("refused", "at upload", 0.0, 0)
    attempt = Attempt(case_of(await store(content, filename)))
    steps, slowest = steps_with(UNSCANNED, TrustStore(None)), 0.0
    made: list[Made] = []
    _peaks.clear()
    while not made or (attempt.outstanding and not any(_ends(each.result) for each in attempt.made)):
        started = perf_counter()
        attempt = await check(attempt.case, steps, seconds=0)  # one step at a time
        slowest = max(slowest, perf_counter() - started)
        made += attempt.made
    attempt.made = made
    checked = told_by(attempt)
    why = [f"{step} {each.message}" for step, each in checked.findings.items() if each.outcome not in UNSUSPICIOUS]
    return Fate(fate(checked), " | ".join(why) or "-", slowest, max(_peaks, default=0))


def _ends(result: object) -> bool:
    return isinstance(result, Finding) and (result.refuses or result.waits)
