"""Customers dispute payments at their banks at random; the bank takes the money, decides, and reports as it likes."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from tests.crash import by_hand
from tests.crash.by_hand import ByHand
from tests.crash.caller import Caller

WAYS = frozenset({"dispute won", "dispute lost"})
_KNOWN = "select reference, status from dispute"
_STOPPED = "select id from refund where disputed"


@dataclass(slots=True)
class Disputes:
    """Disputes by their reference, as the bank shows them."""

    people: ByHand
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        return self.people.caller

    async def work(self) -> None:
        """Open one, or decide about one, again and again; in the end all are decided."""
        while not self.caller.over:
            await asyncio.sleep(random.uniform(0.4, 1.0))
            if (open := self._open()) and random.random() < 0.6:
                await self._decide(random.choice(open))
            elif charges := by_hand.charges_of(self.caller)[-by_hand.RECENT :]:
                await self._dispute(random.choice(charges))
        for dispute in self._open():
            await self._decide(dispute)

    def _open(self) -> list[str]:
        return [id for id, dispute in self.shown.items() if dispute["status"] == "needs_response"]

    async def _dispute(self, charge: str) -> None:
        """The bank takes what is left of the payment until it has decided."""
        rig = self.caller.rig
        async with rig.teller.counter:
            left = await rig.left(charge)
            if left <= 0:
                return
            made = await rig.stripe.set_dispute(await rig.stripe.dispute(charge, left), "needs_response")
            rig.taken[charge] += left
            self.shown[made["id"]] = made
        await self.people.tell("charge.dispute.created", made)

    async def _decide(self, id: str) -> None:
        status = min(("won", "lost"), key=lambda status: (self.people.ways[f"dispute {status}"], random.random()))
        rig = self.caller.rig
        async with rig.teller.counter:
            self.shown[id] = await rig.stripe.set_dispute(id, status)
            if status == "won":
                rig.taken[self.shown[id]["charge"]] -= self.shown[id]["amount"]
        self.people.ways[f"dispute {status}"] += 1
        await self.people.tell("charge.dispute.closed", self.shown[id])

    def lost(self) -> dict[str, int]:
        """What the bank has kept, by dispute."""
        return {id: one["amount"] for id, one in self.shown.items() if one["status"] == "lost"}

    async def count(self) -> list[str]:
        """What is not known here as the bank knows it, and what is stopped although nothing is open."""
        rows = self.caller.rig.rows
        known = {row["reference"]: row["status"].lower() for row in await rows(_KNOWN)}
        found = [
            f"dispute {id} is {known.get(id)}, and {one['status']} at the bank"
            for id, one in self.shown.items()
            if known.get(id) != one["status"]
        ]
        return found + [f"{row['id']} is still stopped" for row in await rows(_STOPPED)]
