"""Many figures at once: all or none, and in a few statements however many there are."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.indicators.queries import get_indicator
from services.tasks_api.measurements import queries
from services.tasks_api.measurements.bulk_rows import Faults, FigureRow, read_rows
from services.tasks_api.measurements.operations import source_of
from services.tasks_api.measurements.policies import RECORD, ensure_may_record_any
from services.tasks_api.measurements.queries import Key, Place
from services.tasks_api.measurements.rules import REASON_MISSING, TOO_EARLY, Change, Known, change_of
from shared import audit, outbox
from shared.db.driver import fetch_rows, prepare
from shared.db.ids import new_id
from shared.domain.principal import Principal
from shared.events import MeasurementsRecorded

ROWS_OF_ONE_STATEMENT = 10_000

_ADD = prepare("""
    INSERT INTO measurements (indicator_id, source, actor, recorded_at, id, organization_id, period_kind,
                              period_starts_on, value, weight, note, revision, reason)
    SELECT CAST(:indicator_id AS uuid), CAST(:source AS text), CAST(:actor AS text),
           CAST(:recorded_at AS timestamptz), row.*
    FROM unnest(
        CAST(:id AS uuid[]), CAST(:organization_id AS uuid[]), CAST(:period_kind AS text[]),
        CAST(:period_starts_on AS date[]), CAST(:value AS numeric[]), CAST(:weight AS numeric[]),
        CAST(:note AS text[]), CAST(:revision AS integer[]), CAST(:reason AS text[])
    ) AS row
""")
_NAMES = (
    "id",
    "organization_id",
    "period_kind",
    "period_starts_on",
    "value",
    "weight",
    "note",
    "revision",
    "reason",
)
_Record = tuple[UUID, UUID, str, date, Decimal, Decimal | None, str | None, int, str | None]


@dataclass(slots=True)
class Recorded:
    """How many rows a file had, and what they changed."""

    rows: int
    new: int = 0
    corrected: int = 0

    @property
    def unchanged(self) -> int:
        """Rows that told what was known."""
        return self.rows - self.new - self.corrected


async def record_measurements(
    session: AsyncSession,
    principal: Principal,
    indicator_id: UUID,
    content: bytes,
    media_type: str,
    *,
    reason: str | None,
    on: date,
    now: datetime,
) -> Recorded:
    """Record all figures of a file, or none: Invalid("measurements-invalid") tells the first wrong lines, Forbidden
    that no line is the caller's to tell. `reason` is that of corrections whose own row gives none.
    """
    indicator = await get_indicator(session, principal, indicator_id, lock=True)
    RECORD.ensure(principal)
    faults = Faults()
    # Beside the loop, which other requests wait for.
    rows = await asyncio.to_thread(read_rows, content, media_type, faults)
    places = await queries.map_places(session, {row.organization for row in rows})
    if places:
        ensure_may_record_any(principal, [place.path for place in places.values()])
    named = await asyncio.to_thread(_place, rows, places, principal, faults, on)
    faults.ensure_none()
    days = [key[2] for key in named]
    known = {}
    if named:
        ids = {key[0] for key in named}
        known = await queries.map_newest(session, indicator.id, ids, min(days), max(days))
    told = Recorded(len(named))
    records = await asyncio.to_thread(_compare, named, known, reason, faults, told)
    faults.ensure_none()
    common = {
        "indicator_id": indicator.id,
        "source": source_of(principal),
        "actor": audit.actor_name(principal),
        "recorded_at": now,
    }
    for first in range(0, len(records), ROWS_OF_ONE_STATEMENT):
        columns = zip(*records[first : first + ROWS_OF_ONE_STATEMENT], strict=True)
        await fetch_rows(session, _ADD, common | dict(zip(_NAMES, map(list, columns), strict=True)))
    if records:
        after: dict[str, object] = {
            "rows": told.rows,
            "new": told.new,
            "corrected": told.corrected,
            "reason": reason,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        audit.record(session, principal, "indicator.measurements_recorded", indicator, after=after)
        outbox.add(session, MeasurementsRecorded(indicator_id=indicator.id, count=len(records)))
    return told


def _place(
    rows: Sequence[FigureRow], places: Mapping[str, Place], principal: Principal, faults: Faults, on: date
) -> dict[Key, FigureRow]:
    """The rows by what they are figures of; among the faults those that are not the caller's to tell."""
    mine = {code: principal.covers(place.path) for code, place in places.items()}
    named: dict[Key, FigureRow] = {}
    for row in rows:
        place = places.get(row.organization)
        if place is None:
            faults.add(row.line, "organization-unknown", f"không có cơ quan mang mã {row.organization[:50]}")
            continue
        key = (place.id, str(row.period.kind), row.period.starts_on)
        if not mine[row.organization]:
            faults.add(row.line, "not-your-organization", f"{row.organization} ngoài phạm vi cơ quan của bạn")
        elif row.period.starts_on > on:
            faults.add(row.line, "period-in-future", TOO_EARLY)
        elif key in named:
            faults.add(row.line, "figure-repeated", f"trùng cơ quan và kỳ với dòng {named[key].line}")
        else:
            named[key] = row
    return named


def _compare(
    named: Mapping[Key, FigureRow], known: Mapping[Key, Known], reason: str | None, faults: Faults, told: Recorded
) -> list[_Record]:
    """What is to be written; among the faults corrections without reason."""
    records: list[_Record] = []
    for key, row in named.items():
        before = known.get(key)
        change = change_of(before, row.value, row.weight, row.note)
        if change is Change.UNCHANGED:
            continue
        why = row.reason or reason
        if change is Change.CORRECTED and why is None:
            faults.add(row.line, "reason-required", REASON_MISSING)
            continue
        note, revision = (row.note or before.note, before.revision + 1) if before else (row.note, 1)
        records.append((new_id(), *key, row.value, row.weight, note, revision, why if before else row.reason))
        told.corrected += change is Change.CORRECTED
        told.new += change is Change.NEW
    return records
