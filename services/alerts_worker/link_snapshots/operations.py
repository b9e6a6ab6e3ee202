"""Keeps what a public address showed as the one file of its version, which the checks then take like any other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.link_snapshots import queries
from services.alerts_worker.link_snapshots.rules import EXTENSIONS, Refusal, kept_headers, media_type_of
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceFile, EvidenceFinding, EvidenceVersion, LinkSnapshot, Upload
from shared.domain.public_addresses import read_web_address
from shared.events import EvidenceRefused, EvidenceSubmitted, LinkSubmitted
from shared.outgoing import Answer
from shared.storage import StoredFile

ACTOR = audit.System("snapshot_link")
STEP = "fetched"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer whose content is in the store."""

    answer: Answer
    stored: StoredFile
    fetched_at: datetime


async def record_snapshot(
    session: AsyncSession, event: LinkSubmitted, fetched: Snapshot | Refusal, *, now: datetime
) -> None:
    """Give the version its file and have it checked; or refuse it, with the reason as a finding.

    A version that was fetched before stays as it is.
    """
    version = await queries.find_waiting_for_update(session, event.evidence_id, event.version)
    if version is None:
        return
    if isinstance(fetched, Refusal):
        version.state = "refused"
        _add_finding(session, version, fetched.outcome, fetched.facts, now)
        outbox.add(session, EvidenceRefused(evidence_id=event.evidence_id, version=event.version))
        after: dict[str, object] = {"state": "refused", "outcome": fetched.outcome}
        audit.record(session, ACTOR, "evidence.refused", version, before={"state": "received"}, after=after)
        await session.flush()
        return
    upload = _add_upload(session, event, fetched)
    await session.flush()
    _add_snapshot(session, version, upload, fetched)
    facts: dict[str, object] = {
        "url": fetched.answer.url,
        "address": fetched.answer.address,
        "fetched_at": fetched.fetched_at.isoformat(),
        "sha256": upload.sha256,
        "size": upload.size,
    }
    _add_finding(session, version, "passed", facts, now)
    outbox.add(session, EvidenceSubmitted(evidence_id=event.evidence_id, version=event.version))
    audit.record(session, ACTOR, "evidence.link_fetched", version, after=facts)
    await session.flush()


def _add_upload(session: AsyncSession, event: LinkSubmitted, fetched: Snapshot) -> Upload:
    answer, stored = fetched.answer, fetched.stored
    media_type = media_type_of(answer.headers)
    upload = Upload(
        id=new_id(),
        organization_id=event.organization_id,
        uploaded_by=audit.actor_name(ACTOR),
        filename=f"{read_web_address(answer.url).host.replace(':', '_')}{EXTENSIONS[media_type]}",
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
    )
    session.add(upload)
    return upload


def _add_snapshot(session: AsyncSession, version: EvidenceVersion, upload: Upload, fetched: Snapshot) -> None:
    answer = fetched.answer
    session.add_all(
        [
            EvidenceFile(id=new_id(), evidence_version_id=version.id, position=1, upload_id=upload.id),
            LinkSnapshot(
                evidence_version_id=version.id,
                url=answer.url,
                address=answer.address,
                status=answer.status,
                headers=kept_headers(answer.headers),
                sha256=upload.sha256,
                fetched_at=fetched.fetched_at,
            ),
        ]
    )


def _add_finding(
    session: AsyncSession, version: EvidenceVersion, outcome: str, facts: dict[str, object], now: datetime
) -> None:
    session.add(
        EvidenceFinding(
            id=new_id(), evidence_version_id=version.id, step=STEP, outcome=outcome, facts=facts, found_at=now
        )
    )
