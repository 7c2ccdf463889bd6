"""Deadlines that terms give: in working days, and of cancellations. They are computed once, stored and shown."""

from typing import Any

from tests import goods, terms
from tests.market import OWNER, POLICY, Market, Order, customer, seller
from tests.terms import codes

LAST = "23:59:59.999999+00:00"
PREVIEW = """query P($input: RequestReturnInput!) { previewReturn(input: $input) { plans {
  dueAt shipBy cancellationTerms { rule responseDays } returnTerms { workingDays { country deadlines } } } } }"""
EXPLAIN = "query X($id: ID!) { explainTerms(orderId: $id) { windowEndsAt } }"
WAITING = """id status waitingOn dueAt returnTerms { version }
  cancellationTerms { version rule responseDays atDeadline workingDays { country subdivision deadlines } }"""
REQUEST = f"query R($id: ID!) {{ request(id: $id) {{ {WAITING} successors {{ {WAITING} }} }} }}"
GERMAN: dict[str, Any] = {
    "name": "Germany",
    "terms": {
        "trigger": "ON_RECEIPT",
        "shipByDays": 3,
        "graceDays": 1,
        "transitDays": 2,
        "inspectionDays": 1,
        "responseDays": 1,
        "windows": [{"days": 2}],
        "workingDays": {
            "country": "de",
            "deadlines": ["WINDOW", "SHIP_BY", "GRACE", "TRANSIT", "INSPECTION", "RESPONSE"],
        },
    },
}
MADE: dict[str, Any] = {
    "name": "Made to order",
    "matcher": {"categories": ["made"]},
    "terms": {
        "trigger": "ON_RECEIPT",
        "cancellation": {"responseDays": 1, "atDeadline": "APPROVE"},
        "workingDays": {"country": "DE", "subdivision": "BE", "deadlines": ["CANCELLATION"]},
    },
}
OTHERS: dict[str, Any] = {"name": "All others", "terms": {"trigger": "ON_RECEIPT"}}
KEPT: dict[str, Any] = {
    "version": 1,
    "rule": "Made to order",
    "responseDays": 1,
    "atDeadline": "APPROVE",
    "workingDays": {"country": "DE", "subdivision": "BE", "deadlines": ["CANCELLATION"]},
}


async def test_every_deadline_of_a_return_can_count_working_days(market: Market) -> None:
    await terms.published(market, GERMAN)
    market.clock.pass_by(days=30)  # to the Wednesday before Easter
    order = await terms.sold(market, "de", shoe={})
    (explained,) = (await market.data(OWNER, EXPLAIN, id=order.id))["explainTerms"]
    assert explained["windowEndsAt"] == f"2026-04-07T{LAST}"
    market.clock.pass_by(days=1)
    (plan,) = (await market.data(customer("ada"), PREVIEW, input=terms.asked(order, "shoe")))["previewReturn"]["plans"]
    assert (plan["dueAt"], plan["shipBy"]) == (f"2026-04-07T{LAST}", f"2026-04-09T{LAST}")
    assert plan["returnTerms"]["workingDays"]["country"] == "DE"
    (request,) = (await terms.requested(market, order, "shoe"))["requests"]
    assert (await market.data(OWNER, REQUEST, id=request["id"]))["request"]["dueAt"] == f"2026-04-07T{LAST}"
    assert (await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]))["userErrors"] == []
    shipment = await goods.of_request(market, request["id"])
    assert (shipment["shipBy"], shipment["dueAt"]) == (f"2026-04-09T{LAST}", f"2026-04-10T{LAST}")
    await terms.published(market, OTHERS)  # what was frozen and stored stays
    shipment = await goods.sent(market, order, shipment)
    assert (shipment["shipBy"], shipment["dueAt"]) == (f"2026-04-09T{LAST}", f"2026-04-08T{LAST}")
    shipment = await goods.act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    assert shipment["dueAt"] == f"2026-04-07T{LAST}"


async def test_a_window_of_working_days_does_not_end_on_a_holiday(market: Market) -> None:
    await terms.published(market, GERMAN)
    market.clock.pass_by(days=30)
    order = await terms.sold(market, "de", shoe={}, hat={})
    market.clock.pass_by(days=6, hours=14)  # to the evening of its second working day
    assert codes(await terms.requested(market, order, "shoe")) == []
    market.clock.pass_by(hours=2)
    assert codes(await terms.requested(market, order, "hat")) == ["RETURN_WINDOW_CLOSED"]


async def unsent(market: Market, **items: dict[str, Any]) -> Order:
    """An order of two units of each item, not sent yet, on the Thursday before Easter."""
    lines = [{"sku": sku, "name": sku, "quantity": 2, "unitPrice": "10.00", **more} for sku, more in items.items()]
    part = {"seller": "north", "sellerName": "North", "packages": [{"items": lines}]}
    return await market.order(sellerOrders=[part], paid=(f"{20 * len(lines)}.00",))


def canceling(order: Order, **units: int) -> dict[str, Any]:
    """The input of a request to cancel units."""
    items = [
        {"orderItemId": order.items[sku], "quantity": quantity, "reason": "changed_mind"}
        for sku, quantity in units.items()
    ]
    return {"orderId": order.id, "items": items, "policyVersion": POLICY}


async def canceled(market: Market, order: Order, **units: int) -> list[dict[str, Any]]:
    """The requests that a customer's wish to cancel has opened."""
    payload = await market.do(
        customer("ada"), "requestReturn", f"requests {{ {WAITING} }}", **canceling(order, **units)
    )
    assert payload["userErrors"] == [], payload
    return list(payload["requests"])


async def test_a_cancellation_keeps_what_its_rule_says_and_others_keep_nothing(market: Market) -> None:
    await terms.published(market, MADE, OTHERS)
    market.clock.pass_by(days=31)
    order = await unsent(market, vase={"category": "made"}, lamp={}, bulb={})
    found = await market.data(customer("ada"), PREVIEW, input=canceling(order, vase=2))
    assert found["previewReturn"]["plans"] == [
        {
            "dueAt": f"2026-04-07T{LAST}",
            "shipBy": None,
            "cancellationTerms": {"rule": "Made to order", "responseDays": 1},
            "returnTerms": None,
        }
    ]
    vase, other = await canceled(market, order, vase=2, lamp=1, bulb=1)
    assert (vase["cancellationTerms"], vase["dueAt"]) == (KEPT, f"2026-04-07T{LAST}")
    assert (other["cancellationTerms"], other["dueAt"]) == (None, "2026-04-05T09:00:00+00:00")
    assert vase["returnTerms"] is other["returnTerms"] is None

    await terms.published(market, OTHERS)
    await market.rows("update cancellation_request set due_at = '2020-01-01'")
    await market.work()
    market.clock.pass_by(minutes=1)
    await market.work()  # confirms what was applied
    vase, other = [(await market.data(OWNER, REQUEST, id=each["id"]))["request"] for each in (vase, other)]
    assert vase["status"] == "COMPLETED"
    assert vase["cancellationTerms"] == KEPT
    assert (other["status"], other["waitingOn"]) == ("WAITING", "OWNER")  # the control: what the setting says


async def test_what_is_left_of_a_cancellation_and_its_seller_have_its_terms_too(market: Market) -> None:
    await terms.published(market, MADE)
    market.clock.pass_by(days=31)
    order = await unsent(market, vase={"category": "made"})
    (request,) = await canceled(market, order, vase=2)
    await terms.published(market, OTHERS)
    accepted = [{"orderItemId": order.items["vase"], "quantity": 1}]
    given = {"requestId": request["id"], "transaction": "CANCEL", "confirm": True}
    payload = await market.do(OWNER, "applyCancellation", **given, accept=accepted, rest="KEEP_WAITING")
    assert payload["userErrors"] == [], payload
    (rest,) = (await market.data(OWNER, REQUEST, id=request["id"]))["request"]["successors"]
    assert (rest["cancellationTerms"], rest["dueAt"]) == (KEPT, f"2026-04-07T{LAST}")

    market.clock.pass_by(minutes=1)
    await market.work()  # confirms what was accepted
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(days=7)
    payload = await market.do(OWNER, "applyCancellation", **{**given, "requestId": rest["id"]})
    assert payload["userErrors"] == [], payload
    rest = (await market.data(OWNER, REQUEST, id=rest["id"]))["request"]
    assert (rest["waitingOn"], rest["dueAt"]) == ("SELLER", f"2026-04-10T{LAST}")
    await market.rows("update cancellation_request set due_at = '2020-01-01' where id = $1", rest["id"])
    await market.work()
    assert (await market.data(OWNER, REQUEST, id=rest["id"]))["request"]["status"] == "COMPLETED"
    converted = await unsent(market, vase={"category": "made"})
    (request,) = await canceled(market, converted, vase=1)
    await market.move(converted, "north", "SHIPPED")
    payload = await market.do(
        customer("ada"), "convertToReturn", f"returnRequest {{ {WAITING} }}", requestId=request["id"]
    )
    assert payload["returnRequest"]["returnTerms"] == {"version": 2}
    assert payload["returnRequest"]["cancellationTerms"] is None


async def test_who_was_shown_another_version_is_refused_with_the_one_in_force(market: Market) -> None:
    order = await unsent(market, vase={"category": "made"})
    await terms.published(market, MADE)
    await terms.published(market, OTHERS)
    shows = "requests { id } termsVersion returnPolicy { version }"
    payload = await market.do(customer("ada"), "requestReturn", shows, **canceling(order, vase=1), termsVersion=1)
    assert codes(payload) == ["POLICY_OUTDATED"]
    assert (payload["termsVersion"], payload["returnPolicy"]) == (2, {"version": POLICY})
    given = canceling(order, vase=1) | {"transaction": "CANCEL", "confirm": True}
    del given["policyVersion"]
    preview = """query P($input: ApplyCancellationInput!) { previewCancellation(input: $input) {
      userErrors { code field message } } }"""
    shown = (await market.data(OWNER, preview, input={**given, "termsVersion": 1}))["previewCancellation"]
    assert shown["userErrors"][0]["code"] == "POLICY_OUTDATED"
    payload = await market.do(OWNER, "applyCancellation", "termsVersion", **given, termsVersion=1)
    assert (codes(payload), payload["termsVersion"]) == (["POLICY_OUTDATED"], 2)
    payload = await market.do(OWNER, "applyCancellation", "termsVersion requests { id }", **given, termsVersion=2)
    assert (codes(payload), payload["termsVersion"]) == ([], None)


async def test_settings_are_checked_for_contradictions_as_drafts_are(market: Market) -> None:
    wanted = {"trigger": "ON_RECEIPT", "exemption": "HYGIENE", "windows": [{"days": 3}]}
    payload = await market.do(OWNER, "setReturnSettings", terms=wanted)
    assert codes(payload) == ["CONTRADICTORY_INPUT"]
    assert payload["userErrors"][0]["field"] == ["input", "terms", "exemption"]
    assert await market.rows("select id from terms_version") == []
