"""A group: subscribers that ask the same with the same rights, served by one execution."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from typing import Any, Protocol, TypeVar

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    create_source_event_stream,
    execute_subscription_event,
)
from graphql.execution import Executor

from engine.context import OperationContext
from engine.errors import GraphQLFault
from engine.subscriptions.streams import BATCH, End, EndReason, Entry, EventLog, Payload, Position, Stream

log = logging.getLogger("retour.hub")

Result = TypeVar("Result")

_RETRIES = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts to read before a stream is ended: long enough for a restart of the database."""
_AT_ONCE = 100
"""Members served, or items rendered, before other tasks get a turn of the loop."""
_MOST_PENDING = 20 * BATCH
_REPLAY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOperation:
    """One subscription as the engine runs it; `document` is valid and the same object for the same text.

    `encode` makes the JSON of a result, its errors masked and coded.
    """

    schema: GraphQLSchema
    document: DocumentNode
    name: str | None
    variables: Mapping[str, Any]
    context: OperationContext
    encode: Callable[[ExecutionResult], bytes]
    executor: type[Executor[Any]] = Executor
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further keyword arguments of Executor.build, the same for every operation: middleware and such."""

    def refused(self, *errors: GraphQLError) -> "SubscriptionRefused":
        return SubscriptionRefused(orjson.loads(self.encode(ExecutionResult(None, list(errors))))["errors"])


class SubscriptionRefused(Exception):
    """A subscription that cannot start or go on; `errors` are formatted."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


class Member(Protocol):
    """A subscription that has replayed, and is live."""

    def take(self, payload: Payload) -> None: ...

    def end(self, end: End) -> None: ...

    def revoke(self, revoked: Callable[[OperationContext], bool]) -> None: ...


class Group:
    """The source and the members of one key. It lives as long as a subscription holds it."""

    def __init__(self, operation: SubscriptionOperation, journal: EventLog) -> None:
        self.operation = operation
        self.members: dict[Member, None] = {}
        self.holders: set[Member] = set()
        self.opened: asyncio.Task[None] = asyncio.create_task(self._open(), name="hub-open")
        self._journal = journal
        self._pending: list[Entry] = []
        self._worker: asyncio.Task[None] | None = None
        self._replays: dict[Position, asyncio.Task[tuple[list[Payload], Position]]] = {}

    async def _open(self) -> None:
        operation = self.operation
        executor = operation.executor.build(
            operation.schema,
            operation.document,
            context_value=operation.context,
            raw_variable_values=dict(operation.variables),
            operation_name=operation.name,
            **operation.options,
        )
        if isinstance(executor, list):
            raise operation.refused(*executor)
        source = create_source_event_stream(executor)
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise operation.refused(*(source.errors or ()))
        if not isinstance(source, Stream):
            raise TypeError(f"a subscription's resolver returns a Stream, not {type(source).__name__}")
        self._executor = executor
        self._stream = source

    def close(self) -> None:
        """Stop working. The hub ends the members."""
        for task in (self.opened, self._worker, *self._replays.values()):
            if task is not None and not task.done():
                task.cancel()

    def feed(self, entries: Sequence[Entry]) -> None:
        """Queue a batch for the members and return at once; batches are rendered in order."""
        if not self.members:
            return  # a member that joins later has replayed these entries
        wanted = [entry for entry in entries if self._stream.wants(entry)]
        if not wanted:
            return
        self._pending += wanted
        if len(self._pending) > _MOST_PENDING:
            self._pending.clear()
            self._end(End.because(EndReason.FAILED))
        elif self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="hub-group")

    async def _work(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending[:BATCH], self._pending[BATCH:]
                for payload in await with_retries(partial(self._render, batch)):
                    await self._deliver(payload)
        except SubscriptionRefused as refusal:
            self._end(End(EndReason.REFUSED, refusal.errors))
        except Exception:
            log.exception("hub: a group of %d cannot be served", len(self.members))
            self._end(End.because(EndReason.FAILED))
        finally:
            self._worker = None

    async def _deliver(self, payload: Payload) -> None:
        for place, member in enumerate(tuple(self.members), 1):
            try:
                member.take(payload)
            except Exception:  # only this member's connection has failed
                log.exception("hub: a subscriber cannot be served")
                with suppress(Exception):
                    member.end(End.because(EndReason.FAILED))
            if place % _AT_ONCE == 0:
                await asyncio.sleep(0)

    def _end(self, end: End) -> None:
        for member in tuple(self.members):
            member.end(end)

    async def replay(self, after: Position, until: Position) -> tuple[list[Payload], Position]:
        """Payloads that follow a position, and how far they reach. Members that ask at the same time share one read."""
        task = self._replays.get(after)
        if task is None:
            task = asyncio.create_task(self._read(after, until), name="hub-replay")
            self._replays[after] = task
            task.add_done_callback(lambda _: self._replays.pop(after, None))
        return await asyncio.shield(task)

    async def _read(self, after: Position, until: Position) -> tuple[list[Payload], Position]:
        try:
            entries = await with_retries(lambda: self._journal.read(after, _REPLAY))
        except GraphQLFault as fault:
            raise self.operation.refused(GraphQLError(fault.message, original_error=fault)) from fault
        if not entries:
            return [], until
        return await with_retries(lambda: self._render(entries)), entries[-1].position

    async def _render(self, entries: Sequence[Entry]) -> list[Payload]:
        try:
            items = await self._stream.choose(entries)
        except GraphQLFault as fault:
            raise self.operation.refused(GraphQLError(fault.message, original_error=fault)) from fault
        payloads: list[Payload] = []
        for item in items:
            result = execute_subscription_event(self._executor.build_per_event_executor(item.value))
            if isawaitable(result):
                result = await result
            body = self.operation.encode(result)
            payloads.append(Payload.of(body, cursor=item.cursor, position=item.position))
            if len(payloads) % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return payloads


async def with_retries(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """The result of an attempt, repeated for a while if it fails as it does while a database restarts."""
    for pause in _RETRIES:
        try:
            return await attempt()
        except (SubscriptionRefused, GraphQLFault):
            raise
        except Exception as error:
            log.warning("hub: %s, again in %.1f s", error, pause)
        await asyncio.sleep(pause)
    return await attempt()
