"""The return settings of before become the first version of the terms, and decide as they did."""

from importlib import import_module

import pytest
from tortoise.connection import get_connection

from services.rulebooks import rulebook_in_force
from tests import goods, terms
from tests.market import OWNER, Market

_BEFORE = """
insert into return_settings (id, seller_id, trigger, method, ship_by_days, grace_days, inspection_days, transit_days,
  fees, address, updated_at, version)
values ('settings_1', null, 'ON_RECEIPT', 'MAIL', 14, 3, 7, 21, '[]', null, now() - interval '2 days', 1),
  ('settings_2', $1, 'ON_SHIPMENT', 'DROP_OFF', 7, 0, 5, 30,
   '[{"name": "Label", "amountMinor": 100, "currency": "EUR", "bearer": "SELLER"}]',
   '{"name": "North", "lines": "Way 1", "country": "DE", "postal_code": null, "city": null, "region": null}',
   now() - interval '1 day', 4)
"""
_WRITTEN = "alter table return_settings {} trigger kept_return_settings"
_SHOWN = """{ returnSettings { version trigger method shipByDays seller { id } fees { name amount { amount } }
  address { name lines } terms { version rule } } }"""


async def test_settings_of_before_are_the_first_version(market: Market) -> None:
    order = await terms.sold(market, None, shoe={})
    north = order.sellers["north"]
    await market.rows(_WRITTEN.format("disable"))
    await market.rows(_BEFORE, north)
    await market.rows(_WRITTEN.format("enable"))
    await market.rows(import_module("migrations.0028_terms").FIRST)

    version = (await market.data(OWNER, f"{{ terms {{ {terms.VERSION} }} }}"))["terms"]
    assert (version["number"], version["status"], version["inForce"], version["findings"]) == (1, "PUBLISHED", True, [])
    assert [(rule["name"], rule["revision"]) for rule in version["rules"]] == [("Seller north", 4), ("Marketplace", 1)]
    rulebook = await rulebook_in_force(get_connection("default"))
    assert rulebook is not None
    assert not rulebook.specific
    assert (await market.data(OWNER, _SHOWN))["returnSettings"] == [
        {
            "version": 1,
            "trigger": "ON_RECEIPT",
            "method": "MAIL",
            "shipByDays": 14,
            "seller": None,
            "fees": [],
            "address": None,
            "terms": {"version": 1, "rule": "Marketplace"},
        },
        {
            "version": 4,
            "trigger": "ON_SHIPMENT",
            "method": "DROP_OFF",
            "shipByDays": 7,
            "seller": {"id": north},
            "fees": [{"name": "Label", "amount": {"amount": "1.00"}}],
            "address": {"name": "North", "lines": ["Way 1"]},
            "terms": {"version": 1, "rule": "Seller north"},
        },
    ]
    (request,) = (await terms.requested(market, order, "shoe"))["requests"]
    assert (request["returnTerms"]["version"], request["returnTerms"]["rule"]) == (1, "Seller north")
    await goods.settings(market, "ON_INSPECTION", north)
    assert (await market.data(OWNER, _SHOWN))["returnSettings"][1]["version"] == 5


async def test_no_settings_make_no_version_and_the_old_table_is_not_written_any_more(market: Market) -> None:
    await market.rows(import_module("migrations.0028_terms").FIRST)
    assert await market.rows("select from terms_version") == []
    await market.order()
    with pytest.raises(Exception, match="rules of the terms now"):
        await market.rows(_BEFORE, (await market.rows("select id from seller limit 1"))[0]["id"])
