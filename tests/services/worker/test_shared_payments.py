"""Payments of several orders: what goes back at the gateway counts for one of them, and no order gets it again."""

from typing import Any

import pytest

from domain.words import DisputeStatus
from gateways.payments.port import GatewayUnknown
from services.acts.refunds import EXCEEDED
from tests.disputes import answered, later, refund_of
from tests.market import OWNER, Market
from tests.services.worker.test_movements import Book, by_hand, owed, plan_of, recorded, settled, sound
from tests.services.worker.test_refunds import enabled

ONE = """with one as (update payment set reference = 'shared', total_minor = 5680),
  before as (delete from payment_reference)
insert into payment_reference (provider, reference, currency, captured_minor, total_minor, stated)
values ('stripe', 'shared', 'EUR', 5680, 5680, true)"""
WHY = "query P($id: ID!) { request(id: $id) { plan { refunds { attempts { message } } } } }"


async def shared(market: Market, bank: Book, *script: Any) -> tuple[str, str]:
    """Two orders of 28.40 that one payment has paid, each owed all of it; the ids of their requests.

    With a script the bank has answered to the first.
    """
    _, first = await owed(market, bank, *script)
    _, second = await owed(market, bank)
    await market.rows(ONE)
    return first, second


async def lost(market: Market, amount: int) -> None:
    for status in (DisputeStatus.OPEN, DisputeStatus.LOST):
        await answered(market, status, amount, payments=("shared",))


async def states(market: Market, *ids: str) -> list[str]:
    return [(await plan_of(market, id))["refundState"] for id in ids]


async def why(market: Market, id: str) -> str | None:
    """The last answer about the one refund of a request."""
    (refund,) = (await market.data(OWNER, WHY, id=id))["request"]["plan"]["refunds"]
    message: str | None = refund["attempts"][-1]["message"]
    return message


async def test_orders_that_share_a_payment_are_all_stopped(market: Market, bank: Book) -> None:
    ids = await shared(market, bank)
    await answered(market, payments=("shared",), amount=5680)
    await later(market)
    assert await states(market, *ids) == ["DISPUTED", "DISPUTED"]
    assert bank.asked == []
    assert [row["n"] for row in await market.rows("select count(*) as n from dispute")] == [2]


async def test_what_a_lost_dispute_took_of_all_orders_is_sent_to_none_of_them(market: Market, bank: Book) -> None:
    ids = await shared(market, bank)
    await lost(market, 5680)
    await later(market)
    assert await states(market, *ids) == ["DONE", "NEEDS_ATTENTION"]
    assert await why(market, ids[1]) == EXCEEDED
    assert "refund" not in bank.asked
    refund = await refund_of(market, ids[1])
    assert enabled(refund) == {"RETRY_REFUND", "SETTLE_REFUND"}
    assert (await market.do(OWNER, "retryRefund", refundId=refund["id"]))["userErrors"] == []
    await later(market)
    assert await states(market, ids[1]) == ["NEEDS_ATTENTION"]
    assert "refund" not in bank.asked
    settles = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="Dispute of both orders")
    assert settles["userErrors"] == []
    assert await states(market, *ids) == ["DONE", "DONE"]


async def test_what_is_left_of_a_shared_payment_is_sent(market: Market, bank: Book) -> None:
    """The control: the dispute was about the first order alone."""
    ids = await shared(market, bank)
    await lost(market, 2840)
    await later(market)
    assert await states(market, *ids) == ["DONE", "DONE"]
    assert bank.asked == ["find", "refund"]


async def test_an_order_is_not_paid_what_went_back_to_another_before_it_was_owed_anything(
    market: Market, bank: Book
) -> None:
    orders = [await market.order() for _ in range(2)]
    await market.rows("update payment set provider = 'stripe'")
    await market.rows(ONE)
    assert await recorded(market, by_hand("re_hand", 4000, "shared"))
    request = await market.request(orders[1], lamp=2, bulb=1)
    await market.apply(request)
    await later(market)
    assert await states(market, str(request["id"])) == ["NEEDS_ATTENTION"]
    assert bank.asked == []
    assert await recorded(market, by_hand("re_rest", 1680, "shared"))
    plan = await plan_of(market, str(request["id"]))
    (refund,) = plan["refunds"]
    assert (refund["status"], refund["externalReference"], plan["shortfall"]["amount"]) == (
        "SETTLED_MANUALLY",
        "re_rest",
        "11.60",
    )
    assert await settled(market, plan, "Part of re_hand") == []
    assert await states(market, str(request["id"])) == ["DONE"]


@pytest.mark.parametrize("gateway_has_it", [True, False])
async def test_a_refund_in_doubt_is_looked_up_and_not_sent_again(
    market: Market, bank: Book, gateway_has_it: bool
) -> None:
    """It may still arrive. The second order is paid by hand meanwhile, with more than it is owed."""
    ids = await shared(market, bank, "paid, answer lost" if gateway_has_it else GatewayUnknown("lost"))
    assert await recorded(market, by_hand("re_hand", 3000, "shared"))
    await later(market)
    assert (await refund_of(market, ids[0]))["status"] == ("SUCCEEDED" if gateway_has_it else "UNKNOWN")
    assert bank.asked == ["refund", "find"]
    assert await states(market, ids[1]) == ["DONE"]
    if not gateway_has_it:
        assert await why(market, ids[0]) == EXCEEDED
        refund = await refund_of(market, ids[0])
        await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="Paid by hand")
    assert await states(market, ids[0]) == ["DONE"]
    await sound(market, bank, *(["CREDIT_MISSING"] if gateway_has_it else []))
