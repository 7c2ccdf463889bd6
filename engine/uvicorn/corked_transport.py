"""A transport that puts the head of an answer and its body into one packet.

uvicorn writes them one after the other, and each is a call of the kernel that wakes the client: a fifth of what a
small answer costs.
"""

import asyncio
from typing import Any


class Corked:
    """Holds a write back until the next one, or until the loop has come round; all else goes to the transport."""

    __slots__ = ("_held", "_loop", "_patience", "_turn", "bare")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self.bare = transport
        self._loop = loop
        self._patience = patience
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
        """Send a whole answer at once; nothing is held back where one begins."""
        if not self.bare.is_closing():
            self.bare.write(data)

    def flush(self) -> None:
        """Send what is held back."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
            held, self._held = self._held, b""
            if not self.bare.is_closing():
                self.bare.write(held)

    def close(self) -> None:
        """Close, once everything is sent; cut off after `patience` seconds a client that does not read it."""
        self.flush()
        self.bare.close()
        if self.bare.get_write_buffer_size():
            self._loop.call_later(self._patience, self.bare.abort)

    def abort(self) -> None:
        """Close at once."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        self.bare.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)
