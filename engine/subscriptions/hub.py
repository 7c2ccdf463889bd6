"""Shared subscriptions: one reader of the journal, and one execution for all callers of one document and scope.

The reader moves `position` to the end of a batch before it gives the batch to any group. A subscription replays by
itself until it has reached `position`, and joins its group in the same turn of the loop. So it has replayed everything
before `position`, and is given everything after it; a payload that it gets twice it recognizes by its position.
Nothing is lost in between, without a lock.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Self

from graphql import GraphQLError

from engine.context import OperationContext
from engine.errors import GraphQLFault
from engine.rate_limits import ConcurrencyLimiter
from engine.subscriptions.groups import Group, SubscriptionOperation, SubscriptionRefused, with_retries
from engine.subscriptions.keys import Keys, cursor_of
from engine.subscriptions.outbox import PullSink
from engine.subscriptions.streams import (
    BATCH,
    POLL,
    End,
    EndReason,
    Entry,
    EventLog,
    Item,
    Payload,
    Position,
    Sink,
    Stream,
)

__all__ = [
    "End",
    "EndReason",
    "Entry",
    "EventLog",
    "Hub",
    "Item",
    "Payload",
    "Position",
    "Sink",
    "Stream",
    "Subscription",
    "SubscriptionOperation",
]

log = logging.getLogger("retour.hub")

_PAUSE = 0.005
"""Seconds from one read of the journal to the next: all that is committed meanwhile is one batch."""
_RETRY = 0.5
_GROUPS_AT_ONCE = 100


class Hub:
    """All subscriptions of one process. It reads the journal while there are any, and rests while there are none."""

    def __init__(self, journal: EventLog, *, poll: float = POLL, caller_subscriptions: int = 1_000) -> None:
        self._journal = journal
        self._limiter = ConcurrencyLimiter(caller_subscriptions, "subscriptions")
        self._poll = poll
        self._groups: dict[Hashable, Group] = {}
        self._keys = Keys()
        self._position: Position | None = None
        self._positioned = asyncio.Event()
        self._wanted = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._closed = False

    def stream(self, operation: SubscriptionOperation) -> "Subscription":
        """A subscription that begins when it is iterated or when `listen` is called."""
        return Subscription(self, operation)

    @property
    def groups(self) -> int:
        return len(self._groups)

    @property
    def subscribers(self) -> int:
        return sum(len(group.holders) for group in self._groups.values())

    @property
    def resting(self) -> bool:
        """Whether the journal is not read, because nobody listens."""
        return self._reader is not None and self._position is None

    @property
    def failed(self) -> bool:
        """Whether the journal is no longer read although the hub is not closed."""
        return self._reader is not None and self._reader.done() and not self._closed

    async def start(self) -> None:
        """Find out where the journal ends; the first subscription does so, too."""
        if self._reader is None and not self._closed:
            self._reader = asyncio.create_task(self._follow(), name="hub-tail")

    async def close(self) -> None:
        """End every task and every stream; their clients resume elsewhere."""
        self._closed = True
        self._end_all()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def _end_all(self) -> None:
        for group in tuple(self._groups.values()):
            for holder in tuple(group.holders):
                holder.end(End.because(EndReason.RESTART))

    def revoke(self, revoked: Callable[[OperationContext], bool]) -> None:
        """End the iterated streams of callers whose tokens are revoked."""
        for group in tuple(self._groups.values()):
            for holder in tuple(group.holders):
                holder.revoke(revoked)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._rest()
            began = loop.time()
            try:
                full = await self._step()
            except GraphQLFault as fault:  # this process was suspended for so long that what follows has been archived
                log.warning("hub: begins anew, and its streams end (%s)", fault.code)
                self._position = None
                self._positioned.clear()
                self._end_all()
                continue
            except Exception as error:
                log.warning("hub: the journal cannot be read (%s)", error)
                await asyncio.sleep(_RETRY)
                continue
            if not full:
                await self._journal.wait(self._poll)
            await asyncio.sleep(began + _PAUSE - loop.time())

    async def _rest(self) -> None:
        """Read nothing while nobody listens: what is committed meanwhile concerns no subscription that comes later."""
        if self._position is not None and not self._groups:
            self._position = None
            self._positioned.clear()
            self._wanted.clear()
            await self._wanted.wait()

    async def _step(self) -> bool:
        """Read one batch and give it to the groups; whether there may be more."""
        if self._position is None:
            self._position = await self._journal.head()
            self._positioned.set()
        entries = await self._journal.read(self._position, BATCH)
        if entries:
            self._position = entries[-1].position  # before any await: see above
            for place, group in enumerate(tuple(self._groups.values()), 1):
                group.feed(entries)
                if place % _GROUPS_AT_ONCE == 0:
                    await asyncio.sleep(0)
        return len(entries) == BATCH

    async def position(self) -> Position:
        """Up to where the groups have been given the journal."""
        await self.start()
        self._wanted.set()
        await self._positioned.wait()
        assert self._position is not None
        return self._position

    async def start_of(self, after: str | None) -> Position:
        """Where a stream begins; raises BadInput for an invalid cursor."""
        if after is None:
            return await self.position()
        return await with_retries(lambda: self._journal.locate(after))

    def _hold(self, member: "Subscription", operation: SubscriptionOperation) -> Group:
        try:
            self._limiter.acquire(operation.context.caller)
        except GraphQLFault as fault:
            raise operation.refused(GraphQLError(fault.message, original_error=fault)) from fault
        member.caller = operation.context.caller
        key = self._keys.of(operation)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(operation, self._journal)
            self._wanted.set()
        group.holders.add(member)
        member.key = key
        return group

    def _release(self, member: "Subscription", group: Group) -> None:
        self._limiter.release(member.caller)
        group.members.pop(member, None)
        group.holders.discard(member)
        if not group.holders:
            group.close()
            if self._groups.get(member.key) is group:
                del self._groups[member.key]


class Subscription(AsyncIterator[Payload]):
    """The subscription of one client, either pushed to a sink by `listen` or iterated.

    Iteration observes `context.expires_at` and revocations; the owner of a sink does for the whole connection.
    A subscription that could not start is a stream of one payload with errors.
    """

    __slots__ = (
        "_context",
        "_ended",
        "_expiry",
        "_group",
        "_hub",
        "_listener",
        "_operation",
        "_pull",
        "_seen",
        "_sink",
        "caller",
        "key",
    )

    caller: Hashable
    key: Hashable

    def __init__(self, hub: Hub, operation: SubscriptionOperation) -> None:
        self._hub = hub
        self._operation: SubscriptionOperation | None = operation
        self._context: OperationContext | None = None  # of an iteration
        self._group: Group | None = None
        self._sink: Sink | None = None
        self._seen: Position = ()
        self._ended = False
        self._pull: PullSink | None = None
        self._listener: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    async def listen(self, sink: Sink) -> None:
        """Start, replay and go live; returns then, or after `sink.end`. `leave` stops it."""
        self._sink = sink
        operation, self._operation = self._operation, None  # a live member keeps no operation of its own
        assert operation is not None, "a subscription can be listened to once"
        try:
            await self._replay(await self._begin(operation))
        except SubscriptionRefused as refusal:
            self.end(End(EndReason.REFUSED, refusal.errors))
        except Exception:
            log.exception("hub: a subscription cannot go on")
            self.end(End.because(EndReason.FAILED))
        except BaseException:
            self.leave()
            raise

    async def _begin(self, operation: SubscriptionOperation) -> Group:
        after = cursor_of(operation)
        self._group = group = self._hub._hold(self, operation)
        await asyncio.shield(group.opened)
        try:
            self._seen = await self._hub.start_of(after)
        except GraphQLFault as fault:
            raise operation.refused(GraphQLError(fault.message, original_error=fault)) from fault
        return group

    async def _replay(self, group: Group) -> None:
        while not self._ended:
            until = await self._hub.position()
            if self._seen >= until:
                group.members[self] = None  # no await since `position`
                return
            payloads, reached = await group.replay(self._seen, until)
            for payload in payloads:
                assert self._sink is not None
                await self._sink.room()
                self.take(payload)
            self._seen = max(self._seen, reached)

    def take(self, payload: Payload) -> None:
        """Push a payload, unless this client has it already."""
        if not self._ended and payload.position > self._seen:
            self._seen = payload.position
            assert self._sink is not None
            self._sink.push(payload)

    def end(self, end: End) -> None:
        """Tell the client the reason, and leave."""
        if not self._ended:
            self.leave()
            if self._sink is not None:
                self._sink.end(end)

    def revoke(self, revoked: Callable[[OperationContext], bool]) -> None:
        """End an iteration if the caller's token is among those that are revoked."""
        if self._context is not None and revoked(self._context):
            self.end(End.because(EndReason.REVOKED))

    def leave(self) -> None:
        """Push nothing more; a group without holders stops."""
        self._ended = True
        if self._group is not None:
            group, self._group = self._group, None
            self._hub._release(self, group)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Payload:
        if self._pull is None:
            self._pull = PullSink()
            self._watch()
            self._listener = asyncio.create_task(self.listen(self._pull), name="hub-listen")
        if self._pull.ended:
            self.leave()
        return await self._pull.next()

    def _watch(self) -> None:
        self._context = self._operation.context if self._operation else None
        expires_at = self._context.expires_at if self._context else None
        if expires_at is not None:
            loop = asyncio.get_running_loop()
            expired = End.because(EndReason.EXPIRED)
            self._expiry = loop.call_later(max(0.0, expires_at - time.time()), self.end, expired)

    async def aclose(self) -> None:
        """Stop an iteration. Can be called at any time, and twice."""
        self.leave()
        if self._expiry is not None:
            self._expiry.cancel()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
