"""Which refusals of a database pass by themselves: the same request may succeed a moment later."""

from asyncpg.exceptions import InvalidCachedStatementError, PostgresConnectionError, PostgresError
from sqlalchemy.exc import DBAPIError

PASSING = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available: lock_timeout, NOWAIT
        "57014",  # query_canceled: statement_timeout
        "25P03",  # idle_in_transaction_session_timeout
        "25P04",  # transaction_timeout
        "53100",  # disk_full
        "53200",  # out_of_memory
        "53300",  # too_many_connections
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
        "57P05",  # idle_session_timeout
    }
)
"""SQLSTATEs that say nothing about the request itself."""

DRIVER_ERROR = PostgresError
"""What reaches us unwrapped: from a connection that could not be made, and from `shared.db.driver`."""


def is_passing(error: Exception) -> bool:
    """Whether the database was busy or away, rather than asked something wrong."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in PASSING
    return (
        isinstance(error, PostgresConnectionError | InvalidCachedStatementError)
        or getattr(error, "sqlstate", None) in PASSING
    )
