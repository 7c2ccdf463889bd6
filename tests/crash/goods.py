"""Goods in the storm: units come back in every way, in part, damaged, late, lost or not at all, and a plain model says
what each step must come to.
"""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from domain.facts import Actor
from domain.words import Role
from services.terms import POLICY_VERSION
from tests.crash import labels
from tests.crash.caller import PATIENCE, Caller
from tests.crash.rig import until
from tests.market import OWNER, customer
from tests.shelf import TRIGGERS, Shelf, Shipment

UNITS = 4
SHIPPING = 490
FEES: dict[str, tuple[int, int]] = {
    "ON_CONFIRM": (0, 0),
    "ON_SHIPMENT": (1000, 0),
    "ON_RECEIPT": (0, 150),
    "ON_INSPECTION": (1000, 150),
}
"""By trigger: basis points of the goods, and an amount a return."""
WAYS = frozenset({
    "asked", "sent", "proven", "received", "received in part", "received wrong", "missing turned up", "lost", "borne",
    "found", "inspected", "deducted", "sent back", "waived", "withdrawn", "unannounced", "found after expiry",
    "time passed",
})  # fmt: skip
"""All steps that a walk knows."""
LEADS_TO = {"time passed": "found after expiry", "lost": "found"}
"""Steps without which another, seldom possible, cannot be taken: they are as rare as that one."""
_PASS = "update return_shipment set due_at = now() where order_id = $1 and due_at is not null"
_DUE = "select from return_shipment where order_id = $1 and due_at <= now()"
_OPENED = "returnShipment { id request { id plan { id } } }"
Way = Callable[[], Awaitable[object]]


def fees_of(trigger: str) -> list[dict[str, Any]]:
    """The fees of a trigger as the settings have them."""
    share, once = FEES[trigger]
    fees: list[dict[str, Any]] = [{"name": "Restocking", "percent": share}] if share else []
    return fees + ([{"name": "Handling", "amount": f"{once / 100:.2f}", "currency": "EUR"}] if once else [])


@dataclass(slots=True)
class Walk:
    """One order of a seller whose returns have a trigger, and what becomes of its units."""

    caller: Caller
    buyer: Actor
    clerk: Actor
    order: str
    item: str
    shelf: Shelf
    ids: list[str] = field(default_factory=list)

    async def go(self, steps: int) -> None:
        """Take steps, those that nobody has taken yet first, and then let no money wait."""
        taken = self.caller.tally.goods
        for _ in range(steps):
            ways = dict(self._ways())
            if not ways:
                break
            rarity = {way: min(taken[way], taken[LEADS_TO.get(way, way)]) for way in ways}
            rarest = min(ways, key=lambda way: (rarity[way], random.random()))
            way = random.choice([rarest, random.choice(list(ways))]) if rarity[rarest] else rarest
            await ways[way]()
            taken[way] += 1
        if random.random() < 0.5:
            await self._wait()
        for place, one in enumerate(self.shelf.shipments):
            if one.held:
                await self._waive(place, one)
        self.caller.owed[self.order] = self.shelf.owed
        self.caller.shelves[self.item] = self.shelf

    def _ways(self) -> Iterator[tuple[str, Way]]:
        """What may happen now."""
        shelf = self.shelf
        if shelf.active:
            units = random.randint(1, shelf.active)
            yield "asked", partial(self._ask, units)
            yield "unannounced", partial(self._unannounced, units, None)
            if expired := [id for one, id in zip(shelf.shipments, self.ids, strict=True) if one.status == "EXPIRED"]:
                yield "found after expiry", partial(self._unannounced, units, random.choice(expired))
        if any(one.status in ("AWAITING", "IN_TRANSIT", "RECEIVED") for one in shelf.shipments):
            yield "time passed", self._wait
        for place, one in sorted(enumerate(shelf.shipments), key=lambda _: random.random()):
            yield from self._ways_of(place, one)

    def _ways_of(self, place: int, one: Shipment) -> Iterator[tuple[str, Way]]:
        yield from self._ways_to_come(place, one)
        yield from labels.ways_of(self, place, one)
        if one.status == "AWAITING":
            yield "sent", partial(self._send, place, one, self.buyer)
            if one.held:
                yield "withdrawn", partial(self._withdraw, place, one)
        if one.status == "AWAITING" or (
            one.status == "IN_TRANSIT" and one.held and self.shelf.trigger == "ON_SHIPMENT"
        ):
            yield "proven", partial(self._send, place, one, self.clerk)
        if one.status == "IN_TRANSIT":
            yield "lost", partial(self._lose, place, one, None)
            yield "borne", partial(self._lose, place, one, random.choice(["CARRIER", "OWNER", "SELLER"]))
        if one.status == "RECEIVED":
            yield "inspected", partial(self._inspect, place, one, 0, 0)
            if one.ungraded:
                yield "sent back", partial(self._inspect, place, one, random.randint(1, one.ungraded), 0)
            if one.held and one.ungraded:
                yield "deducted", partial(self._inspect, place, one, 0, random.randint(1, self.shelf.price))
        if one.status in ("AWAITING", "IN_TRANSIT", "LOST", "RECEIVED"):
            yield "waived", partial(self._waive, place, one)

    def _ways_to_come(self, place: int, one: Shipment) -> Iterator[tuple[str, Way]]:
        """What may come out of a package, if something is still to come."""
        if not one.to_come or one.status not in ("AWAITING", "IN_TRANSIT", "LOST", "RECEIVED", "INSPECTED"):
            return
        name = "missing turned up" if one.here else "found" if one.status == "LOST" else "received"
        yield name, partial(self._receive, place, one, one.to_come, 0)
        wrong = random.randint(1, one.to_come)
        yield "received wrong", partial(self._receive, place, one, random.randint(0, one.to_come - wrong), wrong)
        if one.to_come > 1:
            yield "received in part", partial(self._receive, place, one, random.randint(1, one.to_come - 1), 0)

    async def _ask(self, units: int) -> None:
        line = {"orderItemId": self.item, "quantity": units, "reason": "does-not-fit"}
        values = {"orderId": self.order, "items": [line], "policyVersion": POLICY_VERSION}
        asked = await self._do(self.buyer, "requestReturn", "requests { id }", **values)
        (request,) = asked["requests"]
        self.caller.requests[request["id"]] = self.order
        shows = "plan { id } request { id returnShipment { id } }"
        done = await self._do(self.clerk, "confirmRequest", shows, requestId=request["id"])
        self._note(
            {"id": done["request"]["returnShipment"]["id"], "request": {**done["request"], "plan": done["plan"]}}
        )
        assert self.shelf.open(units)

    async def _unannounced(self, units: int, expired: str | None) -> None:
        line = {"orderItemId": self.item, "quantity": units, "reason": "does-not-fit"}
        about = {"returnId": expired} if expired else {"orderId": self.order}
        done = await self._do(self.clerk, "receiveUnannounced", _OPENED, items=[line], **about)
        self._note(done["returnShipment"])
        assert self.shelf.unannounced(units)

    async def _send(self, place: int, one: Shipment, by: Actor) -> None:
        await self._do(by, "sendReturn", returnId=self.ids[place], trackingNumber=f"1Z{place}")
        assert self.shelf.send(one, by.role)

    async def _receive(self, place: int, one: Shipment, received: int, wrong: int) -> None:
        items = [{"orderItemId": self.item, "received": received, "wrong": wrong}]
        shows = _OPENED.replace("returnShipment", "missing")
        done = await self._do(self.clerk, "receiveReturn", shows, returnId=self.ids[place], items=items)
        if done["missing"]:
            self._note(done["missing"])
        assert self.shelf.receive(one, received, wrong)

    async def _inspect(self, place: int, one: Shipment, back: int, deduction: int) -> None:
        kept = one.ungraded - back
        grades = []
        if back:
            grades.append(self._grade(back, condition="USED", disposition="SEND_BACK", reason="It was used."))
        if kept and deduction:
            amount = f"{deduction / 100:.2f}"
            grades.append(self._grade(kept, condition="DAMAGED", deduction=amount, reason="It is scratched."))
        elif kept:
            grades.append(self._grade(kept))
        await self._do(self.clerk, "inspectReturn", returnId=self.ids[place], grades=grades)
        assert self.shelf.inspect(one, back, deduction)

    def _grade(self, quantity: int, **more: str) -> dict[str, Any]:
        as_new = {"condition": "AS_NEW", "disposition": "RESTOCK"}
        return {"orderItemId": self.item, "quantity": quantity, **as_new, **more}

    async def _lose(self, place: int, one: Shipment, bearer: str | None) -> None:
        await self._do(OWNER, "loseReturn", returnId=self.ids[place], bearer=bearer)
        assert self.shelf.lose(one, bearer)

    async def _waive(self, place: int, one: Shipment) -> None:
        await self._do(random.choice([self.clerk, OWNER]), "waiveReturn", returnId=self.ids[place])
        assert self.shelf.waive(one)

    async def _withdraw(self, place: int, one: Shipment) -> None:
        request = self.caller.returns[self.ids[place]]
        await self._do(self.buyer, "withdrawRequest", requestId=request)
        assert self.shelf.withdraw(one)

    async def _wait(self) -> None:
        """Every deadline of these goods has passed: the worker acts on each."""
        rows, patiently = self.caller.rig.rows, self.caller.patiently
        await patiently(lambda: rows(_PASS, self.order))

        async def acted() -> bool:
            return not await patiently(lambda: rows(_DUE, self.order))

        await until(acted, seconds=PATIENCE, every=0.2)
        self.shelf.wait()

    async def _do(self, actor: Actor, mutation: str, shows: str = "", **values: Any) -> Any:
        """Send a command, now and then by twins."""
        send = self.caller.twice if random.random() < 0.2 else self.caller.act
        return await send(actor, mutation, shows, **values)

    def _note(self, shipment: dict[str, Any]) -> None:
        """Write a return down that was acknowledged."""
        request = shipment["request"]
        self.ids.append(shipment["id"])
        self.caller.returns[shipment["id"]] = request["id"]
        self.caller.requests[request["id"]] = self.order
        self.caller.plans[request["plan"]["id"]] = request["id"]


async def open_shops(caller: Caller) -> None:
    """For each trigger a seller whose returns have it; a seller is known once it has sold something."""
    for trigger in TRIGGERS:
        _, clerk = await sell(caller, "olga", trigger, Shelf(trigger))
        terms: dict[str, Any] = {"trigger": trigger, "fees": fees_of(trigger) or None}
        if caller.rig.courier is not None:
            terms |= labels.by_mail(trigger)
        await caller.act(
            OWNER, "setReturnSettings", "returnSettings { version }", sellerId=clerk.seller_id, terms=terms
        )


async def walk(caller: Caller, name: str, steps: int) -> None:
    """A customer buys from one of these sellers, gets it or does not, and sends it back."""
    trigger = random.choice(TRIGGERS)
    share, once = FEES[trigger]
    to_sender = random.random() < 0.15
    shelf = Shelf(trigger, UNITS, random.randint(300, 5000), SHIPPING, share, once, to_sender)
    order, clerk = await sell(caller, name, trigger, shelf)
    for status in ("SHIPPED", "DELIVERY_FAILED" if to_sender else "DELIVERED"):
        await caller.act(clerk, "updatePackageStatus", "", packageId=order["packages"][0]["id"], status=status)
    await Walk(caller, customer(name), clerk, order["id"], order["items"][0]["id"], shelf).go(steps)


async def sell(caller: Caller, name: str, trigger: str, shelf: Shelf) -> tuple[dict[str, Any], Actor]:
    """An order of a shelf's units, paid to the ledger and to Stripe; and its seller."""
    number = f"G-{next(caller.numbers)}"
    total = shelf.units * shelf.price + shelf.shipping
    by_card = random.choice([0, total, total // 3])
    payments = [{"method": "voucher", "captured": euro(total - by_card), "reference": number}]
    if by_card:
        charge = await caller.rig.charge(by_card)
        payments.append({"method": "card", "captured": euro(by_card), "provider": "stripe", "reference": charge})
    lamps = {"sku": "lamp", "name": "Lamp", "quantity": shelf.units, "unitPrice": euro(shelf.price)}
    part = {"seller": trigger.lower(), "sellerName": trigger, "shipping": euro(shelf.shipping)}
    values: dict[str, Any] = {
        "number": number,
        "currency": "EUR",
        "placedAt": "2026-03-01T10:00:00Z",
        "customer": {"subject": name, "name": name},
        "shippingAddress": {"name": name, **labels.ADDRESS},
        "sellerOrders": [{**part, "packages": [{"items": [lamps]}]}],
        "payments": payments,
    }
    shows = "order { id items { id } packages { id } sellerOrders { seller { id } } }"
    order = (await caller.act(OWNER, "createOrder", shows, **values))["order"]
    caller.orders[number] = order["id"]
    caller.owed[order["id"]] = 0
    return order, Actor(Role.SELLER, "clerk", order["sellerOrders"][0]["seller"]["id"])


def euro(minor: int) -> str:
    """Minor units as an input has them."""
    return f"{minor // 100}.{minor % 100:02}"
