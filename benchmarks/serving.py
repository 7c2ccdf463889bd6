"""Running an ASGI application of the benchmark in its own process, on a port that it says."""

from socket import socket
from typing import Literal

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"listens on http://127.0.0.1:{port}", flush=True)


def serve(application: ASGIApp, *, loop: Literal["uvloop", "asyncio"], http: Literal["httptools", "h11"]) -> None:
    """Serve until asked to stop."""
    config = uvicorn.Config(
        application, port=0, loop=loop, http=http, lifespan="on", access_log=False, log_level="warning"
    )
    _Server(config).run()
