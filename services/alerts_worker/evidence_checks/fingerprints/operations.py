"""Keeps what a version is known by, and where it was met before."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.fingerprints import queries, storing
from services.alerts_worker.evidence_checks.fingerprints.documents import DocumentKey, key_of
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile, Match, finding, strongest
from services.alerts_worker.evidence_checks.rules import Finding
from shared import outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion
from shared.events import EvidenceReuseFound


async def record_and_compare(
    session: AsyncSession, version: EvidenceVersion, file: ComparedFile, *, now: datetime
) -> Finding:
    """Record the fingerprints of a file of a version, and all reuses that they show; once for each file. With the first
    file the document that the version is said to be is compared too.

    Of two versions the one submitted later reuses the other, whichever is compared first: comparing the earlier one
    afterwards adds to what is known of the later. Two transactions take turns from here to their ends, so call this as
    late in one as can be. Returns the finding for the caller to record.
    """
    await queries.take_turn(session)
    documents = _documents(version, file)
    _record(session, version.id, file, documents)
    await session.flush()
    matches = strongest(await _matches(session, version, file, documents))
    recorded = await queries.list_recorded_pairs(session, version.id)
    made = await _add_reuses(session, version.id, matches, recorded, now)
    for evidence_id, number in await queries.list_numbers(session, {later for later, *_ in made} - {version.id}):
        outbox.add(session, EvidenceReuseFound(evidence_id=evidence_id, version=number))
    places = {file.position, None} if file.position == 1 else {file.position}
    reused = any(later == version.id and position in places for later, position, _ in recorded | made)
    return finding(file, reused=reused, declared=version.reuse_reason is not None)


def _documents(version: EvidenceVersion, file: ComparedFile) -> list[tuple[int | None, DocumentKey]]:
    year = version.document_issued_on.year if version.document_issued_on else None
    declared = key_of(version.document_number, version.document_issuer, year)
    read = [(file.position, key) for key in file.prints.documents if key != declared]
    return [*([(None, declared)] if declared and file.position == 1 else []), *read]


def _record(
    session: AsyncSession, version_id: UUID, file: ComparedFile, documents: Sequence[tuple[int | None, DocumentKey]]
) -> None:
    session.add_all(storing.text_row(version_id, file.position, each) for each in file.prints.texts)
    session.add_all(storing.picture_row(version_id, file.position, each) for each in file.prints.pictures)
    session.add_all(storing.document_rows(version_id, documents))


async def _matches(
    session: AsyncSession,
    version: EvidenceVersion,
    file: ComparedFile,
    documents: Sequence[tuple[int | None, DocumentKey]],
) -> list[Match]:
    evidence_id = version.evidence_id
    found = await queries.list_same_bytes(session, evidence_id, file.position, file.sha256)
    for text in file.prints.texts:
        found += await queries.list_same_text(session, evidence_id, file.position, text)
        found += await queries.list_near_text(session, evidence_id, file.position, text)
    for picture in file.prints.pictures:
        found += await queries.list_near_pictures(session, evidence_id, file.position, picture)
    for position, key in documents:
        found += await queries.list_same_documents(session, evidence_id, position, key)
    return found


async def _add_reuses(
    session: AsyncSession,
    version_id: UUID,
    matches: Iterable[Match],
    recorded: set[tuple[UUID, int | None, UUID]],
    now: datetime,
) -> set[tuple[UUID, int | None, UUID]]:
    """Add what is not recorded yet. Versions sort as they were submitted."""
    made = set()
    origins = []
    for match in matches:
        ends = [(version_id, match.position), (match.other_version_id, match.other_position)]
        (earlier_id, earlier_position), (later_id, later_position) = sorted(ends, key=lambda end: end[0])
        pair = (later_id, later_position, earlier_id)
        if pair in recorded or pair in made:
            continue
        made.add(pair)
        reuse = EvidenceReuse(
            id=new_id(),
            evidence_version_id=later_id,
            position=later_position,
            kind=match.kind.value,
            measure=match.measure,
            found_at=now,
        )
        session.add(reuse)
        origins.append(
            EvidenceReuseOrigin(reuse_id=reuse.id, evidence_version_id=earlier_id, position=earlier_position)
        )
    await session.flush()
    session.add_all(origins)
    await session.flush()
    return made
