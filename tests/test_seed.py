"""The seed's two ways, step by step, as the three seats see them."""

from tests.market import OWNER, Market, Part, customer, seller

_PLAN = """query Plan($id: ID!) { request(id: $id) { status waitingOn version
  plan { transaction status refundState total { amount } createdBy refunds { status amount { amount } } } } }"""


async def test_a_cancellation_is_applied_by_the_owner_confirmed_by_itself_and_refunded_in_full(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    assert (request["status"], request["transaction"], request["waitingOn"]) == ("WAITING", "CANCEL", "OWNER")

    plan = await market.apply(request)
    assert plan["status"] == "WAITING"
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["waitingOn"]) == ("WAITING", "WAITING", "SYSTEM")

    market.clock.pass_by(seconds=3)
    assert await market.worker.once()
    await market.work()
    seen = (await market.data(customer("ada"), _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["plan"]["refundState"]) == ("COMPLETED", "COMPLETED", "DONE")
    assert seen["plan"]["total"]["amount"] == "28.40"
    assert [refund["status"] for refund in seen["plan"]["refunds"]] == ["SUCCEEDED"]
    state = """query Q($id: ID!) { order(id: $id) { status packages { status }
      totals { refunded { amount } captured { amount } } } }"""
    whole = (await market.data(customer("ada"), state, id=order.id))["order"]
    assert whole["status"] == "CANCELED"
    assert whole["packages"] == [{"status": "CANCELED"}]
    assert whole["totals"]["refunded"] == whole["totals"]["captured"]


async def test_a_return_is_confirmed_by_the_seller_and_makes_an_approved_plan_of_type_refund(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "READY_TO_SHIP", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1)
    assert (request["status"], request["transaction"], request["waitingOn"]) == ("WAITING", "REFUND", "SELLER")

    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "request { status } plan { transaction status createdBy }",
        requestId=request["id"],
        expectedVersion=request["version"],
    )
    assert payload["userErrors"] == []
    assert payload["request"]["status"] == "APPROVED"
    assert payload["plan"] == {"transaction": "REFUND", "status": "APPROVED", "createdBy": "SYSTEM"}

    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["plan"]["total"]["amount"]) == (
        "COMPLETED",
        "COMPLETED",
        "10.00",
    )
    units = "query Q($id: ID!) { order(id: $id) { status items { sku status active returnHeld returned } } }"
    lamp, bulb = (await market.data(OWNER, units, id=order.id))["order"]["items"]
    assert lamp == {"sku": "lamp", "status": "PARTLY_RETURNED", "active": 1, "returnHeld": 0, "returned": 1}
    assert bulb["status"] == "ACTIVE"


async def test_a_package_that_leaves_meanwhile_puts_the_cancellation_to_the_seller(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.apply(request)
    await market.move(order, "north", "READY_TO_SHIP", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["waitingOn"]) == ("WAITING", "CONFIRMATION_WAITING", "SELLER")

    payload = await market.do(seller(order, "north"), "confirmRequest", "request { status }", requestId=request["id"])
    assert payload["request"]["status"] == "APPROVED"
    await market.work()
    assert (await market.data(OWNER, _PLAN, id=request["id"]))["request"]["status"] == "COMPLETED"


async def test_one_submission_becomes_one_request_for_each_seller_and_type(market: Market) -> None:
    order = await market.order(
        Part("north", {"lamp": (1, "10.00")}),
        Part("south", {"chair": (1, "30.00")}),
        Part("west", {"rug": (1, "9.99")}),
    )
    await market.move(order, "south", "SHIPPED")
    items = [
        {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"},
        {"orderItemId": order.items["chair"], "quantity": 1, "reason": "does_not_fit"},
        {"orderItemId": order.items["rug"], "quantity": 1, "reason": "changed_mind"},
    ]
    payload = await market.do(
        customer("ada"),
        "requestReturn",
        "submissionId requests { submissionId transaction seller { handle } }",
        orderId=order.id,
        items=items,
        policyVersion="2026-01",
    )
    assert payload["userErrors"] == []
    found = {(one["seller"]["handle"], one["transaction"]) for one in payload["requests"]}
    assert found == {("north", "CANCEL"), ("south", "REFUND"), ("west", "CANCEL")}
    assert {one["submissionId"] for one in payload["requests"]} == {payload["submissionId"]}


async def test_the_owner_may_cancel_items_that_nobody_asked_for(market: Market) -> None:
    order = await market.order()
    payload = await market.do(
        OWNER,
        "applyCancellation",
        "requests { status openedBy plan { status } } plans { status }",
        transaction="CANCEL",
        confirm=True,
        orderId=order.id,
        items=[{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}],
    )
    assert payload["userErrors"] == []
    assert payload["requests"] == [{"status": "WAITING", "openedBy": "OWNER", "plan": {"status": "WAITING"}}]


async def test_the_owner_may_open_a_return_after_the_window_and_must_say_why(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=15)
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}
    late = await market.do(customer("ada"), "requestReturn", orderId=order.id, items=[item], policyVersion="2026-01")
    assert [one["code"] for one in late["userErrors"]] == ["RETURN_WINDOW_CLOSED"]
    given = {"transaction": "REFUND", "orderId": order.id}
    silent = await market.do(OWNER, "applyCancellation", items=[item], **given)
    assert [one["code"] for one in silent["userErrors"]] == ["NOTE_REQUIRED"]
    said = await market.do(
        OWNER,
        "applyCancellation",
        "requests { status waitingOn } plans { id }",
        items=[item | {"note": "Goodwill"}],
        **given,
    )
    assert said["requests"] == [{"status": "WAITING", "waitingOn": "SELLER"}]
    assert said["plans"] == []


async def test_a_seller_may_accept_a_part_of_a_return(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=2, bulb=1)
    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "plan { lines { orderItem { sku } quantity } }",
        requestId=request["id"],
        items=[{"orderItemId": order.items["lamp"], "quantity": 1}],
        restReason="The bulb and one lamp are used.",
    )
    assert payload["plan"]["lines"] == [{"orderItem": {"sku": "lamp"}, "quantity": 1}]
    await market.work()
    (lamp, bulb) = await market.rows("select active, returned, return_held from order_item order by position")
    assert (lamp["active"], lamp["returned"], lamp["return_held"]) == (1, 1, 0)
    assert (bulb["active"], bulb["returned"], bulb["return_held"]) == (1, 0, 0)


async def test_a_withdrawn_request_frees_its_units_and_voids_its_plan(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.apply(request)
    payload = await market.do(
        customer("ada"), "withdrawRequest", "request { status plan { status } }", requestId=request["id"]
    )
    assert payload["request"] == {"status": "WITHDRAWN", "plan": {"status": "VOIDED"}}
    again = await market.request(order, lamp=2)
    assert again["status"] == "WAITING"


async def test_a_rejection_says_who_and_why(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=1)
    payload = await market.do(
        seller(order, "north"),
        "rejectRequest",
        "request { status rejection { by reason } }",
        requestId=request["id"],
        reason="Worn",
    )
    assert payload["request"] == {"status": "REJECTED", "rejection": {"by": "SELLER", "reason": "Worn"}}


async def test_a_seller_that_rejects_a_cancellation_put_to_it_rejects_its_plan(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await market.do(
        seller(order, "north"),
        "rejectRequest",
        "request { status plan { status } }",
        requestId=request["id"],
        reason="It is on its way",
    )
    assert payload["request"] == {"status": "REJECTED", "plan": {"status": "REJECTED"}}


async def test_a_package_that_has_arrived_cannot_be_recalled_any_more(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert [one["code"] for one in payload["userErrors"]] == ["PACKAGE_DELIVERED"]


async def test_an_order_that_was_paid_with_nothing_completes_without_a_refund(market: Market) -> None:
    order = await market.order(paid=("0.00",))
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["refunds"]) == ("COMPLETED", [])
