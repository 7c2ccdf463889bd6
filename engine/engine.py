"""The engine: everything between a transport and the schema. HTTP and sockets call it; it knows neither of them."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from time import perf_counter, thread_time
from typing import Any, NamedTuple, Protocol

import orjson
import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationType,
    ValueNode,
)
from strawberry.exceptions import StrawberryGraphQLError

from engine.compat.strawberry import StockExecutor, StrawberryInputCoercionError, graphql_schema, is_awaitable
from engine.context import OperationContext
from engine.documents.limits import Limits
from engine.documents.registry import Document, Documents, RequestErrors
from engine.documents.turns import Turns
from engine.errors import BadInput, Forbidden, GraphQLFault, TimedOut, TooComplex, fault_of
from engine.execution.prepared import PreparedExecutors, StockExecutors
from engine.rate_limits import RateLimiter
from engine.subscriptions.groups import SubscriptionOperation
from engine.subscriptions.streams import Payload
from engine.timing.delays import Delay
from engine.timing.timeout import Timeout

log = logging.getLogger("retour.engine")

Response = dict[str, Any]
"""An execution result as it is sent: `data`, `errors`, `extensions`; without `data` if nothing has run."""

ContextFactory = Callable[[Mapping[str, str], Mapping[str, Any] | None], Awaitable[OperationContext]]
"""Headers (lower case) and connection_init's payload → context. Raises Unauthenticated.

Beside the headers that the client sent, `CLIENT` holds its address.
"""

CLIENT = ":client"
"""A header name that no client can send."""


class Subscriptions(Protocol):
    """What serves subscriptions; engine/subscriptions/hub.py does."""

    def stream(self, operation: SubscriptionOperation) -> AsyncIterator[Payload]: ...


class Finished(NamedTuple):
    """How an operation ended, for logs and metrics; `codes` is empty if it has no errors."""

    document: Document
    operation_name: str | None
    seconds: float
    codes: tuple[str, ...]
    context: OperationContext


Around = Callable[[Document, str | None, OperationContext], AbstractContextManager[None]]
"""A context manager around each execution, such as a trace's span."""


class Engine:
    """Runs the documents of one schema.

    `finished` is called at the end of each query and mutation, `refused` with the error codes of a request that never
    became an operation. With `stock`, graphql-core builds every executor anew and executes by itself: a slower way,
    for incidents.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        documents: Documents,
        limits: Limits,
        hub: Subscriptions,
        context: ContextFactory,
        rate_limiter: RateLimiter | None = None,
        finished: Callable[[Finished], None] | None = None,
        refused: Callable[[Sequence[str]], None] | None = None,
        around: Around | None = None,
        stock: bool = False,
    ) -> None:
        self.schema = schema
        self._graphql_schema = graphql_schema(schema)
        self.documents = documents
        self.limits = limits
        self.hub = hub
        self.context = context
        self._rate_limiter = rate_limiter
        self._finished = finished
        self._refused = refused
        self._around = around
        self.turns = Turns()
        self._examining: dict[tuple[Hashable, str | None, str | None], asyncio.Event] = {}
        self._time_limit = Delay(limits.operation_seconds)
        self._executor = StockExecutor if stock else schema.execution_context_class
        self._hide = not documents.suggestions
        executors = StockExecutors if stock else PreparedExecutors
        self.executors = executors(
            self._graphql_schema, self._executor, is_awaitable=is_awaitable, hide_suggestions=self._hide
        )

    def document(self, query: str | None, document_id: str | None = None) -> Document:
        """The parsed, limited and validated document; raises RequestErrors."""
        return self.documents.get(query, document_id)

    def known(self, query: str | None, document_id: str | None, context: OperationContext) -> Document | None:
        """The document if it has been examined before; raises RequestErrors if the caller needs a token for it."""
        if self.documents.knows(query, document_id):
            return self.documents.get(query, document_id, anonymous=context.anonymous)
        return None

    async def examine(self, query: str | None, document_id: str | None, context: OperationContext) -> Document:
        """The same for documents that may be unknown: callers take turns, and pay for theirs with their time.

        A caller that sends one document many times at once waits for it once.
        Raises RequestErrors, Throttled, and TimedOut after as long as an operation may take.
        """
        sent = (context.caller, query, document_id)
        try:
            with Timeout(self._time_limit):
                if (first := self._examining.get(sent)) is not None:
                    await first.wait()
                    if (document := self.known(query, document_id, context)) is not None:
                        return document
                return await self._in_turn(sent, context)
        except TimeoutError:
            raise TimedOut from None

    async def _in_turn(self, sent: tuple[Hashable, str | None, str | None], context: OperationContext) -> Document:
        caller, query, document_id = sent
        examined = self._examining[sent] = asyncio.Event()
        try:
            async with self.turns.turn(caller):
                return self._examined(query, document_id, context)
        finally:
            examined.set()
            if self._examining.get(sent) is examined:
                del self._examining[sent]

    def _examined(self, query: str | None, document_id: str | None, context: OperationContext) -> Document:
        if self._rate_limiter is not None and context.caller is not None:
            self._rate_limiter.check(context.caller)  # its turns before this one may have used its time up
        began = thread_time()
        try:
            return self.documents.get(query, document_id, anonymous=context.anonymous)
        finally:
            self._charge(context, thread_time() - began)

    def admit(self, context: OperationContext) -> None:
        """Count one operation for its caller; raises Throttled if it sends too many."""
        if self._rate_limiter is not None and context.caller is not None:
            self._rate_limiter.take(context.caller)

    async def execute(
        self,
        document: Document,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        context: OperationContext,
    ) -> Response:
        """Run a query or a mutation. Errors are masked and coded; raises nothing but CancelledError."""
        began = perf_counter()
        try:
            if document.kind(operation_name) is OperationType.SUBSCRIPTION:
                raise BadInput("Subscriptions are served over WebSocket and text/event-stream.")
            document.check(operation_name, context.fields)
            cost = document.cost(operation_name, variables or {})
        except GraphQLFault as fault:
            response = _formatted(RequestErrors.of(fault))
        except RequestErrors as refusal:
            response = _formatted(refusal)
        else:
            if self._around is None:
                response = await self._run(document, operation_name, variables, context)
            else:
                with self._around(document, operation_name, context):
                    response = await self._run(document, operation_name, variables, context)
            response["extensions"] = {"cost": {"requested": cost, "limit": self.limits.cost}}
        if self._finished is not None:
            codes = tuple(error["extensions"]["code"] for error in response.get("errors", ()))
            self._finished(Finished(document, operation_name, perf_counter() - began, codes, context))
        return response

    def operation(
        self,
        document: Document,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        context: OperationContext,
    ) -> SubscriptionOperation:
        """A subscription, ready for the hub; raises RequestErrors for anything else, or if it costs too much."""
        try:
            if document.kind(operation_name) is not OperationType.SUBSCRIPTION:
                raise BadInput("This operation is not a subscription.")
            document.check(operation_name, context.fields)
            document.cost(operation_name, variables or {})
        except GraphQLFault as fault:
            raise RequestErrors.of(fault) from None
        return SubscriptionOperation(
            schema=self._graphql_schema,
            document=document.ast,
            name=operation_name,
            variables=variables or {},
            context=context,
            encode=lambda result: self.encode(self.respond(result)),
            executor=self._executor,
            options={"is_awaitable": is_awaitable, "hide_suggestions": self._hide},
        )

    def stream(
        self,
        document: Document,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        context: OperationContext,
    ) -> AsyncIterator[Payload]:
        """The payloads of a subscription, from the hub; raises RequestErrors."""
        return self.hub.stream(self.operation(document, operation_name, variables, context))

    def respond(self, result: ExecutionResult) -> Response:
        """Format a result. If no error has a path, nothing has run, and the response has no `data`."""
        if not result.errors:
            return {"data": result.data}
        errors = [self._formatted(error) for error in result.errors[: self.limits.errors]]
        if result.data is None and all(error.path is None for error in result.errors):
            return {"errors": errors}
        return {"errors": errors, "data": result.data}

    def refusal(self, refusal: RequestErrors) -> Response:
        """The answer to a request that never became an operation."""
        response = _formatted(refusal)
        if self._refused is not None:
            self._refused([error["extensions"]["code"] for error in response["errors"]])
        return response

    def encode(self, response: Response) -> bytes:
        """The response as JSON, or an error if it is too long.

        A value that JSON cannot hold is an error of the server, and masked.
        """
        try:
            body = orjson.dumps(response)
        except TypeError as error:
            return orjson.dumps({"errors": [masked(error).formatted], "data": None})
        if len(body) <= self.limits.answer_bytes:
            return body
        fault = TooComplex(
            f"The answer has more than {self.limits.answer_bytes} bytes: ask for shorter pages, or for fewer fields and"
            " nested lists. A mutation was carried out."
        )
        return orjson.dumps({**_formatted(RequestErrors.of(fault)), "data": None})

    async def _run(
        self,
        document: Document,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        context: OperationContext,
    ) -> Response:
        try:
            context.bytes_left, context.rate_limiter = self.limits.answer_bytes, self._rate_limiter
            given = dict(variables) if variables else None
            executor: Any = self.executors.executor(document.ast, operation_name or None, given, context)
            if isinstance(executor, list):
                return self.respond(ExecutionResult(None, executor))
            result: Any = (
                executor.execute_operation() if document.executed else self._first(document, executor, context)
            )
            if is_awaitable(result):
                with Timeout(self._time_limit):
                    result = await result
        except TimeoutError:
            failure = RequestErrors.of(TimedOut()).errors[0]
        except Exception as error:
            failure = masked(error)
        else:
            return self.respond(result)
        # `data` says that something may have run: the time limit may pass between a commit and its answer.
        return {"errors": [failure.formatted], "data": None}

    def _first(self, document: Document, executor: Any, context: OperationContext) -> Any:
        """The first execution of a document, which generates code at its caller's expense."""
        document.executed = True
        began = thread_time()
        try:
            return executor.execute_operation()
        finally:
            self._charge(context, thread_time() - began)

    def _charge(self, context: OperationContext, seconds: float) -> None:
        if self._rate_limiter is not None and context.caller is not None:
            self._rate_limiter.charge(context.caller, seconds)

    def _formatted(self, error: GraphQLError) -> Mapping[str, Any]:
        """One error as a client may see it."""
        cause = error.original_error or error
        fault = cause if isinstance(cause, GraphQLFault) else fault_of(cause)
        if fault is not None:
            return _coded(error, fault.message, fault.code)
        if isinstance(cause, GraphQLError):
            if (cause.extensions or {}).get("code"):
                return error.formatted
            code = _code_of(error, cause)
            if code:
                return _coded(error, error.message, code)
        return masked(cause, located=error).formatted


def _formatted(refusal: RequestErrors) -> Response:
    return {"errors": [error.formatted for error in refusal.errors]}


def masked(
    error: BaseException,
    message: str = "Something went wrong on the server.",
    *,
    located: GraphQLError | None = None,
) -> GraphQLError:
    """What a client sees of an unforeseen exception: an incident's id, which the log repeats with the traceback."""
    incident = secrets.token_hex(6)
    nodes, path = (located.nodes, located.path) if located else (None, None)
    log.error("incident %s at %s", incident, ".".join(map(str, path or ())) or "the request", exc_info=error)
    extensions = {"code": "INTERNAL", "id": incident}
    return GraphQLError(f"{message} (incident {incident})", nodes, path=path, extensions=extensions)


def _coded(error: GraphQLError, message: str, code: str) -> Mapping[str, Any]:
    return {**error.formatted, "message": message, "extensions": {**(error.extensions or {}), "code": code}}


def _code_of(error: GraphQLError, cause: GraphQLError) -> str | None:
    """The code of an error of GraphQL's own; None if it is about what a resolver returned, not about the input.

    An error about the input has no path (variables), points at a value of the document, or names an argument.
    """
    if isinstance(cause, StrawberryInputCoercionError) or error.path is None:
        return BadInput.code
    if type(cause) is StrawberryGraphQLError:
        return Forbidden.code  # a permission refuses; its sentence is for the client
    of_value = any(isinstance(node, ValueNode) for node in cause.nodes or ())
    return BadInput.code if of_value or cause.message.startswith("Argument '") else None
