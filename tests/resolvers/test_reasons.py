"""The owner's reasons: created, changed, refused; and a request keeps the label that was shown."""

import asyncio
from typing import Any

import pytest

from domain.facts import Actor
from services import commands
from tests.market import OWNER, POLICY, Market, customer

SHOWN = """reason { id handle transaction needsNote active position audiences version label
  labels { locale label } }"""
NEW: dict[str, Any] = {"handle": "gift", "transaction": "CANCEL", "labels": [{"locale": "en", "label": "A gift"}]}
CHANGED_MIND: dict[str, Any] = {"handle": "changed_mind"}


async def upsert(market: Market, actor: Actor = OWNER, **values: Any) -> dict[str, Any]:
    return dict(await market.do(actor, "upsertReason", SHOWN, **values))


def codes(payload: dict[str, Any]) -> dict[str, str]:
    return {".".join(error["field"]): error["code"] for error in payload["userErrors"]}


async def test_a_reason_is_created_offered_at_once_and_chosen(market: Market) -> None:
    payload = await upsert(market, **NEW)
    assert payload["userErrors"] == []
    reason = payload["reason"]
    assert reason | {"id": ""} == {
        "id": "",
        "handle": "gift",
        "transaction": "CANCEL",
        "needsNote": False,
        "active": True,
        "position": 8,
        "audiences": ["CUSTOMER", "OWNER"],
        "version": 1,
        "label": "A gift",
        "labels": [{"locale": "en", "label": "A gift"}],
    }
    reasons = (await market.data(None, "{ reasons(transaction: CANCEL) { handle } }"))["reasons"]
    assert reasons[-1] == {"handle": "gift"}
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "gift"}
    asked = await market.do(customer("ada"), "requestReturn", orderId=order.id, items=[item], policyVersion=POLICY)
    assert asked["userErrors"] == []


async def test_what_is_left_out_stays_and_what_is_the_same_is_no_change(market: Market) -> None:
    before = (await upsert(market, **CHANGED_MIND))["reason"]
    assert before["version"] == 1
    after = (await upsert(market, handle="changed_mind", position=9, audiences=["SELLER", "CUSTOMER"]))["reason"]
    assert after == before | {"position": 9, "audiences": ["CUSTOMER", "SELLER"], "version": 2}
    assert (await upsert(market, handle=" changed_mind ", position=9))["reason"] == after
    off = (await upsert(market, handle="changed_mind", active=False, needsNote=True, expectedVersion=2))["reason"]
    assert off == after | {"active": False, "needsNote": True, "version": 3}
    handles = {reason["handle"] for reason in (await market.data(OWNER, "{ reasons { handle } }"))["reasons"]}
    assert "changed_mind" not in handles


async def test_labels_are_replaced_and_spelled_as_the_standard_has_it(market: Market) -> None:
    labels = [{"locale": "DE-at", "label": " Doch nicht "}, {"locale": "zh-hant-tw", "label": "改變主意"}]
    reason = (await upsert(market, handle="changed_mind", labels=labels))["reason"]
    assert reason["labels"] == [
        {"locale": "de-AT", "label": "Doch nicht"},
        {"locale": "zh-Hant-TW", "label": "改變主意"},
    ]


async def test_the_same_key_creates_once_and_not_with_another_input(market: Market) -> None:
    first, again = [await upsert(market, **NEW, idempotencyKey="k") for _ in range(2)]
    assert (first["replayed"], again["replayed"], first["reason"]) == (False, True, again["reason"])
    assert codes(await upsert(market, **NEW, position=3, idempotencyKey="k")) == {
        "input.idempotencyKey": "IDEMPOTENCY_KEY_REUSED"
    }


async def test_a_reason_in_use_keeps_its_type_and_an_unused_one_changes_it(market: Market) -> None:
    await market.request(await market.order(), lamp=1)
    refused = await upsert(market, handle="changed_mind", transaction="REFUND")
    assert codes(refused) == {"input.transaction": "REASON_IN_USE"}
    both = await upsert(market, handle="changed_mind", transaction="REFUND", audiences=["SELLER"])
    assert codes(both) == {"input.audiences": "CONTRADICTORY_INPUT", "input.transaction": "REASON_IN_USE"}
    before = (await upsert(market, handle="customers_only"))["reason"]
    after = (await upsert(market, handle="customers_only", transaction="REFUND"))["reason"]
    assert after == before | {"id": after["id"], "transaction": "REFUND", "version": 2}
    assert after["id"] != before["id"]


async def test_of_eight_that_create_a_handle_at_once_one_does(market: Market) -> None:
    payloads = await asyncio.gather(*(upsert(market, **NEW, position=n) for n in range(8)))
    created = [payload for payload in payloads if not payload["userErrors"]]
    assert created
    assert all(codes(payload) == {"input.handle": "STALE_VERSION"} for payload in payloads if payload["userErrors"])
    assert len(await market.rows("select 1 from cancellation_reason where handle = 'gift'")) == 1


async def test_changes_for_one_version_have_one_winner(market: Market) -> None:
    changes = [upsert(market, handle="changed_mind", position=50 + n, expectedVersion=1) for n in range(8)]
    payloads = await asyncio.gather(*changes)
    assert [codes(payload) for payload in payloads].count({}) == 1
    assert all(set(codes(payload).values()) <= {"STALE_VERSION"} for payload in payloads)


async def test_a_request_and_a_change_of_the_reasons_type_have_one_winner(market: Market) -> None:
    """The foreign key decides: the request names the reason's row, and a reason of another type is another row."""
    for n in range(6):
        handle = f"race-{n}"
        await upsert(market, **NEW | {"handle": handle})
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": handle}
        asked, changed = await asyncio.gather(
            market.do(customer("ada"), "requestReturn", orderId=order.id, items=[item], policyVersion=POLICY),
            upsert(market, handle=handle, transaction="REFUND"),
        )
        outcome = set(codes(asked).values()), set(codes(changed).values())
        assert outcome in [(set(), {"REASON_IN_USE"}), ({"REASON_WRONG_TYPE"}, set())]
    mixed = await market.rows(
        "select 1 from request_item l join cancellation_request q on q.id = l.request_id"
        " join cancellation_reason r on r.id = l.reason_id where r.transaction <> q.transaction"
    )
    assert mixed == []


async def test_a_request_that_has_read_the_reason_before_it_changed_decides_again(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, changes = commands.find_order, [True]

    async def changed_in_between(*args: Any, lock: bool) -> Any:
        found = await find(*args, lock=lock)
        if changes:
            changes.pop()
            assert (await upsert(market, handle="customers_only", transaction="REFUND"))["userErrors"] == []
        return found

    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "customers_only"}
    monkeypatch.setattr(commands, "find_order", changed_in_between)
    asked = await market.do(customer("ada"), "requestReturn", orderId=order.id, items=[item], policyVersion=POLICY)
    assert codes(asked) == {"input.items.0.reason": "REASON_WRONG_TYPE"}
    assert await market.rows("select 1 from request_item") == []


LABELS = """query Q($id: ID!, $locale: String) { request(id: $id) {
  items { reasonLabel(locale: $locale) reason { label(locale: $locale) } } } }"""


@pytest.mark.parametrize("how", ["the API", "a statement by hand"])
async def test_a_request_keeps_the_label_that_was_shown(market: Market, how: str) -> None:
    old = await market.request(await market.order(), lamp=1)
    labels = [{"locale": "en", "label": "Second thoughts"}, {"locale": "de", "label": "Doch nicht"}]
    if how == "the API":
        assert (await upsert(market, handle="changed_mind", labels=labels))["userErrors"] == []
    else:
        await market.rows(
            "update cancellation_reason set labels = $1 where handle = 'changed_mind'",
            '{"en": "Second thoughts", "de": "Doch nicht"}',
        )
    new = await market.request(await market.order(), lamp=1)
    for locale, before, after in (
        ("en", "Changed my mind", "Second thoughts"),
        ("de", "Anders überlegt", "Doch nicht"),
    ):
        for request, shown in ((old, before), (new, after)):
            found = (await market.data(customer("ada"), LABELS, id=request["id"], locale=locale))["request"]
            assert found["items"] == [{"reasonLabel": shown, "reason": {"label": after}}]


async def test_a_process_of_the_version_before_freezes_the_label_as_well(market: Market) -> None:
    request = await market.request(await market.order(), lamp=1)
    await market.rows("update request_item set open = false")
    await market.rows(
        "insert into request_item (id, request_id, order_item_id, seller_id, position, quantity, reason_id, open)"
        " select 'line_x', request_id, i.id, i.seller_id, 2, 1, reason_id, false"
        " from request_item join order_item i on i.sku = 'bulb' where request_id = $1",
        request["id"],
    )
    await upsert(market, handle="changed_mind", labels=[{"locale": "en", "label": "Renamed"}])
    found = (await market.data(OWNER, LABELS, id=request["id"]))["request"]["items"]
    assert [item["reasonLabel"] for item in found] == ["Changed my mind", "Changed my mind"]
