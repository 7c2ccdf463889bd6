"""A reference that orders are settled with is of no other money: of no credit, no movement and no other order."""

import asyncio
from functools import partial
from typing import Any

import pytest

from gateways.payments.port import Outcome
from tests.market import OWNER, Market
from tests.services.test_race_controls import drop_constraint, together
from tests.services.test_races import codes, winners
from tests.services.worker.test_movements import Book, at_stripe, by_hand, owed, plan_of, recorded, settled, sound, sums
from tests.services.worker.test_refunds import approved

BEFORE = """insert into external_movement
  (id, order_id, payment_id, provider, reference, currency, amount_minor, covered_minor, at)
select 'movement_0', p.order_id, p.id, p.provider, 're_before', p.currency, 1, 0, now()
from payment p join "order" o on o.id = p.order_id where o.number = 'N-1'"""
PAST_THE_GUARD = "update refund set external_reference = $2 where id = $1"


async def short(market: Market, bank: Book) -> dict[str, Any]:
    """A plan that 10.00 of 28.40 were paid of."""
    order, id = await owed(market, bank)
    assert await recorded(market, by_hand(f"re_part_{order.number}", 1000, f"{order.number}/0"))
    return await plan_of(market, id)


async def refused(market: Market, bank: Book) -> dict[str, Any]:
    """A refund that the bank has refused."""
    _, id = await owed(market, bank, Outcome.FAILED)
    refund: dict[str, Any] = (await plan_of(market, id))["refunds"][0]
    return refund


async def settle(market: Market, refund: dict[str, Any], reference: str) -> list[str]:
    payload = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference=reference)
    return codes(payload)


async def test_the_reference_of_other_money_settles_neither_a_shortfall_nor_a_refund(
    market: Market, bank: Book
) -> None:
    plan, failed = await short(market, bank), await refused(market, bank)
    other, paid = await owed(market, bank, Outcome.SUCCEEDED)
    assert await recorded(market, by_hand("re_there", 5000, f"{other.number}/0"))
    assert await settle(market, await refused(market, bank), "Bank transfer 1") == []
    await market.rows(BEFORE)
    credit = (await plan_of(market, paid))["refunds"][0]["externalReference"]
    before = await market.fingerprint()
    for reference in (credit, f" {credit} ", "re_there", "Bank transfer 1", "re_before"):
        assert await settled(market, plan, reference) == ["MOVEMENT_SPENT"], reference
    for reference in (credit, "re_there", "Bank transfer 1"):
        assert await settle(market, failed, reference) == ["MOVEMENT_SPENT"], reference
    payload = await market.do(OWNER, "settleRefund", refundId=failed["id"], reference=credit)
    assert "name the reference under which this was paid" in payload["userErrors"][0]["message"]
    assert await market.fingerprint() == before
    await sound(market, bank, "CREDIT_MISSING", "INTAKE_TOTAL", "PAYMENT_EXTERNAL", "ORDER_EXTERNAL")  # as planted


async def test_the_credit_of_a_refund_of_the_same_order_does_not_settle_its_shortfall(
    market: Market, bank: Book
) -> None:
    order = await market.order()
    await at_stripe(market)
    assert await recorded(market, by_hand("re_before", 1000))
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.work()
    plan = await plan_of(market, request["id"])
    assert await settled(market, plan, plan["refunds"][0]["externalReference"]) == ["MOVEMENT_SPENT"]
    assert await settled(market, plan, "re_before") == []


async def test_an_order_may_be_settled_twice_with_a_reference_of_its_own(market: Market, bank: Book) -> None:
    plan = await short(market, bank)
    await market.rows("update payment set captured_minor = captured_minor - 1")
    assert await settled(market, plan, "Bank transfer 7") == []
    await market.rows("update payment set captured_minor = captured_minor + 1")
    assert await settled(market, plan, "Bank transfer 7") == []
    assert (await plan_of(market, await request_of(market, plan)))["status"] == "COMPLETED"
    assert len(await market.rows("select id from settled_reference")) == 1


async def test_a_movement_that_settled_several_refunds_before_it_was_shown_is_all_of_them(
    market: Market, bank: Book
) -> None:
    order = await market.order()
    await at_stripe(market)
    bank.script = [Outcome.FAILED, Outcome.FAILED]
    for units in ({"lamp": 1}, {"lamp": 1, "bulb": 1}):
        request = await market.request(order, **units)
        await market.apply(request)
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await settle(market, (await plan_of(market, request["id"]))["refunds"][0], "Bank transfer 7") == []
    shown = by_hand("Bank transfer 7", 2840)
    assert await asyncio.gather(*(recorded(market, shown) for _ in range(3))) != [False] * 3
    assert not await recorded(market, shown)
    assert sums(await plan_of(market, request["id"])) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank)


async def test_reconcile_names_a_movement_that_is_less_than_what_was_settled_with_it(
    market: Market, bank: Book
) -> None:
    assert await settle(market, await refused(market, bank), "re_less") == []
    assert await recorded(market, by_hand("re_less", 2839))
    await sound(market, bank, "MOVEMENT_SHORT")


async def test_reconcile_names_a_settled_refund_whose_movement_is_of_another_payment(
    market: Market, bank: Book
) -> None:
    order = await market.order(paid=("14.20", "14.20"))
    await at_stripe(market)
    bank.script = [Outcome.FAILED]
    await market.apply(await market.request(order, bulb=1))
    market.clock.pass_by(seconds=3)
    await market.work()
    (refund,) = await market.rows("select id from refund")
    (other,) = await market.rows(
        "select reference from payment p where not exists (select from refund r where r.payment_id = p.id)"
    )
    assert await settle(market, refund, "re_there") == []
    assert await recorded(market, by_hand("re_there", 350, other["reference"]))
    await sound(market, bank, "REFERENCE_TWICE")


async def request_of(market: Market, plan: dict[str, Any]) -> str:
    (row,) = await market.rows("select request_id from cancellation_plan where id = $1", plan["id"])
    return str(row["request_id"])


async def test_a_reference_of_another_provider_is_another_reference(market: Market, bank: Book) -> None:
    assert await settle(market, await refused(market, bank), "Voucher 7") == []
    _, id = await approved(market)
    market.worker.gateways = {"ledger": (ledger := Book("ledger"))}
    ledger.script = [Outcome.FAILED]
    await market.work()
    refund = (await plan_of(market, id))["refunds"][0]
    assert (refund["status"], await settle(market, refund, "Voucher 7")) == ("FAILED", [])


async def test_what_the_gateway_shows_of_an_order_settles_it_though_another_one_has_its_reference(
    market: Market, bank: Book
) -> None:
    assert await settle(market, await refused(market, bank), "re_mine") == []
    plan = await short(market, bank)
    (number,) = await market.rows('select number from "order" order by number desc limit 1')
    assert await recorded(market, by_hand("re_mine", 1840, f"{number['number']}/0"))
    await sound(market, bank, "REFERENCE_TWICE")
    assert await settled(market, plan, "re_mine") == []


@pytest.mark.parametrize("protected", [True, False], ids=["guarded", "the control"])
async def test_of_two_orders_one_is_settled_with_a_reference(market: Market, bank: Book, protected: bool) -> None:
    refunds = [await refused(market, bank) for _ in range(2)]
    if not protected:
        await drop_constraint(market, "settled_reference", "settled_reference_once")
    settle_with = [
        partial(market.do, OWNER, "settleRefund", refundId=refund["id"], reference="Bank transfer 1")
        for refund in refunds
    ]
    payloads = await together(*settle_with, versions=True)
    assert len(winners(payloads)) == (1 if protected else 2)
    assert [codes(one) for one in payloads if one["userErrors"]] == [["MOVEMENT_SPENT"]] * protected
    await sound(market, bank, *(() if protected else ("REFERENCE_TWICE",)))


async def test_of_many_orders_one_is_settled_with_a_reference(market: Market, bank: Book) -> None:
    refunds = [await refused(market, bank) for _ in range(4)]
    found = await asyncio.gather(*(settle(market, refund, "Bank transfer 1") for refund in refunds))
    assert sorted(found) == [[], *[["MOVEMENT_SPENT"]] * 3]


async def test_reconcile_names_each_pair_that_is_there_already(market: Market, bank: Book) -> None:
    first, second = await refused(market, bank), await refused(market, bank)
    other, paid = await owed(market, bank, Outcome.SUCCEEDED)
    assert await recorded(market, by_hand("re_there", 1, f"{other.number}/0"))
    assert await settle(market, first, "Bank transfer 1") == []
    assert await settle(market, second, "Bank transfer 2") == []
    await sound(market, bank, "CREDIT_MISSING")
    credit = (await plan_of(market, paid))["refunds"][0]["externalReference"]
    for reference in (credit, "re_there", "Bank transfer 2"):
        await market.rows(PAST_THE_GUARD, first["id"], reference)
        await sound(market, bank, "CREDIT_MISSING", "REFERENCE_TWICE")
    await market.rows(PAST_THE_GUARD, first["id"], "Bank transfer 1")
    await sound(market, bank, "CREDIT_MISSING")
