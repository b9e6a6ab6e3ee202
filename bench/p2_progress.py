"""P2: a progress update with its state rule, history, trail, fact and repeatable answer."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from itertools import cycle, islice
from uuid import UUID, uuid4

from sqlalchemy import text

from bench.callers import Caller, make_reporters
from bench.load import Outcome, Request, compose, run_load
from bench.options import Options
from bench.places import FigureNotTakenError, Place
from bench.rounds import take_rounds, throughput_line
from bench.serving import both_served
from services.operator_cli.database_sessions import session_on

GOAL = 0.40
LEADS = 300
"""Organizations that report, each through one caller."""
MOST_A_SECOND = 3_000
"""Requests prepared for each second of a round: more than either side can answer."""

_REPORTABLE = text("""
    SELECT id, organization_id FROM assignments
    WHERE status IN ('not_started', 'in_progress', 'needs_completion') AND organization_id IN (
        SELECT o.id FROM organizations o ORDER BY md5(o.code) LIMIT :leads)
    ORDER BY md5(id::text)
""")


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    work, callers = asyncio.run(_find_work(place))
    supply = cycle(work)
    most = int(options.seconds * MOST_A_SECOND)
    with both_served(place) as served:

        def load(port: int) -> Outcome:
            requests = [_request(assignment_id, callers[lead]) for assignment_id, lead in islice(supply, most)]
            return run_load(port, requests, seconds=options.seconds, repeat=False)

        rounds = take_rounds(options.rounds, partial(load, served.ours), partial(load, served.floor))
    return throughput_line("P2", GOAL, rounds)


async def _find_work(place: Place) -> tuple[Sequence[tuple[UUID, UUID]], dict[UUID, Caller]]:
    """Pairs of an assignment that progress may be reported on and its lead, shuffled; and who reports for each lead."""
    async with session_on(place.database_url) as session:
        rows = (await session.execute(_REPORTABLE, {"leads": LEADS})).all()
    if not rows:
        raise FigureNotTakenError("no assignment is open for progress: choose more with --assignments")
    work = [(row.id, row.organization_id) for row in rows]
    return work, await make_reporters(place, sorted({lead for _, lead in work}))


def _request(assignment_id: UUID, caller: Caller) -> Request:
    """The same bytes for both sides; only the floor believes `X-Organization`."""
    report = {
        "percent": assignment_id.int % 100,
        "narrative": "Đã rà soát xong phần dữ liệu được giao, đang đối chiếu với sổ gốc trước khi đưa vào khai thác.",
        "reason": "Số liệu kỳ trước tính cả phần việc chưa nghiệm thu.",
    }
    headers = {
        "Authorization": f"Bearer {caller.token}",
        "Idempotency-Key": str(uuid4()),
        "X-Organization": str(caller.organization_id),
    }
    target = f"/v1/assignments/{assignment_id}/progress"
    return Request(compose("POST", target, headers, json.dumps(report, ensure_ascii=False).encode()), 201)
