"""Everybody at once: customers, clerks and owners send random commands about the same few orders and their labels.

Most are refused, by the rules or because somebody was quicker; the server is killed every few seconds meanwhile. As in
the storm the carrier is hard to reach and scans what it has sold, the bank sends credits back, people pay back there by
hand, and customers dispute payments. Whatever was answered must be true afterwards, and nobody may have decided what
somebody else had decided before.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from domain.facts import Actor
from domain.words import PackageStatus, Role
from tests.crash import by_hand, disputes, labels
from tests.crash.storm import ORDER, Storm, some_of, worth
from tests.market import OWNER, customer

ACTORS = 24
RECENT = 12
"""Orders, and requests, that all of them are after."""
_TWO_OUTCOMES = """
select subject_id from event where subject = 'REQUEST' and from_status = 'WAITING' and to_status <> 'WAITING'
group by subject_id having count(*) > 1
"""
_MONEY = """
select coalesce(sum(total_minor), 0)::bigint as approved,
       (select coalesce(sum(amount_minor), 0)::bigint from refund where status = 'SUCCEEDED') as refunded,
       (select coalesce(sum(amount_minor), 0)::bigint from refund where status = 'SETTLED_MANUALLY') as elsewhere
from cancellation_plan where status = 'COMPLETED'
"""
_PAID = "select request_id from cancellation_plan where status = 'COMPLETED'"
_ASKED = "requests { id items { quantity orderItem { id } } }"
_CONFIRMED = "plan { id } request { returnShipment { id } }"


@dataclass(slots=True)
class Brawl(Storm):
    """`calls` answered commands, or more until all `ways` are tried, and a SIGKILL `every` so many seconds.

    `worth` is by request what its units cost.
    """

    ways: ClassVar[frozenset[str]] = frozenset({"scan reported"}) | by_hand.WAYS | disputes.WAYS
    calls: int = 0
    every: float = 5.0
    sold: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    worth: dict[str, int] = field(default_factory=dict)
    money: dict[str, int] = field(default_factory=dict)
    seconds: float = 0

    async def _open(self) -> None:
        """Two returns to cards: people may pay the first one back by hand, and the bank sends the other one back."""
        for number in ("B-0", "B-1"):
            order, request = await self._owe(number)
            self.sold.append(("ada0", order))
            self.asked.append(("ada0", request))
            self.worth[request] = self.owed[order["id"]]

    async def _carrier(self) -> None:
        await asyncio.gather(labels.disturb(self), labels.scan_some(self))

    async def _weather(self) -> None:
        while self.tally.operations < self.calls or self._untried() or not self.tally.stood:
            await asyncio.sleep(self.every)
            await self.rig.kill()
            await self.rig.up()
            self.tally.kills += 1
        self.over = True

    async def _client(self, name: str) -> None:
        """Half of them are customers, the others clerks and owners."""
        number = int(name.removeprefix("ada")) % 4
        act = (self._as_customer, self._as_customer, self._as_clerk, self._as_owner)[number]
        while not self.over:
            if self.sold or number == 3:
                await act(name)
            else:
                await asyncio.sleep(0.01)  # until there is something to fight about

    async def _sell(self) -> None:
        number, buyer = f"B-{next(self.numbers)}", f"ada{4 * random.randrange(ACTORS // 4) + random.randrange(2)}"
        order = (await self.act(OWNER, "createOrder", ORDER, **await self._paid(number, buyer)))["order"]
        self.orders[number] = order["id"]
        self.sold.append((buyer, order))

    async def _as_customer(self, name: str) -> None:
        mine = [order for buyer, order in self.sold[-RECENT * 4 :] if buyer == name]
        requests = [request for buyer, request in self.asked[-RECENT * 4 :] if buyer == name]
        if requests and random.random() < 0.3:
            await self._decide(customer(name), "withdrawRequest", random.choice(requests))
        elif mine:
            await self._ask(name, random.choice(mine))
        else:
            await asyncio.sleep(0.01)  # until somebody has sold her something

    async def _ask(self, name: str, order: dict[str, Any]) -> None:
        wanted = some_of(order, "changed-mind", "does-not-fit")
        payload = await self.send(customer(name), "requestReturn", _ASKED, **wanted)
        for request in payload["requests"]:
            self.requests[request["id"]] = order["id"]
            units = [{"orderItemId": one["orderItem"]["id"], "quantity": one["quantity"]} for one in request["items"]]
            self.worth[request["id"]] = worth(order, units)
            self.asked.append((name, request["id"]))

    async def _as_clerk(self, name: str) -> None:
        _, order = random.choice(self.sold[-RECENT:])
        clerk = Actor(Role.SELLER, name, order["sellerOrders"][0]["seller"]["id"])
        if self.returns and random.random() < 0.2:
            await self._do_to_label("label added", labels.add(self, clerk, self._recent_return()))
        elif not self.asked or random.random() < 0.4:
            status = random.choice([one for one in PackageStatus if one is not PackageStatus.CANCELED])
            package = order["packages"][0]["id"]
            despite = random.random() < 0.5
            move = {"packageId": package, "status": status, "despiteRequests": despite}
            await self.send(clerk, "updatePackageStatus", "", **move)
        elif random.random() < 0.7:
            request = self._recent()
            payload = await self._decide(clerk, "confirmRequest", request, _CONFIRMED)
            if payload["plan"]:
                self.plans[payload["plan"]["id"]] = request
            if payload["request"] and payload["request"]["returnShipment"]:
                self.returns[payload["request"]["returnShipment"]["id"]] = request
        else:
            await self._decide(clerk, "rejectRequest", self._recent(), reason="No.")

    async def _as_owner(self, _name: str) -> None:
        if not self.asked or random.random() < 0.3:
            await self._sell()
        elif self.returns and random.random() < 0.2:
            way, mutation = random.choice([("label voided", "voidLabel"), ("label retried", "retryLabel")])
            await self._do_to_label(way, labels.decide(self, mutation, self._recent_return()))
        elif random.random() < 0.8:
            request = self._recent()
            payload = await self.send(
                OWNER, "applyCancellation", "plans { id }", transaction="CANCEL", requestId=request, confirm=True
            )
            self.plans |= {plan["id"]: request for plan in payload["plans"]}
        else:
            await self._decide(OWNER, "rejectRequest", self._recent(), reason="No.")

    def _recent(self) -> str:
        return random.choice(self.asked[-RECENT:])[1]

    async def _do_to_label(self, way: str, doing: Awaitable[bool]) -> None:
        if await doing:
            self.tally.goods[way] += 1

    def _recent_return(self) -> str:
        return random.choice(list(self.returns)[-RECENT:])

    async def _decide(self, actor: Actor, mutation: str, request: str, shows: str = "", **values: Any) -> Any:
        """Decide on a request, and note if that was taken."""
        payload = await self.send(actor, mutation, shows, requestId=request, **values)
        self.decided[request] += not payload["userErrors"]
        return payload

    async def _count(self) -> None:
        await Storm._count(self)
        twice = {request for request, times in self.decided.items() if times > 1}
        twice |= {row["subject_id"] for row in await self.rig.rows(_TWO_OUTCOMES)}
        self.tally.differences += [f"two outcomes of {request}" for request in sorted(twice)]
        (self.money,) = await self.rig.rows(_MONEY)
        if self.money["approved"] != self.money["refunded"] + self.money["elsewhere"]:
            self.tally.differences.append(f"approved and refunded: {self.money}")

    async def _count_goods(self) -> None:
        """Of each order that went back which was asked for and approved, and nothing of the others."""
        self.owed = Counter(dict.fromkeys(self.orders.values(), 0))
        for row in await self.rig.rows(_PAID):
            if (request := row["request_id"]) in self.requests:
                self.owed[self.requests[request]] += self.worth[request]
        await Storm._count_goods(self)
