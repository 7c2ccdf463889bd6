"""Operations over WebSockets: the server's side of graphql-transport-ws, and of no other sub-protocol.

Close codes: 4400 a message that is not of the protocol · 4401 an operation before the acknowledgement · 4403 the token
is missing, invalid, revoked or has expired · 4406 another sub-protocol · 4408 no connection_init in time · 4409 an id
that is in use · 4429 a second connection_init · 4500 an error of the server · 1009 a message that is too long · 1012
this server stops: resume elsewhere · 1013 the client reads too slowly or does not answer pings, the journal or the
database cannot be read, or the caller has too many connections: try again later, and resume after the last cursor. The
table in docs/live-updates.md has those of the libraries, too; tests/clients/test_close_codes.py tries each on the npm
client.
Clients reconnect by themselves after 1012, 1013 and 4403; after the other codes another try would not help.
4429 is for initialization only: the usual clients never reconnect after it.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from engine.context import OperationContext
from engine.engine import Engine
from engine.errors import Throttled
from engine.rate_limits import ConcurrencyLimiter
from engine.subscriptions.streams import EndReason
from engine.transport.connection import Connection, ConnectionLimits
from engine.transport.frames import PROTOCOL

__all__ = ["ConnectionLimits", "OriginCheck", "Sockets", "same_origin"]

OriginCheck = Callable[[str | None, str], bool]
"""Whether a page of this origin (None: no browser) may connect to this host."""


def same_origin(origin: str | None, host: str) -> bool:
    return origin is None or urlsplit(origin).netloc == host


def _full() -> Response:
    fault = Throttled("This server has all the connections it can take: try again later.")
    errors = [{"message": fault.message, "extensions": {"code": fault.code}}]
    return JSONResponse({"errors": errors}, 503, headers={"retry-after": "5"})


class Sockets:
    """All connections of one process; `endpoint` is what a WebSocketRoute takes."""

    def __init__(
        self, engine: Engine, *, limits: ConnectionLimits | None = None, allows: OriginCheck = same_origin
    ) -> None:
        self._engine = engine
        self._limits = limits or ConnectionLimits()
        self._allows = allows
        self._connections: set[Connection] = set()
        self._limiter = ConcurrencyLimiter(self._limits.caller_connections, "connections")
        self._closing = False

    def __len__(self) -> int:
        return len(self._connections)

    async def endpoint(self, websocket: WebSocket) -> None:
        """Serve one client until it or the server closes. Refuses a page of another origin with HTTP 403."""
        headers = websocket.headers
        if not self._allows(headers.get("origin"), headers.get("host", "")):
            return await websocket.close()
        if len(self._connections) >= self._limits.connections:
            return await websocket.send_denial_response(_full())
        if PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            return await websocket.close(4406, "Subprotocol not acceptable")
        await websocket.accept(PROTOCOL)
        if self._closing:
            return await websocket.close(1012, EndReason.RESTART.value)
        connection = Connection(websocket, self._engine, self._limits, self._limiter)
        self._connections.add(connection)
        try:
            return await connection.run()
        finally:
            self._connections.discard(connection)

    def revoke(self, revoked: Callable[[OperationContext], bool]) -> None:
        """Close the connections whose callers' tokens are revoked."""
        for connection in tuple(self._connections):
            connection.revoke(revoked)

    async def close(self, seconds: float = 5.0) -> None:
        """Answer what is under way and close all connections with 1012, within `seconds`.

        All subscriptions are stopped before the first wait, so that the hub may be closed meanwhile.
        """
        self._closing = True
        for connection in self._connections:
            connection.wind_down()
        retiring = [
            asyncio.create_task(connection.retire(1012, EndReason.RESTART.value)) for connection in self._connections
        ]
        if retiring:
            _, late = await asyncio.wait(retiring, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
