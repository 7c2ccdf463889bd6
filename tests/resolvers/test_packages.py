"""The list of packages: whose, in which order, and what finds them. Foreign ids and counts: the schema's tests."""

from typing import Any

from domain.facts import Actor
from tests.market import OWNER, Market, Part, customer, seller
from tests.services.test_split_package import split

LIST = """query List($filter: PackageFilter, $order: PackageOrder! = PLACED_AT_ASC, $first: Int, $after: String) {
  packages(filter: $filter, orderBy: $order, first: $first, after: $after) {
    totalCount nodes { number order { number } } pageInfo { hasNextPage endCursor } } }"""


async def listed(market: Market, actor: Actor, **filter: Any) -> list[str]:
    """The numbers of a list, whose total count is as many."""
    order = filter.pop("order", "PLACED_AT_ASC")
    found = (await market.data(actor, LIST, filter=filter, order=order))["packages"]
    assert found["totalCount"] == len(found["nodes"])
    return [package["number"] for package in found["nodes"]]


async def test_packages_are_listed_by_the_moment_of_their_order_for_those_who_may_see_them(market: Market) -> None:
    parts = Part("north", {"lamp": (3, "10.00")}), Part("south", {"chair": (1, "30.00")})
    first, placed = await market.order(*parts), market.clock().isoformat()
    market.clock.pass_by(hours=1)
    second = await market.order(*parts, customer="eve")
    market.clock.pass_by(hours=1)
    earlier = await market.order(Part("north", {"bulb": (1, "3.00")}), placedAt=placed)  # comes in late
    assert (await split(market, first, lamp=1))["userErrors"] == []
    a, b, c = first.number, second.number, earlier.number
    norths = [f"{a}-1", f"{c}-1", f"{a}-1.2", f"{b}-1"]
    assert await listed(market, seller(first, "north")) == norths
    assert await listed(market, seller(first, "north"), order="PLACED_AT_DESC") == norths[::-1]
    assert await listed(market, OWNER, sellerId=first.sellers["north"]) == norths
    assert await listed(market, OWNER) == [f"{a}-1", f"{a}-2", f"{c}-1", f"{a}-1.2", f"{b}-1", f"{b}-2"]
    assert await listed(market, customer("eve")) == [f"{b}-1", f"{b}-2"]
    assert await listed(market, seller(first, "north"), sellerId=first.sellers["south"]) == []
    assert await listed(market, OWNER, placedAfter=placed, placedBefore=market.clock().isoformat(), search=a) == [
        f"{a}-1",
        f"{a}-2",
        f"{a}-1.2",
    ]
    moments = 'select p.placed_at, o.placed_at as placed from package p join "order" o on o.id = p.order_id'
    assert all(row["placed_at"] == row["placed"] for row in await market.rows(moments))


async def test_a_list_of_packages_is_narrowed_to_those_that_are_on_their_way_and_to_the_one_that_is_sought(
    market: Market,
) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}), Part("south", {"chair": (1, "30.00")}))
    await split(market, order, lamp=1)
    text = {"packageId": order.packages["south"], "status": "SHIPPED", "trackingNumber": "ZX-900"}
    assert (await market.do(seller(order, "south"), "updatePackageStatus", **text))["userErrors"] == []
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    north, south, new = (f"{order.number}-{rest}" for rest in ("1", "2", "1.2"))
    undelivered = ["PREPARING", "READY_TO_SHIP", "SHIPPED"]
    assert await listed(market, OWNER, status=undelivered) == [south, new]
    assert await listed(market, OWNER, status=["DELIVERED"]) == [north]
    assert await listed(market, OWNER, search="zx-9") == [south]
    assert await listed(market, OWNER, search="chair") == [south]
    assert await listed(market, OWNER, search="lamp") == [north, new]
    assert await listed(market, seller(order, "north"), search="zx-9") == []
    page = (await market.data(OWNER, LIST, first=2))["packages"]
    rest = (await market.data(OWNER, LIST, first=2, after=page["pageInfo"]["endCursor"]))["packages"]
    assert [package["number"] for package in page["nodes"] + rest["nodes"]] == [north, south, new]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
