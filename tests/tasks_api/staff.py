"""People with accounts and roles, and services that have not met them yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.tasks_api.app import create_app
from shared.db import roles
from shared.db.models import AuditEntry, Organization, TokenKey, User
from shared.domain.principal import Role
from tests.conftest import client_of, served_as
from tests.factories.identity import ISSUER, KID, TokenMaker, make_member


@dataclass(frozen=True)
class Person:
    user_id: UUID
    subject: str
    headers: dict[str, str]
    memberships: list[UUID]


async def make_person(
    session: AsyncSession, maker: TokenMaker, organization: Organization, *held: Role, **changes: Any
) -> Person:
    """Somebody with an account; `changes` are those of their memberships, but `user` holds those of the account."""
    if await session.get(TokenKey, (ISSUER, KID)) is None:
        session.add(TokenKey(issuer=ISSUER, kid=KID, algorithm="ES256", public_key=maker.public_key))
    subject = f"person-{uuid4().hex[:8]}"
    user = User(issuer=ISSUER, subject=subject, **changes.pop("user", {}))
    session.add(user)
    await session.flush()
    memberships = [(await make_member(session, subject, organization, role, **changes)).id for role in held]
    await session.commit()
    token = maker.sign(maker.claims(subject))
    return Person(user.id, subject, {"Authorization": f"Bearer {token}"}, memberships)


another_app = cache(create_app)


@asynccontextmanager
async def fresh_service(connection: AsyncConnection) -> AsyncIterator[httpx.AsyncClient]:
    """tasks_api as a process that remembers no caller: what others know five seconds later, it knows at once."""
    async with client_of(another_app(), served_as(roles.TASKS_API, connection)) as client:
        yield client


async def ask_me(connection: AsyncConnection, person: Person) -> tuple[int, str | None]:
    """Status and code of what such a process answers when the person asks who they are."""
    async with fresh_service(connection) as client:
        answer = await client.get("/v1/me", headers=person.headers)
    return answer.status_code, answer.json().get("code")


async def trail(session: AsyncSession, target_id: Any) -> list[tuple[str, str]]:
    """(action, actor) of what was recorded about a thing."""
    statement = select(AuditEntry).where(AuditEntry.target_id == UUID(str(target_id))).order_by(AuditEntry.id)
    return [(entry.action, entry.actor) for entry in await session.scalars(statement)]
