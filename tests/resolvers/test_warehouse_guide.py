"""The guide for warehouses, executed: each document is what it says, in the order of the page."""

import re
from pathlib import Path
from typing import Any

import orjson

from tests import goods
from tests.market import Market, Order, seller
from tests.resolvers.test_filtered_streams import telling

PAGE = (Path(__file__).parents[2] / "docs" / "warehouse.md").read_text()
DOCUMENTS = {
    re.split(r"\W", text.split(maxsplit=1)[1])[0]: text
    for text in re.findall(r"^```graphql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
}
VARIABLES = dict(
    zip(
        ("Count", "Inspect", "Unannounced", "GiveUp"),
        re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL),
        strict=True,
    )
)


class Dock:
    """A clerk of a warehouse who types in what the page says."""

    def __init__(self, market: Market, order: Order) -> None:
        self.market, self.clerk = market, seller(order, "north")
        self.known: dict[str, Any] = {"ITEM": order.items["lamp"], "REASON": "does_not_fit"}

    async def query(self, name: str, **variables: Any) -> Any:
        return await self.market.data(self.clerk, DOCUMENTS[name], **variables)

    async def mutate(self, name: str, shown: str = "") -> Any:
        """The payload of a mutation with the page's variables, or what another document shows for them."""
        text = VARIABLES[name]
        for placeholder, value in self.known.items():
            text = text.replace(f'"${placeholder}"', orjson.dumps(value).decode())
        (payload,) = (await self.query(shown or name, **orjson.loads(text))).values()
        assert payload["userErrors"] == [], payload
        return payload


async def test_a_warehouse_can_do_its_work_by_the_documents_of_the_page(market: Market) -> None:
    await goods.settings(market, "ON_INSPECTION")
    order = await goods.delivered(market, units=3)
    shipment = await goods.confirmed(market, order, lamp=2)
    dock = Dock(market, order)
    (coming,) = (await dock.query("Arriving", after=None))["returnShipments"]["nodes"]
    assert (coming["id"], coming["lines"][0]["expected"]) == (shipment["id"], 2)
    await goods.sent(market, order, shipment)

    (scanned,) = (await dock.query("Scan", text="1z9"))["returnShipments"]["nodes"]
    offered = {one["action"] for one in scanned["allowedActions"] if one["enabled"]}
    assert {"RECEIVE_RETURN", "WAIVE_RETURN"} <= offered
    dock.known |= {"RETURN": scanned["id"], "VERSION": scanned["version"]}
    async with telling(market, DOCUMENTS["Changes"]) as received:
        counted = await dock.mutate("Count")
        assert (await received.next())[:3] == ("RECEIVE_RETURN", "IN_TRANSIT", "RECEIVED")
    assert counted["missing"]["lines"] == [{"expected": 1}]

    foreseen = await dock.mutate("Inspect", shown="Foresee")
    inspected = await dock.mutate("Inspect")
    (plan,) = foreseen["plans"]
    assert plan["total"] == inspected["returnShipment"]["request"]["plan"]["total"]
    assert inspected["returnShipment"]["lines"][0]["grades"][0]["reason"] == "The shade is broken."

    (bought,) = (await dock.query("Bought", number=order.number))["orders"]["nodes"]
    assert [item["active"] for item in bought["items"]] == [1]
    dock.known |= {"ORDER": bought["id"], "MISSING": counted["missing"]["id"]}
    assert (await dock.mutate("Unannounced"))["returnShipment"]["status"] == "RECEIVED"
    assert (await dock.mutate("GiveUp"))["returnShipment"]["status"] == "WAIVED"
    await market.work()
    assert await goods.ledger(market, order) == {"active": 0, "return_held": 1, "returned": 2}


def test_every_document_of_the_page_is_executed() -> None:
    assert set(DOCUMENTS) == {
        *("Arriving", "Changes", "Scan", "Count", "Foresee", "Inspect", "Bought", "Unannounced", "GiveUp")
    }
