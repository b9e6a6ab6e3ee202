"""From an account to a principal: what our own tables say a person may do today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, Row, Uuid, and_, bindparam, exists, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.db.context import Context, identifying, session_info
from shared.db.models import Membership, Organization, OrganizationSuccession
from shared.db.outages import DRIVER_ERROR
from shared.db.session import Sessions
from shared.domain.accounts import IDLE, is_idle, last_used_on
from shared.domain.calendar import local_midnight
from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role
from shared.domain.successions import ENDING
from shared.log import get_logger

logger = get_logger(__name__)

# The paths whose subtrees are covered: one's own, and again and again those that ended in favour of one covered.
# Comparisons by bytes can use the index on paths; `~` comes after every character of a path.
_INHERITED = text("""
    WITH RECURSIVE covered (path) AS (
        SELECT CAST(:path AS text)
        UNION
        SELECT ended.path
        FROM covered
        JOIN organizations receiver ON receiver.path ~>=~ covered.path AND receiver.path ~<~ (covered.path || '~')
        JOIN organization_successions s ON s.receiver_id = receiver.id
        JOIN organizations ended ON ended.id = s.predecessor_id
        WHERE s.kind = ANY (:ending) AND s.effective_on <= :on
    )
    SELECT path FROM covered WHERE NOT starts_with(path, :path)
""")

# From here on the account sees its own memberships: it was found by what its token proved.
_ACCOUNT = text("""
    SELECT id, last_seen_on, vouched_on, deactivated_at, deactivated_by, set_config('theodoi.user', id::text, true)
    FROM users WHERE issuer = :issuer AND subject = :subject
""")

# Never waits for an administrator who is changing the account, and leaves its version to them.
_SEEN = text("""
    UPDATE users SET last_seen_on = :on
    WHERE id IN (SELECT id FROM users WHERE id = :user_id FOR NO KEY UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True, slots=True)
class Member:
    """A person acting for one organization, and the account behind it."""

    principal: Principal
    user_id: UUID
    seen_on: date | None


async def find_principal(
    sessions: Sessions,
    issuer: str,
    subject: str,
    organization: str | None,
    *,
    on: date,
    idle_days: int,
    read_sessions: Sessions | None = None,
) -> Principal:
    """The principal of the account on the day `on`; with `organization` (a code), only as a member of it.

    Looks in one of `read_sessions`, where there are any. Writes down that the account was seen, at most once a day, in
    a transaction of its own.
    Raises Forbidden: "account-deactivated", "account-idle", "no-membership".
    """
    info = session_info(identifying(issuer, subject))
    async with (read_sessions or sessions)(info=info) as session:
        member = await find_member(session, issuer, subject, organization, on=on, idle_days=idle_days)
    if member.seen_on is None or member.seen_on < on:
        await _note_seen(sessions, info, member.user_id, on)
    return member.principal


async def _note_seen(sessions: Sessions, info: dict[str, Context], user_id: UUID, on: date) -> None:
    try:
        async with sessions(info=info) as session:
            await session.execute(_SEEN, {"user_id": user_id, "on": on})
            await session.commit()
    except (SQLAlchemyError, OSError, DRIVER_ERROR):
        # The next look tries again: no request fails for a date.
        logger.warning("last seen not written", user_id=str(user_id), exc_info=True)


async def find_member(
    session: AsyncSession, issuer: str, subject: str, organization: str | None, *, on: date, idle_days: int
) -> Member:
    """What `find_principal` finds, without a trace; in the context that identifies the account."""
    user = (await session.execute(_ACCOUNT, {"issuer": issuer, "subject": subject})).one_or_none()
    if user is None:
        raise _no_membership()
    _ensure_in_use(user, on, idle_days)
    held = await session.execute(_ACTING_FOR, {"user_id": user.id, "on": on, "at": _instant_of(on)})
    rows = [row for row in held if organization in {None, row.code}]
    if not rows:
        raise _no_membership()
    own = rows[0]
    principal = Principal(
        subject=subject,
        client=issuer,
        organization_id=own.id,
        organization_path=own.path,
        roles=frozenset(Role(row.role) for row in rows if row.id == own.id),
        inherited_paths=await list_inherited_paths(session, own.path, on),
        user_id=user.id,
    )
    return Member(principal, user.id, user.last_seen_on)


def _no_membership() -> Forbidden:
    return Forbidden("no-membership", "Tài khoản chưa được gán vào cơ quan nào: hãy liên hệ quản trị.")


def _ensure_in_use(user: Row[*tuple[Any, ...]], on: date, idle_days: int) -> None:
    idle = is_idle(last_used_on(user.last_seen_on, user.vouched_on), on=on, days=idle_days)
    if user.deactivated_by == IDLE or (idle and user.deactivated_at is None):
        raise Forbidden(
            "account-idle",
            f"Tài khoản bị khóa vì quá {idle_days} ngày không sử dụng: hãy nhờ quản trị cơ quan mở lại.",
        )
    if user.deactivated_at is not None:
        raise Forbidden("account-deactivated", "Tài khoản đã bị khóa: hãy liên hệ quản trị cơ quan.")


async def list_held(session: AsyncSession, user_id: UUID, on: date) -> Sequence[Row[Membership, Organization]]:
    """The memberships of an account that hold on a day, with their organizations, in the order they were given."""
    return (await session.execute(_OF_ACCOUNT, {"user_id": user_id, "on": on, "at": _instant_of(on)})).all()


def held_on(on: date) -> ColumnElement[bool]:
    """Which memberships hold on a day, as far as they themselves say: today, now; on a day gone by, at its end."""
    return _held(on, _instant_of(on))


def _instant_of(on: date) -> datetime:
    return now() if on >= today() else local_midnight(on + timedelta(days=1))


def _held(on: Any, at: Any) -> ColumnElement[bool]:
    return and_(
        Membership.revoked_at.is_(None) | (Membership.revoked_at > at),
        Membership.starts_on <= on,
        Membership.ends_on.is_(None) | (Membership.ends_on >= on),
    )


def not_ended(on: Any) -> ColumnElement[bool]:
    """Which organizations still exist on a day (`on` may be a parameter): nobody acts for one that has merged into
    another, from that very day, whether or not the schedule has come to end its memberships.
    """
    ended = exists().where(
        OrganizationSuccession.predecessor_id == Organization.id,
        OrganizationSuccession.kind.in_(ENDING),
        OrganizationSuccession.effective_on <= on,
    )
    lasts: ColumnElement[bool] = Organization.valid_to.is_(None) | (Organization.valid_to >= on)
    return lasts & ~ended


_ON, _AT = bindparam("on", type_=Date), bindparam("at", type_=DateTime(timezone=True))
# Built once: every caller that is not remembered pays for it.
_OF_ACCOUNT = (
    select(Membership, Organization)
    .join(Organization, Organization.id == Membership.organization_id)
    .where(Membership.user_id == bindparam("user_id", type_=Uuid), _held(_ON, _AT), not_ended(_ON))
    .order_by(Membership.id)
)
_ACTING_FOR = _OF_ACCOUNT.with_only_columns(Membership.role, Organization.id, Organization.code, Organization.path)


async def list_inherited_paths(session: AsyncSession, path: str, on: date) -> tuple[str, ...]:
    """Paths of the organizations outside `path` that ended by `on` and were succeeded, perhaps through others, by one
    within `path`. None lies within another.
    """
    found = await session.scalars(_INHERITED, {"path": path, "on": on, "ending": sorted(ENDING)})
    outermost: list[str] = []
    for each in sorted(found):
        if not each.startswith(tuple(outermost)):
            outermost.append(each)
    return tuple(outermost)
