"""Tokens at the door: what is forged, expired or incomplete gets no further, and hears why."""

import time

import jwt
import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
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
