"""E1: pictures nearly the same as one, found among a million, against one lookup of a row by its key."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter
from uuid import UUID

import asyncpg
from sqlalchemy import select

from bench.options import Options
from bench.places import SERVER_SETTINGS, FigureNotTakenError, asyncpg_dsn, temporary_place
from bench.rounds import tell
from services.alerts_worker.evidence_checks.fingerprints.prints import DETAIL_BYTES, PicturePrint
from services.alerts_worker.evidence_checks.fingerprints.queries import list_near_pictures
from services.alerts_worker.evidence_checks.fingerprints.storing import bands, signed
from services.operator_cli.database_sessions import session_on
from shared.db.ids import new_id
from shared.db.models import EvidenceVersion
from tests.factories.evidence import make_evidence
from tests.factories.tracking import make_assignment

LOOKUPS = 1_000
WARMING = 100
BATCH = 50_000
VERSIONS = 500
COARSE_FLIPS, DETAIL_FLIPS = 8, 40
"""Bits in which a picture met again differs: more than 95 % of altered photos differ in fewer (figure E2)."""

_COLUMNS = (
    *("id", "evidence_version_id", "position", "place", "coarse"),
    *("band_1", "band_2", "band_3", "band_4", "detail", "is_page"),
)


@dataclass(frozen=True, slots=True)
class _Stored:
    """Some of the pictures: by their key, and as they are known."""

    id: UUID
    picture: PicturePrint


def measure(options: Options) -> str:
    """The line of the figure."""
    with temporary_place() as place:
        return asyncio.run(_measure(place.database_url, options.images))


async def _measure(database_url: str, images: int) -> str:
    rng = Random(1)
    versions = await _make_versions(database_url)
    driver = await asyncpg.connect(asyncpg_dsn(database_url), server_settings=SERVER_SETTINGS)
    try:
        started = perf_counter()
        stored = await _store(driver, rng, versions, images)
        await driver.execute("VACUUM (ANALYZE) picture_fingerprints")
        tell(f"E1 stored {images} pictures in {perf_counter() - started:.0f} s")
        floor = await _time_floor(driver, rng, stored)
    finally:
        await driver.close()
    ours = await _time_ours(database_url, rng, stored)
    half, most = _percentile(ours, 50), _percentile(ours, 99)
    return (
        f"E1 p50 {half:.2f} ms p99 {most:.2f} ms ({images} pictures, {LOOKUPS} lookups) "
        f"floor p50 {_percentile(floor, 50):.2f} ms p99 {_percentile(floor, 99):.2f} ms "
        f"ratio p50 {half / _percentile(floor, 50):.1f} p99 {most / _percentile(floor, 99):.1f}"
    )


async def _make_versions(database_url: str) -> Sequence[UUID]:
    async with session_on(database_url) as session:
        assignment = await make_assignment(session)
        evidence = await make_evidence(session, assignment, *["released"] * VERSIONS)
        statement = select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence.id)
        versions = (await session.scalars(statement)).all()
        await session.commit()
    return versions


async def _store(driver: asyncpg.Connection, rng: Random, versions: Sequence[UUID], images: int) -> Sequence[_Stored]:
    kept: list[_Stored] = []
    for start in range(0, images, BATCH):
        made = [_Stored(new_id(), _picture(rng)) for _ in range(min(BATCH, images - start))]
        await driver.copy_records_to_table("picture_fingerprints", records=_rows(rng, versions, made), columns=_COLUMNS)
        kept += made[: LOOKUPS * BATCH // images + 1]
    return kept


def _picture(rng: Random) -> PicturePrint:
    """Half of the bits are set, as the median leaves them."""
    coarse = sum(1 << bit for bit in rng.sample(range(64), 32))
    return PicturePrint(1, coarse, rng.getrandbits(8 * DETAIL_BYTES), is_page=False)


def _rows(rng: Random, versions: Sequence[UUID], made: Sequence[_Stored]) -> Iterator[tuple[object, ...]]:
    for each in made:
        picture = each.picture
        detail = picture.detail.to_bytes(DETAIL_BYTES, "big")
        yield (each.id, rng.choice(versions), 1, 1, signed(picture.coarse), *bands(picture.coarse), detail, False)


async def _time_floor(driver: asyncpg.Connection, rng: Random, stored: Sequence[_Stored]) -> list[float]:
    statement = await driver.prepare("SELECT evidence_version_id FROM picture_fingerprints WHERE id = $1")
    taken = []
    for _ in range(WARMING + LOOKUPS):
        sought = rng.choice(stored).id
        started = perf_counter()
        await statement.fetch(sought)
        taken.append(perf_counter() - started)
    return taken[WARMING:]


async def _time_ours(database_url: str, rng: Random, stored: Sequence[_Stored]) -> list[float]:
    """As the worker asks: every other picture was never met, the rest were, and must be found."""
    taken = []
    async with session_on(database_url) as session:
        for number in range(WARMING + LOOKUPS):
            met = number % 2 == 0
            sought = _altered(rng, rng.choice(stored).picture) if met else _picture(rng)
            started = perf_counter()
            found = await list_near_pictures(session, new_id(), 1, sought)
            taken.append(perf_counter() - started)
            if met and not found:
                raise FigureNotTakenError("a picture that is there was not found")
    return taken[WARMING:]


def _altered(rng: Random, picture: PicturePrint) -> PicturePrint:
    coarse, detail = picture.coarse, picture.detail
    for bit in rng.sample(range(64), rng.randint(0, COARSE_FLIPS)):
        coarse ^= 1 << bit
    for bit in rng.sample(range(8 * DETAIL_BYTES), rng.randint(0, DETAIL_FLIPS)):
        detail ^= 1 << bit
    return PicturePrint(1, coarse, detail, is_page=False)


def _percentile(seconds: Sequence[float], percent: float) -> float:
    """In milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * percent / 100))] * 1000
