"""Of money that the bank sends back later: what somebody pays by hand, before or after, is not sent again."""

import pytest

from gateways.payments.port import Answer, Outcome
from services.acts.refunds import GatewayReport
from services.worker.gateway_reports import report
from tests.market import OWNER, Market
from tests.services.test_races import codes
from tests.services.worker.test_movements import Book, by_hand, owed, plan_of, recorded, settled, sound, sums
from tests.services.worker.test_refunds import enabled


async def bounced(market: Market, refund: str) -> bool:
    """The bank sends a refund back that has succeeded."""
    news = GatewayReport(0, Answer(Outcome.FAILED, f"re_{refund}_0"))
    return await report(market.worker.commands, "stripe", refund, news)


@pytest.mark.parametrize(
    "events", [("bounce", "movement"), ("movement", "bounce"), ("bounce", "retry", "movement")], ids=" then ".join
)
async def test_a_bounced_refund_gets_what_was_paid_by_hand_and_its_complete_plan_falls_short(
    market: Market, bank: Book, events: tuple[str, ...]
) -> None:
    _, id = await owed(market, bank, Outcome.SUCCEEDED)
    refund = (await plan_of(market, id))["refunds"][0]["id"]
    for happens in events:
        match happens:
            case "bounce":
                assert await bounced(market, refund)
            case "movement":
                assert await recorded(market, by_hand("re_part", 1000))
            case _:
                assert codes(await market.do(OWNER, "retryRefund", refundId=refund)) == []
    plan = await plan_of(market, id)
    assert (plan["request"], plan["status"], plan["refundState"]) == ("COMPLETED", "COMPLETED", "NEEDS_ATTENTION")
    assert (enabled(plan), sums(plan)) == ({"SETTLE_SHORTFALL"}, ("10.00", "0.00", "10.00", "18.40"))
    assert codes(await market.do(OWNER, "retryRefund", refundId=refund)) == ["WRONG_STATUS"]
    await market.work()
    assert bank.asked == ["refund"]
    await sound(market, bank)
    assert await recorded(market, by_hand("re_rest", 1840))
    assert await settled(market, plan, "re_rest") == []
    plan = await plan_of(market, id)
    assert (plan["status"], plan["refundState"], enabled(plan)) == ("COMPLETED", "DONE", set())
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank)


async def test_a_bounced_refund_is_sent_again_only_if_nobody_has_paid_it(market: Market, bank: Book) -> None:
    """With the control: what nobody has paid by hand is sent in full."""
    for paid, status, sent in ((2840, "SETTLED_MANUALLY", []), (None, "SUCCEEDED", ["find", "refund"])):
        order, id = await owed(market, bank, Outcome.SUCCEEDED)
        refund = (await plan_of(market, id))["refunds"][0]["id"]
        if paid is not None:
            assert await recorded(market, by_hand(f"re_{order.number}", paid, f"{order.number}/0"))
        assert await bounced(market, refund)
        bank.asked.clear()
        bank.book.clear()
        await market.do(OWNER, "retryRefund", refundId=refund)
        await market.work()
        plan = await plan_of(market, id)
        assert (plan["refunds"][0]["status"], plan["refundState"], bank.asked) == (status, "DONE", sent)
        assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
