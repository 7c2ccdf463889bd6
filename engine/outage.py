"""Whether an exception says that the database is away for a moment, in one place for all who have to know."""

import asyncpg
from tortoise.exceptions import DBConnectionError

from engine.errors import GraphQLFault, TimedOut, Unavailable

_AWAY = (
    OSError,  # refused, reset, unreachable, and every timeout
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, crashed, starting up
    asyncpg.InsufficientResourcesError,  # no connection, memory or room on its disk is left
)

_LOST = ("closed", "released back to the pool")
"""What asyncpg says of a connection that died before it was used: the pool has taken such a one back by itself."""


def is_outage(error: BaseException | None) -> bool:
    """Whether the exception, or what caused it, is a database that cannot be reached or does not answer in time."""
    while error is not None:
        if isinstance(error, _AWAY) or _broken(error):
            return True
        error = error.__cause__
    return False


def _broken(error: BaseException) -> bool:
    """Whether it is asyncpg's word for a connection that was lost before the statement; it has no class of its own.

    "cannot switch to state" is what it says in the moment between the server's farewell and the end of the line.
    """
    if isinstance(error, asyncpg.InternalClientError):
        return "cannot switch to state" in str(error)
    return type(error) is asyncpg.InterfaceError and any(words in str(error) for words in _LOST)


def fault_of(error: BaseException) -> GraphQLFault | None:
    """The fault to answer an exception with; None for what is not to be foreseen."""
    if _ended_by_the_database(error):
        return TimedOut()
    return Unavailable() if is_outage(error) else None


def _ended_by_the_database(error: BaseException | None) -> bool:
    """Whether a statement ran into the database's statement_timeout."""
    while error is not None:
        if isinstance(error, asyncpg.QueryCanceledError):
            return True
        error = error.__cause__
    return False
