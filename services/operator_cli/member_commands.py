"""`theodoi member …`: who may act for which organization. The console gives the first administrator."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.database_sessions import session_on
from services.operator_cli.output import AsJson, print_json, print_table
from services.tasks_api.memberships.operations import grant_membership_to, revoke_membership
from services.tasks_api.memberships.queries import list_memberships
from services.tasks_api.organizations.queries import get_by_code
from services.tasks_api.users.operations import deactivate_user, reactivate_user
from services.tasks_api.users.queries import find_user
from shared.audit import System
from shared.clock import now, today
from shared.db.models import User
from shared.domain.errors import NotFound
from shared.domain.principal import Role
from shared.settings import get_settings

T = TypeVar("T")

app = typer.Typer(help="Người dùng và vai trò trong cơ quan.", no_args_is_help=True)

ACTOR = System("member")
MOST = 1000
"""Rows one list shows."""

Issuer = Annotated[str, typer.Option(help="Bên cấp mã truy cập (iss).")]
Subject = Annotated[str, typer.Option(help="Tên người dùng ở bên cấp mã (sub).")]
Reason = Annotated[str, typer.Option(help="Lý do.")]
DAY = ["%Y-%m-%d"]


def _in_transaction(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def run(database_url: str) -> T:
        async with session_on(database_url) as session:
            return await work(session)

    with database_in_reach(get_settings()) as database_url:
        return asyncio.run(run(database_url))


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


async def _get_user(session: AsyncSession, issuer: str, subject: str) -> User:
    user = await find_user(session, issuer, subject)
    if user is None:
        raise NotFound("user-not-found", f"Không có người dùng “{subject}” của “{issuer}”.")
    return user


@app.command("grant")
def grant(
    issuer: Issuer,
    subject: Subject,
    organization: Annotated[str, typer.Option(help="Mã cơ quan.")],
    role: Annotated[Role, typer.Option(help="Vai trò trong cơ quan.")],
    *,
    name: Annotated[str | None, typer.Option(help="Họ tên.")] = None,
    starts_on: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="Ngày đầu; mặc định hôm nay.")
    ] = None,
    ends_on: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Ngày cuối, nếu có thời hạn.")] = None,
    as_json: AsJson = False,
) -> None:
    """Giao cho một người một vai trò trong cơ quan."""

    async def work(session: AsyncSession) -> UUID:
        membership = await grant_membership_to(
            session,
            ACTOR,
            await get_by_code(session, organization),
            role,
            issuer=issuer,
            subject=subject,
            name=name,
            starts_on=_day(starts_on),
            ends_on=_day(ends_on),
            on=today(),
        )
        return membership.id

    membership_id = _in_transaction(work)
    if as_json:
        print_json({"id": membership_id})
    else:
        typer.echo(f"✓ Đã giao vai trò “{role.label}” ({membership_id}).")


@app.command("list")
def list_members(
    *,
    organization: Annotated[str | None, typer.Option(help="Chỉ của cơ quan có mã này.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Cả vai trò chưa bắt đầu, đã hết hạn, đã thu hồi.")] = False,
    as_json: AsJson = False,
) -> None:
    """Liệt kê ai đang giữ vai trò gì, mới nhất trước."""

    async def work(session: AsyncSession) -> list[dict[str, Any]]:
        named = await get_by_code(session, organization) if organization else None
        found = await list_memberships(
            session,
            ACTOR,
            organization_id=named.id if named else None,
            user_id=None,
            role=None,
            on=None if every else today(),
            after=(),
            limit=MOST,
        )
        return [
            {
                "id": row.Membership.id,
                "organization": row.Organization.code,
                "role": row.Membership.role,
                "issuer": row.User.issuer,
                "subject": row.User.subject,
                "name": row.User.name,
                "starts_on": row.Membership.starts_on,
                "ends_on": row.Membership.ends_on,
                "revoked_at": row.Membership.revoked_at,
                "deactivated_at": row.User.deactivated_at,
            }
            for row in found
        ]

    items = _in_transaction(work)
    if as_json:
        print_json({"items": items})
    else:
        columns = ("Mã", "Cơ quan", "Vai trò", "Bên cấp", "Người dùng", "Họ tên", "Từ", "Đến", "Thu hồi", "Khóa")
        print_table(f"{len(items)} vai trò", columns, [tuple(item.values()) for item in items])


@app.command("revoke")
def revoke(membership_id: UUID, *, reason: Reason = "thu hồi tại máy chủ", as_json: AsJson = False) -> None:
    """Thu hồi một vai trò đã giao."""
    _in_transaction(lambda session: revoke_membership(session, ACTOR, membership_id, reason=reason, now=now()))
    _tell(membership_id, "✓ Đã thu hồi: có hiệu lực trong 5 giây.", as_json=as_json)


@app.command("deactivate")
def deactivate(issuer: Issuer, subject: Subject, reason: Reason, *, as_json: AsJson = False) -> None:
    """Khóa một tài khoản, dù còn giữ vai trò gì."""

    async def work(session: AsyncSession) -> UUID:
        user = await _get_user(session, issuer, subject)
        await deactivate_user(session, ACTOR, user.id, reason=reason, on=today(), now=now())
        return user.id

    _tell(_in_transaction(work), "✓ Đã khóa: có hiệu lực trong 5 giây.", as_json=as_json)


@app.command("reactivate")
def reactivate(issuer: Issuer, subject: Subject, reason: Reason, *, as_json: AsJson = False) -> None:
    """Mở lại một tài khoản bị khóa hoặc lâu không dùng."""

    async def work(session: AsyncSession) -> UUID:
        user = await _get_user(session, issuer, subject)
        await reactivate_user(session, ACTOR, user.id, reason=reason, on=today())
        return user.id

    _tell(_in_transaction(work), "✓ Đã mở lại.", as_json=as_json)


def _tell(changed: UUID, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": changed})
    else:
        typer.echo(sentence)
