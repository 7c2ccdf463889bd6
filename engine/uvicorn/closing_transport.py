"""A transport that closes although its client does not read, and drops what is written after the close.

uvicorn closes a transport once its buffer is written, which a client that does not read never lets happen.
"""

import asyncio
from typing import Any


class ClosingTransport:
    """Passes everything on to the transport `inner`, but limits how long a close may take, in seconds."""

    __slots__ = ("_close_seconds", "_loop", "inner")

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop, close_seconds: float) -> None:
        self.inner = inner
        self._loop = loop
        self._close_seconds = close_seconds

    def write(self, data: bytes) -> None:
        """Send, unless the transport is closing: the client of an answer under way may be gone."""
        if not self.inner.is_closing():
            self.inner.write(data)

    def close(self) -> None:
        """Close once everything is sent, or after `close_seconds`, whichever comes first."""
        self.inner.close()
        if self.inner.get_write_buffer_size():
            self._loop.call_later(self._close_seconds, self.inner.abort)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
