"""What goes back at a gateway without Retour: by webhook, in its book, partly, several times, before refunds and after.

A movement pays what was owed and not sent; nothing is paid twice, and what is short waits for the owner.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import pytest
import stripe

from gateways.payments.port import Credit, GatewayUnknown, Outcome
from services.worker.gateway_reports import record, record_all
from services.worker.reconcile import reconcile
from tests.app.pages.test_gateway_webhooks import SECRET, answered, report
from tests.goods import act, confirmed, delivered, settings
from tests.market import OWNER, Market, Order, customer, opened, seller
from tests.services.worker.test_refunds import Bank, approved, enabled, leased

_PLAN = """query P($id: ID!) { request(id: $id) { status plan { id status version refundState total { amount }
  shortfall { amount } allowedActions { action enabled }
  refunds { id status amount { amount } externalReference }
  order { totals { refunded { amount } paidBackElsewhere { amount } }
          payments { allocated { amount } paidBackElsewhere { amount } externalMovements { reference } } } } } }"""
_ACTIONS = "select action, from_status from event where subject = 'REFUND' order by id"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that Stripe reports to."""
    async with opened(database_url, stripe_webhook_secret=SECRET) as market:
        yield market


class Book(Bank):
    """A bank whose book a test writes, besides what it pays itself."""

    by_hand: Sequence[Credit] = ()

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        for credit in self.by_hand:
            yield credit


def by_hand(
    reference: str, amount: int, payment: str = "N-1/0", *, key: str | None = None, currency: str = "EUR", **more: Any
) -> Credit:
    """A credit that somebody made in the bank's dashboard."""
    return Credit(
        key=key,
        reference=reference,
        payment_reference=payment,
        amount_minor=amount,
        currency=currency,
        outcome=more.pop("outcome", Outcome.SUCCEEDED),
        **more,
    )


async def owed(market: Market, bank: Bank, *script: Any) -> tuple[Order, str]:
    """An order of 28.40 at Stripe with one refund of all of it that is due; the request's id.

    With a script the bank has answered already."""
    order, request_id = await approved(market)
    await at_stripe(market)
    bank.script = list(script)
    if script:
        await market.work()
    return order, request_id


async def at_stripe(market: Market) -> None:
    """Let all payments so far have been made there."""
    await market.rows("update payment set provider = 'stripe'")
    await market.rows("update payment_reference set provider = 'stripe'")


async def plan_of(market: Market, request_id: str) -> dict[str, Any]:
    request = (await market.data(OWNER, _PLAN, id=request_id))["request"]
    return {**request["plan"], "request": request["status"]}


async def recorded(market: Market, credit: Credit) -> bool:
    return await record(market.worker.commands, "stripe", credit)


async def sound(market: Market, bank: Book, *but: str) -> None:
    """Nothing differs besides what is named."""
    found = await reconcile(market.worker.gateways, market.clock())
    assert sorted({one.kind for one in found.differences}) == sorted(but), found.text()


def sums(plan: dict[str, Any]) -> tuple[str, str, str, str]:
    """What the order counts as refunded and as paid back elsewhere, what is set aside, and what is short."""
    totals, (payment,) = plan["order"]["totals"], plan["order"]["payments"]
    return (
        totals["refunded"]["amount"],
        totals["paidBackElsewhere"]["amount"],
        payment["allocated"]["amount"],
        plan["shortfall"]["amount"],
    )


@pytest.mark.parametrize(
    ("script", "source"), [((), "PENDING"), ((Outcome.FAILED,), "FAILED")], ids=["not sent yet", "refused"]
)
async def test_a_movement_pays_a_refund_that_is_owed_and_nothing_is_sent(
    market: Market, bank: Book, script: tuple[Any, ...], source: str
) -> None:
    _, id = await owed(market, bank, *script)
    asked = list(bank.asked)
    assert await recorded(market, by_hand("re_hand", 2840))
    market.clock.pass_by(days=2)
    await market.work()
    plan = await plan_of(market, id)
    (refund,) = plan["refunds"]
    assert (plan["request"], plan["status"], plan["refundState"]) == ("COMPLETED", "COMPLETED", "DONE")
    assert (refund["status"], refund["externalReference"]) == ("SETTLED_MANUALLY", "re_hand")
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
    assert bank.asked == asked
    assert (await market.rows(_ACTIONS))[-1] == {"action": "COVER_REFUND", "from_status": source}
    await sound(market, bank)


async def test_without_the_movement_the_refund_is_sent(market: Market, bank: Book) -> None:
    """The control of the tests here: the bank pays a second time what was paid by hand."""
    await owed(market, bank)
    await market.work()
    assert bank.asked == ["refund"]


async def test_a_refund_in_doubt_is_looked_up_before_a_movement_pays_it(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, GatewayUnknown("down"))
    assert await recorded(market, by_hand("re_hand", 2840))
    assert (await plan_of(market, id))["refunds"][0]["status"] == "UNKNOWN"
    market.clock.pass_by(seconds=5)
    await market.work()
    plan = await plan_of(market, id)
    assert (plan["refunds"][0]["status"], plan["request"]) == ("SETTLED_MANUALLY", "COMPLETED")
    assert bank.asked == ["refund", "find"]
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank)


async def test_a_refund_in_doubt_that_was_paid_after_all_is_not_paid_by_the_movement(
    market: Market, bank: Book
) -> None:
    _, id = await owed(market, bank, "paid, answer lost")
    assert await recorded(market, by_hand("re_hand", 400))
    market.clock.pass_by(seconds=5)
    await market.work()
    plan = await plan_of(market, id)
    assert (plan["refunds"][0]["status"], bank.asked) == ("SUCCEEDED", ["refund", "find"])
    assert sums(plan) == ("28.40", "4.00", "28.40", "0.00")


async def test_a_refund_in_doubt_stays_so_while_the_bank_is_silent(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, GatewayUnknown("down"), GatewayUnknown("still down"))
    assert await recorded(market, by_hand("re_hand", 2840))
    market.clock.pass_by(seconds=5)
    await market.work()
    assert (await plan_of(market, id))["refunds"][0]["status"] == "UNKNOWN"
    market.clock.pass_by(seconds=5)
    await market.work()
    assert (await plan_of(market, id))["refunds"][0]["status"] == "SETTLED_MANUALLY"
    assert bank.asked == ["refund", "find", "find"]


async def test_a_refund_that_is_being_sent_is_paid_by_the_movement_only_if_the_bank_refuses(
    market: Market, bank: Book
) -> None:
    for said, then in ((Outcome.SUCCEEDED, ("SUCCEEDED", "4.00")), (Outcome.FAILED, ("SETTLED_MANUALLY", "0.00"))):
        order, id = await owed(market, bank)
        call = await leased(market)
        amount = 400 if said is Outcome.SUCCEEDED else 2840
        assert await recorded(market, by_hand(f"re_{said}", amount, f"{order.number}/0"))
        assert (await plan_of(market, id))["refunds"][0]["status"] == "PROCESSING"
        bank.script = [said]
        await market.worker.execute(call)
        plan = await plan_of(market, id)
        assert (plan["refunds"][0]["status"], sums(plan)[1]) == then


async def test_a_refund_that_succeeded_is_not_paid_again(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.SUCCEEDED)
    assert await recorded(market, by_hand("re_goodwill", 100))
    plan = await plan_of(market, id)
    assert (plan["refunds"][0]["status"], sums(plan)) == ("SUCCEEDED", ("28.40", "1.00", "28.40", "0.00"))


async def test_what_a_movement_lacks_is_short_until_the_owner_names_others(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    assert await recorded(market, by_hand("re_1", 1000))
    await market.work()
    plan = await plan_of(market, id)
    assert (plan["status"], plan["refundState"], bank.asked) == ("APPROVED", "NEEDS_ATTENTION", [])
    assert sums(plan) == ("10.00", "0.00", "10.00", "18.40")
    assert enabled(plan) == {"SETTLE_SHORTFALL"}
    await sound(market, bank)
    assert await settled(market, plan, "re_1") == ["MOVEMENT_SPENT"]
    assert await settled(market, plan, " ") == ["REFERENCE_REQUIRED"]
    assert await settled(market, plan, "re_2", expectedVersion=plan["version"] + 7) == ["STALE_VERSION"]
    assert await recorded(market, by_hand("re_2", 1500))
    await sound(market, bank)
    assert await settled(market, plan, "re_2") == []
    plan = await plan_of(market, id)
    assert sums(plan) == ("25.00", "0.00", "25.00", "3.40")
    assert await settled(market, plan, "Bank transfer 7") == []  # the money that no gateway has shown
    plan = await plan_of(market, id)
    assert (plan["request"], plan["status"], plan["refundState"]) == ("COMPLETED", "COMPLETED", "DONE")
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
    assert await settled(market, plan, "re_3") == ["NOTHING_SHORT"]
    await sound(market, bank)
    assert await recorded(market, by_hand("Bank transfer 7", 340))  # it turns up at the gateway after all
    assert sums(await plan_of(market, id)) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank)


async def test_only_the_owner_names_a_movement_and_only_of_a_plan_that_is_short(market: Market, bank: Book) -> None:
    order, id = await owed(market, bank)
    plan = await plan_of(market, id)
    assert await settled(market, plan, "re_1") == ["NOTHING_SHORT"]
    assert await settled(market, {"id": "plan_01h455vb4pex5vsknk084sn02q"}, "re_1") == ["NOT_FOUND"]
    for actor in (customer(order.customer), seller(order, "north")):
        payload = await market.do(actor, "settleShortfall", planId=plan["id"], reference="re_1")
        assert [error["code"] for error in payload["userErrors"]] == ["ROLE_NOT_ALLOWED"]


async def settled(market: Market, plan: dict[str, Any], reference: str, **more: Any) -> list[str]:
    payload = await market.do(OWNER, "settleShortfall", planId=plan["id"], reference=reference, **more)
    return [error["code"] for error in payload["userErrors"]]


async def test_what_went_back_before_a_decision_is_short_and_the_approval_pays_what_is_left(
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
    assert (plan["total"]["amount"], [one["amount"]["amount"] for one in plan["refunds"]]) == ("28.40", ["18.40"])
    assert sums(plan) == ("18.40", "10.00", "18.40", "10.00")
    assert (plan["status"], plan["refundState"], bank.asked) == ("APPROVED", "NEEDS_ATTENTION", ["refund"])
    await sound(market, bank, "CREDIT_MISSING")  # this bank's book has no line of its own
    assert await settled(market, plan, "re_before") == []
    plan = await plan_of(market, request["id"])
    assert (plan["request"], sums(plan)) == ("COMPLETED", ("28.40", "0.00", "28.40", "0.00"))
    await sound(market, bank, "CREDIT_MISSING")  # this bank's book has no line of its own


async def test_an_approval_of_which_nothing_is_left_to_pay_waits_for_the_owner(market: Market, bank: Book) -> None:
    order = await market.order()
    await at_stripe(market)
    assert await recorded(market, by_hand("re_all", 9999))
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.work()
    plan = await plan_of(market, request["id"])
    assert (plan["refunds"], plan["refundState"], bank.asked) == ([], "NEEDS_ATTENTION", [])
    assert sums(plan) == ("0.00", "99.99", "0.00", "28.40")
    await sound(market, bank)
    assert await settled(market, plan, "re_all") == []
    plan = await plan_of(market, request["id"])
    assert (plan["request"], sums(plan)) == ("COMPLETED", ("28.40", "71.59", "28.40", "0.00"))


async def test_what_went_back_while_money_waited_for_goods_is_short_once_it_is_released(
    market: Market, bank: Book
) -> None:
    await settings(market, "ON_SHIPMENT")
    order = await delivered(market)
    await at_stripe(market)
    shipment = await confirmed(market, order, lamp=2)
    assert await recorded(market, by_hand("re_hand", 2000))
    await sound(market, bank)
    await act(market, OWNER, "sendReturn", shipment["id"], trackingNumber="1Z")
    plan = await plan_of(market, shipment["request"]["id"])
    assert sums(plan)[1:] == ("20.00", "4.00", "20.00")
    await sound(market, bank)


async def test_a_movement_under_the_reference_of_a_settled_refund_is_that_refund(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.FAILED)
    refund = (await plan_of(market, id))["refunds"][0]
    await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="re_hand")
    bank.by_hand = [by_hand("re_hand", 3000)]
    await sound(market, bank, "CREDIT_EXCEEDS", "CREDIT_UNKNOWN")
    for news in (1, 0):
        assert await record_all(market.worker.commands, {"stripe": bank}, market.clock()) == news
    assert sums(await plan_of(market, id)) == ("28.40", "1.60", "28.40", "0.00")
    await sound(market, bank, "CREDIT_EXCEEDS")


async def test_a_refund_is_settled_by_what_is_left_of_a_movement_and_by_no_less(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, GatewayUnknown("down"))
    assert await recorded(market, by_hand("re_less", 2839))
    assert await recorded(market, by_hand("re_enough", 2840))
    refund = (await plan_of(market, id))["refunds"][0]
    few = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="re_less")
    assert [error["code"] for error in few["userErrors"]] == ["MOVEMENT_SPENT"]
    enough = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="re_enough")
    assert enough["userErrors"] == []
    assert sums(await plan_of(market, id)) == ("28.40", "28.39", "28.40", "0.00")
    await sound(market, bank)


@pytest.mark.parametrize(
    "credit",
    [
        by_hand("re_1", 100, "ch_of_nobody"),
        by_hand("re_1", 100, ""),
        by_hand("re_1", 0),
        by_hand("re_1", -5),
        by_hand("re_1", 2**63),
        by_hand("re_\ud800", 100),
        by_hand("re_1", 100, currency="USD"),
        by_hand("re_1", 100, outcome=Outcome.FAILED),
        by_hand("", 100),
        by_hand("r" * 201, 100),
        by_hand("re\0", 100),
        by_hand("re_1", 100, also=("ch\0",)),
    ],
)
async def test_what_is_no_movement_of_ours_changes_nothing(market: Market, bank: Book, credit: Credit) -> None:
    await owed(market, bank)
    before = await market.fingerprint()
    assert not await recorded(market, credit)
    assert await market.fingerprint() == before


async def test_a_movement_counts_once_however_often_and_by_whichever_way_it_is_reported(
    market: Market, bank: Book
) -> None:
    _, id = await owed(market, bank)
    credit = by_hand("re_hand", 2840, "pi_1", also=("N-1/0",))
    bank.by_hand = [credit]
    await asyncio.gather(*(recorded(market, credit) for _ in range(5)))
    assert await record_all(market.worker.commands, {"stripe": bank}, market.clock()) == 0
    assert (await report(market, made_by_hand("re_hand", 2840)))[1] == "nothing new\n"
    assert await market.rows("select count(*)::int as n from external_movement") == [{"n": 1}]
    assert sums(await plan_of(market, id)) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank)


def made_by_hand(reference: str, minor: int, payment: str = "N-1/0", **more: Any) -> bytes:
    shown = {"object": "refund", "id": reference, "amount": minor, "currency": "eur", "created": 1_700_000_000}
    return answered("refund.created", {**shown, "charge": payment, "status": "succeeded", "metadata": {}, **more})


async def test_a_webhook_records_what_somebody_paid_back_in_the_dashboard(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    for answer in ("noted\n", "nothing new\n"):
        assert await report(market, made_by_hand("re_hand", 2840)) == (200, answer)
    assert (await plan_of(market, id))["request"] == "COMPLETED"
    assert await report(market, made_by_hand("re_2", 5, "ch_of_nobody")) == (200, "nothing new\n")
    foreign = {"refund": "refund_of_another_database", "retry": "0"}
    assert await report(market, made_by_hand("re_3", 5, metadata=foreign)) == (200, "noted\n")


@pytest.mark.parametrize(
    "shown",
    [{"amount": "many"}, {"amount": True}, {"created": 2**40}, {"created": "today"}, {"created": 4_000_000_000}],
)
async def test_an_unreadable_or_future_movement_is_rejected(market: Market, bank: Book, shown: Any) -> None:
    await owed(market, bank)
    before = await market.fingerprint()
    assert (await report(market, made_by_hand("re_hand", 2840, **shown)))[0] == 400
    assert await market.fingerprint() == before


async def test_an_event_that_is_forged_or_signed_in_the_future_is_rejected(market: Market, bank: Book) -> None:
    await owed(market, bank)
    before, body = await market.fingerprint(), made_by_hand("re_hand", 2840)
    assert (await report(market, body, secret="whsec_of_an_intruder"))[0] == 400
    for age in (-3600, 3600):
        header = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, int(time.time()) - age)
        answer = await market.http.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})
        assert answer.status_code == 400
    assert await market.fingerprint() == before


async def test_a_movement_and_the_sending_of_its_refund_at_once_pay_once(market: Market, bank: Book) -> None:
    for _ in range(5):
        order, id = await owed(market, bank)
        await asyncio.gather(recorded(market, by_hand(f"re_{order.number}", 2840, f"{order.number}/0")), market.work())
        plan = await plan_of(market, id)
        covered = plan["refunds"][0]["status"] == "SETTLED_MANUALLY"
        assert sums(plan)[:2] == (("28.40", "0.00") if covered else ("28.40", "28.40"))
        assert bank.asked == ([] if covered else ["refund"])
        bank.asked.clear()


async def test_a_movement_and_a_retry_at_once_have_one_winner(market: Market, bank: Book) -> None:
    for _ in range(3):
        order, id = await owed(market, bank, Outcome.FAILED)
        refund = (await plan_of(market, id))["refunds"][0]
        _, retried = await asyncio.gather(
            recorded(market, by_hand(f"re_{order.number}", 2840, f"{order.number}/0")),
            market.do(OWNER, "retryRefund", refundId=refund["id"]),
        )
        assert [error["code"] for error in retried["userErrors"]] in ([], ["WRONG_STATUS"])
        bank.asked.clear()
        await market.work()
        assert (await plan_of(market, id))["refunds"][0]["status"] == "SETTLED_MANUALLY"
        assert bank.asked == []


PLANTED = {
    "MOVEMENT_COVERED": (
        "update external_movement set covered_minor = 999",
        "update external_movement set covered_minor = 1000",
    ),
    "PLAN_TOTAL": (
        "update cancellation_plan set shortfall_minor = 1",
        "update cancellation_plan set shortfall_minor = 1840",
    ),
    "ORDER_EXTERNAL": ('update "order" set external_minor = 7', 'update "order" set external_minor = 0'),
}


async def test_every_planted_difference_of_movements_is_seen(market: Market, bank: Book) -> None:
    await owed(market, bank)
    await recorded(market, by_hand("re_1", 1000))
    for kind, (plant, take_out) in PLANTED.items():
        await market.rows(plant)
        also = {"MOVEMENT_COVERED": ("ORDER_EXTERNAL", "PAYMENT_EXTERNAL")}.get(kind, ())
        await sound(market, bank, kind, *also)
        await market.rows(take_out)
        await sound(market, bank)
    bank.by_hand = [by_hand("re_1", 1000, outcome=Outcome.FAILED)]
    await sound(market, bank, "MOVEMENT_RETURNED")
