"""Memberships over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.tasks_api.memberships import operations, queries
from services.tasks_api.memberships.policies import GRANT, READ
from services.tasks_api.memberships.queries import MembershipRow
from services.tasks_api.memberships.schemas import (
    MemberBody,
    MemberOfBody,
    MembershipBody,
    MembershipChange,
    MembershipList,
    MembershipRequest,
    MembershipRevocation,
)
from services.tasks_api.organizations.queries import require_named
from shared.bodies import Day
from shared.clock import now, today
from shared.db.models import Membership, Organization
from shared.domain.principal import Principal, Role
from shared.http.deps import CurrentPrincipal, ExpectedVersion, OfferedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/memberships", tags=["memberships"])


@router.get("", openapi_extra=requires(READ))
async def list_memberships(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    organization: Annotated[str | None, Query(min_length=2, max_length=36)] = None,
    user: UUID | None = None,
    role: Role | None = None,
    on: Day | None = None,
) -> MembershipList:
    """Roles held in the caller's organization and below it, newest first; with `on`, those that hold on that day.
    `organization` is a code or an id.
    """
    READ.ensure(principal)
    named = await require_named(session, organization, "organization") if organization else None
    found = await queries.list_memberships(
        session,
        principal,
        organization_id=named.id if named else None,
        user_id=user,
        role=role,
        on=on,
        after=page.after,
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    return MembershipList(
        items=[_body(row) for row in shown],
        next_cursor=page.next_cursor([shown[-1].Membership.id]) if len(found) > page.limit else None,
    )


@router.post("", status_code=201, response_model=MembershipBody, openapi_extra=requires(GRANT))
async def grant_membership(
    wanted: MembershipRequest, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Give somebody a role in the caller's organization or one below it."""
    GRANT.ensure(principal)
    organization = await require_named(session, wanted.organization, "organization")
    membership = await _grant(session, principal, organization, wanted)
    row = await queries.get_membership(session, principal, membership.id)
    return await once.answer(_body(row), etag=etag(membership))


async def _grant(
    session: Session, principal: Principal, organization: Organization, wanted: MembershipRequest
) -> Membership:
    if wanted.user_id:
        return await operations.grant_membership(
            session,
            principal,
            organization,
            wanted.role,
            user_id=wanted.user_id,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            on=today(),
        )
    assert wanted.issuer is not None
    assert wanted.subject is not None
    return await operations.grant_membership_to(
        session,
        principal,
        organization,
        wanted.role,
        issuer=wanted.issuer,
        subject=wanted.subject,
        name=wanted.name,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        on=today(),
    )


@router.get("/{membership_id}", openapi_extra=requires(READ))
async def get_membership(
    membership_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> MembershipBody:
    """One membership."""
    row = await queries.get_membership(session, principal, membership_id)
    READ.ensure(principal)
    response.headers["ETag"] = etag(row.Membership)
    return _body(row)


@router.patch("/{membership_id}", openapi_extra=requires(GRANT))
async def change_membership(
    membership_id: UUID,
    wanted: MembershipChange,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    response: Response,
) -> MembershipBody:
    """Give a membership other dates."""
    dates = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    await operations.change_membership(
        session, principal, membership_id, dates, expected_version=expected_version, on=today()
    )
    row = await queries.get_membership(session, principal, membership_id)
    response.headers["ETag"] = etag(row.Membership)
    return _body(row)


@router.post("/{membership_id}/revoke", response_model=MembershipBody, openapi_extra=requires(GRANT))
async def revoke_membership(
    membership_id: UUID,
    revocation: MembershipRevocation,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Take a role away: within 5 seconds, everywhere."""
    await operations.revoke_membership(
        session,
        principal,
        membership_id,
        reason=revocation.reason,
        expected_version=expected_version,
        now=now(),
    )
    row = await queries.get_membership(session, principal, membership_id)
    return await once.answer(_body(row), status=200, etag=etag(row.Membership))


def _body(row: MembershipRow) -> MembershipBody:
    membership, user, organization, is_named = row
    return MembershipBody(
        id=membership.id,
        user=MemberBody(id=user.id, issuer=user.issuer, subject=user.subject, name=user.name if is_named else None),
        organization=MemberOfBody.model_validate(organization),
        role=membership.role,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        granted_by=membership.granted_by,
        created_at=membership.created_at,
        revoked_at=membership.revoked_at,
        revoked_by=membership.revoked_by,
        version=membership.version,
    )
