"""The file of everything about a person: for the owner alone, of one moment, a few rows in memory at a time."""

from io import BytesIO
from typing import Any

import httpx
import orjson

from app.auth.tokens import mint
from domain.facts import Actor
from services.privacy.exporting import export
from services.privacy.table import HOLDINGS
from tests.market import OWNER, SECRET, Market, customer, seller

HOME = {"name": "Ada Oak", "lines": ["Elm Street 1"], "country": "IE"}


async def asked(market: Market, id: str, actor: Actor | None = OWNER, **claims: Any) -> httpx.Response:
    headers = {} if actor is None else {"authorization": f"Bearer {mint(SECRET, actor, ttl=86400 * 365, **claims)}"}
    return await market.http.get(f"/people/{id}/export", headers=headers)


async def test_the_file_has_all_rows_about_a_person_and_none_of_others(market: Market) -> None:
    for buyer in ("ada", "ada", "bo"):
        order = await market.order(customer=buyer, shippingAddress=HOME)
        await market.request(order, lamp=1)
    (ada,) = await market.rows("select id from customer where subject = 'ada'")
    response = await asked(market, ada["id"])
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert response.headers["content-disposition"] == f"attachment; filename={ada['id']}.json"
    rows = response.json()["rows"]
    assert set(rows) == {holding.table for holding in HOLDINGS if not holding.shared}
    counts = {table: len(found) for table, found in rows.items() if found}
    assert counts.pop("event") >= 4
    assert counts == {
        **dict.fromkeys(("order", "payment", "package", "seller_order", "shipping_address"), 2),
        **dict.fromkeys(("cancellation_request", "request_item"), 2),
        "customer": 1,
        "order_item": 4,
    }
    assert {row["customer_id"] for row in rows["event"]} == {ada["id"]}
    slowly = BytesIO()
    await export(ada["id"], slowly, at_once=1)
    assert orjson.loads(slowly.getvalue())["rows"] == rows


async def test_the_file_is_for_the_owner_alone(market: Market) -> None:
    order = await market.order()
    (ada,) = await market.rows("select id from customer")
    assert (await asked(market, ada["id"], None)).status_code == 401
    for actor in (customer("ada"), seller(order, "north")):
        assert (await asked(market, ada["id"], actor)).status_code == 403
    assert (await asked(market, ada["id"], only=("order",))).status_code == 403
    for id in ("customer_none", "%00", "x" * 60):
        assert (await asked(market, id)).status_code == 404
