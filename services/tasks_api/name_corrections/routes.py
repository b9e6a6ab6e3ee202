"""What names mean in plans, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.tasks_api.name_corrections import operations, policies, queries
from services.tasks_api.name_corrections.queries import Told
from services.tasks_api.name_corrections.schemas import NameCorrectionBody, NameCorrectionList
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/name-corrections", tags=["plan-imports"])


@router.get("", openapi_extra=requires(policies.READ))
async def list_name_corrections(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    issuer: Annotated[str | None, Query(min_length=3, max_length=35)] = None,
) -> NameCorrectionList:
    """Names that persons explained while correcting rows: the next plan of the issuer is read with them first.
    `issuer` is a code.
    """
    found = await queries.list_name_corrections(
        session, principal, issuer=issuer, after=page.after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    return NameCorrectionList(
        items=[_body(told) for told in shown],
        next_cursor=page.next_cursor([shown[-1].correction.id]) if len(found) > page.limit else None,
    )


@router.delete("/{correction_id}", openapi_extra=requires(policies.FORGET))
async def forget_name_correction(
    correction_id: UUID, principal: CurrentPrincipal, session: Session
) -> NameCorrectionBody:
    """Forget what a name means; answers with what was forgotten."""
    return _body(await operations.forget_name_correction(session, principal, correction_id))


def _body(told: Told) -> NameCorrectionBody:
    correction = told.correction
    return NameCorrectionBody(
        id=correction.id,
        issuer=told.issuer.code,
        text=correction.text,
        organization=told.organization.code if told.organization else None,
        group=told.group.name if told.group else None,
        corrected_by=correction.corrected_by,
        corrected_at=correction.corrected_at,
    )
