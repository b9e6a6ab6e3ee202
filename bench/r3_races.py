"""R3: writers who mean the same version, and one key sent many times at once: one of them has its effect."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select

from bench.callers import make_callers
from bench.load import compose
from bench.options import Options
from bench.places import FigureNotTakenError, Place
from bench.serving import services_running
from services.operator_cli.database_sessions import session_on
from shared.db.models import Assignment, ProgressUpdate
from shared.domain.principal import Role

WRITERS = 1_000
VERSIONS = 3
SAME_KEY = 50
BUSY = 503
PATIENCE_SECONDS = 120.0
REPORT = json.dumps(
    {"percent": 50, "narrative": "Đã rà soát một nửa.", "reason": "Số liệu kỳ trước chưa đối chiếu."},
    ensure_ascii=False,
).encode()


def measure(place: Place, options: Options) -> str:
    """The line of the figure; FigureNotTakenError for any answer but success, refusal of a stale version, or 503."""
    # All come from one caller, whose own limit is not what is asked for here.
    with services_running(place.database_url, place.data_dir, THEODOI_CALLER_RATE="0") as addresses:
        return asyncio.run(_race(place, addresses["tasks_api"], options.keys))


async def _race(place: Place, address: str, keys: int) -> str:
    (caller,) = await make_callers(place, ("province",), Role.REPORTER, of_each=1)
    assignment_id = await _find_open(place)
    writer = _Writer(int(address.rpartition(":")[2]), caller.token, assignment_id)
    lost = 0
    for _ in range(VERSIONS):
        version = await writer.read_version()
        answers = Counter(await writer.write_at_once(WRITERS, {"If-Match": f'"{version}"'}))
        _ensure_only(answers, 201, 412)
        lost += abs(await writer.read_version() - version - 1) + abs(answers[201] - 1)
    before = await _count_updates(place, assignment_id)
    for _ in range(keys):
        _ensure_only(Counter(await writer.write_at_once(SAME_KEY, {"Idempotency-Key": str(uuid4())})), 201)
    doubled = await _count_updates(place, assignment_id) - before - keys
    return (
        f"R3 {WRITERS} If-Match writers × {VERSIONS} versions: {lost} lost updates; "
        f"one key × {SAME_KEY} × {keys}: {doubled} effects too many (goals 0, 0)"
    )


class _Writer:
    """Reports progress on one assignment; every request comes over a connection of its own."""

    def __init__(self, port: int, token: str, assignment_id: UUID) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        self._path = f"/v1/assignments/{assignment_id}"

    async def read_version(self) -> int:
        """The version that stands now."""
        head = await self._send(compose("GET", self._path, self._headers))
        found = re.search(rb'(?i)\r\netag: "(\d+)"', head)
        if found is None:
            raise FigureNotTakenError(f"no ETag: {head[:500]!r}")
        return int(found[1])

    async def write_at_once(self, writers: int, headers: dict[str, str]) -> Sequence[int]:
        """The statuses of so many equal reports sent together."""
        request = compose("POST", f"{self._path}/progress", self._headers | headers, REPORT)
        return await asyncio.gather(*(self._write(request) for _ in range(writers)))

    async def _write(self, request: bytes) -> int:
        """Whoever is told that the service is busy tries again: nothing has happened yet."""
        status = int((await self._send(request))[9:12])
        if status != BUSY:
            return status
        await asyncio.sleep(random.uniform(1, 3))
        return await self._write(request)

    async def _send(self, request: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
        if not answer:
            raise FigureNotTakenError("a connection ended without an answer")
        return answer


def _ensure_only(answers: Counter[int], *statuses: int) -> None:
    if answers.keys() - set(statuses):
        raise FigureNotTakenError(f"unexpected answers: {dict(answers)}")


_OPEN = select(Assignment.id).where(Assignment.status == "in_progress").order_by(Assignment.id).limit(1)


async def _find_open(place: Place) -> UUID:
    async with session_on(place.database_url) as session:
        found = await session.scalar(_OPEN)
    if found is None:
        raise FigureNotTakenError("no assignment is in progress: choose more with --assignments")
    return found


async def _count_updates(place: Place, assignment_id: UUID) -> int:
    statement = select(func.count()).where(ProgressUpdate.assignment_id == assignment_id)
    async with session_on(place.database_url) as session:
        return await session.scalar(statement) or 0
