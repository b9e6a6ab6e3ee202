"""Whether clamd answers, and looks at all that it may be given; it does not tell its settings, so it is tried."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping

from services.alerts_worker.evidence_checks.malware import trials
from services.alerts_worker.evidence_checks.malware.clamd import STREAM_LIMIT, BeyondLimits, Clamd, NoVerdict, within
from services.alerts_worker.evidence_checks.malware.scanning import TIME_LIMIT, WHY, prove
from services.operator_cli.database_in_reach import ANSWER_SECONDS

_ENTRIES = 16
_LEVELS = 3
"""As often may clamd count a byte: in a file, in a package, and in a document of that package."""


async def examine_scanner(url: str, *, largest: int, seconds: float) -> tuple[bool, str]:
    """Whether it will do for files of up to `largest` bytes, each in so many `seconds`, and a Vietnamese sentence."""
    clamd, lines = Clamd(url), _lines(largest, seconds)
    all_lines = f"clamd.conf cần có đủ: {'; '.join(lines.values())}."
    try:
        async with within(ANSWER_SECONDS):
            version = await prove(clamd)
        met = [
            await _limit_met(clamd, trials.filler(largest), seconds),
            await _limit_met(clamd, trials.whole(_package(_LEVELS * largest)), seconds),
        ]
    except NoVerdict as missing:
        problem = f"Máy quét mã độc tại {url}: {WHY[missing.why]}; minh chứng sẽ chờ quét."
        return False, f"{problem} {all_lines}" if missing.why == "silent" else problem
    if short := [lines.get(limit, limit) for limit in met if limit is not None]:
        return False, f"{version} tại {url} còn thiếu {'; '.join(short)}: tệp lớn sẽ bị từ chối. {all_lines}"
    return True, f"{version} trả lời tại {url}."


def _lines(largest: int, seconds: float) -> Mapping[str, str]:
    """What clamd.conf must say, by the limit that it is about."""
    size = -(-largest >> 20)
    return {
        STREAM_LIMIT: f"{STREAM_LIMIT} {size}M",
        "MaxFileSize": f"MaxFileSize {size}M",
        "MaxScanSize": f"MaxScanSize {_LEVELS * size}M",
        TIME_LIMIT: f"{TIME_LIMIT} {round(seconds * 1000)}",
        "AlertExceedsMax": "AlertExceedsMax yes",
    }


async def _limit_met(clamd: Clamd, trial: AsyncIterator[bytes], seconds: float) -> str | None:
    """The limit of clamd that the trial is beyond. Raises NoVerdict."""
    try:
        async with within(seconds):
            await clamd.scan(trial)
    except BeyondLimits as beyond:
        return beyond.limit
    return None


def _package(size: int) -> bytes:
    """Somewhat less than so many bytes of nothing, in entries none of which is large."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as entries:
        for number in range(_ENTRIES):
            entries.writestr(f"{number}.txt", bytes(size // (_ENTRIES + 1)))
    return package.getvalue()
