"""Organizations take their new names: the old one stays findable, in documents and in searches."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationAlias, OrganizationRename
from shared.domain.organizations import searchable


async def apply_due_renames(session: AsyncSession, actor: audit.Actor, *, on: date, now: datetime) -> int:
    """Give every organization the names recorded for it up to `on`, oldest first; returns how many."""
    statement = (
        select(OrganizationRename)
        .where(OrganizationRename.applied_at.is_(None), OrganizationRename.effective_on <= on)
        .order_by(OrganizationRename.effective_on, OrganizationRename.id)
        .with_for_update()
    )
    due = (await session.scalars(statement)).all()
    for rename in due:
        await _apply(session, actor, rename, now=now)
    return len(due)


async def _apply(session: AsyncSession, actor: audit.Actor, rename: OrganizationRename, *, now: datetime) -> None:
    organization = await session.get_one(Organization, rename.organization_id, with_for_update=True)
    before: dict[str, object] = {"name": organization.name}
    rename.previous_name, rename.applied_at = organization.name, now
    organization.search_text = searchable(rename.name, organization.search_text.split("\n"))
    organization.name = rename.name
    organization.version += 1
    former = insert(OrganizationAlias).values(
        id=new_id(), organization_id=organization.id, scheme="name", value=rename.previous_name
    )
    await session.execute(former.on_conflict_do_nothing())
    after: dict[str, object] = {"name": organization.name, "rename_id": str(rename.id)}
    audit.record(session, actor, "organization.renamed", organization, before=before, after=after)
    await session.flush()
