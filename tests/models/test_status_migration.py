"""The migration that gives orders their true status says what the domain says, whatever packages and units are."""

import random
from importlib import import_module
from itertools import groupby
from operator import itemgetter

from domain.derive import Units, order_status, seller_order_status
from domain.words import OrderStatus, PackageStatus
from tests.market import Market, Part

_ITEMS = """select i.id, i.quantity, i.order_id, i.seller_order_id, i.package_id from order_item i order by id"""
_UNITS = """
update order_item set active = $2, cancel_held = $3, canceled = $4, return_held = $5, returned = $6 where id = $1
"""
_STORED = """
select i.order_id, i.seller_order_id, i.package_id, p.status, i.active, i.cancel_held, i.canceled, i.return_held,
  i.returned from order_item i join package p on p.id = i.package_id order by 1, 2, 3
"""


async def test_orders_that_stood_shipping_take_the_status_that_the_domain_gives_them(market: Market) -> None:
    chance = random.Random(16)
    for _ in range(20):
        await market.order(
            Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}), Part("south", {"chair": (2, "7.00")})
        )
    for item in await market.rows(_ITEMS):
        ends = chance.choices(range(5), weights=chance.choice([(3, 1, 2, 1, 2), (0, 0, 1, 0, 0), (0, 0, 0, 0, 1)]), k=2)
        units = [ends[: item["quantity"]].count(end) for end in range(5)]
        await market.rows(_UNITS, item["id"], *units)
        status = chance.choice([*PackageStatus, PackageStatus.DELIVERED, PackageStatus.DELIVERED])
        await market.rows("update package set status = $2 where id = $1", item["package_id"], status)
    await market.rows("update seller_order set status = 'SHIPPING'")
    await market.rows("update \"order\" set status = 'SHIPPING'")
    migration = import_module("migrations.0016_orders_that_stood_shipping")
    for sql in (migration.PARTS, migration.ORDERS):
        await market.rows(sql)
    stored = await market.rows(_STORED)
    seen = set[OrderStatus]()
    for order_id, rows in groupby(stored, itemgetter("order_id")):
        parts = []
        for part_id, items in groupby(rows, itemgetter("seller_order_id")):
            packages: dict[str, tuple[PackageStatus, list[Units]]] = {}
            for row in items:
                counts = [row[name] for name in ("active", "cancel_held", "canceled", "return_held", "returned")]
                packages.setdefault(row["package_id"], (PackageStatus(row["status"]), []))[1].append(Units(*counts))
            parts.append(seller_order_status(packages.values()))
            assert await market.rows("select status from seller_order where id = $1", part_id) == [
                {"status": parts[-1]}
            ]
        seen.add(order_status(parts))
        found = await market.rows('select status from "order" where id = $1', order_id)
        assert found == [{"status": order_status(parts)}]
    assert seen == set(OrderStatus), "each status came of it"


async def test_what_does_not_stand_shipping_stays_as_it_is(market: Market) -> None:
    await market.order()
    await market.rows("update \"order\" set status = 'CANCELED'")
    before = await market.fingerprint()
    migration = import_module("migrations.0016_orders_that_stood_shipping")
    for sql in (migration.PARTS, migration.ORDERS):
        await market.rows(sql)
    assert await market.fingerprint() == before
