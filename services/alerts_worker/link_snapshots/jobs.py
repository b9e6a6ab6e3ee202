"""When public addresses are fetched: once, as soon as they were submitted, before the transaction begins."""

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.link_snapshots import operations, queries
from services.alerts_worker.link_snapshots.operations import Snapshot
from services.alerts_worker.link_snapshots.rules import Refusal, find_refusal, not_fetched
from services.alerts_worker.upload_collection.jobs import remove_staged
from shared import clock
from shared.db.session import Sessions
from shared.domain.public_addresses import AddressRefused
from shared.events import LinkSubmitted
from shared.outgoing import OutgoingClient, OutgoingFailed
from shared.settings import get_settings
from shared.storage import stage_stream


async def fetch_link(sessions: Sessions, event: LinkSubmitted) -> Snapshot | Refusal | None:
    """What the address shows now, staged; or why it is not kept. None when it was fetched before."""
    async with sessions() as session:
        url = await queries.find_waiting_url(session, event.evidence_id, event.version)
    return await fetch(url) if url else None


async def fetch(url: str) -> Snapshot | Refusal:
    """Ask the address once."""
    settings = get_settings()
    client = OutgoingClient(
        allowed=settings.outgoing_endpoints, timeout=settings.outgoing_timeout, limit=settings.snapshot_limit
    )
    at = clock.now()
    try:
        answer = await client.ask("GET", url)
    except (AddressRefused, OutgoingFailed) as error:
        return not_fetched(url, error.code, error.detail)
    refusal = find_refusal(url, answer.status, answer.headers, answer.content)
    if refusal:
        return refusal

    async def content() -> AsyncIterator[bytes]:
        yield answer.content

    return Snapshot(answer, await stage_stream(content(), limit=settings.snapshot_limit), at)


async def keep_snapshot(
    session: AsyncSession, event: LinkSubmitted, fetched: Snapshot | Refusal | None, now: datetime
) -> None:
    """The address was asked."""
    if fetched:
        await operations.record_snapshot(session, event, fetched, now=now)


async def clear_staged(sessions: Sessions, fetched: Snapshot | Refusal | None) -> None:
    """The content is an upload's by now, or nobody's."""
    if isinstance(fetched, Snapshot):
        await remove_staged(sessions, fetched.stored.incoming, fetched.stored.sha256)
