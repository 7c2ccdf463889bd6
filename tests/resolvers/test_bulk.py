"""Several requests decided by one mutation: a result for each, and each with a transaction and a key of its own."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.facts import Actor
from engine.documents.registry import Documents
from resolvers.bulk import MOST
from schema.build import build
from tests.market import OWNER, Market, Order, Part, customer, opened, seller

RESULT = "requestId replayed message request { id status version } userErrors { code field }"
DOCUMENTS = Documents(build())
NOWHERE = "request_00000000000000000000000000"


def document(mutation: str) -> str:
    kind = mutation[0].upper() + mutation[1:] + "Input"
    shows = f"results {{ {RESULT} }} userErrors {{ code field }}"
    return f"mutation Bulk($input: {kind}!) {{ {mutation}(input: $input) {{ {shows} }} }}"


def named(*ids: str, version: int | None = None) -> list[dict[str, Any]]:
    return [{"requestId": id, "expectedVersion": version} for id in ids]


async def decide(market: Market, actor: Actor, mutation: str, requests: list[dict[str, Any]], **more: Any) -> Any:
    """The payload of a mutation on these requests."""
    return (await market.data(actor, document(mutation), input={"requests": requests, **more}))[mutation]


async def asked(market: Market, *, handle: str = "north", shipped: bool = True) -> tuple[Order, list[str]]:
    """An order with two requests of its customer: of a lamp, and of a bulb."""
    order = await market.order(Part(handle, {"lamp": (2, "10.00"), "bulb": (1, "3.50")}))
    if shipped:
        await market.move(order, handle, "SHIPPED")
    return order, [(await market.request(order, **{sku: 1}))["id"] for sku in ("lamp", "bulb")]


def statuses(payload: Any) -> list[str | None]:
    return [result["request"] and result["request"]["status"] for result in payload["results"]]


def refused(payload: Any) -> list[list[tuple[str, list[str]]]]:
    return [[(error["code"], error["field"]) for error in result["userErrors"]] for result in payload["results"]]


async def planned(market: Market) -> list[str]:
    """The request of each plan that there is."""
    return [row["request_id"] for row in await market.rows("select request_id from cancellation_plan order by 1")]


async def test_each_request_has_its_result_and_a_refusal_leaves_the_others(market: Market) -> None:
    order, ids = await asked(market)
    _, (hidden, _) = await asked(market, handle="south")
    given = named(ids[1]) + named(NOWHERE, hidden) + named(ids[0], version=9)
    payload = await decide(market, seller(order, "north"), "confirmRequests", given)
    assert payload["userErrors"] == []
    assert [result["requestId"] for result in payload["results"]] == [ids[1], NOWHERE, hidden, ids[0]]
    assert statuses(payload) == ["APPROVED", None, None, "WAITING"]  # what is stale is shown as it is
    assert [bool(result["message"]) for result in payload["results"]] == [True, False, False, False]
    assert refused(payload) == [
        [],
        [("NOT_FOUND", ["input", "requests", "1", "requestId"])],
        [("NOT_FOUND", ["input", "requests", "2", "requestId"])],
        [("STALE_VERSION", ["input", "requests", "3", "expectedVersion"])],
    ]
    owner = await decide(market, OWNER, "rejectRequests", named(ids[0]), reason=" ")
    assert refused(owner) == [[("REJECTION_REASON_REQUIRED", ["input", "reason"])]]
    owner = await decide(market, OWNER, "applyCancellations", named(ids[0]), confirm=True)
    assert refused(owner) == [[("CONTRADICTORY_INPUT", ["input", "requests", "0"])]]


async def test_a_list_that_is_sent_again_goes_on_where_it_was_lost(market: Market) -> None:
    _, (lamp, bulb) = await asked(market, shipped=False)
    _, (other, _) = await asked(market, shipped=False)
    said = {"confirm": True, "idempotencyKey": "k" * 200}
    first = await decide(market, OWNER, "applyCancellations", named(bulb), **said)
    assert (refused(first), first["results"][0]["replayed"]) == ([[]], False)
    whole = [await decide(market, OWNER, "applyCancellations", named(lamp, bulb, other), **said) for _ in range(2)]
    assert [[result["replayed"] for result in payload["results"]] for payload in whole] == [
        [False, True, False],
        [True, True, True],
    ]
    assert [refused(payload) for payload in whole] == [[[], [], []]] * 2
    assert await planned(market) == sorted([lamp, bulb, other])
    changed = await decide(market, OWNER, "applyCancellations", named(lamp), **(said | {"note": "Really"}))
    assert refused(changed) == [[("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])]]


async def test_a_list_that_two_send_at_once_is_decided_once(market: Market) -> None:
    orders = [await asked(market, shipped=False) for _ in range(3)]
    given = named(*(id for _, ids in orders for id in ids))
    said = {"confirm": True, "idempotencyKey": "once"}
    both = await asyncio.gather(
        decide(market, OWNER, "applyCancellations", given, **said),
        decide(market, OWNER, "applyCancellations", given[::-1], **said),
    )
    assert [refused(payload) for payload in both] == [[[]] * 6] * 2
    assert await planned(market) == sorted(one["requestId"] for one in given)
    replayed = Counter(result["requestId"] for payload in both for result in payload["results"] if result["replayed"])
    assert replayed == {one["requestId"]: 1 for one in given}


async def test_a_list_that_is_wrong_as_a_whole_decides_nothing(market: Market) -> None:
    order, (lamp, bulb) = await asked(market)
    before = await market.fingerprint()
    many = named(lamp, *(f"request_{n}" for n in range(MOST)))
    given: list[tuple[Actor, list[dict[str, Any]], str, list[str]]] = [
        (OWNER, [], "INVALID_INPUT", ["requests"]),
        (OWNER, many, "INVALID_INPUT", ["requests"]),
        (OWNER, named(lamp, bulb, lamp), "INVALID_INPUT", ["requests", "2", "requestId"]),
        (OWNER, named(lamp, "nul\0"), "INVALID_INPUT", ["requests", "1", "requestId"]),
        (customer(order.customer), named(lamp), "ROLE_NOT_ALLOWED", []),
    ]
    for actor, requests, code, about in given:
        payload = await decide(market, actor, "rejectRequests", requests, reason="No")
        assert payload == {"results": [], "userErrors": [{"code": code, "field": ["input", *about]}]}
    assert await market.fingerprint() == before
    payload = await decide(market, OWNER, "rejectRequests", [*named(lamp), *many[2:]], reason="No")
    assert statuses(payload) == ["REJECTED", *[None] * (MOST - 1)]


async def test_a_list_costs_what_its_requests_cost_and_counts_as_so_many(database_url: str) -> None:
    async with opened(database_url, rate_limit=1.0, rate_burst=50.0) as market:
        text = document("rejectRequests")

        async def answer(count: int) -> dict[str, Any]:
            requests = named(*(f"request_{n}" for n in range(count)))
            return await market.ask(OWNER, text, input={"requests": requests, "reason": "No"})

        costs = [(await answer(count))["extensions"]["cost"]["requested"] for count in (1, 10, 1)]
        assert costs[0] == costs[2] < costs[1] == pytest.approx(10 * costs[0], rel=0.2)
        await answer(MOST)  # more than is left, though not before
        assert [error["extensions"]["code"] for error in (await answer(1))["errors"]] == ["THROTTLED"]


@pytest.mark.parametrize(
    ("arguments", "variables", "count"),
    [
        ("$i: RejectRequestsInput!", {"i": {"requests": [{}] * 7}}, 7),
        ("$i: RejectRequestsInput! = {requests: [{requestId: 1}, {requestId: 2}]}", {}, 2),
        ("$i: RejectRequestsInput!", {"i": {"requests": {}}}, 1),
        ("$r: [RequestToDecideInput!]!", {"r": [{}] * 9}, 9),
        ("$a: ID!", {"a": "request_1"}, 3),
    ],
)
def test_a_list_is_counted_wherever_it_stands(arguments: str, variables: dict[str, Any], count: int) -> None:
    named_by = {
        "$i": "$i",
        "$r": "{requests: $r}",
        "$a": "{requests: [{requestId: $a}, {requestId: 1}, {requestId: 2}]}",
    }
    text = (
        f"mutation ({arguments}) {{ rejectRequests(input: {named_by[arguments[:2]]}) {{ results {{ requestId }} }} }}"
    )
    document = DOCUMENTS.get(text)
    document.cost(None, dict.fromkeys(variables, "x"))  # which is refused, and does not change the next
    assert document.cost(None, variables) == 1 + -(-11 * count // 10)
