"""What streams say of statuses that are taken back, of packages that are split, and of goods that are lost."""

import json
from datetime import timedelta
from typing import Any

from tests import goods
from tests.market import OWNER, Market, customer, seller
from tests.resolvers.test_filtered_streams import PLANS, REQUESTS, telling
from tests.resolvers.test_return_api import UPDATES
from tests.resolvers.test_shared_streams import subscribed

_OF_ORDER = "subscription { orderUpdates { subject action from to order { packages { status } } } }"


async def revert(market: Market, order: Any) -> None:
    payload = await market.do(seller(order, "north"), "revertPackageStatus", packageId=order.packages["north"])
    assert payload["userErrors"] == []


async def test_a_plan_that_goes_on_by_itself_is_news_of_its_request_and_of_the_plan(market: Market) -> None:
    order = await market.order()
    await market.apply(await market.request(order, lamp=1))
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    async with (
        telling(market, REQUESTS, waitingOn=["SELLER"]) as with_seller,
        telling(market, REQUESTS, waitingOn=["SYSTEM"]) as by_itself,
        telling(market, PLANS, status=["WAITING"]) as plans,
    ):
        await revert(market, order)
        assert await with_seller.next() == ("REVERT_PACKAGE_STATUS", "WAITING", "WAITING", True)
        assert await by_itself.next() == ("REVERT_PACKAGE_STATUS", "WAITING", "WAITING", False)
        assert await plans.next() == ("REVERT_PACKAGE_STATUS", "CONFIRMATION_WAITING", "WAITING", False)


async def test_goods_of_a_recalled_package_and_lost_ones_are_told(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    await market.apply(request)
    delivered = await goods.delivered(market)
    lost = await goods.sent(market, delivered, await goods.confirmed(market, delivered, lamp=2))
    await goods.act(market, OWNER, "loseReturn", lost["id"])
    async with telling(market, UPDATES, status=["IN_TRANSIT", "LOST"]) as received:
        await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        assert await received.next() == ("OPEN_RETURN", None, "IN_TRANSIT", False)
        await market.do(OWNER, "rejectRequest", requestId=lost["request"]["id"], reason="Forged.")
        assert await received.next() == ("CANCEL_RETURN", "LOST", "CANCELED", True)


async def test_a_filter_by_deadline_follows_the_goods(market: Market) -> None:
    """The customer has ten days to send them, the carrier twenty to bring them."""
    await goods.settings(market, "ON_RECEIPT", shipByDays=10, graceDays=0, transitDays=20)
    order = await goods.delivered(market)
    shipment = await goods.confirmed(market, order, lamp=1)
    soon = (market.clock.now + timedelta(days=15)).isoformat()
    async with telling(market, REQUESTS, status=["APPROVED"], dueBefore=soon) as received:
        await goods.sent(market, order, shipment)
        assert await received.next() == ("SEND_RETURN", "APPROVED", "APPROVED", True)


async def test_a_split_is_news_of_both_packages_to_all_who_see_the_order(market: Market) -> None:
    order = await market.order()
    (_, owners), (_, customers) = [await subscribed(market, actor, _OF_ORDER) for actor in (OWNER, customer("ada"))]
    items = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    payload = await market.do(OWNER, "splitPackage", packageId=order.packages["north"], items=items)
    assert payload["userErrors"] == []
    for inbox in (owners, customers):
        received = [json.loads(await inbox.next())["data"]["orderUpdates"] for _ in range(2)]
        assert [(each["action"], each["from"], each["to"]) for each in received] == [
            ("SPLIT_PACKAGE", "PREPARING", "PREPARING"),
            ("SPLIT_PACKAGE", None, "PREPARING"),
        ]
        assert all(len(each["order"]["packages"]) == 2 for each in received)
