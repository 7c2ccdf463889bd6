"""Customers, sellers and owners at work while the server is killed and PostgreSQL restarted; then all is counted.

`python -m tests.crash.storm --seconds 600` runs for long and prints a table; the tests run it for a few seconds.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, ClassVar

import asyncpg

from database.embedded import Cluster
from domain.facts import Actor
from domain.words import Role
from services.terms import POLICY_VERSION
from tests.crash import bank, by_hand, disputes, goods, labels
from tests.crash.by_hand import ByHand
from tests.crash.caller import PATIENCE, Caller, Tally
from tests.crash.cluster import own_rig, reconciled, restart
from tests.crash.disputes import Disputes
from tests.crash.goods import euro
from tests.crash.rig import until
from tests.gateways.payments.stand_in import StandIn
from tests.market import OWNER, customer

HURRIES = 4
RESTORED = 3
"""Refunds that are sent between the backup and the disaster."""
_UNDER_WAY = f"""
select (select count(*) from refund where status in ('PENDING', 'PROCESSING', 'UNKNOWN') and not disputed)
     + (select count(*) from cancellation_plan where status = 'WAITING')
     + (select count(*) from return_shipment where due_at <= now())
     + (select count(*) from return_label where status in {labels.UNDER_WAY}) as open
"""
"""What the worker has to do; the rest is the owner's, or waits for a bank that has not decided."""
_OPEN = _UNDER_WAY.replace("status = 'WAITING'", "status in ('WAITING', 'APPROVED')").replace(" and not disputed", "")
_SHELVES = """
select i.id, i.active, i.returned as back, array_remove(array_agg(s.status), null) as statuses,
       array_remove(array_agg(p.held), null) as held
from order_item i left join return_line l on l.order_item_id = i.id left join return_shipment s on s.id = l.shipment_id
left join cancellation_plan p on p.request_id = s.request_id group by i.id
"""
_BROKEN = """
select 'units of ' || id as what from order_item
 where quantity <> active + cancel_held + canceled + return_held + returned
    or least(active, cancel_held, canceled, return_held, returned) < 0
union all select 'plans of request ' || request_id from cancellation_plan group by request_id having count(*) > 1
union all select 'version of ' || subject_id from event group by subject_id, version having count(*) > 1
union all select 'refunds of payment ' || p.id from payment p join refund r on r.payment_id = p.id
 group by p.id having sum(r.amount_minor) > p.captured_minor
"""


@dataclass(slots=True)
class Storm(Caller):
    """One run, of so much time and so many kills; it goes on until goods have come back in every way."""

    ways: ClassVar[frozenset[str]] = goods.WAYS | labels.WAYS | by_hand.WAYS | disputes.WAYS
    """What must have happened before it ends."""
    cluster: Cluster
    ends: float
    at_least: int
    by_hand: ByHand = field(init=False)
    disputes: Disputes = field(init=False)

    def __post_init__(self) -> None:
        self.by_hand = ByHand(self)
        self.disputes = Disputes(self.by_hand)

    async def rage(self, clients: int) -> Tally:
        """Let clients work and things break until the time is over; then calm down and count."""
        await self._open()
        async with asyncio.TaskGroup() as group:
            for n in range(clients):
                group.create_task(self._client(f"ada{n}"))
            group.create_task(self._weather())
            group.create_task(self._bank())
            group.create_task(self._people_at_the_bank())
            group.create_task(self._carrier())
        await self.rig.up()
        await self._count()
        return self.tally

    async def _open(self) -> None:
        """Set up the sellers."""
        await goods.open_shops(self)

    async def _carrier(self) -> None:
        """A carrier that is hard to reach; what it has scanned comes with the goods."""
        await labels.disturb(self)

    async def _bank(self) -> None:
        """A bank that is not done with what it has paid."""
        await asyncio.gather(bank.work(self), bank.meet_people(self.by_hand))

    async def _people_at_the_bank(self) -> None:
        """They pay back what Retour does not know of, and decide about what customers dispute."""
        await asyncio.gather(self.by_hand.work(), self.disputes.work())
        await self.by_hand.catch_up()

    async def restore(self) -> None:
        """Go back to a copy from before the last refunds were sent and the last labels bought, at a gateway that has
        forgotten their keys.
        """
        rig, tally = self.rig, self.tally
        await rig.kill()
        await rig.up(WORKER="off")
        for n in range(RESTORED):
            await self._owe(f"R-{n}")
        await rig.kill()
        await self._administer("create database backup template storm")
        await rig.up()
        await until(self._at_rest, seconds=PATIENCE)
        await rig.kill()
        bought = labels.bought(self)
        await self._administer("drop database storm with (force)", "alter database backup rename to storm")
        for table in ("refund", "return_label"):  # a backup is never as fresh as this one
            await rig.rows(f"update {table} set created_at = created_at - interval '2 days' where status = 'PENDING'")
        rig.teller.forget()
        _, said = await reconciled(rig)
        tally.restored = said.count("CREDIT_UNNOTICED")
        if tally.restored != RESTORED:
            tally.differences.append(f"reconcile noticed {tally.restored} of {RESTORED} forgotten refunds")
        await rig.up()
        await until(self._at_rest, seconds=PATIENCE)
        if labels.bought(self) != bought:
            tally.differences.append(f"{labels.bought(self) - bought} labels were bought again")
        await labels.tally(self)
        await self._count_credits()
        code, said = await reconciled(rig)
        tally.differences += said.splitlines()[:-1] if code else []

    async def _administer(self, *statements: str) -> None:
        """Copy or replace databases, once the connections of the killed server are gone."""
        db = await asyncpg.connect(self.cluster.url("postgres"))
        try:
            for statement in statements:
                await self.patiently(partial(db.execute, statement))
        finally:
            await db.close()

    async def _owe(self, number: str) -> tuple[dict[str, Any], str]:
        """A return to a card whose label is to be bought; its order and request."""
        sold = await self.act(OWNER, "createOrder", ORDER, **await self._paid(number, "ada0", by_card=True))
        order = sold["order"]
        clerk = Actor(Role.SELLER, "clerk", order["sellerOrders"][0]["seller"]["id"])
        await self._returns_by_mail(order)
        moved = {"packageId": order["packages"][0]["id"], "status": "SHIPPED"}
        await self.act(clerk, "updatePackageStatus", "replayed", **moved)
        chosen = some_of(order, "does-not-fit")
        asked = await self.act(customer("ada0"), "requestReturn", "requests { id }", **chosen)
        request = asked["requests"][0]["id"]
        shows = "plan { id } request { returnShipment { id } }"
        done = await self.act(clerk, "confirmRequest", shows, requestId=request)
        self.orders[number], self.requests[request] = order["id"], order["id"]
        self.plans[done["plan"]["id"]] = self.returns[done["request"]["returnShipment"]["id"]] = request
        self.owed[order["id"]] = worth(order, chosen["items"])
        return order, request

    async def _returns_by_mail(self, order: dict[str, Any]) -> None:
        """Have labels bought for what comes back to an order's seller; the money goes at once."""
        seller, terms = order["sellerOrders"][0]["seller"]["id"], {"trigger": "ON_CONFIRM", **labels.by_mail("North")}
        await self.act(OWNER, "setReturnSettings", "returnSettings { version }", sellerId=seller, terms=terms)

    async def _at_rest(self) -> bool:
        return bool((await self.rig.rows(_OPEN))[0]["open"] == 0)

    async def _only_the_owner(self) -> bool:
        return bool((await self.rig.rows(_UNDER_WAY))[0]["open"] == 0)

    async def _weather(self) -> None:
        """Break something again and again. What comes back lives as long as that has taken, so that work gets done."""
        took = 0.0
        while monotonic() < self.ends or self.tally.kills < self.at_least or self._untried():
            await asyncio.sleep(max(random.uniform(0.3, 2.5), took))
            began = monotonic()
            if self.tally.restarts * 2 < self.tally.kills:
                await asyncio.to_thread(restart, self.cluster)
                self.tally.restarts += 1
            else:
                await self.rig.kill()
                await self.rig.up()
                self.tally.kills += 1
            took = monotonic() - began
        self.over = True

    def _untried(self) -> frozenset[str]:
        """What has not happened yet."""
        return self.ways - set(+self.tally.goods) - set(+self.by_hand.ways)

    async def _client(self, name: str) -> None:
        while not self.over:
            if random.random() < 0.5:
                await goods.walk(self, name, random.randint(3, 8))
            else:
                await self._one_order(name)

    async def _one_order(self, name: str) -> None:
        """A customer buys, wants something back, and gets it; some of it at once by twins."""
        number = f"S-{next(self.numbers)}"
        sold = await self.act(OWNER, "createOrder", ORDER, **await self._paid(number, name))
        order = sold["order"]
        self.orders[number] = order["id"]
        seller = Actor(Role.SELLER, "clerk", order["sellerOrders"][0]["seller"]["id"])
        shipped = random.random() < 0.4
        if shipped:
            await self.act(
                seller, "updatePackageStatus", "replayed", packageId=order["packages"][0]["id"], status="SHIPPED"
            )
        reason = "does-not-fit" if shipped else "changed-mind"
        chosen = some_of(order, reason)
        asked = await self.twice(customer(name), "requestReturn", "requests { id }", **chosen)
        self.owed[order["id"]] = worth(order, chosen["items"])
        for request in asked["requests"]:
            self.requests[request["id"]] = order["id"]
            if shipped:
                done = await self.twice(seller, "confirmRequest", "plan { id }", requestId=request["id"])
                plans = [done["plan"]]
            else:
                done = await self.twice(
                    OWNER, "applyCancellation", "plans { id }",
                    transaction="CANCEL", requestId=request["id"], confirm=True,
                )  # fmt: skip
                plans = done["plans"]
            self.plans |= {plan["id"]: request["id"] for plan in plans}

    async def _paid(self, number: str, name: str, *, by_card: bool = False) -> dict[str, Any]:
        """An order of two lines, paid to the ledger, to Stripe, or to both; or to Stripe only."""
        prices = [random.randint(1, 5000) for _ in range(2)]
        total = 2 * prices[0] + prices[1]
        charged = total if by_card else random.choice([0, total, total // 2])
        payments = [{"method": "voucher", "captured": euro(total - charged), "reference": number}]
        if charged:
            charge = await self.rig.charge(charged)
            payments.append({"method": "card", "captured": euro(charged), "provider": "stripe", "reference": charge})
        lines = [
            {"sku": f"sku{n}", "name": "Thing", "quantity": units, "unitPrice": euro(price)}
            for n, (units, price) in enumerate(zip((2, 1), prices, strict=True))
        ]
        return {
            "number": number,
            "currency": "EUR",
            "placedAt": "2026-03-01T10:00:00Z",
            "customer": {"subject": name, "name": name},
            "shippingAddress": {"name": name, **labels.ADDRESS},
            "sellerOrders": [{"seller": "north", "sellerName": "North", "packages": [{"items": lines}]}],
            "payments": payments,
        }

    async def _count(self) -> None:
        """Wait until nothing is under way, then hold everything against what was acknowledged and what was paid."""
        rig, tally = self.rig, self.tally
        await self._calm_down(self._only_the_owner)
        await self._record()
        await self._calm_down(self._only_the_owner)
        code, said = await reconciled(rig)
        tally.differences += said.splitlines()[:-1] if code else []
        await self.by_hand.settle()
        await self._record()
        await self._calm_down(self._at_rest)
        tally.stuck = (await rig.rows(_OPEN))[0]["open"]
        orders = await rig.rows('select id, number from "order"')
        requests = await rig.rows("select id, order_id from cancellation_request")
        plans = await rig.rows("select id, request_id from cancellation_plan")
        returns = await rig.rows("select id, request_id from return_shipment")
        for stored, acknowledged in [
            ({row["number"]: row["id"] for row in orders}, self.orders),
            ({row["id"]: row["order_id"] for row in requests}, self.requests),
            ({row["id"]: row["request_id"] for row in plans}, self.plans),
            ({row["id"]: row["request_id"] for row in returns}, self.returns),
        ]:
            tally.lost += len(acknowledged.items() - stored.items())
            tally.doubled += len(stored.items() - acknowledged.items())
        await self._count_credits()
        await self._count_goods()
        await self.count_what_others_did()
        tally.differences += [row["what"] for row in await rig.rows(_BROKEN)]
        code, said = await reconciled(rig)
        tally.differences += said.splitlines()[:-1] if code else []

    async def count_what_others_did(self) -> None:
        """Hold what the carrier has sold and what people and the bank have done against what is known here."""
        await labels.tally(self)
        await self.by_hand.count(self.disputes.lost())
        self.tally.differences += await self.disputes.count()
        self.tally.by_hand = self.by_hand.ways

    async def _count_goods(self) -> None:
        """Each order has given back what the model says, and its units and goods are where it says."""
        paid = {
            row["id"]: row["refunded_minor"] for row in await self.rig.rows('select id, refunded_minor from "order"')
        }
        found = {row["id"]: row for row in await self.rig.rows(_SHELVES)}
        meddled = await self.by_hand.touched()
        for order, minor in self.owed.items():
            if paid.get(order) != minor and order not in meddled:
                self.tally.differences.append(f"{order} has given back {paid.get(order)}, and {minor} are owed")
        for item, shelf in self.shelves.items():
            row = found[item]
            stands = (row["active"], row["back"], sorted(zip(row["statuses"], row["held"], strict=True)))
            if stands != (shelf.active, shelf.released, shelf.picture()):
                self.tally.differences.append(f"{item} is {stands}, and the model says {shelf}")

    async def _calm_down(self, rests: Callable[[], Awaitable[bool]]) -> None:
        """Wait until nothing is under way, or patience is at its end."""
        for _ in range(HURRIES):
            await self._make_due()
            with suppress(TimeoutError):
                await until(rests, seconds=PATIENCE / HURRIES)
                break

    async def _record(self) -> None:
        """Record what the bank shows and has not reported."""
        await reconciled(self.rig, "--record")

    async def _make_due(self) -> None:
        """Who has lost several calls waits for minutes before the next; here that time is over now."""
        await self.rig.rows("update refund set due_at = now() where status = 'UNKNOWN'")
        await labels.settle(self)

    async def _count_credits(self) -> None:
        """One credit for each refund, and none besides."""
        owed = {
            row["id"]: row["amount_minor"]
            for row in await self.rig.rows("select id, amount_minor from refund where status = 'SUCCEEDED'")
        }
        paid: list[tuple[str, int]] = [
            (row["key"], row["amount_minor"]) for row in await self.rig.rows("select * from ledger_entry")
        ]
        for charge in self.rig.charges:
            paid += [
                (credit["metadata"]["refund"], credit["amount"])
                for credit in await self.rig.stripe.credits(charge)
                if credit["status"] != "failed" and credit["id"] not in self.by_hand.made
            ]
        self.tally.refunds, self.tally.credits = len(owed), len(paid)
        times = Counter(key for key, _ in paid)
        self.tally.differences += [f"{n} credits of {key}" for key, n in times.items() if n != 1]
        self.tally.differences += [f"{key}: {minor} was paid" for key, minor in paid if owed.get(key) != minor]
        self.tally.differences += [f"{key} was not paid" for key in owed.keys() - times.keys()]


ORDER = "order { id items { id quantity unitPrice { amount } } packages { id } sellerOrders { seller { id } } }"


def some_of(order: dict[str, Any], *reasons: str) -> dict[str, Any]:
    """The input of requestReturn: some units of some items, each for one of these reasons."""
    chosen = random.sample(order["items"], k=random.randint(1, len(order["items"])))
    items = [
        {
            "orderItemId": one["id"],
            "quantity": random.randint(1, one["quantity"]),
            "reason": random.choice(reasons),
        }
        for one in chosen
    ]
    return {"orderId": order["id"], "items": items, "policyVersion": POLICY_VERSION}


def worth(order: dict[str, Any], items: Iterable[dict[str, Any]]) -> int:
    """What units of an order cost, in minor units."""
    prices = {one["id"]: round(100 * float(one["unitPrice"]["amount"])) for one in order["items"]}
    return sum(one["quantity"] * prices[one["orderItemId"]] for one in items)


async def storm(stripe: StandIn, *, seconds: float, clients: int = 6) -> Tally:
    """A whole storm on a cluster of its own."""
    async with own_rig(stripe) as (one, cluster):
        storm = Storm(one, cluster, monotonic() + seconds, at_least=3)
        tally = await storm.rage(clients)
        await storm.restore()
        return tally


async def main(seconds: float, clients: int) -> int:
    stripe = await StandIn.start()
    try:
        tally = await storm(stripe, seconds=seconds, clients=clients)
    finally:
        await stripe.stop()
    sys.stdout.write(tally.table() + "\n")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--clients", type=int, default=8)
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.seconds, given.clients)))
