"""A transport that closes although its client does not read, and so that its client can read what was sent last.

uvicorn closes a transport once its buffer is written, which a client that does not read never lets happen. And a system
that closes a connection with unread bytes resets it: the client may lose the answer that it was sent a moment before.
"""

import asyncio
from collections.abc import Callable
from typing import Any


class ClosingTransport:
    """Passes everything on to the transport `inner`, but limits how long a close may take, in seconds.

    `more` says whether the client is still sending. Then a close goes in stages: our end says that nothing follows,
    what still comes is read and dropped, and the connection is closed when the client has ended it, too.
    """

    __slots__ = ("_close_seconds", "_loop", "draining", "inner", "more")

    def __init__(
        self,
        inner: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        close_seconds: float,
        more: Callable[[], bool] = lambda: False,
    ) -> None:
        self.inner = inner
        self.draining = False
        """Whether what comes is dropped."""
        self._loop = loop
        self._close_seconds = close_seconds
        self.more = more

    def write(self, data: bytes) -> None:
        """Send, unless the transport is closing: the client of an answer under way may be gone."""
        if not self.is_closing():
            self.inner.write(data)

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self.draining or self.inner.is_closing()

    def close(self) -> None:
        """Close once everything is sent, or after `close_seconds`, whichever comes first."""
        if not self.is_closing() and self.more() and self.inner.can_write_eof():
            self.draining = True
            self.inner.write_eof()
            self.inner.resume_reading()
            self._loop.call_later(self._close_seconds, self.inner.abort)
            return
        self.inner.close()
        if self.inner.get_write_buffer_size():
            self._loop.call_later(self._close_seconds, self.inner.abort)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
