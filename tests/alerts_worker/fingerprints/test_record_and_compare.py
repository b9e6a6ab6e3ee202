"""A version is met again in other assignments, whatever was done to its files; the later one is the reuse."""

from datetime import date
from hashlib import sha256
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.lookalikes.minutes import PRINTERS, printed, retyped, write_minutes
from bench.lookalikes.photos import encoded, make_photo, saved_again
from services.alerts_worker.evidence_checks.fingerprints.operations import record_and_compare
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.jobs import weigh_again
from shared.db.models import (
    Assignment,
    AuditEntry,
    Evidence,
    EvidenceFinding,
    EvidenceReuse,
    EvidenceReuseOrigin,
    EvidenceVersion,
    PendingAppraisal,
)
from shared.domain.appraisal_risks import GRAVE, NOTABLE
from shared.domain.file_types import DOCX, PDF
from shared.events import EvidenceReuseFound
from tests.alerts_worker.cases import WEDNESDAY, list_payloads, make_evidence, make_reviewed_assignment, make_version
from tests.alerts_worker.evidence_checks.making import word_file
from tests.alerts_worker.fingerprints.printing import prints_of

JPEG = "image/jpeg"
MINUTES = write_minutes(Random(1), 1)
HEAD = ("ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH", "Số: 57/KH-UBND", "Bình Minh, ngày 12 tháng 3 năm 2026", "KẾ HOẠCH")
PHOTO = make_photo(Random(1), (640, 480))


async def submitted(session: AsyncSession, content: bytes, to: Assignment | None = None) -> EvidenceVersion:
    evidence = await make_evidence(session, to or await make_reviewed_assignment(session), [content])
    return (await session.scalars(select(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence.id))).one()


async def compare(session: AsyncSession, version: EvidenceVersion, content: bytes, media_type: str = PDF) -> str:
    """The outcome of the finding."""
    file = ComparedFile(1, sha256(content).hexdigest(), prints_of(content, media_type))
    finding = await record_and_compare(session, version, file, now=WEDNESDAY)
    return finding.outcome


async def reuses_of(session: AsyncSession, version: EvidenceVersion) -> list[tuple[str, UUID]]:
    """(kind, version met before), as found."""
    statement = (
        select(EvidenceReuse.kind, EvidenceReuseOrigin.evidence_version_id)
        .join(EvidenceReuseOrigin, EvidenceReuseOrigin.reuse_id == EvidenceReuse.id)
        .where(EvidenceReuse.evidence_version_id == version.id)
        .order_by(EvidenceReuseOrigin.evidence_version_id)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


def case(kind: str, first: bytes, second: bytes, media_type: str = PDF) -> object:
    return pytest.param(kind, first, second, media_type, id=kind)


@pytest.mark.parametrize(
    ("kind", "first", "second", "media_type"),
    [
        case("same_bytes", printed(MINUTES, PRINTERS[0]), printed(MINUTES, PRINTERS[0])),
        case("same_text", printed(MINUTES, PRINTERS[0]), printed(MINUTES, PRINTERS[3])),
        case("near_text", printed(MINUTES, PRINTERS[0]), printed(retyped(Random(2), MINUTES), PRINTERS[1])),
        case("near_picture", encoded(PHOTO), saved_again(Random(2), PHOTO), JPEG),
        case("same_document", word_file(*HEAD, "Bản thảo có chữ ký nháy"), word_file(*HEAD, "Bản đã đóng dấu"), DOCX),
    ],
)
async def test_what_is_met_again(
    session: AsyncSession, kind: str, first: bytes, second: bytes, media_type: str
) -> None:
    earlier, later = await submitted(session, first), await submitted(session, second)
    assert await compare(session, earlier, first, media_type) == "unmatched"
    assert await compare(session, later, second, media_type) == "reused"
    assert await reuses_of(session, later) == [(kind, earlier.id)]
    assert await reuses_of(session, earlier) == []


async def test_the_later_submission_is_the_reuse_also_when_it_is_compared_first(session: AsyncSession) -> None:
    first, second = encoded(PHOTO), saved_again(Random(3), PHOTO)
    earlier, later = await submitted(session, first), await submitted(session, second)
    assert await compare(session, later, second, JPEG) == "unmatched"
    assert await compare(session, earlier, first, JPEG) == "unmatched"
    assert await reuses_of(session, later) == [("near_picture", earlier.id)]
    assert await reuses_of(session, earlier) == []


@pytest.mark.parametrize(("reason", "weight"), [(None, GRAVE), ("Một hội nghị chung cho hai nhiệm vụ", NOTABLE)])
async def test_a_reuse_found_afterwards_weighs_as_one_found_at_once(
    session: AsyncSession, reason: str | None, weight: int
) -> None:
    """Whoever is to judge the later submission finds it where its weight puts it."""
    first, second = encoded(PHOTO), saved_again(Random(3), PHOTO)
    earlier, later = await submitted(session, first), await submitted(session, second)
    later.reuse_reason = reason
    outcome = await compare(session, later, second, JPEG)
    session.add(EvidenceFinding(evidence_version_id=later.id, step="reuse", position=1, outcome=outcome, facts={}))
    await compare(session, earlier, first, JPEG)
    (fact,) = await list_payloads(session, "evidence.reuse_found")
    assert fact == {"evidence_id": str(later.evidence_id), "version": 1}
    await weigh_again(session, EvidenceReuseFound(evidence_id=later.evidence_id, version=1), WEDNESDAY)
    pending = await session.get_one(PendingAppraisal, later.evidence_id, populate_existing=True)
    assert (later.risk, pending.risk) == (weight, weight)
    trail = select(AuditEntry.after).where(AuditEntry.target_id == later.id)
    assert (await session.scalars(trail)).all() == [{"risk": weight}]


async def test_other_minutes_of_the_template_are_no_reuse(session: AsyncSession) -> None:
    rng = Random(4)
    for _ in range(3):
        content = printed(write_minutes(rng, 1), PRINTERS[0])
        assert await compare(session, await submitted(session, content), content) == "unmatched"


async def test_its_own_assignment_and_its_own_earlier_versions_are_no_news(session: AsyncSession) -> None:
    content = printed(MINUTES, PRINTERS[0])
    assignment = await make_reviewed_assignment(session)
    first, beside = [await submitted(session, content, to=assignment) for _ in range(2)]
    evidence = await session.get_one(Evidence, first.evidence_id)
    following = await make_version(session, evidence, 2, [content], "received")
    for version in (first, beside, following):
        assert await compare(session, version, content) == "unmatched"


async def test_all_earlier_uses_are_kept_oldest_first(session: AsyncSession) -> None:
    content = encoded(PHOTO)
    versions = [await submitted(session, content) for _ in range(4)]
    for version in versions:
        await compare(session, version, content, JPEG)
    assert await reuses_of(session, versions[-1]) == [("same_bytes", each.id) for each in versions[:-1]]


@pytest.mark.parametrize(
    ("number", "year", "outcome"),
    [("Số: 57/KH-UBND", 2026, "reused"), ("57/KH-UBND", 2025, "unmatched"), ("58/KH-UBND", 2026, "unmatched")],
)
async def test_the_same_document_in_other_files(session: AsyncSession, number: str, year: int, outcome: str) -> None:
    earlier, later = await submitted(session, b"a scan"), await submitted(session, b"another scan")
    for version, named, issued in ((earlier, "57/KH-UBND", 2026), (later, number, year)):
        version.document_number = named
        version.document_issuer = "UBND phường Bình Minh"
        version.document_issued_on = date(issued, 3, 1)
    await compare(session, earlier, b"a scan", "video/mp4")
    assert await compare(session, later, b"another scan", "video/mp4") == outcome
    assert await reuses_of(session, later) == ([("same_document", earlier.id)] if outcome == "reused" else [])


async def test_a_declared_reuse_is_told_as_such(session: AsyncSession) -> None:
    content = encoded(PHOTO)
    earlier, later = await submitted(session, content), await submitted(session, content)
    later.reuse_reason = "Một hội nghị chung cho hai nhiệm vụ"
    await compare(session, earlier, content, JPEG)
    assert await compare(session, later, content, JPEG) == "reuse_declared"


async def test_a_file_that_could_not_be_read_is_met_by_its_bytes(session: AsyncSession) -> None:
    earlier, later = await submitted(session, b"broken"), await submitted(session, b"broken")
    file = ComparedFile(1, sha256(b"broken").hexdigest(), FilePrints(is_whole=False))
    finding = await record_and_compare(session, later, file, now=WEDNESDAY)
    assert finding.outcome == "reused"
    assert finding.facts == {"read": False, "texts": 0, "pictures": 0, "documents": 0}
    assert await reuses_of(session, later) == [("same_bytes", earlier.id)]
