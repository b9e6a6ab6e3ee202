"""P2: a progress update with its state rule, history, trail, fact and repeatable answer."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from itertools import cycle, islice
from uuid import UUID, uuid4

from sqlalchemy import text

from bench.callers import Caller, make_callers
from bench.load import Outcome, Request, compose, run_load
from bench.options import Options
from bench.places import FigureNotTakenError, Place
from bench.rounds import take_rounds, throughput_line
from bench.serving import both_served
from services.operator_cli.database_sessions import session_on
from shared.domain.principal import Role

GOAL = 0.40
KINDS = ("commune", "province", "department")
OF_EACH = 10
MOST_A_SECOND = 3_000
"""Requests prepared for each second of a round: more than either side can answer."""
MOST_WORK = 100_000

# Everyone reports for the own organization and those below it.
_REPORTABLE = text("""
    SELECT a.id, caller.id AS caller_id
    FROM organizations caller
    JOIN organizations o ON starts_with(o.path, caller.path)
    JOIN assignments a ON a.organization_id = o.id
    WHERE caller.id = ANY (:caller_ids) AND a.status IN ('not_started', 'in_progress', 'needs_completion')
    ORDER BY md5(a.id::text || caller.id) LIMIT :most
""")


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    work = asyncio.run(find_work(place))
    supply = cycle(work)
    most = int(options.seconds * MOST_A_SECOND)
    with both_served(place) as served:

        def load(port: int) -> Outcome:
            requests = [progress_request(assignment_id, caller) for assignment_id, caller in islice(supply, most)]
            return run_load(port, requests, seconds=options.seconds, repeat=False)

        rounds = take_rounds(options.rounds, partial(load, served.ours), partial(load, served.floor))
    return throughput_line("P2", GOAL, rounds)


async def find_work(place: Place) -> Sequence[tuple[UUID, Caller]]:
    """Assignments that progress may be reported on, shuffled, each with somebody who may."""
    callers = await make_callers(place, KINDS, Role.REPORTER, of_each=OF_EACH)
    by_organization = {caller.organization_id: caller for caller in callers}
    async with session_on(place.database_url) as session:
        rows = await session.execute(_REPORTABLE, {"caller_ids": list(by_organization), "most": MOST_WORK})
        work = [(row.id, by_organization[row.caller_id]) for row in rows]
    if not work:
        raise FigureNotTakenError("no assignment is open for progress: choose more with --assignments")
    return work


def progress_request(assignment_id: UUID, caller: Caller) -> Request:
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
