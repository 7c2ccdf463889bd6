"""Which statements stay prepared in PostgreSQL: those that come again, as far as there is room.

A prepared statement with its plan takes some hundred kilobytes of each server process that has it, and what clients
ask decides how many texts there are. A text that comes for the first time takes one of few places, and later new texts
take that from it. A text that has come before, on any of the process's connections, stays prepared until its last use
is the longest ago and there are too many or too long ones, and for an hour at most.

All statements have names, also those that come once: a pooler in transaction mode knows no others (docs/operating.md).
"""

from collections import deque
from typing import Any

import asyncpg

from database.compat import PatientConnection, StatementCache, replace_statement_cache
from engine.lru import LRU

MOST_STATEMENTS = 128
"""Statements that stay prepared on one connection."""
MOST_TEXT = 150_000
"""Characters of all statements that stay prepared on one connection; their plans take a hundred times as much."""
LONGEST_TEXT = 40_000
"""Characters of a statement that may stay prepared."""
KEPT_FOR = 3600.0
"""Seconds after which a statement is prepared anew."""
NEW_PLACES = 2
"""Statements of one connection that have come once."""
REMEMBERED_TEXTS = 4_096
"""Texts of which a process knows that they have come."""


class Repeats:
    """Which texts have come before. It keeps their hashes only."""

    def __init__(self, capacity: int = REMEMBERED_TEXTS) -> None:
        self._seen: LRU[int, None] = LRU(capacity)

    def again(self, text: str) -> bool:
        """Whether a text has come before; from now on it has."""
        digest = hash(text)
        before = digest in self._seen
        self._seen.remember(digest, None)
        return before


class RepeatedStatements(StatementCache):
    """The prepared statements of one connection; `repeats` is what all connections know of texts."""

    def __init__(self, repeats: Repeats, connection: asyncpg.Connection) -> None:
        super().__init__(connection, most=MOST_STATEMENTS + NEW_PLACES, kept_for=KEPT_FOR)
        self._repeats = repeats
        self._new: deque[Any] = deque()

    def added(self, key: Any, text: str) -> None:
        """Make room for a statement that has just been prepared."""
        if key in self._new:
            self._new.remove(key)
        if not self._repeats.again(text) or len(text) > LONGEST_TEXT:
            self._new.append(key)
        while len(self._new) > NEW_PLACES:
            self.drop(self._new.popleft())
        kept = {held: len(text) for held, text in self.texts() if held not in self._new}  # the oldest use first
        length = sum(kept.values())
        for oldest in list(kept)[:-1]:
            if len(kept) <= MOST_STATEMENTS and length <= MOST_TEXT:
                break
            length -= kept.pop(oldest)
            self.drop(oldest)


class FrugalConnection(PatientConnection):
    """A connection that keeps statements prepared only if they come again."""

    repeats = Repeats()
    """What this process's connections know together: a text comes to one of them now, to another later."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        replace_statement_cache(self, RepeatedStatements(self.repeats, self))
