"""Every ask that cannot be met gets its typed refusal, at its input, and changes nothing at all."""

import pytest

from tests.market import ERRORS, INPUTS, POLICY, Market, customer
from tests.resolvers.refusal_cases import CASES
from tests.resolvers.refusal_scenes import Given, bought, deciding, north, requested, return_requested, wanting


async def test_the_fingerprint_of_a_market_does_see_a_change(market: Market) -> None:
    scene = await bought(market)
    before = await market.fingerprint()
    await market.request(scene.order, lamp=1)
    assert await market.fingerprint() != before


@pytest.mark.parametrize("given", dict.fromkeys(case[1] for case in CASES), ids=lambda given: given.__name__)
async def test_a_refused_ask_is_typed_and_changes_nothing(market: Market, given: Given) -> None:
    """The asks of one scene follow each other in it: none of them changes it."""
    scene = await given(market)
    before = await market.fingerprint()
    for name, _, who, mutation, inputs, expected in [case for case in CASES if case[1] is given]:
        payload = await market.do(who(scene), mutation, **inputs(scene))
        found = {".".join(one["field"]): [b["code"] for b in one["blockers"]] for one in payload["userErrors"]}
        assert found == expected, name
        assert all(one["message"].endswith(".") for one in payload["userErrors"]), name
        assert await market.fingerprint() == before, name


async def test_a_key_with_the_same_input_gives_the_first_answer_again(market: Market) -> None:
    scene = await bought(market)
    inputs = wanting(scene, idempotencyKey="once")
    first = await market.do(customer("ada"), "requestReturn", "requests { id }", **inputs)
    before = await market.fingerprint()
    again = await market.do(customer("ada"), "requestReturn", "requests { id }", **inputs)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["requests"] == first["requests"]
    assert await market.fingerprint() == before


async def test_a_key_with_another_input_is_refused(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    other = wanting(scene, {"quantity": 2}, idempotencyKey="once")
    payload = await market.do(customer("ada"), "requestReturn", "requests { id }", **other)
    assert [one["code"] for one in payload["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_keys_of_different_people_never_meet(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    item = {"orderItemId": scene.other.items["chair"], "quantity": 1, "reason": "changed_mind"}
    payload = await market.do(
        customer("bob"),
        "requestReturn",
        orderId=scene.other.id,
        items=[item],
        policyVersion=POLICY,
        idempotencyKey="once",
    )
    assert (payload["userErrors"], payload["replayed"]) == ([], False)


async def test_a_refused_command_does_not_use_up_its_key(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, {"quantity": 9}, idempotencyKey="once"))
    payload = await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    assert payload["userErrors"] == []


@pytest.mark.parametrize("key", ["", " ", "\u00a0\t", "\u200b", "\u3164\u2800"])
async def test_a_key_that_shows_nothing_is_refused(market: Market, key: str) -> None:
    scene = await bought(market)
    before = await market.fingerprint()
    payload = await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey=key))
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", ["input", "idempotencyKey"])
    ]
    assert await market.fingerprint() == before


async def test_a_stale_decision_is_shown_the_present_state(market: Market) -> None:
    scene = await return_requested(market)
    payload = await market.do(
        north(scene), "confirmRequest", "request { id version status }", **deciding(scene, expectedVersion=9)
    )
    assert payload["request"] == {"id": scene.request["id"], "version": 1, "status": "WAITING"}


async def test_not_yours_and_not_there_are_answered_alike(market: Market) -> None:
    scene = await requested(market)
    kind = INPUTS["withdrawRequest"]
    text = f"mutation M($input: {kind}!) {{ withdrawRequest(input: $input) {{ request {{ id }} {ERRORS} }} }}"
    theirs = await market.ask(customer("bob"), text, input=deciding(scene))
    nowhere = await market.ask(customer("bob"), text, input={"requestId": "request_00000000000000000000000000"})
    assert theirs["data"] == nowhere["data"]
