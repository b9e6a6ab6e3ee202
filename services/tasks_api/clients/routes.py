"""Registered systems over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.clients import operations, queries
from services.tasks_api.clients.policies import MANAGE_CLIENTS, READ_CLIENTS
from services.tasks_api.clients.schemas import (
    ClientBody,
    ClientKeyAddition,
    ClientKeyBody,
    ClientList,
    ClientRegistration,
)
from shared.clock import now, today
from shared.db.models import Client, TokenKey
from shared.http.deps import CurrentPrincipal, ExpectedVersion, ReadSession, Session, etag
from shared.http.idempotency import Once, OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/clients", tags=["clients"])


@router.post("", status_code=201, response_model=ClientBody, openapi_extra=requires(MANAGE_CLIENTS))
async def register_client(
    wanted: ClientRegistration, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Register a system by its public key; it signs its own tokens, of ten minutes at most, each for one request."""
    return await _answer(
        session, once, await operations.register_client(session, principal, wanted, on=today()), status=201
    )


@router.get("", openapi_extra=requires(READ_CLIENTS))
async def list_clients(principal: CurrentPrincipal, session: ReadSession, page: CurrentPage) -> ClientList:
    """Systems of the caller's organization and those below it, newest first."""
    READ_CLIENTS.ensure(principal)
    found = await queries.list_clients(session, principal, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    keys = await queries.list_keys(session, *shown)
    return ClientList(
        items=[_body(client, keys[client.id]) for client in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.get("/{client_id}", openapi_extra=requires(READ_CLIENTS))
async def get_client(
    client_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> ClientBody:
    """One system with all its keys, past ones included."""
    client = await queries.get_client(session, principal, client_id)
    READ_CLIENTS.ensure(principal)
    response.headers["ETag"] = etag(client)
    return _body(client, (await queries.list_keys(session, client))[client.id])


@router.post("/{client_id}/keys", status_code=201, response_model=ClientBody, openapi_extra=requires(MANAGE_CLIENTS))
async def add_client_key(
    client_id: UUID,
    wanted: ClientKeyAddition,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Rotate: add the next key and let the present ones end after an overlap."""
    client = await operations.add_client_key(
        session, principal, client_id, wanted, expected_version=expected_version, now=now()
    )
    return await _answer(session, once, client, status=201)


@router.post("/{client_id}/keys/{kid}/revoke", response_model=ClientBody, openapi_extra=requires(MANAGE_CLIENTS))
async def revoke_client_key(
    client_id: UUID,
    kid: str,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Trust one key no longer; acts everywhere within five seconds."""
    client = await operations.revoke_client_key(
        session, principal, client_id, kid, expected_version=expected_version, now=now()
    )
    return await _answer(session, once, client, status=200)


@router.post("/{client_id}/revoke", response_model=ClientBody, openapi_extra=requires(MANAGE_CLIENTS))
async def revoke_client(
    client_id: UUID,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: ExpectedVersion,
    once: OnlyOnce,
) -> Response:
    """Trust the system no longer; acts everywhere within five seconds."""
    client = await operations.revoke_client(session, principal, client_id, expected_version=expected_version, now=now())
    return await _answer(session, once, client, status=200)


async def _answer(session: AsyncSession, once: Once, client: Client, *, status: int) -> Response:
    keys = (await queries.list_keys(session, client))[client.id]
    return await once.answer(_body(client, keys), status=status, etag=etag(client))


def _body(client: Client, keys: list[TokenKey]) -> ClientBody:
    return ClientBody(
        id=client.id,
        issuer=client.issuer,
        name=client.name,
        organization_id=client.organization_id,
        scopes=client.scopes,
        registered_by=client.registered_by,
        created_at=client.created_at,
        revoked_at=client.revoked_at,
        keys=[ClientKeyBody.model_validate(key) for key in keys],
        version=client.version,
    )
