"""A transport that puts the head of an answer and its body into one packet.

uvicorn writes them one after the other, and each write is a call of the kernel that wakes the client.
"""

import asyncio

from engine.uvicorn.closing_transport import ClosingTransport


class CorkedTransport(ClosingTransport):
    """Holds a write back until the next one, or until the next turn of the loop; passes all else on."""

    __slots__ = ("_held", "_turn")

    def __init__(self, bare: asyncio.Transport, loop: asyncio.AbstractEventLoop, close_seconds: float) -> None:
        super().__init__(bare, loop, close_seconds)
        self._held = b""
        self._turn: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Send with the next write, at the latest in the next turn of the loop."""
        if self._turn is None:
            self._held = data
            self._turn = self._loop.call_soon(self.flush)
        else:
            self._held += data
            self.flush()

    def send(self, data: bytes) -> None:
        """Send a whole answer at once; nothing is held back when one begins."""
        super().write(data)

    def flush(self) -> None:
        """Send what is held back."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
            held, self._held = self._held, b""
            super().write(held)

    def close(self) -> None:
        """Send what is held back, then close as ClosingTransport does."""
        self.flush()
        super().close()

    def abort(self) -> None:
        """Close at once, without what is held back."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        self.bare.abort()
