"""Writes of new names."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.renames import queries
from services.tasks_api.renames.policies import ensure_may_record
from services.tasks_api.renames.rules import ensure_follows
from services.tasks_api.successions.queries import find_last_day
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationRename
from shared.events import RenameRecorded


async def record_rename(
    session: AsyncSession,
    actor: audit.Actor,
    organization: Organization,
    *,
    name: str,
    effective_on: date,
    instrument: str,
) -> OrganizationRename:
    """Put a new name on record; the worker gives it to the organization on its day.

    Raises Invalid or Conflict as `ensure_follows` says.
    """
    ensure_may_record(actor, organization)
    await session.execute(select(Organization.id).where(Organization.id == organization.id).with_for_update())
    await session.refresh(organization)
    ensure_follows(
        name,
        effective_on,
        current=organization.name,
        known=[(each.effective_on, each.name) for each in await queries.list_known(session, organization.id)],
        last_day=await find_last_day(session, organization),
    )
    rename = OrganizationRename(
        id=new_id(),
        organization_id=organization.id,
        name=name,
        effective_on=effective_on,
        instrument=instrument,
        recorded_by=audit.actor_name(actor),
    )
    session.add(rename)
    after: dict[str, object] = {
        "organization_id": str(organization.id),
        "name": name,
        "effective_on": effective_on.isoformat(),
        "instrument": instrument,
    }
    audit.record(session, actor, "rename.recorded", rename, before={"name": organization.name}, after=after)
    outbox.add(session, RenameRecorded(rename_id=rename.id))
    await session.flush()
    return rename
