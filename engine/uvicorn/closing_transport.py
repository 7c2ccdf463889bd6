"""A transport that closes although its client does not read, and drops what is written after the close.

uvicorn closes a transport once its buffer is written, which a client that does not read never lets happen.
"""

import asyncio
from typing import Any


class ClosingTransport:
    """Passes everything on to the transport `bare`, but limits how long a close may take, in seconds."""

    __slots__ = ("_close_seconds", "_loop", "bare")

    def __init__(self, bare: asyncio.Transport, loop: asyncio.AbstractEventLoop, close_seconds: float) -> None:
        self.bare = bare
        self._loop = loop
        self._close_seconds = close_seconds

    def write(self, data: bytes) -> None:
        """Send, unless the transport is closing: the client of an answer under way may be gone."""
        if not self.bare.is_closing():
            self.bare.write(data)

    def close(self) -> None:
        """Close once everything is sent, or after `close_seconds`, whichever comes first."""
        self.bare.close()
        if self.bare.get_write_buffer_size():
            self._loop.call_later(self._close_seconds, self.bare.abort)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)
