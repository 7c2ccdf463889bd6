"""/healthz, /readyz and /metrics, for orchestrators and for Prometheus."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from observe.health import Check, examine
from observe.metrics import CONTENT_TYPE, DatabaseMetrics, Metrics

_NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages. `alive`, `ready` and `warns` are checks by name; /metrics needs `token`, or is `public`.

    What `warns` finds is shown, but does not make the process unready: no other process would do better.
    """

    alive: Mapping[str, Check]
    ready: Mapping[str, Check]
    warns: Mapping[str, Check]
    metrics: Metrics
    database: DatabaseMetrics
    token: str | None
    public: bool

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz), Route("/metrics", self.metrics_page)]

    async def healthz(self, _request: Request) -> Response:
        """Whether this process works; if not, it should be restarted. The database is not checked here."""
        return await _answer(self.alive)

    async def readyz(self, _request: Request) -> Response:
        """Whether requests should be sent to this process now."""
        return await _answer({**self.alive, **self.ready}, self.warns)

    async def metrics_page(self, request: Request) -> Response:
        """The metrics in Prometheus' text format."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.token is None and not self.public:
            return _refusal("The metrics are not public: set METRICS_TOKEN to read them.", 404)
        if self.token is not None and not hmac.compare_digest(given.encode(), self.token.encode()):
            message = "The token is missing or wrong: send METRICS_TOKEN as a bearer token."
            return _refusal(message, 401, {"www-authenticate": "Bearer"})
        text = self.metrics.text(await self.database.families())
        return Response(text, 200, {**_NO_STORE, "content-type": CONTENT_TYPE})


async def _answer(checks: Mapping[str, Check], warns: Mapping[str, Check] | None = None) -> Response:
    results = await examine(checks)
    warnings = await examine(warns or {}) if results.healthy else None
    if warnings is None:
        return JSONResponse({"checks": results.checks}, results.status, _NO_STORE)
    if warnings.healthy:
        return PlainTextResponse("ok\n", 200, _NO_STORE)
    found = {name: result for name, result in warnings.checks.items() if result != "ok"}
    return JSONResponse({"checks": results.checks, "warnings": found}, 200, _NO_STORE)


def _refusal(message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"errors": [{"message": message}]}, status, {**_NO_STORE, **(headers or {})})
