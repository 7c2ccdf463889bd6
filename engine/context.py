"""What one operation runs with."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field

from tortoise.backends.base.client import BaseDBAsyncClient

from engine.rate_limits import RateLimiter
from engine.visibility import EVERYTHING, Visibility


@dataclass(slots=True, kw_only=True)
class OperationContext:
    """One operation's surroundings, as far as the engine needs them; the application adds its own.

    `scope` is everything about the caller that can change a result: two callers of one scope may be
    given the same bytes. `expires_at` is in unix seconds; a stream ends then. `statements` counts SQL.
    `caller` is the one whom the limits count for, None for no limits; `trace` the id by which logs and other services
    know the operation.
    `anonymous` says that the caller has shown no token.
    `fields` are the root fields that the caller may ask for, None for all.
    `rate_limiter` counts what an operation carries out.
    `bytes_left` are those that the operation may still read, for no limit infinitely many.
    `db` is the client that reads use, None for Tortoise's default connection.
    `refusals` are the codes of what was refused in the data, not in `errors`.
    `visibility` is what the caller may see of each table; all callers of a scope share one.
    """

    scope: Hashable = None
    caller: Hashable = None
    trace: str = ""
    anonymous: bool = False
    fields: frozenset[str] | None = None
    refusals: list[str] = field(default_factory=list)
    expires_at: float | None = None
    rate_limiter: RateLimiter | None = None
    statements: int = field(default=0)
    bytes_left: float = math.inf
    db: BaseDBAsyncClient | None = None
    visibility: Visibility = EVERYTHING

    def count(self, operations: int) -> None:
        """Count what one operation carries out as so many; raises Throttled if the caller's others have been too many.

        The operation itself has been counted.
        """
        if self.rate_limiter is not None and self.caller is not None:
            self.rate_limiter.add(self.caller, operations - 1)
