"""What the application and the hub agree on: journal, entries, and streams of items that can be resumed."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Protocol, Self

import orjson

Position = tuple[int, ...]
"""A place in the journal; the positions of one journal are totally ordered."""

BATCH = 500
"""Entries read at once."""

POLL = 1.0
"""Seconds after which the journal is read although it was not notified."""


class Entry(Protocol):
    """One line of the journal."""

    @property
    def position(self) -> Position: ...

    @property
    def cursor(self) -> str: ...


class EventLog(Protocol):
    """A journal that is read forwards; no entry ever appears before one that was read."""

    async def head(self) -> Position:
        """The position after everything that can be read now."""

    def parse(self, cursor: str) -> Position:
        """The position after a cursor's entry; raises BadInput for a malformed cursor."""

    async def locate(self, cursor: str) -> Position:
        """As `parse`; raises BadInput also if entries after the cursor are missing from the journal."""

    async def read(self, after: Position, limit: int) -> Sequence[Entry]:
        """The next entries in order: only those that no later commit can precede. Raises BadInput as `locate` does."""

    async def wait(self, seconds: float) -> None:
        """Wait until there may be a new entry, at most `seconds`."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one entry means to one stream: the root value of the subscription's field, and its place.

    An entry makes at most one item of a stream, since a client resumes after the cursor of an item.
    """

    value: Any
    position: Position
    cursor: str

    @classmethod
    def of(cls, entry: Entry, value: Any) -> Self:
        return cls(value, entry.position, entry.cursor)


class Stream(ABC, AsyncIterator[Any]):
    """The source of one subscription; a subscription's resolver returns it.

    The hub calls `wants` and `select` once for all clients that ask the same with the same rights.
    If it is iterated, as stock GraphQL execution does, it replays what follows `after` and then follows the journal.
    """

    def __init__(self, journal: EventLog, after: str | None = None) -> None:
        self.journal = journal
        self.after = after
        self._place: Position | None = None
        self._ready: deque[Any] = deque()

    def wants(self, entry: Any) -> bool:
        """Whether an entry may concern this stream: quick, without I/O; called for every entry."""
        return True

    @abstractmethod
    async def select(self, entries: Sequence[Any]) -> list[Item]:
        """The items of those entries that concern this stream and that its viewer may see now, in order."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        if self._place is None:
            self._place = await start_of(self.journal, self.after)
        while not self._ready:
            entries = await self.journal.read(self._place, BATCH)
            if not entries:
                await self.journal.wait(POLL)
                continue
            self._ready.extend(item.value for item in await self.choose(entries))
            self._place = entries[-1].position
        return self._ready.popleft()

    async def choose(self, entries: Sequence[Entry]) -> list[Item]:
        """`select` of the wanted ones; no call if there are none."""
        wanted = [entry for entry in entries if self.wants(entry)]
        return await self.select(wanted) if wanted else []


async def start_of(journal: EventLog, after: str | None) -> Position:
    """Where a client's stream begins: after its cursor, or now. Raises BadInput."""
    return await journal.head() if after is None else await journal.locate(after)


class Payload(bytes):
    """An execution result as JSON; a client resumes after `cursor`, or cannot if that is None."""

    cursor: str | None
    position: Position

    @classmethod
    def of(cls, body: bytes, *, cursor: str | None = None, position: Position = ()) -> Self:
        payload = cls(body)
        payload.cursor = cursor
        payload.position = position
        return payload

    @cached_property
    def text(self) -> str:
        """The same, decoded once for all connections that send it."""
        return self.decode()


class EndReason(Enum):
    """EndReason the server ends a stream; the value is the sentence for the client."""

    REFUSED = "The subscription could not start."
    EXPIRED = "The token has expired. Take a new one and resume after the last cursor."
    REVOKED = "The token was revoked. Take a new one and resume after the last cursor."
    OVERFLOW = "Reading too slowly. Resume after the last cursor."
    FAILED = "The events cannot be read at present. Resume after the last cursor."
    RESTART = "Service restart. Resume elsewhere after the last cursor."


_CODES = {
    EndReason.EXPIRED: "UNAUTHENTICATED",
    EndReason.REVOKED: "UNAUTHENTICATED",
    EndReason.OVERFLOW: "THROTTLED",
}


@dataclass(frozen=True, slots=True)
class End:
    """The end of a stream, with the GraphQL errors that say so, formatted."""

    reason: EndReason
    errors: list[dict[str, Any]]

    @classmethod
    def because(cls, reason: EndReason) -> Self:
        code = _CODES.get(reason, "UNAVAILABLE")
        return cls(reason, [{"message": reason.value, "extensions": {"code": code}}])

    def payload(self) -> Payload:
        return Payload.of(orjson.dumps({"errors": self.errors}))


class Sink(Protocol):
    """Takes the payloads of one subscription into a bounded outbox, and never makes the hub wait."""

    def push(self, payload: Payload) -> None:
        """Take one more payload, or end if there is no room."""

    async def room(self) -> None:
        """Wait until there is room. A replay does before each push; no other subscriber waits for it."""

    def end(self, end: End) -> None:
        """Take the end: no payload follows."""
