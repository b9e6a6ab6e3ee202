"""For whom a transaction runs: what row-level security reads, set as the first thing in each transaction.

The settings live no longer than the transaction, so that a connection carries nothing from one caller to the next;
where none are set, the policies show no row of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Principal

ACTING = ("organization", "paths", "caller", "user")
"""The settings of `acting`."""
_KEY = "context"
_SHOW_OWN = text("SELECT set_config('theodoi.user', :user, true)")

_SHOW_ACCOUNT = text(
    "SELECT set_config('theodoi.issuer', :issuer, true), set_config('theodoi.subject', :subject, true)"
)


@dataclass(frozen=True, slots=True)
class Context:
    """Values of the `theodoi.*` settings, by their name without that prefix."""

    settings: Mapping[str, str]

    def literal(self) -> str:
        """One SELECT that sets them for the transaction, with the values written in."""
        parts = (f"set_config('theodoi.{name}', {_quoted(value)}, true)" for name, value in self.settings.items())
        return f"SELECT {', '.join(parts)}"


def acting(principal: Principal) -> Context:
    """The context of everything done for a proven caller.

    `organization` is whose viewers' rows count, `paths` (separated by commas) whose subtrees are the caller's own,
    `caller` whose kept answers may be given again, `user` whose own account and memberships may be read.
    """
    values = (str(principal.organization_id), ",".join(principal.paths), principal.key, str(principal.user_id or ""))
    return Context(dict(zip(ACTING, values, strict=True)))


def carrying(statement: str) -> str:
    """A query that brings the context of `acting` with it, in the parameters `:context_organization` and so on: one
    journey to the database instead of three, in a transaction of its own.

    Nothing of `statement` may run before the context is set: it must ask `context.organization IS NOT NULL` where its
    rows come from, and must aggregate or limit, so that the planner cannot take it apart. Where that is forgotten the
    policies show nothing.
    """
    settings = ", ".join(f"set_config('theodoi.{name}', :context_{name}, true) AS {name}" for name in ACTING)
    return f"SELECT answer.* FROM (SELECT {settings} OFFSET 0) AS context CROSS JOIN LATERAL ({statement}) AS answer"


def identifying(issuer: str, subject: str) -> Context:
    """The context in which a token's bearer is looked up: only what our tables say of this very account is shown."""
    return Context({"issuer": issuer, "subject": subject})


async def show_own(session: AsyncSession, user_id: UUID) -> None:
    """For the rest of the transaction, let who decides on an account see all that it may do."""
    await session.execute(_SHOW_OWN, {"user": str(user_id)})


async def show_account(session: AsyncSession, issuer: str, subject: str) -> None:
    """For the rest of the transaction, let who names somebody as their issuer does find the account, or make it."""
    await session.execute(_SHOW_ACCOUNT, {"issuer": issuer, "subject": subject})


async def hide_account(session: AsyncSession) -> None:
    """Take `show_account` back: from here on the caller finds what it may know of, and nothing by name."""
    await show_account(session, "", "")


def session_info(context: Context) -> dict[str, Context]:
    """What to open a session with, so that each of its transactions runs in `context`."""
    return {_KEY: context}


def context_of(info: Mapping[object, object]) -> Context | None:
    """The context a session was opened with."""
    found = info.get(_KEY)
    assert found is None or isinstance(found, Context)
    return found


def _quoted(value: str) -> str:
    if "\x00" in value:
        raise ValueError("Postgres stores no NUL")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"E'{escaped}'"
