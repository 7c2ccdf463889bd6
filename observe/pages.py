"""/healthz, /readyz and /metrics, for orchestrators and for Prometheus."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from observe.health import Check, examine
from observe.metrics import CONTENT_TYPE, DatabaseNumbers, Metrics

_FRESH = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What they show. `alive` and `ready` are checks by name; /metrics needs `token`, or `anybody` may read it."""

    alive: Mapping[str, Check]
    ready: Mapping[str, Check]
    metrics: Metrics
    numbers: DatabaseNumbers
    token: str | None
    anybody: bool

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz), Route("/metrics", self.shown)]

    async def healthz(self, _request: Request) -> Response:
        """Whether this process works: if not, start it anew. The database's absence is no reason for that."""
        return await _answer(self.alive)

    async def readyz(self, _request: Request) -> Response:
        """Whether requests should be sent here now."""
        return await _answer({**self.alive, **self.ready})

    async def shown(self, request: Request) -> Response:
        """The numbers."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.token is None and not self.anybody:
            return JSONResponse({"errors": [{"message": "Set METRICS_TOKEN to read the metrics."}]}, 404, _FRESH)
        if self.token is not None and not hmac.compare_digest(given.encode(), self.token.encode()):
            headers = {**_FRESH, "www-authenticate": "Bearer"}
            return JSONResponse({"errors": [{"message": "This needs the token in METRICS_TOKEN."}]}, 401, headers)
        text = self.metrics.text(await self.numbers.families())
        return Response(text, 200, {**_FRESH, "content-type": CONTENT_TYPE})


async def _answer(checks: Mapping[str, Check]) -> Response:
    report = await examine(checks)
    if report.well:
        return PlainTextResponse("ok\n", 200, _FRESH)
    return JSONResponse({"checks": report.checks}, report.status, _FRESH)
