"""What persons say that names mean, kept for the next plan of the same issuer."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.name_corrections.policies import ensure_may_forget
from services.tasks_api.name_corrections.queries import Told, get_name_correction
from shared import audit
from shared.db.ids import new_id
from shared.db.models import NameCorrection, Organization, OrganizationGroup
from shared.domain.principal import Principal
from shared.domain.text import fold


async def remember_name(
    session: AsyncSession,
    principal: Principal,
    issuer: Organization,
    text: str,
    meant: Organization | OrganizationGroup,
) -> None:
    """From now on the text means this in plans of `issuer`; what it meant before is in the trail.

    The caller has made sure that the principal may correct plans of the issuer.
    """
    organization, group = (meant, None) if isinstance(meant, Organization) else (None, meant)
    said = {
        "text": text,
        "organization_id": organization.id if organization else None,
        "group_id": group.id if group else None,
        "corrected_by": principal.subject,
        "corrected_at": func.now(),
    }
    statement = insert(NameCorrection).values(id=new_id(), issuer_id=issuer.id, folded=fold(text), **said)
    kept = await session.scalar(
        statement.on_conflict_do_update(index_elements=["issuer_id", "folded"], set_=said).returning(NameCorrection)
    )
    assert kept is not None
    audit.record(session, principal, "name_correction.remembered", kept, after=_facts(text, organization, group))


async def forget_name_correction(session: AsyncSession, principal: Principal, correction_id: UUID) -> Told:
    """The name is looked up again as any other. Imports read so far stay as they are."""
    told = await get_name_correction(session, principal, correction_id)
    ensure_may_forget(principal, told.issuer)
    before = _facts(told.correction.text, told.organization, told.group)
    audit.record(session, principal, "name_correction.forgotten", told.correction, before=before)
    await session.delete(told.correction)
    await session.flush()
    return told


def _facts(text: str, organization: Organization | None, group: OrganizationGroup | None) -> dict[str, object]:
    return {
        "text": text,
        "organization": organization.code if organization else None,
        "group": group.name if group else None,
    }
