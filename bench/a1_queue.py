"""A1: the first page of a queue in which 100,000 versions wait for one body, gravest first, token and visibility on."""

import asyncio
import json
from datetime import timedelta
from functools import partial

import asyncpg

from bench.callers import LIFE, Caller
from bench.load import Request, compose, run_load
from bench.options import Options
from bench.places import SERVER_SETTINGS, FigureNotTakenError, Place, asyncpg_dsn
from bench.rounds import take_rounds, tell
from bench.serving import Served, both_served, fetch
from services.operator_cli.database_sessions import session_on
from services.operator_cli.keys import issue_token, load_signing_key
from shared.clock import today
from shared.db.models import Organization
from shared.domain.calendar import local_midnight
from shared.domain.principal import Role

GOAL = 3.0
TARGET = "/v1/appraisals?limit=50"
DAYS_AGO = 30
"""Everything came before the body on one day: what the calendar says of it is then the same for all."""

# One body appraises everything that is open. Triggers would place each row by itself: placed at once, it is quicker.
_SEED = (
    "SET session_replication_role = replica",
    "UPDATE plans SET reviewing_organization_ids = ARRAY[$1::uuid]",
    """
    INSERT INTO evidence (id, assignment_id, organization_id, kind, current_version, version)
    SELECT uuid_v7(), open.id, open.organization_id, 'signed_document', 1, 1
    FROM (SELECT id, organization_id, row_number() OVER (ORDER BY id) AS place FROM assignments
          WHERE status NOT IN ('completed', 'suspended', 'cancelled')) AS open
    CROSS JOIN generate_series(1, 100) AS nth
    ORDER BY nth, open.place LIMIT $1::bigint
    """,
    """
    INSERT INTO evidence_versions (id, evidence_id, number, state, submitted_by, released_at, risk)
    SELECT uuid_v7(), e.id, 1, 'released', 'bench', $1::timestamptz + place * interval '1 microsecond',
           CASE WHEN place % 50 = 0 THEN 100 WHEN place % 7 = 0 THEN 10 ELSE 0 END
    FROM (SELECT id, row_number() OVER (ORDER BY md5(id::text)) AS place FROM evidence) AS e
    """,
    "INSERT INTO evidence_assignments (evidence_id, assignment_id) SELECT id, assignment_id FROM evidence",
    "SET session_replication_role = origin",
    "ANALYZE evidence, evidence_versions, evidence_assignments",
    "SELECT place_pending_appraisals(ARRAY(SELECT id FROM evidence), NULL)",
    "VACUUM ANALYZE",
)


def measure(place: Place, options: Options) -> str:
    """`A1 p50 2.10 goal 3.00 p99 1.90 throughput 0.48 …`: ours to the floor, medians of the pairs."""
    reviewer = asyncio.run(_seed(place, options.pending))
    unlimited = {"THEODOI_CALLER_RATE": "0"}  # one reviewer asks for all pages
    with both_served(place, against="bench.floor_queue", service="evidence_api", **unlimited) as served:
        ours, floor = _same_pages(served, reviewer)
        load = partial(run_load, seconds=options.seconds, repeat=True)
        rounds = take_rounds(options.rounds, partial(load, served.ours, [ours]), partial(load, served.floor, [floor]))
    sides = (sum(each.percentile(50) for each in side) / len(side) * 1000 for side in (rounds.ours, rounds.floor))
    mine, theirs = sides
    return (
        f"A1 p50 {rounds.percentile_ratio(50):.2f} goal {GOAL:.2f} (ours {mine:.1f} ms floor {theirs:.1f} ms) "
        f"p99 {rounds.percentile_ratio(99):.2f} throughput {rounds.ratio:.2f} pending {options.pending}"
    )


async def _seed(place: Place, pending: int) -> Caller:
    connection = await asyncpg.connect(asyncpg_dsn(place.database_url), server_settings=SERVER_SETTINGS)
    try:
        body = await connection.fetchval("SELECT id FROM organizations WHERE kind = 'province' ORDER BY code LIMIT 1")
        at = local_midnight(today() - timedelta(days=DAYS_AGO)) + timedelta(hours=9)
        given = {"UPDATE plans": [body], "INSERT INTO evidence ": [pending], "INSERT INTO evidence_versions": [at]}
        for statement in _SEED:
            values = next((value for start, value in given.items() if statement.strip().startswith(start)), [])
            await connection.execute(statement, *values)
        waiting = await connection.fetchval("SELECT count(*) FROM pending_appraisals WHERE organization_id = $1", body)
    finally:
        await connection.close()
    if waiting != pending:
        raise FigureNotTakenError(f"{waiting} versions wait, not {pending}: choose more with --assignments")
    tell(f"A1: {waiting} versions wait for one body")
    async with session_on(place.database_url) as session:
        organization = await session.get_one(Organization, body)
        key = load_signing_key(place.data_dir)
        return Caller(body, await issue_token(session, key, organization, Role.REVIEWER, life=LIFE))


def _same_pages(served: Served, reviewer: Caller) -> tuple[Request, Request]:
    """What to ask of ours and of the floor; FigureNotTakenError when they do not tell the same."""
    headers = {"Authorization": f"Bearer {reviewer.token}"}
    ours = fetch(served.ours, TARGET, headers)
    shown = json.loads(ours)["items"]
    told = shown[0]
    floor_target = f"{TARGET}&viewer={reviewer.organization_id}&decide_by={told['decide_by']}&age={told['age_days']}"
    floor = fetch(served.floor, floor_target, {})
    if len(shown) != 50 or shown != json.loads(floor)["items"]:
        raise FigureNotTakenError("the floor does not answer the same queue as evidence_api")
    return (
        Request(compose("GET", TARGET, headers), 200, len(ours)),
        Request(compose("GET", floor_target, {}), 200, len(floor)),
    )
