"""Orders of before weights, countries and pasts: what the migration gives them, and what a process of before writes."""

from importlib import import_module

import asyncpg

from tests.market import Market

HOME = {"name": "Ada Oak", "lines": ["Elm Street 1"], "country": "IE"}
_COPY = """
insert into order_item (id, order_id, seller_order_id, package_id, seller_id, position, sku, name, currency,
                        unit_price_minor, discount_minor, tax_minor, quantity, active)
select 'item_old', order_id, seller_order_id, package_id, seller_id, 9, sku, name, currency, 100, 0, 19, 1, 1
from order_item limit 1
"""


async def test_orders_of_before_get_the_country_of_their_address(market: Market) -> None:
    await market.order(shippingAddress=HOME)
    await market.order()
    await market.rows('update "order" set country = null')
    await market.rows(import_module("migrations.0019_orders_as_they_are").COUNTRY)
    found = await market.rows('select number, country from "order" order by number')
    assert found == [{"number": "N-1", "country": "IE"}, {"number": "N-2", "country": None}]


async def test_an_item_that_a_process_of_before_writes_has_no_weight_and_no_included_tax(market: Market) -> None:
    await market.order()
    connection = await asyncpg.connect(market.url)
    try:
        await connection.execute(_COPY)
    finally:
        await connection.close()
    found = await market.rows("select weight_grams, included_tax_minor from order_item where id = 'item_old'")
    assert found == [{"weight_grams": None, "included_tax_minor": 0}]
