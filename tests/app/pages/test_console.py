"""What the server does for the console: its page, its files, what it must know, and the demo's people."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

import models
from app.auth.tokens import Verifier
from app.pages import console
from domain.words import Role
from models.ids import new_id
from services.people import seats
from settings import Settings
from tests.live.process import serving
from tests.market import Market

SECRET = "a secret of the tests that is long enough"
PAGE = '<html><meta property="csp-nonce" nonce="CSP_NONCE"><script nonce="CSP_NONCE" src="/assets/a-1.js"></script>'
BUILT = {"a-1.js": b"1;" * 1000, "a-1.js.br": b"as br", "a-1.js.gz": b"as gz", "small-1.js": b"1;"}
"""The files of the build; the compressed ones are told by their content."""
Served = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Makes a client of the console's routes alone; `built` says whether there are built files."""
    clients: list[httpx.AsyncClient] = []

    def make(
        settings: Settings | None = None, *, secret: str | None = SECRET, built: bool = True, client: str = "127.0.0.1"
    ) -> httpx.AsyncClient:
        if built:
            (tmp_path / "assets").mkdir(exist_ok=True)
            (tmp_path / "index.html").write_text(PAGE)
            for name, content in BUILT.items():
                (tmp_path / "assets" / name).write_bytes(content)
        app = Starlette(routes=console.routes(settings or Settings(), secret, tmp_path))
        clients.append(
            httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(client, 50_000)), base_url="http://localhost")
        )
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def people(database: str) -> str:
    """One customer and one seller; the seller's id."""
    await models.Customer.create(id=new_id("customer"), subject="ada", name="Ada")
    seller = await models.Seller.create(id=new_id("seller"), handle="lumen", name="Lumen")
    return str(seller.id)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/store",
        "/store/",
        "/store/orders",
        "/store/orders/order_1",
        "/store/notifications",
        "/seller/notifications",
        "/store/withdraw",
        "/store/withdraw/order_1",
        "/signin/callback",
        "/seller/packages",
        "/seller",
        "/seller/requests",
        "/owner",
        "/owner/orders/order_1",
        "/owner/orders",
        "/owner/packages",
        "/owner/requests",
        "/owner/requests/request_1",
        "/owner/settings/terms/terms_1",
        "/owner/refunds",
        "/owner/withdrawals",
        "/owner/messages",
        "/owner/messages/message_1",
        "/owner/messages/templates/REQUEST_OPENED/CUSTOMER/pt-BR",
    ],
)
async def test_every_address_of_the_console_leads_to_its_page(served: Served, path: str) -> None:
    answer = await served().get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/graphql/x",
        "/demo/none",
        "/assets/none.js",
        "/favicon.ico",
        "/robots.txt",
        "/pictures/",
        "/mcp",
        "/nothing",
        "/.well-known/openid-configuration",
        "/.well-known/x/y",
        "/storefront",
        "/store/x",
        "/owner/orders/a/b",
        "/owner/messages/templates/REQUEST_OPENED",
        "/store/orders/x.php",
        "/signin",
        "/admin",
        "/api",
        "/Store",
        "/store/../mcp",
        "/%2e%2e/etc",
    ],
)
async def test_a_path_that_is_not_a_page_is_not_found(served: Served, path: str) -> None:
    assert (await served().get(path)).status_code == 404


async def test_a_page_runs_only_its_own_scripts(served: Served) -> None:
    client = served()
    first, second = await client.get("/"), await client.get("/")
    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in (first, second)]
    policy = first.headers["content-security-policy"]
    assert len(set(nonces[0])) == 1
    assert f"script-src 'self' 'nonce-{nonces[0][0]}';" in policy
    assert nonces[0][0] != nonces[1][0]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_the_page_may_call_the_identity_provider_and_nobody_else(served: Served) -> None:
    settings = Settings(oidc_authority="https://id.example/realms/shop", oidc_client_id="console")
    policy = (await served(settings).get("/")).headers["content-security-policy"]
    assert "connect-src 'self' https://id.example;" in policy
    assert "connect-src 'self';" in (await served().get("/")).headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "coding", "sent"),
    [
        ("gzip, deflate, br, zstd", "br", b"as br"),
        ("gzip", "gzip", b"as gz"),
        ("gzip, br;q=0.5", "gzip", b"as gz"),
        ("br, gzip;q=0", "br", b"as br"),
        ("*", "br", b"as br"),
        ("identity, *;q=0.5", None, b"1;" * 1000),
        ("gzip;q=0", None, b"1;" * 1000),
        ("zstd", None, b"1;" * 1000),
        ("", None, b"1;" * 1000),
    ],
)
async def test_built_files_are_cached_for_ever_and_compressed(
    served: Served, accepted: str, coding: str | None, sent: bytes
) -> None:
    async with served().stream("GET", "/assets/a-1.js", headers={"accept-encoding": accepted}) as answer:
        assert b"".join([chunk async for chunk in answer.aiter_raw()]) == sent
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_built_file_that_is_not_compressed_is_sent_as_it_is(served: Served) -> None:
    answer = await served().get("/assets/small-1.js", headers={"accept-encoding": "gzip, br"})
    assert answer.text == "1;"
    assert "content-encoding" not in answer.headers


async def test_a_browser_that_has_a_built_file_is_told_so(served: Served) -> None:
    client, plain = served(), {"accept-encoding": "identity"}
    first = await client.get("/assets/a-1.js", headers=plain)
    again = await client.get("/assets/a-1.js", headers={**plain, "if-none-match": first.headers["etag"]})
    other = await client.get("/assets/a-1.js", headers={"accept-encoding": "br", "if-none-match": "other"})
    assert (again.status_code, again.content) == (304, b"")
    assert other.headers["etag"] != first.headers["etag"]


async def test_a_path_out_of_the_built_files_is_not_found(served: Served) -> None:
    assert (await served().get("/assets/..%2findex.html")).status_code == 404


async def test_a_console_that_is_not_built_says_how_to_build_it(served: Served) -> None:
    client = served(built=False)
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text
    assert (await client.get("/assets/a-1.js")).status_code == 404


async def test_the_console_learns_how_people_sign_in(served: Served) -> None:
    demo = await served().get("/console/config.json")
    assert demo.json() == {"demo": True, "graphiql": True, "guests": False, "introspection": True, "oidc": None}
    settings = Settings(
        smtp_url="folder",
        public_url="http://localhost:8000",
        demo=False,
        oidc_authority="https://id.example",
        oidc_client_id="console",
    )
    real = await served(settings).get("/console/config.json")
    assert (real.json()["demo"], real.json()["guests"]) == (False, True)
    assert real.json()["oidc"] == {"authority": "https://id.example", "clientId": "console"}


@pytest.mark.parametrize(
    ("person", "role"),
    [("customer:ada", Role.CUSTOMER), ("seller:lumen", Role.SELLER), ("owner", Role.OWNER), ("support", Role.OWNER)],
)
async def test_each_person_of_the_demo_gets_a_token_of_their_role(
    served: Served, people: str, person: str, role: Role
) -> None:
    client = served()
    offered = (await client.get("/demo/people")).json()["people"]
    assert (person, role.value) in [(one["id"], one["role"]) for one in offered]
    token = (await client.post("/demo/token", json={"person": person})).json()["token"]
    actor = (await Verifier(secret=SECRET).identify(token)).actor
    assert actor.role is role
    assert actor.seller_id == (people if role is Role.SELLER else None)


async def test_the_people_whose_tokens_serve_prints_are_offered_first(served: Served, people: str) -> None:
    await models.Customer.create(id=new_id("customer"), subject="aaron", name="Aaron")
    await models.Seller.create(id=new_id("seller"), handle="alpina", name="Alpina")
    offered = (await served().get("/demo/people")).json()["people"]
    greeted = await seats()
    assert [one["id"] for one in offered] == [
        "customer:ada",
        "customer:aaron",
        "seller:lumen",
        "seller:alpina",
        "owner",
        "support",
    ]
    assert (greeted.customer, greeted.handle) == ("ada", "lumen")


@pytest.mark.parametrize("person", ["customer:eve", "seller:", "owner:x", "system", "customer", ""])
async def test_an_unknown_person_gets_no_token(served: Served, people: str, person: str) -> None:
    assert (await served().post("/demo/token", json={"person": person})).status_code == 404


@pytest.mark.parametrize(
    "body", ["null", "[]", "{}", '{"person":1}', '{"person":"a\\u0000"}', "{", '{"person":"' + "a" * 400 + '"}']
)
async def test_a_malformed_request_for_a_token_is_refused(served: Served, body: str) -> None:
    answer = await served().post("/demo/token", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_a_form_of_another_site_cannot_request_a_token(served: Served) -> None:
    answer = await served().post("/demo/token", content='{"person":"owner"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 415


ELSEWHERE = [
    ("203.0.113.9", "localhost", {}),
    ("2001:db8::1", "[::1]", {}),
    ("", "localhost", {}),
    ("10.0.0.5", "10.0.0.5:8000", {}),
    ("127.0.0.1", "shop.example", {}),
    ("127.0.0.1", "localhost.shop.example", {}),
    ("127.0.0.1", "127.0.0.1.shop.example", {}),
    ("127.0.0.1", "0.0.0.0:8000", {}),
    ("127.0.0.1", "localhost", {"x-forwarded-for": "203.0.113.9"}),
    ("127.0.0.1", "localhost", {"forwarded": "for=203.0.113.9"}),
    ("127.0.0.1", "localhost", {"x-real-ip": "203.0.113.9"}),
    ("127.0.0.1", "localhost", {"via": "1.1 proxy"}),
    ("127.0.0.1", "localhost", {"x-forwarded-host": "shop.example"}),
]


@pytest.mark.parametrize(("client", "host", "headers"), ELSEWHERE)
async def test_the_demo_gives_no_token_to_another_machine(
    served: Served, people: str, client: str, host: str, headers: dict[str, str]
) -> None:
    asking = served(client=client)
    sent = {"host": host, **headers}
    refused = await asking.post("/demo/token", json={"person": "owner"}, headers=sent)
    assert refused.status_code == 403
    assert refused.json() == {"error": console.ELSEWHERE}
    assert (await asking.get("/demo/people", headers=sent)).status_code == 403
    assert (await asking.get("/console/config.json", headers=sent)).json()["demo"] is False


@pytest.mark.parametrize("demo", [{}, {"DEMO": "on"}], ids=["forgotten", "asked for"])
async def test_a_server_on_a_database_of_ones_own_gives_no_token_away_unless_told_to(
    database_url: str, tmp_path: Path, demo: dict[str, str]
) -> None:
    """RETOUR_ENV is forgotten; DATABASE_URL and SECRET are set."""
    async with serving(database_url, tmp_path, WORKER="off", **demo) as server:
        answer = await server.http.post("/demo/token", json={"person": "owner"})
        assert (answer.status_code == 200) is bool(demo), answer.status_code


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "retour.localhost"])
async def test_the_demo_gives_tokens_to_its_own_machine(served: Served, people: str, client: str, host: str) -> None:
    asking = served(client=client)
    given = await asking.post("/demo/token", json={"person": "owner"}, headers={"host": host})
    assert given.status_code == 200
    assert (await asking.get("/console/config.json", headers={"host": host})).json()["demo"] is True


@pytest.mark.parametrize(
    ("settings", "secret"),
    [
        (Settings(demo=False), SECRET),
        (Settings(environment="production", secret=SECRET), SECRET),
        (Settings(jwks="keys.json"), None),
    ],
)
async def test_without_a_demo_nobody_gets_a_token(served: Served, settings: Settings, secret: str | None) -> None:
    client = served(settings, secret=secret)
    assert (await client.post("/demo/token", json={"person": "owner"})).status_code in (404, 405)
    assert (await client.get("/demo/people")).status_code == 404
    assert (await client.get("/console/config.json")).json()["demo"] is False


async def test_a_path_that_is_not_found_is_answered_in_json(market: Market) -> None:
    for path in ("/mcp", "/.well-known/oauth-authorization-server", "/nothing"):
        for method in ("GET", "POST", "DELETE"):
            answer = await market.http.request(method, path, headers={"accept": "application/json"})
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
            assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


def test_every_page_of_the_console_is_among_its_addresses() -> None:
    """The routes as `web/src` writes them, so that a new page is not forgotten here."""
    sources = Path(console.__file__).parents[2] / "web" / "src"
    for area in ("store", "seller", "owner"):
        text = (sources / area / f"{area.title()}.tsx").read_text()
        paths = re.findall(r"\['([^']+)', part\(", text)
        assert paths
        paths += [path for path in re.findall(r'<Route path="([^"]+)"', text) if path != "*"]
        for path in paths:
            assert console.ADDRESSES.fullmatch(f"/{area}/{re.sub(':[a-z]+', 'order_1', path)}"), path
    for file, name in (("session/renewal.ts", "CALLBACK"), ("store/paths.ts", "FIND_ORDER")):
        (path,) = re.findall(rf"{name} = '([^']+)'", (sources / file).read_text())
        assert console.ADDRESSES.fullmatch(path)
