"""Content codings, by RFC 9110: which ones a client accepts, and gzip for answers.

BREACH needs a page of another origin that makes the victim's browser send requests with the victim's rights: it cannot,
since rights come from the header Authorization alone, never from a cookie. So nothing secret is guessed by lengths.
"""

import asyncio
import zlib
from functools import lru_cache

from engine.transport.accept import weights

COMPRESS_FROM = 4_096
"""Bytes of an answer. What a shorter one saves on the way, it costs in CPU: about a tenth of a request."""
_IN_A_THREAD = 262_144
"""Bytes that take about a millisecond: for more, other callers do not wait."""
_FAST = (1, zlib.DEFLATED, 16 + 13, 6)
"""Level, method, window and memory of a gzip stream: little memory, since taking it takes most of the time."""


@lru_cache(maxsize=256)
def encodings(header: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    """The offered codings that a client accepts and likes no less than a plain answer, the best one first.

    Without the header, or if it is malformed, there are none.
    """
    accepted = weights(header) or {}
    anything = accepted.get("*", 0.0)
    plain = accepted.get("identity", 0.0)
    liked = {coding: accepted.get(coding, anything) for coding in offered}
    chosen = [coding for coding in offered if liked[coding] > 0 and liked[coding] >= plain]
    return tuple(sorted(chosen, key=lambda coding: -liked[coding]))


async def gzipped(body: bytes) -> bytes:
    """The body as a gzip stream; a long one is made in a thread."""
    return _gzipped(body) if len(body) < _IN_A_THREAD else await asyncio.to_thread(_gzipped, body)


def _gzipped(body: bytes) -> bytes:
    stream = zlib.compressobj(*_FAST)
    return stream.compress(body) + stream.flush()
