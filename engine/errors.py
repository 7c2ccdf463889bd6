"""The faults that reach a client as top-level errors. Everything else is INTERNAL and masked."""


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
    """No token, or one that does not hold."""

    code = "UNAUTHENTICATED"
    http_status = 401


class Forbidden(GraphQLFault):
    """The whole field is not for this role."""

    code = "FORBIDDEN"


class BadInput(GraphQLFault):
    """An argument that no field could make sense of: a malformed cursor, a page of minus one."""

    code = "BAD_INPUT"


class Throttled(GraphQLFault):
    """Too much at once from one caller; after `retry_after` seconds it may try again."""

    code = "THROTTLED"
    http_status = 429

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(GraphQLFault):
    """The operation, or one statement of it, took longer than the server allows."""

    code = "TIMEOUT"

    def __init__(self) -> None:
        super().__init__("The operation took too long: ask for less, or try again later.")


class Unavailable(GraphQLFault):
    """The database is away for a moment. Whether a mutation was carried out is then not known."""

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
