"""Somebody pays back by hand at the bank, which reports it, twice, late or never; then the owner settles the rest.

The bank sends credits to these payments back, too (`bank.py`), and the owner retries some of them meanwhile.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.crash.caller import PATIENCE, Caller
from tests.crash.rig import until
from tests.market import OWNER

WAYS = frozenset({"reported", "reported twice", "reported late", "not reported"})
OF_HAND, RECENT = 3, 20
"""Of so many payments to Stripe, one may be meddled with, as long as it is among so many."""
_SHORT = """
select p.id, p.order_id, p.shortfall_minor from cancellation_plan p where p.shortfall_minor > 0 order by p.id
"""
_REFUSED = """
select r.id from refund r join payment p on p.id = r.payment_id
where r.status = 'FAILED' and p.reference = any($1) order by r.id
"""
DECIDED = """
update refund set due_at = case when status = 'UNKNOWN' then least(due_at, now()) else due_at end
where id = $1 returning status
"""
"""Where a refund stands; one in doubt is due at once."""
_REST = """
select reference from external_movement where order_id = $1 and amount_minor > covered_minor order by id limit 1
"""
_OF_ORDER = "select reference from payment where order_id = $1 and reference = any($2)"
_MOVEMENTS = "select reference, amount_minor from external_movement where provider = 'stripe'"
_TOTALS = """
select order_id, sum(total_minor)::bigint as total from cancellation_plan where status = 'COMPLETED' group by order_id
"""
_TOUCHED = "select distinct order_id from payment where reference = any($1)"


def charges_of(caller: Caller) -> list[str]:
    """The payments that somebody may pay back by hand."""
    return caller.rig.charges[::OF_HAND]


@dataclass(slots=True)
class ByHand:
    """The people at the bank, and what they have paid back."""

    caller: Caller
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    late: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)

    @property
    def meddled(self) -> list[str]:
        """The payments that somebody has paid back of."""
        return list({made["charge"] for made in self.made.values()} | self.caller.rig.taken.keys())

    async def work(self) -> None:
        """Pay back some of a payment or all that is left, again and again."""
        while not self.caller.over:
            await asyncio.sleep(random.uniform(0.2, 0.6))
            if self.late and random.random() < 0.3:
                await self._report(*self.late.pop(random.randrange(len(self.late))))
            charges = charges_of(self.caller)[-RECENT:]
            made = await self.pay(random.choice(charges), None) if charges else None
            if made is not None:
                await self.tell("refund.created", made)

    async def catch_up(self) -> None:
        """Report what comes late at last."""
        while self.late:
            await self._report(*self.late.pop())

    async def pay(self, charge: str, wanted: int | None) -> dict[str, Any] | None:
        """Pay back by hand: some of what is left, or what is wanted of it; nothing if nothing is left."""
        rig = self.caller.rig
        async with rig.teller.counter:
            left = await rig.left(charge)
            if left <= 0:
                return None
            amount = min(left, wanted or random.choice([left, random.randint(1, left)]))
            answer = await rig.stripe.client.post("/v1/refunds", data={"charge": charge, "amount": str(amount)})
            made: dict[str, Any] = answer.json()
            self.made[made["id"]] = made
            return made

    async def tell(self, kind: str, shown: dict[str, Any]) -> None:
        """The bank reports what has happened there, or does not."""
        taken = self.ways
        way = min(WAYS, key=lambda name: (taken[name], random.random()))
        taken[way] += 1
        if way == "reported late":
            self.late.append((kind, shown))
        for _ in range({"reported": 1, "reported twice": 2}.get(way, 0)):
            await self._report(kind, shown)

    async def _report(self, kind: str, shown: dict[str, Any]) -> None:
        await self.caller.patiently(lambda: self.caller.rig.report(shown, kind))

    async def settle(self) -> None:
        """The owner decides about what is left: tries again what the bank has refused, and pays what falls short."""
        for row in await self.caller.rig.rows(_REFUSED, self.meddled):
            assert await self.retry(row["id"])
            await self._decided(row["id"])
        while short := await self.caller.rig.rows(_SHORT):
            for plan in short:
                reference = await self._rest_of(plan["order_id"]) or await self._pays(plan)
                payload = await self.caller.act(OWNER, "settleShortfall", "", planId=plan["id"], reference=reference)
                self.ways["shortfalls settled"] += not payload["userErrors"]

    async def retry(self, refund: str) -> bool:
        """Whether the owner may send a refund again."""
        payload = await self.caller.send(OWNER, "retryRefund", "", refundId=refund)
        self.ways["retried"] += not payload["userErrors"]
        return not payload["userErrors"]

    async def _decided(self, refund: str) -> None:
        """Wait until a refund has been paid or refused."""

        async def decided() -> bool:
            rows = await self.caller.patiently(lambda: self.caller.rig.rows(DECIDED, refund))
            return rows[0]["status"] not in ("PENDING", "PROCESSING", "UNKNOWN")

        await until(decided, seconds=PATIENCE, every=0.2)

    async def _rest_of(self, order: str) -> str | None:
        rows = await self.caller.rig.rows(_REST, order)
        return str(rows[0]["reference"]) if rows else None

    async def _pays(self, plan: dict[str, Any]) -> str:
        """The owner pays what falls short: at the bank, or in cash where the bank has nothing left."""
        for row in await self.caller.rig.rows(_OF_ORDER, plan["order_id"], self.meddled):
            made = await self.pay(row["reference"], plan["shortfall_minor"])
            if made is not None and made["amount"] == plan["shortfall_minor"]:
                self.ways["paid by the owner"] += 1
                return str(made["id"])
        self.ways["paid in cash"] += 1
        return f"cash for {plan['id']}"

    async def count(self, lost: dict[str, int]) -> None:
        """What was `lost` in disputes and what was paid by hand is known, once, and no order is owed anything."""
        rig, found = self.caller.rig, self.caller.tally.differences
        known = {row["reference"]: row["amount_minor"] for row in await rig.rows(_MOVEMENTS)}
        paid = lost | {id: made["amount"] for id, made in self.made.items()}
        for id in paid.keys() | known.keys():
            if paid.get(id) != known.get(id):
                found.append(f"by hand {id}: {paid.get(id)} was paid, {known.get(id)} is known")
        for charge in self.meddled:
            if await rig.left(charge) < 0:
                found.append(f"{charge}: more was paid back than captured")
        totals = {row["order_id"]: row["total"] for row in await rig.rows(_TOTALS)}
        for order in await self.touched():
            if totals.get(order, 0) != self.caller.owed.get(order, 0):
                found.append(f"{order}: plans of {totals.get(order, 0)}, and {self.caller.owed.get(order)} are owed")

    async def touched(self) -> set[str]:
        """The orders of these payments: what went back of them is not what refunds say alone."""
        return {row["order_id"] for row in await self.caller.rig.rows(_TOUCHED, self.meddled)}
