"""F22: labels are bought once. Workers die, hang and share, a carrier loses answers, and returns end meanwhile.

The carrier keeps the law of the port: one registered package gets one label. It counts what it sells, by the label that
a package was registered for, so a label for which two packages are paid is seen.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from gateways.carriers.port import CarrierUnknown, LabelAnswer, LabelOrder, LabelOutcome
from services.worker.due import Worker
from tests.goods import confirmed, delivered, settings
from tests.labels import ADDRESS, Postman
from tests.market import OWNER, Market, customer, opened

RETURNS = int(os.environ.get("LABEL_STORM", "12"))
ROUNDS = 400
_UNDER_WAY = "select 1 from return_label where due_at is not null or status = 'FAILED'"
"""One that was refused in the last round is to be tried again in the next."""


@dataclass
class Chaos(Postman):
    """A carrier in a bad week: half of its answers are lost, some calls are refused, some kill the worker.

    One package gets one label, as at EasyPost; two packages of one label get two.
    """

    dice: random.Random = field(default_factory=lambda: random.Random(22))
    calm: bool = False
    forgets_keys: bool = False

    async def register(self, order: LabelOrder) -> LabelAnswer:
        return await self._through(super().register(order))

    async def buy(self, order: LabelOrder, reference: str) -> LabelAnswer:
        if reference in self.bought:
            return self._issued(reference)
        if not self.calm and self.dice.random() < 0.1:
            return LabelAnswer(LabelOutcome.REFUSED, reference, message="No money.")
        return await self._through(super().buy(order, reference))

    async def void(self, key: str, reference: str) -> LabelAnswer:
        if reference in self.voided:
            return LabelAnswer(LabelOutcome.VOIDED, reference)
        return await self._through(super().void(key, reference))

    async def find(self, key: str, reference: str | None) -> LabelAnswer | None:
        if not self.calm and self.dice.random() < 0.3:
            raise CarrierUnknown("down")
        return None if reference is None and self.forgets_keys else await super().find(key, reference)

    async def _through(self, call: Any) -> LabelAnswer:
        """The call does not arrive, its answer does not, or the worker does not live to read it."""
        fate = 1.0 if self.calm else self.dice.random()
        if fate < 0.15:
            call.close()
            raise CarrierUnknown("It did not arrive.")
        answer: LabelAnswer = await call
        await asyncio.sleep(0)
        if fate < 0.45:
            raise CarrierUnknown("The answer was lost.")
        if fate < 0.6:
            raise asyncio.CancelledError  # as if the process were killed
        return answer


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url, carrier="slip") as market:
        yield market


async def round_of(market: Market, workers: list[Worker]) -> None:
    """Each worker takes one label at once; one that is killed takes the next in the next round."""

    async def once(worker: Worker) -> None:
        with suppress(asyncio.CancelledError):
            await worker.label_one()

    await asyncio.gather(*(asyncio.create_task(once(worker)) for worker in workers))


async def storm(market: Market, carrier: Chaos) -> Counter[str]:
    """Returns of two packages each, half of which are withdrawn meanwhile; how often each label was sold."""
    await settings(market, "ON_RECEIPT", method="MAIL", address=ADDRESS)
    shipments = []
    for _ in range(RETURNS):
        shipments.append(await confirmed(market, await delivered(market), lamp=2))
        assert (await market.do(OWNER, "addLabel", returnId=shipments[-1]["id"]))["userErrors"] == []
    ending = shipments[::2]
    commands, notifier = market.worker.commands, market.worker.notifier
    workers = [Worker(commands, {}, notifier, lease=timedelta(seconds=8), carriers={"slip": carrier}) for _ in range(3)]
    for n in range(ROUNDS):
        if n % 3 == 0 and ending:
            await market.do(customer("ada"), "withdrawRequest", requestId=ending.pop()["request"]["id"])
        for row in await market.rows("select id from return_label where status = 'FAILED'"):
            await market.do(OWNER, "retryLabel", labelId=row["id"])
        await round_of(market, workers)
        market.clock.pass_by(seconds=carrier.dice.choice([0, 1, 5, 60]))
        carrier.calm = n > ROUNDS // 2
        if not ending and not await market.rows(_UNDER_WAY):
            break
    return Counter(carrier.packages[package] for package in carrier.bought)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("forgets_keys", [False, True], ids=["knows our keys", "forgets our keys"])
async def test_no_label_is_bought_twice_and_none_is_left_over(market: Market, forgets_keys: bool) -> None:
    carrier = Chaos(forgets_keys=forgets_keys)
    sold = await storm(market, carrier)
    rows = await market.rows(
        "select l.id, l.status, l.external_reference as package, q.status as request from return_label l"
        " join return_shipment s on s.id = l.shipment_id join cancellation_request q on q.id = s.request_id"
    )
    assert max(sold.values()) == 1, "bought twice"
    assert len(rows) == 2 * RETURNS
    wanted = {row["id"]: row for row in rows if row["request"] == "APPROVED"}
    assert len(wanted) == 2 * (RETURNS // 2)
    assert {row["status"] for row in wanted.values()} == {"ISSUED"}
    assert {row["status"] for row in rows if row["id"] not in wanted} == {"VOIDED"}
    kept = set(carrier.bought) - set(carrier.voided)
    assert kept == {row["package"] for row in wanted.values()}, "a label that nobody wants was not voided"
    assert len(carrier.voided) == len(set(carrier.voided))
    report = f"{len(rows)} labels, {len(carrier.asked)} calls, {len(carrier.packages)} packages"
    print(f"{report}, {len(carrier.bought)} bought, {len(carrier.voided)} voided")


@pytest.mark.timeout(600)
async def test_without_the_stored_reference_labels_are_bought_twice(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the transaction between registering and buying protects from."""
    monkeypatch.setattr("services.worker.labels.note_reference", lambda _transition, _call, reference: reference)
    sold = await storm(market, Chaos(forgets_keys=True))
    assert max(sold.values()) > 1
