"""Where what a version holds was submitted for another assignment than it proves, before it or after; oldest first."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.fingerprints import pictures, texts
from services.alerts_worker.evidence_checks.fingerprints.documents import DocumentKey
from services.alerts_worker.evidence_checks.fingerprints.prints import PicturePrint, TextPrint
from services.alerts_worker.evidence_checks.fingerprints.rules import MOST_REUSES, Match
from services.alerts_worker.evidence_checks.fingerprints.storing import (
    bands,
    probes,
    signed,
    stored_picture,
    stored_text,
)
from shared.db.models import EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion
from shared.domain.evidence_reuse import Sameness

MOST_CANDIDATES = 200
"""Compared closely with one text or picture: those that agree best in what is searched by."""
_TURN = 0x7261646172  # any number that no other lock of the system has

_ELSEWHERE = """
    JOIN evidence_versions v ON v.id = f.evidence_version_id
    JOIN evidence e ON e.id = v.evidence_id AND NOT EXISTS (
        SELECT 1 FROM evidence_assignments theirs
        JOIN evidence_assignments ours ON ours.assignment_id = theirs.assignment_id AND ours.evidence_id = :evidence_id
        WHERE theirs.evidence_id = e.id)
"""
_SAME_BYTES = text(f"""
    SELECT f.evidence_version_id, f.position
    FROM evidence_files f JOIN uploads u ON u.id = f.upload_id {_ELSEWHERE}
    WHERE u.sha256 = :sha256 ORDER BY v.id LIMIT :most
""")
_SAME_TEXT = text(f"""
    SELECT f.evidence_version_id, f.position
    FROM text_fingerprints f {_ELSEWHERE}
    WHERE f.sha256 = :sha256 ORDER BY v.id LIMIT :most
""")
_NEAR_TEXT = text(f"""
    SELECT f.evidence_version_id, f.position, f.sha256, f.words, f.sketch, f.facts
    FROM text_fingerprints f {_ELSEWHERE}
    WHERE f.bands && CAST(:bands AS integer[]) AND f.sha256 <> :sha256
    ORDER BY (SELECT count(*) FROM unnest(f.bands) band WHERE band = ANY(CAST(:bands AS integer[]))) DESC, v.id
    LIMIT :most
""")
_FAR = "bit_count((coarse # CAST(:coarse AS bigint))::bit(64))"
_NEAR_COARSE = " UNION ".join(
    f"SELECT id, {_FAR} AS far FROM picture_fingerprints"
    f" WHERE band_{number} = ANY(CAST(:band_{number} AS integer[])) AND {_FAR} <= :most_bits"
    for number in (1, 2, 3, 4)
)
_NEAR_PICTURE = text(f"""
    WITH near AS MATERIALIZED ({_NEAR_COARSE})
    SELECT f.evidence_version_id, f.position, f.place, f.coarse, f.detail, f.is_page
    FROM near JOIN picture_fingerprints f ON f.id = near.id {_ELSEWHERE}
    ORDER BY near.far, v.id LIMIT :most
""")
_SAME_DOCUMENT = text(f"""
    SELECT f.evidence_version_id, f.position
    FROM document_fingerprints f {_ELSEWHERE}
    WHERE f.number = :number AND f.issuer = :issuer
      AND (f.year IS NULL OR CAST(:year AS integer) IS NULL OR f.year = :year)
    ORDER BY v.id LIMIT :most
""")


async def take_turn(session: AsyncSession) -> None:
    """Wait until no other transaction records fingerprints; the turn ends with the transaction.

    Whoever comes next begins each statement after this one has committed, and finds what it recorded.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


async def list_same_bytes(session: AsyncSession, evidence_id: UUID, position: int, sha256: str) -> list[Match]:
    """Other submissions of the very file, also those not checked yet."""
    values = {"evidence_id": evidence_id, "sha256": sha256, "most": MOST_REUSES}
    rows = await session.execute(_SAME_BYTES, values)
    return [Match(Sameness.SAME_BYTES, 1.0, position, row.evidence_version_id, row.position) for row in rows]


async def list_same_text(session: AsyncSession, evidence_id: UUID, position: int, sought: TextPrint) -> list[Match]:
    """Texts of the same letters, whoever printed them."""
    values = {"evidence_id": evidence_id, "sha256": sought.sha256, "most": MOST_REUSES}
    rows = await session.execute(_SAME_TEXT, values)
    return [Match(Sameness.SAME_TEXT, 1.0, position, row.evidence_version_id, row.position) for row in rows]


async def list_near_text(session: AsyncSession, evidence_id: UUID, position: int, sought: TextPrint) -> list[Match]:
    """Texts that are this one but for a few words."""
    values = {
        "evidence_id": evidence_id,
        "sha256": sought.sha256,
        "bands": texts.bands_of(sought),
        "most": MOST_CANDIDATES,
    }
    found = [(row, stored_text(row)) for row in await session.execute(_NEAR_TEXT, values)]
    return [
        Match(
            Sameness.NEAR_TEXT,
            texts.shared_wording(sought, other),
            position,
            row.evidence_version_id,
            row.position,
        )
        for row, other in found
        if texts.are_near(sought, other)
    ]


async def list_near_pictures(
    session: AsyncSession, evidence_id: UUID, position: int, sought: PicturePrint
) -> list[Match]:
    """Pictures that are this one, saved again."""
    values = {
        "evidence_id": evidence_id,
        "coarse": signed(sought.coarse),
        "most_bits": pictures.NEAR_COARSE,
        "most": MOST_CANDIDATES,
        **{f"band_{number}": probes(band) for number, band in enumerate(bands(sought.coarse), 1)},
    }
    found = [(row, stored_picture(row)) for row in await session.execute(_NEAR_PICTURE, values)]
    return [
        Match(
            Sameness.NEAR_PICTURE,
            pictures.likeness(sought, other),
            position,
            row.evidence_version_id,
            row.position,
        )
        for row, other in found
        if pictures.are_near(sought, other)
    ]


async def list_same_documents(
    session: AsyncSession, evidence_id: UUID, position: int | None, key: DocumentKey
) -> list[Match]:
    """Documents of the same number and issuer, and not known to be of another year."""
    values = {
        "evidence_id": evidence_id,
        "number": key.number,
        "issuer": key.issuer,
        "year": key.year,
        "most": MOST_REUSES,
    }
    rows = await session.execute(_SAME_DOCUMENT, values)
    return [Match(Sameness.SAME_DOCUMENT, 1.0, position, row.evidence_version_id, row.position) for row in rows]


async def list_recorded_pairs(session: AsyncSession, version_id: UUID) -> set[tuple[UUID, int | None, UUID]]:
    """What is recorded of a version already, by what it was compared with: (later version, its file's position,
    earlier version)."""
    later, earlier = EvidenceReuse.evidence_version_id, EvidenceReuseOrigin.evidence_version_id
    statement = (
        select(later, EvidenceReuse.position, earlier)
        .join(EvidenceReuseOrigin, EvidenceReuseOrigin.reuse_id == EvidenceReuse.id)
        .where(or_(later == version_id, earlier == version_id))
    )
    return {(row[0], row[1], row[2]) for row in await session.execute(statement)}


async def list_numbers(session: AsyncSession, version_ids: Collection[UUID]) -> list[tuple[UUID, int]]:
    """The evidence and number of each of these versions, in the order they were submitted."""
    statement = select(EvidenceVersion.evidence_id, EvidenceVersion.number).where(EvidenceVersion.id.in_(version_ids))
    return [(row[0], row[1]) for row in await session.execute(statement.order_by(EvidenceVersion.id))]
