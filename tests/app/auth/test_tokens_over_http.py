"""Tokens at the door: what is forged, expired or incomplete gets no further, and hears why."""

import time
from typing import Any

import jwt
import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from engine import Unauthenticated
from tests.market import JSON, OWNER, SECRET, Market

_CLAIMS = {"sub": "olga", "role": "owner", "exp": time.time() + 3600}
TOKENS = {
    "forged": jwt.encode(_CLAIMS, "another secret of the tests, long enough for HS256", "HS256"),
    "unsigned": jwt.encode(_CLAIMS, "", "none"),
    "expired": mint(SECRET, OWNER, ttl=-3600),
    "without a role": jwt.encode({k: v for k, v in _CLAIMS.items() if k != "role"}, SECRET, "HS256"),
    "of a role that is none": jwt.encode(_CLAIMS | {"role": "admin"}, SECRET, "HS256"),
    "of the system": jwt.encode(_CLAIMS | {"role": "system"}, SECRET, "HS256"),
    "of a seller that sells nothing": mint(SECRET, Actor(Role.SELLER, "sam"), ttl=3600),
    "that is none": "x.y.z",
}


@pytest.mark.parametrize("what", TOKENS)
async def test_an_invalid_token_is_refused_with_a_sentence(market: Market, what: str) -> None:
    before = await market.fingerprint()
    body = {"query": 'mutation { withdrawRequest(input: {requestId: "request_0"}) { replayed } }'}
    response = await market.http.post("/graphql", json=body, headers=JSON | {"authorization": f"Bearer {TOKENS[what]}"})
    assert response.status_code == 401
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["message"].endswith(".")
    assert await market.fingerprint() == before


GOOD = f"Bearer {mint(SECRET, OWNER, ttl=3600)}"
READ: list[dict[str, Any]] = [
    {"authorization": GOOD},
    {"Authorization": GOOD},
    {"AUTHORIZATION": GOOD.replace("Bearer", "bearer")},
    {"headers": {"Authorization": GOOD}},
    {"Headers": {"authorization": GOOD}, "other": [1]},
    {"authorization": GOOD, "Authorization": GOOD},
]
UNREADABLE: list[dict[str, Any]] = [
    {"Authorization": "Bearer x.y.z"},
    {"Authorization": ""},
    {"authorization": "Bearer"},
    {"authorization": "Basic b2xnYTp4"},
    {"authorization": 5},
    {"authorization": 0},
    {"authorization": False},
    {"authorization": {}},
    {"authorization": [GOOD]},
    {"headers": {"authorization": ""}},
    {"authorization": GOOD, "Authorization": "Bearer x.y.z"},
    {"token": GOOD},
    {"authToken": "x"},
    {"headers": {"X-Auth-Token": "x"}},
    {"x-access-token": "x"},
    {"jwtToken": "x"},
    {"apiKey": GOOD},
    {"credentials": GOOD.removeprefix("Bearer ")},
    {"headers": [["authorization", GOOD]]},
    {"params": {"headers": {"authorization": GOOD.replace("Bearer ", "bearer  ")}}},
]


@pytest.mark.parametrize("payload", READ)
async def test_the_payload_of_connection_init_names_the_caller_in_any_case(
    market: Market, payload: dict[str, Any]
) -> None:
    assert (await market.one.context({}, payload)).viewer == OWNER


@pytest.mark.parametrize("payload", UNREADABLE)
async def test_an_unreadable_token_is_never_anonymous_in_silence(market: Market, payload: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await market.one.context({}, payload)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"authorization": None},
        {"other": "x"},
        {"headers": "x"},
        {"note": "the bearer", "client": "storefront.example-org.web", "tags": [1, ["bearer"]]},
    ],
)
async def test_without_a_token_the_handshake_decides(market: Market, payload: dict[str, Any] | None) -> None:
    assert (await market.one.context({}, payload)).viewer is None
    assert (await market.one.context({"authorization": GOOD}, payload)).viewer == OWNER


async def test_an_empty_authorization_is_refused_over_http_as_well(market: Market) -> None:
    response = await market.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers={"authorization": ""})
    assert response.status_code == 401
