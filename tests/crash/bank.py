"""The bank in the storm: it sends credits back, and changes its mind about some of them."""

import asyncio
import random
from typing import Any

import asyncpg

from tests.crash import by_hand
from tests.crash.by_hand import ByHand
from tests.crash.caller import PATIENCE, Caller
from tests.crash.rig import until
from tests.market import OWNER

_PAID_BY_STRIPE = """
select r.id from refund r join payment p on p.id = r.payment_id where p.provider = 'stripe' and r.status = 'SUCCEEDED'
and (p.reference = any($1)) = $2
"""
_REFERENCE_OF = "select p.reference from refund r join payment p on p.id = r.payment_id where r.id = $1"
_STUCK = """
select r.status, r.due_at - now() as due_in, a.number, a.outcome, a.message
from refund r left join refund_attempt a on a.refund_id = r.id where r.id = $1 order by a.number
"""


async def work(caller: Caller) -> None:
    """Send credits back, some of which were first refused and then stood after all; the owner retries each."""
    while not caller.over or not caller.tally.stood:
        await asyncio.sleep(random.uniform(0.2, 0.6))
        paid = await _paid_by_stripe(caller, by_hand.charges_of(caller), among=False)
        if paid:
            refund = random.choice(paid)
            await _send_back(caller, refund, changes_its_mind=caller.tally.returned % 2 == 0)


async def meet_people(people: ByHand) -> None:
    """Send credits back to payments that people pay back by hand or dispute; the owner retries what nobody has paid."""
    caller = people.caller
    while not caller.over:
        await asyncio.sleep(random.uniform(0.3, 0.9))
        paid = await _paid_by_stripe(caller, by_hand.charges_of(caller)[-by_hand.RECENT :], among=True)
        if paid:
            refund = random.choice(paid)
            await _bounce(caller, await _standing(caller, refund), "FAILED", "SETTLED_MANUALLY")
            people.ways["sent back"] += 1
            people.ways["sent back, paid by others"] += not await people.retry(refund)


async def _paid_by_stripe(caller: Caller, charges: list[str], *, among: bool) -> list[str]:
    try:
        rows = await caller.rig.rows(_PAID_BY_STRIPE, charges, among)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # PostgreSQL restarts
        return []
    return [row["id"] for row in rows]


async def _send_back(caller: Caller, refund: str, *, changes_its_mind: bool) -> None:
    """A bank returns the credit that stands. If it changes its mind, the owner's retry finds the same credit."""
    credit = await _standing(caller, refund)
    if changes_its_mind:
        await _bounce(caller, credit, "FAILED")
        await caller.rig.stripe.set_status(credit["id"], "succeeded")
        await _retried(caller, refund)
        caller.tally.stood += 1
    await _bounce(caller, credit, "FAILED")
    caller.tally.returned += 1
    await _retried(caller, refund)


async def _standing(caller: Caller, refund: str) -> dict[str, Any]:
    """The credit of a refund that Stripe shows as paid."""
    (row,) = await caller.patiently(lambda: caller.rig.rows(_REFERENCE_OF, refund))
    credits = await caller.rig.stripe.credits(row["reference"])
    (credit,) = [one for one in credits if one["metadata"].get("refund") == refund and one["status"] == "succeeded"]
    return credit


async def _bounce(caller: Caller, credit: dict[str, Any], *becomes: str) -> None:
    """The bank returns a credit, and Stripe reports it until that is taken; the refund becomes one of these."""
    await caller.rig.stripe.set_status(credit["id"], "failed")
    await caller.patiently(lambda: caller.rig.report({**credit, "status": "failed"}))
    refund = credit["metadata"]["refund"]
    (row,) = await caller.patiently(lambda: caller.rig.rows("select status from refund where id = $1", refund))
    if row["status"] not in becomes:
        caller.tally.differences.append(f"{refund} is {row['status']} although the bank has sent it back")


async def _retried(caller: Caller, refund: str) -> None:
    """The owner retries a refund until it is paid."""
    await caller.act(OWNER, "retryRefund", "refund { id }", refundId=refund)

    async def paid() -> bool:
        rows = await caller.patiently(lambda: caller.rig.rows(by_hand.DECIDED, refund))
        return bool(rows and rows[0]["status"] == "SUCCEEDED")

    try:
        await until(paid, seconds=PATIENCE, every=0.2)
    except TimeoutError:
        row = await caller.patiently(lambda: caller.rig.rows(_STUCK, refund))
        raise TimeoutError(f"{refund} was not paid in time: {row}") from None
