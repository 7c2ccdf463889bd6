"""Everybody at once: customers, clerks and owners send random commands about the same few orders.

Most are refused, by the rules or because somebody was quicker; the server is killed every few seconds meanwhile.
Whatever was answered must be true afterwards, and nobody may have decided what somebody else had decided before.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from domain.facts import Actor
from domain.words import PackageStatus, Role
from tests.crash.caller import Tally
from tests.crash.cluster import own_rig
from tests.crash.storm import ORDER, Storm, some_of
from tests.gateways.payments.stand_in import StandIn
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
       (select coalesce(sum(amount_minor), 0)::bigint from refund where status = 'SUCCEEDED') as refunded
from cancellation_plan where status = 'COMPLETED'
"""


@dataclass(slots=True)
class Brawl(Storm):
    """`calls` answered commands, and a SIGKILL `every` so many seconds."""

    calls: int = 0
    every: float = 5.0
    sold: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    money: dict[str, int] = field(default_factory=dict)

    async def _weather(self) -> None:
        while self.tally.operations < self.calls:
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
        payload = await self.send(customer(name), "requestReturn", "requests { id }", **wanted)
        for request in payload["requests"]:
            self.requests[request["id"]] = order["id"]
            self.asked.append((name, request["id"]))

    async def _as_clerk(self, name: str) -> None:
        _, order = random.choice(self.sold[-RECENT:])
        clerk = Actor(Role.SELLER, name, order["sellerOrders"][0]["seller"]["id"])
        if not self.asked or random.random() < 0.4:
            status = random.choice([one for one in PackageStatus if one is not PackageStatus.CANCELED])
            package = order["packages"][0]["id"]
            despite = random.random() < 0.5
            move = {"packageId": package, "status": status, "despiteRequests": despite}
            await self.send(clerk, "updatePackageStatus", "", **move)
        elif random.random() < 0.7:
            request = self._recent()
            payload = await self._decide(clerk, "confirmRequest", request, "plan { id }")
            if payload["plan"]:
                self.plans[payload["plan"]["id"]] = request
        else:
            await self._decide(clerk, "rejectRequest", self._recent(), reason="No.")

    async def _as_owner(self, _name: str) -> None:
        if not self.asked or random.random() < 0.3:
            await self._sell()
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
        if self.money["approved"] != self.money["refunded"]:
            self.tally.differences.append(f"approved and refunded: {self.money}")


async def brawl(stripe: StandIn, *, calls: int, every: float) -> tuple[Tally, dict[str, int]]:
    """A whole brawl on a cluster of its own; what was counted, and the money in minor units."""
    async with own_rig(stripe) as (one, cluster):
        fight = Brawl(one, cluster, ends=0, at_least=0, calls=calls, every=every)
        return await fight.rage(ACTORS), fight.money
