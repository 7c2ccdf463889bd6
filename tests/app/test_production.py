"""Production mode from outside: what is off, what every answer carries, and who may call from a browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from tests.live.process import SECRET, Server, serving

ORIGIN = "https://shop.example"
OWNERS = {"authorization": f"Bearer {mint(SECRET, Actor(Role.OWNER, 'owner'), ttl=3600)}"}


@pytest.fixture(scope="module")
async def production(ops_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server as it is put on the internet."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = {"RETOUR_ENV": "production", "CORS_ORIGINS": ORIGIN, "WORKER": "off", "LOG_LEVEL": "warning"}
    async with serving(ops_url, home, **settings) as server:
        yield server


@pytest.fixture
async def http(production: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=production.address, timeout=20) as client:
        yield client


async def test_the_schema_cannot_be_introspected_in_production(http: httpx.AsyncClient) -> None:
    for query in ("{ __schema { queryType { name } } }", "{ viewr { id } }", '{ order(idd: "x") { id } }'):
        response = await http.post("/graphql", json={"query": query}, headers=OWNERS)
        (error, *_) = response.json()["errors"]
        assert error["extensions"]["code"] == "BAD_INPUT"
        assert "Did you mean" not in response.text
        assert "queryType" not in response.text or "introspection" in response.text.lower()


@pytest.mark.parametrize("path", ["/graphiql", "/demo/people", "/demo/token", "/metrics"])
async def test_development_routes_do_not_exist_in_production(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code in (404, 405)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/graphql"),
        ("DELETE", "/graphql"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/nothing.html"),
        ("GET", "/pictures/kite.svg"),
        ("GET", "/console/config.json"),
        ("GET", "/"),
    ],
)
async def test_every_answer_has_the_security_headers(http: httpx.AsyncClient, method: str, path: str) -> None:
    headers = (await http.request(method, path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["content-security-policy"] or path == "/"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert headers.get("cross-origin-opener-policy") == "same-origin" or path == "/graphql"
    assert "server" not in headers
    assert len(headers.get_list("content-security-policy")) == 1


@pytest.mark.parametrize("path", ["/nothing.html", "/graphql/nothing", "/pictures/nothing", "/metrics"])
async def test_every_error_is_json(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"]


async def test_only_the_named_origins_may_call_from_a_browser(http: httpx.AsyncClient) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type, authorization"}
    friend = await http.options("/graphql", headers={"origin": ORIGIN, **asked})
    assert friend.headers["access-control-allow-origin"] == ORIGIN
    stranger = await http.options("/graphql", headers={"origin": "https://evil.example", **asked})
    assert "access-control-allow-origin" not in stranger.headers


async def test_an_internal_error_is_answered_without_its_text(http: httpx.AsyncClient, ops_url: str) -> None:
    response = await http.post("/graphql", json={"query": "{ returnPolicy { version } }"})
    assert "select" not in response.text
    assert "Traceback" not in response.text
    assert ops_url not in response.text
