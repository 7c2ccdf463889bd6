"""A system's token is good for what it names and for nothing else, however the document is written."""

from itertools import product
from typing import Any

import jwt

from app.auth.tokens import mint
from tests.live.process import SECRET, Server, socket
from tests.live.scenes import UPDATES
from tests.market import OWNER, Market, opened

_CREATE = """mutation C($i: CreateOrderInput!) { createOrder(input: $i) { userErrors { code } order { number } } }"""
_ORDER = {
    "number": "S-1",
    "currency": "EUR",
    "placedAt": "2026-03-01T10:00:00Z",
    "customer": {"subject": "ada", "name": "Ada"},
    "sellerOrders": [
        {
            "seller": "north",
            "sellerName": "North",
            "packages": [{"items": [{"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "10.00"}]}],
        }
    ],
    "payments": [{"method": "card", "captured": "10.00"}],
}


async def ask(market: Market, token: str, query: str, **variables: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"}
    response = await market.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_token_for_the_intake_creates_orders_and_does_nothing_else(database_url: str) -> None:
    token = mint(SECRET, OWNER, ttl=60, only=["createOrder"])
    async with opened(database_url) as market:
        made = await ask(market, token, _CREATE, i=_ORDER)
        assert made["data"]["createOrder"] == {"userErrors": [], "order": {"number": "S-1"}}
        before = await market.fingerprint()
        for query in (
            "{ orders(first: 1) { nodes { id } } }",
            "{ a: orders(first: 1) { nodes { id } } }",
            "{ ...F } fragment F on Query { ...G } fragment G on Query { viewer { id } }",
            "{ ... on Query { ... @include(if: true) { viewer { id } } } }",
            "{ __schema { queryType { name } } }",
            'mutation { withdrawRequest(input: {requestId: "request_0"}) { replayed } }',
            f'{_CREATE[:-2]} b: withdrawRequest(input: {{requestId: "request_0"}}) {{ replayed }} }}',
        ):
            answer = await ask(market, token, query, i=_ORDER)
            assert "data" not in answer, query
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", query
        assert await market.fingerprint() == before
        assert (await ask(market, token, "{ __typename }"))["data"] == {"__typename": "Query"}
        whole = await ask(market, mint(SECRET, OWNER, ttl=60), "{ orders(first: 1) { nodes { number } } }")
        assert whole["data"]["orders"]["nodes"] == [{"number": "S-1"}], "the control: the owner sees it"


async def test_a_malformed_restriction_makes_the_token_invalid(database_url: str) -> None:
    claims = jwt.decode(mint(SECRET, OWNER, ttl=60), SECRET, ["HS256"])
    async with opened(database_url) as market:
        wrong: tuple[Any, ...] = ("createOrder", [1], {}, None)
        for claim, malformed in product(("only", "actions"), wrong):
            token = jwt.encode(claims | {claim: malformed}, SECRET, "HS256")
            (error,) = (await ask(market, token, "{ viewer { id } }"))["errors"]
            assert error["extensions"]["code"] == "UNAUTHENTICATED"
            assert f"`{claim}` must be a list" in error["message"]


async def test_a_restricted_token_cannot_subscribe_to_other_fields(narrow: Server) -> None:
    class Restricted(Server):
        def token(self, actor: Any, ttl: float = 3600) -> str:
            return mint(SECRET, actor, ttl=ttl, only=["createOrder"])

    async with socket(Restricted(narrow.process, narrow.address, narrow.http), OWNER) as live:
        await live.subscribe(UPDATES)
        frame = await live.frame()
        assert (frame["type"], frame["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
