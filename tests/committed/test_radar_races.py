"""Versions of the same photo are recorded at the same instant: the second to commit finds the first. Files of the same
bytes are met before they are recorded.
"""

import asyncio
from hashlib import sha256
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.lookalikes.photos import encoded, make_photo, saved_again
from services.alerts_worker.evidence_checks.fingerprints.operations import record_and_compare
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.queries import get_version_for_update
from shared.db.models import EvidenceReuse, EvidenceReuseOrigin, EvidenceVersion
from shared.db.session import Sessions
from tests.alerts_worker.cases import WEDNESDAY, make_evidence, make_reviewed_assignment
from tests.alerts_worker.fingerprints.printing import prints_of

COPIES = 6


async def make_versions(session: AsyncSession, contents: list[bytes]) -> list[UUID]:
    versions = []
    for content in contents:
        evidence = await make_evidence(session, await make_reviewed_assignment(session), [content], state="received")
        statement = select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence.id)
        versions.append((await session.scalars(statement)).one())
    await session.commit()
    return versions


async def test_of_versions_recorded_at_once_each_pair_is_found_once(committed: Sessions) -> None:
    rng = Random(1)
    photo = make_photo(rng, (640, 480))
    contents = [encoded(photo)] * 2 + [saved_again(rng, photo, trimmed=False) for _ in range(COPIES - 2)]
    async with committed() as session:
        versions = await make_versions(session, contents)
    ready = asyncio.Barrier(COPIES)

    async def record(version_id: UUID, content: bytes) -> None:
        file = ComparedFile(1, sha256(content).hexdigest(), prints_of(content, "image/jpeg"))
        async with committed() as session:
            version = await get_version_for_update(session, version_id)
            await ready.wait()  # each holds its own version, none has recorded anything
            await record_and_compare(session, version, file, now=WEDNESDAY)
            await session.commit()

    await asyncio.gather(*map(record, versions, contents))
    later, earlier = EvidenceReuse.evidence_version_id, EvidenceReuseOrigin.evidence_version_id
    async with committed() as session:
        statement = select(later, earlier).join(EvidenceReuseOrigin, EvidenceReuseOrigin.reuse_id == EvidenceReuse.id)
        found = [(row[0], row[1]) for row in await session.execute(statement)]
    ordered = sorted(versions)
    assert sorted(found) == sorted((one, other) for place, one in enumerate(ordered) for other in ordered[:place])
