"""Imports of plan documents over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.plan_imports import amending, committing, operations, policies, queries
from services.tasks_api.plan_imports.schemas import (
    ROW_ADDRESS,
    CommittedPlan,
    PlanImportBody,
    PlanImportCommit,
    RowAddition,
    RowCorrection,
)
from services.tasks_api.plans.queries import get_plan
from shared.db.models import PlanImport
from shared.http.deps import CurrentPrincipal, ExpectedVersion, OfferedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/plan-imports", tags=["plan-imports"])

_DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


async def _body(session: AsyncSession, plan_import: PlanImport) -> PlanImportBody:
    return PlanImportBody(
        id=plan_import.id,
        filename=plan_import.filename,
        document_sha256=plan_import.document_sha256,
        state="committed" if plan_import.is_committed else "proposed",
        plan_id=plan_import.plan_id,
        amends_plan_id=plan_import.amends_plan_id,
        amendment_id=plan_import.amendment_id,
        version=plan_import.version,
        proposal=plan_import.proposal,
        diff=await amending.describe(session, plan_import),
    )


@router.post("", status_code=201, response_model=PlanImportBody, openapi_extra=requires(policies.IMPORT, **_DOCUMENT))
async def create_plan_import(
    request: Request,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
    issuer: Annotated[str, Query(min_length=2, max_length=35)],
    filename: Annotated[str, Query(min_length=1, max_length=255)] = "ke-hoach",
    amends: UUID | None = None,
) -> Response:
    """Read a Word, Excel or PDF plan, sent raw, and propose its tasks. The same document again changes nothing.

    One that restates a plan in force, by its number and date or because `amends` says so, proposes what changes in it.
    """
    content = await request.body()
    organization = await operations.get_issuer(session, issuer)
    plan = await get_plan(session, principal, amends) if amends else None
    plan_import = await operations.create_plan_import(
        session, principal, issuer=organization, content=content, filename=filename, amends=plan
    )
    return await once.answer(await _body(session, plan_import), etag=etag(plan_import))


@router.get("/{import_id}", openapi_extra=requires(policies.READ))
async def get_plan_import(
    import_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> PlanImportBody:
    """A proposal, as corrected so far."""
    plan_import = await queries.get_plan_import(session, principal, import_id)
    response.headers["ETag"] = etag(plan_import)
    return await _body(session, plan_import)


@router.patch("/{import_id}/rows/{row}", openapi_extra=requires(policies.IMPORT))
async def correct_row(
    import_id: UUID,
    row: Annotated[str, Path(pattern=ROW_ADDRESS)],
    correction: RowCorrection,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    response: Response,
) -> PlanImportBody:
    """Correct a row before committing: `2.4` is a row of a table, `p17` a paragraph of the text, `0.1` an added one."""
    plan_import = await operations.correct_row(
        session, principal, import_id, row, correction, expected_version=expected_version
    )
    response.headers["ETag"] = etag(plan_import)
    return await _body(session, plan_import)


@router.post(
    "/{import_id}/rows", status_code=201, response_model=PlanImportBody, openapi_extra=requires(policies.IMPORT)
)
async def add_row(
    import_id: UUID,
    wanted: RowAddition,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Add a task that the reading missed."""
    plan_import = await operations.add_row(session, principal, import_id, wanted, expected_version=expected_version)
    return await once.answer(await _body(session, plan_import), etag=etag(plan_import))


@router.post(
    "/{import_id}/commit",
    status_code=201,
    response_model=CommittedPlan,
    responses={200: {"model": CommittedPlan, "description": "Kế hoạch đã được ghi nhận từ trước"}},
    openapi_extra=requires(policies.IMPORT),
)
async def commit_plan_import(
    import_id: UUID,
    wanted: PlanImportCommit,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Make the proposal a draft plan, or an amendment of the plan it restates: whole or not at all."""
    committed = await committing.commit_plan_import(
        session, principal, import_id, wanted, expected_version=expected_version
    )
    return await once.answer(committed, status=201 if committed.created else 200)
