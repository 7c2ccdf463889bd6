"""Limits of one caller in this process: operations and time of the processor, and things held open at a time."""

import math
import time
from collections.abc import Callable, Hashable

from engine.errors import Throttled

_FEW = 10_000


class RateLimiter:
    """A token bucket for each caller: `rate` operations a second, `burst` at once after a rest.

    Time is taken from the same bucket: `share` is what one caller may use of the process's time in the long run. A
    bucket is kept as the moment at which it will be full again; full buckets are forgotten.
    """

    def __init__(
        self, rate: float, burst: float, *, share: float = 0.2, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._share = share
        self._interval = 1 / rate
        self._depth = burst / rate
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}
        self._sweep_at = _FEW

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, caller: Hashable) -> None:
        """Count one operation; raises Throttled, and counts nothing, if the bucket is empty."""
        now = self._clock()
        full_at = max(self._full_at.get(caller, now), now) + self._interval
        self._refuse_beyond(full_at, now)
        self._keep(caller, full_at, now)

    def add(self, caller: Hashable, operations: int) -> None:
        """Count operations that come along with one that was taken; they may overdraw the bucket.

        Raises Throttled, and counts nothing, if it is overdrawn already.
        """
        now = self._clock()
        full_at = max(self._full_at.get(caller, now), now)
        self._refuse_beyond(full_at, now)
        self._keep(caller, full_at + operations * self._interval, now)

    def charge(self, caller: Hashable, seconds: float) -> None:
        """Count time that the process has spent on a caller alone. It is spent, so the bucket may be overdrawn."""
        now = self._clock()
        self._keep(caller, max(self._full_at.get(caller, now), now) + seconds / self._share, now)

    def check(self, caller: Hashable) -> None:
        """Raise Throttled if the caller has overdrawn its bucket; count nothing."""
        now = self._clock()
        self._refuse_beyond(self._full_at.get(caller, now), now)

    def _keep(self, caller: Hashable, full_at: float, now: float) -> None:
        self._full_at[caller] = full_at
        if len(self._full_at) > self._sweep_at:
            self._full_at = {caller: at for caller, at in self._full_at.items() if at > now}
            self._sweep_at = max(_FEW, 2 * len(self._full_at))

    def _refuse_beyond(self, full_at: float, now: float) -> None:
        """Raise Throttled if a bucket that is full at that moment is less than empty now."""
        if full_at - now > self._depth + 1e-9:
            wait = full_at - now - self._depth
            seconds = max(math.ceil(wait * 10 - 1e-6), 1) / 10  # rounded up, but for a float's last digits
            raise Throttled(f"Too many operations: try again in {seconds} s.", retry_after=wait)


class ConcurrencyLimiter:
    """Counts what each caller but None holds open, `most` at a time; `what` names these things in a refusal."""

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._held: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return sum(self._held.values())

    def acquire(self, caller: Hashable) -> None:
        """Count one more; raises Throttled, and counts nothing, if the caller holds `most`."""
        if caller is None:
            return
        held = self._held.get(caller, 0)
        if held >= self._most:
            raise Throttled(f"At most {self._most} {self._what} of one caller at a time.")
        self._held[caller] = held + 1

    def release(self, caller: Hashable) -> None:
        """Count one less: once for each `acquire`."""
        if caller is None:
            return
        left = self._held[caller] - 1
        if left:
            self._held[caller] = left
        else:
            del self._held[caller]
