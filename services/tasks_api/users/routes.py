"""Accounts of people over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.tasks_api.organizations.queries import get_organization, require_named
from services.tasks_api.users import operations, queries
from services.tasks_api.users.policies import READ, WRITE
from services.tasks_api.users.schemas import UserBody, UserCorrection, UserDecision, UserList, UserRequest
from shared.clock import now, today
from shared.http.deps import CurrentPrincipal, ExpectedVersion, OfferedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/users", tags=["users"])


@router.get("", openapi_extra=requires(READ))
async def list_users(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    organization: Annotated[str | None, Query(min_length=2, max_length=36)] = None,
    state: Literal["active", "deactivated", "all"] = "all",
) -> UserList:
    """People who have or had a role in the caller's organization or below it, newest first; or only in one of these
    (code or id).
    """
    READ.ensure(principal)
    named = await require_named(session, organization, "organization") if organization else None
    found = await queries.list_users(
        session,
        principal,
        organization_id=named.id if named else None,
        active=None if state == "all" else state == "active",
        after=page.after,
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    return UserList(
        items=[UserBody.of(*row) for row in shown],
        next_cursor=page.next_cursor([shown[-1].User.id]) if len(found) > page.limit else None,
    )


@router.post(
    "",
    status_code=201,
    response_model=UserBody,
    responses={200: {"model": UserBody, "description": "The account was known already"}},
    openapi_extra=requires(WRITE),
)
async def register_user(wanted: UserRequest, principal: CurrentPrincipal, session: Session, once: OnlyOnce) -> Response:
    """Register somebody for the caller's organization; 200 with the account as it is when it is known already."""
    organization = await get_organization(session, principal.organization_id)
    registered = await operations.register_user(
        session, principal, organization, issuer=wanted.issuer, subject=wanted.subject, name=wanted.name, on=today()
    )
    user, is_named = await queries.get_shown_user(session, principal, registered.user.id)
    body = UserBody.of(user, is_named)
    return await once.answer(body, status=201 if registered.created else 200, etag=etag(user))


@router.get("/{user_id}", openapi_extra=requires(READ))
async def get_user(user_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response) -> UserBody:
    """One account."""
    user, is_named = await queries.get_shown_user(session, principal, user_id)
    READ.ensure(principal)
    response.headers["ETag"] = etag(user)
    return UserBody.of(user, is_named)


@router.patch("/{user_id}", openapi_extra=requires(WRITE))
async def rename_user(
    user_id: UUID,
    wanted: UserCorrection,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    response: Response,
) -> UserBody:
    """Correct what somebody is called."""
    user = await operations.rename_user(
        session, principal, user_id, wanted.name, expected_version=expected_version, on=today()
    )
    response.headers["ETag"] = etag(user)
    return UserBody.model_validate(user)


@router.post("/{user_id}/deactivate", response_model=UserBody, openapi_extra=requires(WRITE))
async def deactivate_user(
    user_id: UUID,
    decision: UserDecision,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Refuse the account from now on: within 5 seconds, everywhere, whatever tokens it still has."""
    user = await operations.deactivate_user(
        session,
        principal,
        user_id,
        reason=decision.reason,
        expected_version=expected_version,
        on=today(),
        now=now(),
    )
    return await once.answer(UserBody.model_validate(user), status=200, etag=etag(user))


@router.post("/{user_id}/reactivate", response_model=UserBody, openapi_extra=requires(WRITE))
async def reactivate_user(
    user_id: UUID,
    decision: UserDecision,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Let a deactivated or idle account act again."""
    user = await operations.reactivate_user(
        session, principal, user_id, reason=decision.reason, expected_version=expected_version, on=today()
    )
    return await once.answer(UserBody.model_validate(user), status=200, etag=etag(user))
