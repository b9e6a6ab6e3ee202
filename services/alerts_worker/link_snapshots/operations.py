"""Keeps what a public address showed as the one file of its version, which the checks then take like any other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import POLICY_VERSION
from services.alerts_worker.evidence_checks.stepping import own_tool
from services.alerts_worker.link_snapshots import queries
from services.alerts_worker.link_snapshots.rules import EXTENSIONS, Refusal, kept_headers, media_type_of, over_quota
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import EvidenceFile, EvidenceFinding, EvidenceVersion, LinkSnapshot, Upload
from shared.domain.errors import TooLarge
from shared.domain.public_addresses import read_web_address
from shared.events import EvidenceRefused, EvidenceSubmitted, LinkSubmitted
from shared.outgoing import Answer
from shared.storage import StagedFile
from shared.uploads import ReceivedFile, add_upload, reserve

ACTOR = audit.System("snapshot_link")
STEP = "fetched"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer whose content is staged in the store."""

    answer: Answer
    stored: StagedFile
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
        _refuse(session, version, fetched, now)
    else:
        await _keep(session, event, version, fetched, now)
    await session.flush()


def _refuse(session: AsyncSession, version: EvidenceVersion, refusal: Refusal, now: datetime) -> None:
    version.state, version.checks_due_at = "refused", None
    _add_finding(session, version, refusal.outcome, refusal.message, refusal.facts, now)
    outbox.add(session, EvidenceRefused(evidence_id=version.evidence_id, version=version.number))
    after: dict[str, object] = {"state": "refused", "outcome": refusal.outcome}
    audit.record(session, ACTOR, "evidence.refused", version, before={"state": "received"}, after=after)


async def _keep(
    session: AsyncSession, event: LinkSubmitted, version: EvidenceVersion, fetched: Snapshot, now: datetime
) -> None:
    """What has no room is refused like what could not be fetched: waiting for room would hold it for nobody to see."""
    answer, stored = fetched.answer, fetched.stored
    try:
        await reserve(session, event.organization_id, stored.size)
    except TooLarge as error:
        _refuse(session, version, over_quota(answer.url, stored.size, error.detail), now)
        return
    upload = await add_upload(session, ACTOR, event.organization_id, new_id(), _received(fetched))
    upload.used_at = now
    _add_snapshot(session, version, upload, fetched)
    facts: dict[str, object] = {
        "url": answer.url,
        "address": answer.address,
        "fetched_at": fetched.fetched_at.isoformat(),
        "sha256": upload.sha256,
        "size": upload.size,
    }
    _add_finding(session, version, "passed", "Đã chụp lại trang tại địa chỉ đã nộp.", facts, now)
    outbox.add(session, EvidenceSubmitted(evidence_id=event.evidence_id, version=event.version))
    audit.record(session, ACTOR, "evidence.link_fetched", version, after=facts)


def _received(fetched: Snapshot) -> ReceivedFile:
    media_type = media_type_of(fetched.answer.headers)
    name = read_web_address(fetched.answer.url).host.replace(":", "_")
    return ReceivedFile(f"{name}{EXTENSIONS[media_type]}", media_type, fetched.stored)


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
    session: AsyncSession,
    version: EvidenceVersion,
    outcome: str,
    message: str,
    facts: dict[str, object],
    now: datetime,
) -> None:
    tool = own_tool()
    session.add(
        EvidenceFinding(
            id=new_id(),
            evidence_version_id=version.id,
            step=STEP,
            tool=tool.name,
            tool_version=tool.version,
            policy_version=POLICY_VERSION,
            outcome=outcome,
            message=message,
            facts=facts,
            found_at=now,
        )
    )
