"""Labels of returns as tests make them, and a carrier that does what its script says and counts what it sells."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateways.carriers.port import CarrierUnknown, LabelAnswer, LabelOrder, LabelOutcome, Scan
from services.worker.due import DUE_LABEL
from services.worker.labels import Labels, report_scans
from tests.goods import confirmed, delivered, sent, settings
from tests.market import OWNER, Market, Order, customer, seller

ADDRESS = {
    "name": "North returns",
    "lines": ["Hafenstraße 1"],
    "postalCode": "20095",
    "city": "Hamburg",
    "country": "DE",
}
HOME = {"name": "Ada Łęcka", "lines": ["ul. Żabia 3"], "postalCode": "00-001", "city": "Warszawa", "country": "PL"}
LABEL = "id position status carrier trackingNumber url message version allowedActions { action enabled }"
_SHOWN = f"query S($id: ID!) {{ returnShipment(id: $id) {{ status labels {{ {LABEL} }} }} }}"


@dataclass
class Postman:
    """A carrier that says what its script tells it to; every label that it sells stands in its book.

    It never refuses to sell a label twice: that is what the worker is to prevent, so one package of it is one label.
    """

    name: str = "slip"
    script: list[Any] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=dict)
    bought: list[str] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    seen: tuple[Scan, ...] = ()

    async def register(self, order: LabelOrder) -> LabelAnswer:
        says = self._says("register")
        if says is LabelOutcome.REFUSED:
            return LabelAnswer(LabelOutcome.REFUSED, message="No such street.")
        reference = f"pkg_{len(self.packages)}"
        self.packages[reference] = order.key
        await self._doubt(says)
        return LabelAnswer(LabelOutcome.REGISTERED, reference)

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        says = self._says("buy")
        if says is LabelOutcome.REFUSED:
            return LabelAnswer(LabelOutcome.REFUSED, reference, message="No money.")
        if isinstance(says, CarrierUnknown):
            raise says
        self.bought.append(reference)
        await self._doubt(says)
        return self._issued(reference)

    async def find(self, key: str, reference: str | None) -> LabelAnswer | None:
        says = self._says("find")
        if isinstance(says, Exception):
            raise says
        of_key = [package for package, owner in self.packages.items() if owner == key]
        known = reference or next(iter(of_key), None)
        if known is None:
            return None
        if known in self.voided:
            return LabelAnswer(LabelOutcome.VOIDED, known)
        return self._issued(known) if known in self.bought else LabelAnswer(LabelOutcome.REGISTERED, known)

    async def void(self, key: str, reference: str) -> LabelAnswer:
        says = self._says("void")
        if says is LabelOutcome.VOIDING:
            return LabelAnswer(says, reference)
        if says is LabelOutcome.REFUSED or reference in self.used:
            return LabelAnswer(LabelOutcome.REFUSED, reference, message="It was used.")
        if isinstance(says, CarrierUnknown):
            raise says
        self.voided.append(reference)
        await self._doubt(says)
        return LabelAnswer(LabelOutcome.VOIDED, reference)

    async def scans(self, reference: str) -> tuple[Scan, ...]:
        says = self._says("scans")
        if isinstance(says, Exception):
            raise says
        return self.seen

    async def close(self) -> None:
        """Nothing is open."""

    def _says(self, call: str) -> Any:
        self.asked.append(call)
        return self.script.pop(0) if self.script else None

    async def _doubt(self, says: Any) -> None:
        """What was asked for is done, but the caller does not learn of it."""
        if says == "answer lost":
            raise CarrierUnknown("The answer was lost.")
        if says == "never answers":
            await asyncio.Event().wait()

    def _issued(self, reference: str) -> LabelAnswer:
        return LabelAnswer(
            LabelOutcome.ISSUED, reference, f"TRACK-{reference}", f"https://labels.example/{reference}.pdf"
        )


async def awaited(market: Market, trigger: str = "ON_RECEIPT", **terms: Any) -> tuple[Order, dict[str, Any]]:
    """A return whose goods wait to be sent by mail to a known address; the order and the shipment."""
    await settings(market, trigger, method="MAIL", address=ADDRESS, **terms)
    order = await delivered(market)
    await market.rows(
        "insert into shipping_address (order_id, name, lines, postal_code, city, country)"
        " values ($1, $2, $3, '00-001', 'Warszawa', 'PL') on conflict do nothing",
        *(order.id, HOME["name"], "\n".join(HOME["lines"])),
    )
    return order, await confirmed(market, order, lamp=2)


async def labels_of(market: Market, shipment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The labels of a shipment as the owner sees them."""
    return list((await market.data(OWNER, _SHOWN, id=shipment["id"]))["returnShipment"]["labels"])


def with_carrier(market: Market, postman: Postman) -> None:
    """Set a carrier up in a market that was opened without one."""
    commands = replace(market.one.commands, terms=replace(market.one.commands.terms, carrier=postman.name))
    market.one.commands = market.worker.commands = commands
    market.worker.carriers = {postman.name: postman}


async def labels_go_every_way(market: Market) -> None:
    """Every edge of labels is taken by each role that may, and those of shipments that a scan takes."""
    postman = Postman()
    with_carrier(market, postman)
    await _labels_are_bought(market, postman)
    await _labels_are_scanned(market)
    await _labels_are_voided(market, postman)
    await market.work()


async def _labels_are_bought(market: Market, postman: Postman) -> None:
    for script in ([], [None, "answer lost"]):
        await awaited(market)
        postman.script = list(script)
        await _one(market)
        await _later(market)
    for mutation in ("retryLabel", "voidLabel", None):
        order, shipment = await awaited(market)
        postman.script = [LabelOutcome.REFUSED]
        await _one(market)
        if mutation is None:
            await sent(market, order, shipment)
        else:
            await _by_owner(market, mutation, (await labels_of(market, shipment))[0])
        await _later(market)
    await awaited(market)
    postman.script = [None, "answer lost"]
    await _one(market)
    market.clock.pass_by(minutes=10)
    call = await leased(market)
    assert await leased(market) is None
    await Labels(market.worker.commands, market.worker.carriers).execute(call)
    order, shipment = await awaited(market)
    for actor in (OWNER, seller(order, "north")):
        assert (await market.do(actor, "addLabel", returnId=shipment["id"]))["userErrors"] == []
    await _later(market)


async def _labels_are_scanned(market: Market) -> None:
    for typed in (False, True):
        order, shipment = await awaited(market, "ON_SHIPMENT")
        await _later(market)
        if typed:
            await sent(market, order, shipment)
        package = "select external_reference as ref from return_label where shipment_id = $1"
        (row,) = await market.rows(package, shipment["id"])
        scans = (Scan(market.clock()),)
        assert await report_scans(market.worker.commands, "slip", row["ref"], f"event of {row['ref']}", scans)


async def _labels_are_voided(market: Market, postman: Postman) -> None:
    _, shipment = await awaited(market)
    await _by_owner(market, "voidLabel", (await labels_of(market, shipment))[0])
    order, shipment = await awaited(market)
    await sent(market, order, shipment)
    for script in ([None, "answer lost"], [None, LabelOutcome.REFUSED]):
        _, shipment = await awaited(market)
        await _later(market)
        await _by_owner(market, "voidLabel", (await labels_of(market, shipment))[0])
        postman.script = list(script)
        await _one(market)
        await _later(market)
    _, shipment = await awaited(market)
    await _later(market)
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=shipment["request"]["id"])
    assert payload["userErrors"] == [], payload
    call = await leased(market)
    assert await leased(market) is None
    await Labels(market.worker.commands, market.worker.carriers).execute(call)


async def leased(market: Market) -> Any:
    """The call of a worker that has just leased a label, or noticed that a lease ran out; then a minute passes."""
    (call,) = await market.worker.take(DUE_LABEL, market.clock(), None, market.worker.lease_label) or (None,)
    market.clock.pass_by(seconds=61)
    return call


async def _one(market: Market) -> None:
    assert await market.worker.label_one()


async def _later(market: Market) -> None:
    market.clock.pass_by(minutes=10)
    await market.work()


async def _by_owner(market: Market, mutation: str, label: dict[str, Any]) -> None:
    payload = await market.do(OWNER, mutation, labelId=label["id"])
    assert payload["userErrors"] == [], (mutation, payload)
