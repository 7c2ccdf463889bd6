"""The status of an order always ends: what was emptied on the way does not hold it."""

from tests.market import OWNER, Market, Order, Part, seller


async def test_an_emptied_package_does_not_hold_an_order_in_shipping(market: Market) -> None:
    part = Part("north", {"lamp": (1, "10.00")}).input()
    part["packages"].append(Part("north", {"bulb": (2, "5.00")}).input()["packages"][0])
    text = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { message }
      order { id items { id sku package { id } } sellerOrders { seller { id } } } } }"""
    values = {
        "number": "X-1",
        "currency": "EUR",
        "placedAt": market.clock().isoformat(),
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [part],
        "payments": [{"method": "card", "captured": "20.00"}],
    }
    made = (await market.data(OWNER, text, input=values))["createOrder"]["order"]
    packages = {item["sku"]: item["package"]["id"] for item in made["items"]}
    items = {item["sku"]: item["id"] for item in made["items"]}
    order = Order(made["id"], "X-1", items, packages, {"north": made["sellerOrders"][0]["seller"]["id"]}, "ada")
    for sku, end in (("lamp", "DELIVERED"), ("bulb", "DELIVERY_FAILED")):
        for status in ("SHIPPED", end):
            payload = await market.do(OWNER, "updatePackageStatus", packageId=packages[sku], status=status)
            assert payload["userErrors"] == []
    states = "query O($id: ID!) { order(id: $id) { status sellerOrders { status } } }"
    for expected in ("SHIPPING", "DELIVERED"):  # after the first unit of the failed package, after the second
        request = await market.request(order, bulb=1)
        payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        assert payload["userErrors"] == []
        market.clock.pass_by(seconds=3)
        await market.work()
        found = (await market.data(OWNER, states, id=order.id))["order"]
        assert found == {"status": expected, "sellerOrders": [{"status": expected}]}
