"""Every edge of returns is posted, and so is a status that is taken back, and a package that is split."""

from collections.abc import AsyncIterator

import pytest

from app.workers import now
from domain.tables import RETURNS
from events.notifier import ProcessNotifier
from services.webhooks.deliveries import Deliveries
from services.webhooks.outbound import Outbound
from tests.every_return import goods_go_every_way
from tests.market import OWNER, Market, opened
from tests.services.webhooks.receiver import Receiver, receiving
from tests.services.webhooks.test_deliveries import endpoint, flush


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that may post to this machine, at the time of this machine."""
    async with opened(database_url, webhook_private=True) as one:
        one.clock.now = now()
        yield one


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def sender(market: Market) -> AsyncIterator[Deliveries]:
    outbound = Outbound(private=True, seconds=5)
    yield Deliveries(market.clock, ProcessNotifier(), outbound)
    await outbound.close()


@pytest.mark.timeout(240)
async def test_every_edge_of_returns_is_posted(market: Market, receiver: Receiver, sender: Deliveries) -> None:
    await endpoint(market, receiver)
    await goods_go_every_way(market)
    market.clock.now = now()
    await flush(sender)
    payloads = [got.payload for got in receiver.got if got.payload["data"]["subject"] == "RETURN_SHIPMENT"]
    posted = {(each["data"]["action"], each["data"]["from"], each["data"]["to"]) for each in payloads}
    edges = {(str(edge.action), edge.source and str(edge.source), str(edge.target)) for edge in RETURNS}
    assert posted == edges
    assert all(each["type"] == f"return_shipment.{each['data']['to']}".lower() for each in payloads)
    assert all(each["data"]["requestId"] and each["data"]["planId"] for each in payloads)
    versions = [(each["data"]["id"], each["data"]["version"]) for each in payloads]
    assert len(versions) == len(set(versions))


async def test_a_status_that_is_taken_back_and_both_parts_of_a_split_are_posted(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "REVERT_PACKAGE_STATUS", "SPLIT_PACKAGE")
    order = await market.order()
    named = {"packageId": order.packages["north"]}
    await market.move(order, "north", "SHIPPED")
    assert (await market.do(OWNER, "revertPackageStatus", **named))["userErrors"] == []
    items = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    payload = await market.do(OWNER, "splitPackage", "newPackage { id }", items=items, **named)
    await flush(sender)
    payloads = {(got.payload["type"], got.payload["data"]["id"], got.payload["data"]["from"]) for got in receiver.got}
    assert payloads == {
        ("package.preparing", order.packages["north"], "SHIPPED"),
        ("package.preparing", order.packages["north"], "PREPARING"),
        ("package.preparing", payload["newPackage"]["id"], None),
    }
