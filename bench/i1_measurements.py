"""I1: a file of 100,000 figures recorded over HTTP, against a bare COPY of the same rows into a table alike."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter
from uuid import UUID

import asyncpg
import httpx

from bench.places import FigureNotTakenError, Place, asyncpg_dsn, temporary_place
from bench.rounds import tell
from bench.serving import ours_served
from services.operator_cli.database_sessions import session_on
from services.operator_cli.keys import issue_token, load_signing_key
from shared.db.ids import new_id
from shared.db.models import Indicator, Organization, Plan
from shared.domain.periods import Period, PeriodKind, periods_of_year
from shared.domain.principal import Role

GOAL_SECONDS = 10.0
ROUNDS = 3
BODIES = 1_000
FIRST_YEAR, MONTHS = 2015, 100

_ALIKE = "CREATE TABLE copied (LIKE measurements INCLUDING ALL)"
_KEYS = (
    "ALTER TABLE copied ADD FOREIGN KEY (indicator_id) REFERENCES indicators (id)",
    "ALTER TABLE copied ADD FOREIGN KEY (organization_id) REFERENCES organizations (id)",
)
_COLUMNS = (
    "id",
    "indicator_id",
    "organization_id",
    "period_kind",
    "period_starts_on",
    "value",
    "source",
    "revision",
    "actor",
)


@dataclass(frozen=True, slots=True)
class _Scene:
    """An indicator for each round of a province with a thousand bodies, whom its caller reports for."""

    token: str
    indicators: Sequence[UUID]
    bodies: Sequence[tuple[UUID, str]]

    def rows(self) -> Iterator[tuple[UUID, str, Period, Decimal]]:
        """Every figure: body, code, period, value."""
        years = range(FIRST_YEAR, FIRST_YEAR + MONTHS // 12 + 1)
        months = [month for year in years for month in periods_of_year(year, PeriodKind.MONTH)][:MONTHS]
        for number, (body, code) in enumerate(self.bodies):
            for period in months:
                yield body, code, period, Decimal(number) / 4

    def file(self) -> bytes:
        """All of them as CSV."""
        lines = (f"{code},{period},{value}" for _, code, period, value in self.rows())
        return "\n".join(("organization,period,value", *lines)).encode()


def measure() -> str:
    """The line of the figure."""
    with temporary_place() as place:
        scene = asyncio.run(_make(place))
        with ours_served(place) as port:
            return asyncio.run(_measure(place, scene, port))


async def _make(place: Place) -> _Scene:
    async with session_on(place.database_url) as session:
        province = _organization("H90", None)
        bodies = [_organization(f"H90.{number}", province) for number in range(BODIES)]
        plan = Plan(
            id=new_id(),
            issuer_id=province.id,
            kind="plan",
            number="1/KH",
            issued_on=date(2015, 1, 1),
            title="Kế hoạch thử nghiệm",
            starts_on=date(2015, 1, 1),
            reviewing_organization_ids=[],
            reporting_rules=[],
        )
        indicators = [_indicator(plan, position) for position in range(ROUNDS)]
        for rows in ([province], bodies, [plan], indicators):
            session.add_all(rows)
            await session.flush()
        key = load_signing_key(place.data_dir)
        token = await issue_token(session, key, province, Role.REPORTER, life=timedelta(hours=1))
        await session.commit()
    return _Scene(token, [each.id for each in indicators], [(each.id, each.code) for each in bodies])


def _organization(code: str, parent: Organization | None) -> Organization:
    return Organization(
        id=new_id(),
        code=code,
        name=f"Cơ quan thử nghiệm {code}",
        kind="commune" if parent else "province",
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{code}/",
        search_text="co quan",
    )


def _indicator(plan: Plan, position: int) -> Indicator:
    return Indicator(
        id=new_id(),
        plan_id=plan.id,
        position=position,
        no=str(position),
        text="x",
        direction="higher",
        aggregation="sum",
        search_text="x",
    )


async def _measure(place: Place, scene: _Scene, port: int) -> str:
    driver = await asyncpg.connect(asyncpg_dsn(place.database_url))
    content = scene.file()
    ours, floor, again = [], [], []
    try:
        await driver.execute(_ALIKE)
        for statement in _KEYS:
            await driver.execute(statement)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            for indicator in scene.indicators:
                floor.append(await _copy(driver, scene, indicator))
                ours.append(await _send(client, scene, indicator, content, 201))
                again.append(await _send(client, scene, indicator, content, 200))
        kept = await driver.fetchval("SELECT count(*) FROM measurements")
    finally:
        await driver.close()
    if kept != ROUNDS * BODIES * MONTHS:
        raise FigureNotTakenError(f"{kept} figures are there, not all that were sent")
    tell(f"I1 each round: {' '.join(f'{seconds:.2f}' for seconds in ours)} s, {len(content) >> 10} KiB a file")
    return (
        f"I1 {median(ours):.2f} s goal {GOAL_SECONDS:.0f} s ({BODIES * MONTHS} figures) COPY {median(floor):.2f} s "
        f"ratio {median(ours) / median(floor):.1f} the same file again {median(again):.2f} s"
    )


async def _copy(driver: asyncpg.Connection, scene: _Scene, indicator: UUID) -> float:
    records = [
        (new_id(), indicator, body, period.kind.value, period.starts_on, value, "manual", 1, "bench")
        for body, _, period, value in scene.rows()
    ]
    started = perf_counter()
    await driver.copy_records_to_table("copied", records=records, columns=_COLUMNS)
    return perf_counter() - started


async def _send(client: httpx.AsyncClient, scene: _Scene, indicator: UUID, content: bytes, status: int) -> float:
    headers = {"Authorization": f"Bearer {scene.token}", "Content-Type": "text/csv"}
    started = perf_counter()
    answer = await client.post(f"/v1/indicators/{indicator}/measurements/bulk", content=content, headers=headers)
    taken = perf_counter() - started
    if answer.status_code != status:
        raise FigureNotTakenError(f"answered {answer.status_code}: {answer.text[:300]}")
    return taken
