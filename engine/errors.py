"""The faults that reach a client as top-level errors, and which exceptions say that the database is away.

Everything else is INTERNAL and masked.
"""

from collections.abc import Iterator

import asyncpg
from asyncpg.exceptions import TargetServerAttributeNotMatched
from tortoise.exceptions import DBConnectionError


class GraphQLFault(Exception):
    """A request that could not be served: a code for programs, a sentence for people.

    `http_status` is used when nothing of the operation has run.
    """

    code = "INTERNAL"
    http_status = 200

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unauthenticated(GraphQLFault):
    """The token is missing or invalid."""

    code = "UNAUTHENTICATED"
    http_status = 401


class Forbidden(GraphQLFault):
    """The caller's role may not use this field at all."""

    code = "FORBIDDEN"


class BadInput(GraphQLFault):
    """An argument that makes no sense for any field: a malformed cursor, a page of minus one."""

    code = "BAD_INPUT"


class Throttled(GraphQLFault):
    """A caller asks for too much at once; it may try again after `retry_after` seconds."""

    code = "THROTTLED"
    http_status = 429

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(GraphQLFault):
    """The operation, or a statement of it, took longer than the server allows."""

    code = "TIMEOUT"

    def __init__(self) -> None:
        super().__init__("The operation took too long: ask for less, or try again later.")


class Unavailable(GraphQLFault):
    """The database cannot be reached at the moment. Whether a mutation was carried out is not known then."""

    code = "UNAVAILABLE"
    http_status = 503

    def __init__(self) -> None:
        super().__init__(
            "The database cannot be reached at the moment: try again. With the same idempotencyKey"
            " a mutation is carried out once, however often it is sent."
        )


class TooComplex(GraphQLFault):
    """A document that asks for more than the server's limits allow."""

    code = "TOO_COMPLEX"
    http_status = 400


_READS_ONLY = (
    asyncpg.ReadOnlySQLTransactionError,  # a standby, a primary that was demoted, or the default of a switchover
    TargetServerAttributeNotMatched,  # none of the address's hosts is what its target_session_attrs asks for
)
_AWAY = (
    OSError,  # refused, reset, unreachable, and every timeout
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, crashed, starting up
    asyncpg.InsufficientResourcesError,  # no connection, memory or room on its disk is left
    asyncpg.IdleInTransactionSessionTimeoutError,  # these two end the connection
    asyncpg.InvalidAuthorizationSpecificationError,  # it lets nobody in, or not with this password
    asyncpg.InvalidCatalogNameError,  # it is being restored under another name
    asyncpg.PostgresSystemError,  # its disk fails
    *_READS_ONLY,
)

_LOST = ("closed", "released back to the pool")
"""Words of asyncpg's message about a connection that died before it was used; the pool takes it back by itself."""


def is_outage(error: BaseException | None) -> bool:
    """Whether the exception, or what caused it, is a database that cannot be reached or does not answer in time."""
    return any(isinstance(cause, _AWAY) or _broken(cause) for cause in _causes(error))


def is_read_only(error: BaseException | None) -> bool:
    """Whether the exception, or what caused it, says that the connection leads to where nothing can be written."""
    return any(isinstance(cause, _READS_ONLY) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, what caused it, and so on."""
    while error is not None:
        yield error
        error = error.__cause__


def _broken(error: BaseException) -> bool:
    """Whether asyncpg says that the connection was lost before the statement; the error has no class of its own.

    asyncpg says "cannot switch to state" between the server's last message and the end of the connection.
    """
    if isinstance(error, asyncpg.InternalClientError):
        return "cannot switch to state" in str(error)
    return type(error) is asyncpg.InterfaceError and any(words in str(error) for words in _LOST)


def fault_of(error: BaseException) -> GraphQLFault | None:
    """The fault that answers an exception; None if the exception is not foreseen."""
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
