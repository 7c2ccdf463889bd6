"""Orders that the browser tests place for themselves, and what their people do without a browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from domain.facts import Actor
from domain.words import Role
from tests.market import INPUTS, customer
from tests.web.demo_shop import Shop

OWNER = Actor(Role.OWNER, "owner")
TENT, STOVE, LAMP = "Tent Burrow", "Stove Ember", "Lantern Glow"
PRICES = {TENT: "149.00", STOVE: "59.00", LAMP: "19.00"}
REASONS = {"CANCEL": "changed-mind", "REFUND": "does-not-fit"}
_ADDRESS = {
    "name": "Ada Brandt",
    "lines": ["Lindenweg 7", "3rd floor"],
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
}
_CREATE = """mutation C($i: CreateOrderInput!) { createOrder(input: $i) { userErrors { message } order {
  id number items { id name } packages { id number } sellerOrders { seller { id } } } } }"""
_numbers = count(9101)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order of Ada's at Alpina Outdoor: ids of its items by name, its packages, its seller."""

    shop: Shop
    id: str
    number: str
    items: dict[str, str]
    packages: list[dict[str, str]]
    seller: Actor

    async def do(self, actor: Actor, mutation: str, shows: str, **values: Any) -> Any:
        """The payload of a mutation that is carried out."""
        answer = f"{{ {shows} userErrors {{ message }} }}"
        text = f"mutation Act($input: {INPUTS[mutation]}!) {{ {mutation}(input: $input) {answer} }}"
        payload = (await self.shop.server.data(actor, text, input=values))[mutation]
        assert payload["userErrors"] == [], payload
        return payload

    async def move(self, *statuses: str, package: int = 0) -> None:
        """Let the seller move a package on, whatever waits."""
        for status in statuses:
            values = {"packageId": self.packages[package]["id"], "status": status, "despiteRequests": True}
            await self.do(self.seller, "updatePackageStatus", "package { id }", **values)

    async def request(self, transaction: str = "CANCEL", **units: int) -> str:
        """Let Ada request units by the first word of their product's name. Returns the request's number."""
        ids = {name.split()[0].lower(): id for name, id in self.items.items()}
        items = [
            {"orderItemId": ids[word], "quantity": quantity, "reason": REASONS[transaction]}
            for word, quantity in units.items()
        ]
        ada = customer("ada")
        policy = (await self.shop.server.data(ada, "{ returnPolicy { version } }"))["returnPolicy"]["version"]
        values = {"orderId": self.id, "items": items, "policyVersion": policy}
        payload = await self.do(ada, "requestReturn", "requests { number }", **values)
        (request,) = payload["requests"]
        return str(request["number"])


def _line(name: str, units: int, tags: Sequence[str]) -> dict[str, Any]:
    return {"sku": name, "name": name, "quantity": units, "unitPrice": PRICES[name], "tags": tags or None}


_ADA = {"subject": "ada", "name": "Ada Brandt", "email": "ada@customers.example", "phone": "+49 30 5550 100"}


async def place(
    shop: Shop,
    *packages: dict[str, int],
    provider: str = "ledger",
    market: str | None = None,
    tags: Mapping[str, Sequence[str]] = {},
    buyer: dict[str, str] = _ADA,
) -> PlacedOrder:
    """Take in an order of Ada's, or another's, at Alpina Outdoor: product → units by package; tags by product."""
    total = sum(units * float(PRICES[name]) for package in packages for name, units in package.items())
    parts = [
        {"items": [_line(name, units, tags.get(name, ())) for name, units in package.items()]} for package in packages
    ]
    values = {
        "number": f"N-{next(_numbers)}",
        "market": market,
        "currency": "EUR",
        "placedAt": datetime.now(UTC).isoformat(),
        "customer": buyer,
        "sellerOrders": [{"seller": "alpina", "sellerName": "Alpina Outdoor", "packages": parts}],
        "payments": [
            {
                "method": "card",
                "provider": provider,
                "captured": f"{total:.2f}",
                "paidAt": "2026-03-01T10:01:00Z",
                "instrument": "Visa •••• 4242",
            }
        ],
        "shippingAddress": _ADDRESS,
        "billingAddress": _ADDRESS | {"lines": ["Kontorhaus 1"]},
    }
    created = (await shop.server.data(OWNER, _CREATE, i=values))["createOrder"]
    assert created["userErrors"] == [], created
    order = created["order"]
    (part,) = order["sellerOrders"]
    return PlacedOrder(
        shop,
        order["id"],
        order["number"],
        {item["name"]: item["id"] for item in order["items"]},
        sorted(order["packages"], key=lambda package: package["number"]),
        Actor(Role.SELLER, "alpina", part["seller"]["id"]),
    )
