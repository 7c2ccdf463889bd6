"""What a person is told of a command: a sentence in the caller's language, and none if nothing was done."""

from typing import Any

import orjson
import pytest

from app.auth.tokens import mint
from app.languages import language_of
from domain.facts import Actor
from resolvers.sentences import LANGUAGES, SENTENCES
from services.terms import POLICY_TEXTS
from tests.market import INPUTS, OWNER, POLICY, SECRET, Market, customer, seller

RECEIVED = "Your request has been received and is under evaluation."
EMPFANGEN = "Ihre Anfrage ist eingegangen und wird geprüft."


async def said(
    market: Market, actor: Actor, mutation: str, accepted: str | None = None, **input: Any
) -> dict[str, Any]:
    """The message of a mutation in the language of the header, and in German by the argument."""
    text = (
        f'mutation M($i: {INPUTS[mutation]}!) {{ {mutation}(input: $i) {{ message german: message(locale: "de-CH")'
        " replayed userErrors { code } } }"
    )
    headers = {"content-type": "application/json", "authorization": f"Bearer {mint(SECRET, actor, ttl=10**8)}"}
    if accepted is not None:
        headers["accept-language"] = accepted
    body = orjson.dumps({"query": text, "variables": {"i": input}})
    answer = (await market.http.post("/graphql", content=body, headers=headers)).json()
    return dict(answer["data"][mutation])


async def asking(market: Market) -> dict[str, Any]:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    return {"orderId": order.id, "items": [item], "policyVersion": POLICY}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(None, RECEIVED), ("de", EMPFANGEN), ("de-AT,en;q=0.5", EMPFANGEN), ("fr", RECEIVED), ("en;q=0.1,de", EMPFANGEN)],
)
async def test_a_request_has_been_received_in_the_callers_language(
    market: Market, accepted: str | None, expected: str
) -> None:
    payload = await said(market, customer("ada"), "requestReturn", accepted, **await asking(market))
    assert (payload["message"], payload["german"], payload["userErrors"]) == (expected, EMPFANGEN, [])


async def test_german_is_spoken_although_no_text_of_the_marketplace_is_in_german(market: Market) -> None:
    await market.rows("update cancellation_reason set labels = labels - 'de'")
    market.one.reference.expire()
    payload = await said(market, customer("ada"), "requestReturn", "de", **await asking(market))
    assert payload["message"] == EMPFANGEN


async def test_a_repeated_command_says_it_again_and_a_refused_one_says_nothing(market: Market) -> None:
    input = {**await asking(market), "idempotencyKey": "once"}
    first, again = [await said(market, customer("ada"), "requestReturn", **input) for _ in range(2)]
    assert (first["message"], again["message"], again["replayed"]) == (RECEIVED, RECEIVED, True)
    refused = await said(market, customer("ada"), "requestReturn", **{**input, "idempotencyKey": "twice"})
    assert (refused["message"], refused["german"]) == (None, None)
    assert refused["userErrors"] == [{"code": "REQUEST_OPEN"}]
    wrong_role = await said(market, customer("ada"), "rejectRequest", requestId="request_1", reason="No")
    assert wrong_role["message"] is None


async def test_every_act_on_a_request_says_what_has_come_of_it(market: Market) -> None:
    received = []
    for mutation, actor, more in (
        ("applyCancellation", OWNER, {"transaction": "CANCEL", "confirm": True}),
        ("rejectRequest", OWNER, {"reason": "No"}),
        ("withdrawRequest", customer("ada"), {}),
    ):
        request = await market.request(await market.order(), lamp=1)
        received.append((await said(market, actor, mutation, requestId=request["id"], **more))["message"])
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=1)
    received.append((await said(market, seller(order, "north"), "confirmRequest", requestId=request["id"]))["message"])
    item = {"orderItemId": order.items["bulb"], "quantity": 1, "reason": "does_not_fit"}
    returned: dict[str, Any] = {"transaction": "REFUND", "orderId": order.id, "items": [item]}
    assert (await said(market, OWNER, "applyCancellation", **returned))["message"] == RECEIVED
    assert [text.partition(" ")[0] for text in received] == ["A", "The", "The", "The"]
    assert len({*received, RECEIVED}) == 5


def test_every_sentence_is_in_every_language_of_the_servers_own() -> None:
    assert all(set(texts) == LANGUAGES for texts in SENTENCES.values())
    assert set(POLICY_TEXTS) <= LANGUAGES
    assert language_of("de", tuple(LANGUAGES)) == "de"
    assert all(text.endswith(".") for texts in SENTENCES.values() for text in texts.values())
