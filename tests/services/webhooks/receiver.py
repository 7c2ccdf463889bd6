"""A server that webhooks are posted to, real down to the socket, and the market that posts to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook


@dataclass(slots=True)
class Got:
    """One post as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> dict[str, Any]:
        """The parsed body."""
        payload: dict[str, Any] = orjson.loads(self.body)
        return payload

    def verify(self, secret: str) -> None:
        """As a receiver does, by the Standard Webhooks' own library; raises WebhookVerificationError."""
        Webhook(secret).verify(self.body, self.headers)


@dataclass(slots=True)
class Receiver:
    """Answers with the next of `statuses`, 204 when there is none left; 0 hangs up, None never answers."""

    port: int = 0
    statuses: list[int | None] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    location: str = ""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def wait(self, count: int, seconds: float = 20) -> None:
        """Until that many posts have arrived."""
        async with asyncio.timeout(seconds), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
                }
                await self.answer(
                    Got(headers, await reader.readexactly(int(headers["content-length"]))), reader, writer
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, got: Got, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status = self.statuses.pop(0) if self.statuses else 204
        async with self.arrived:
            self.got.append(got)
            self.arrived.notify_all()
        if status is None:
            await reader.read()  # until the sender gives up
        elif status == 0:
            writer.transport.abort()
        else:
            location = f"location: {self.location}\r\n" if self.location else ""
            writer.write(f"HTTP/1.1 {status} Said\r\n{location}content-length: 0\r\n\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
