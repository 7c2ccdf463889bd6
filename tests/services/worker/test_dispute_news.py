"""News of disputes in any order, in any currency and about anything; lists, the journal and reconcile say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.words import DisputeStatus, MovementKind
from gateways.payments.port import GatewayUnknown, Outcome
from services.worker.gateway_reports import TakenRefused, record, record_all
from services.worker.reconcile import reconcile
from tests.disputes import PAYMENT, answered, disputed, later, refund_of
from tests.market import OWNER, Market, customer, seller
from tests.services.worker.test_movements import Book, by_hand, owed, plan_of, sound, sums

D = DisputeStatus
_EVENTS = """select subject, action, from_status, to_status from event
where subject in ('REFUND', 'DISPUTE') and action like '%DISPUTE' or action like '%BLOCK%' order by id"""


@pytest.mark.parametrize("last", [D.WON, D.LOST])
async def test_news_twice_late_and_in_any_order_leads_to_the_same_end(
    market: Market, bank: Book, last: DisputeStatus
) -> None:
    _, id = await owed(market, bank)
    for status in (last, D.OPEN, last, D.INQUIRY, D.OPEN):
        await answered(market, status)
    ended = (await refund_of(market, id))["payment"]["disputes"]
    assert [(one["status"], one["version"]) for one in ended] == [(last, 1)]
    await later(market)
    plan = await plan_of(market, id)
    assert (plan["status"], len(bank.asked)) == ("COMPLETED", 2 if last is D.WON else 0)  # looked up, sent
    bank.disputed = [disputed(last)]
    await sound(market, bank, *(["CREDIT_MISSING"] if last is D.WON else []))


async def test_news_against_what_the_bank_decided_changes_nothing_and_reconcile_names_it(
    market: Market, bank: Book
) -> None:
    await owed(market, bank)
    await answered(market, D.WON)
    assert not await answered(market, D.LOST)
    assert await market.rows("select id from external_movement") == []
    bank.disputed = [disputed(D.LOST)]
    await sound(market, bank, "DISPUTE_STATUS")


async def test_only_newer_news_changes_the_amount_and_the_deadline(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    now = datetime.now(UTC)
    await answered(market, shown_at=now, evidence_due_at=now)
    for shown_at, amount, news in (
        (now - timedelta(days=1), 1, False),
        (now, 1, False),
        (now + timedelta(1), 900, True),
    ):
        assert await answered(market, D.OPEN, amount, shown_at=shown_at) is news
    (dispute,) = (await refund_of(market, id))["payment"]["disputes"]
    assert (dispute["amount"]["amount"], dispute["evidenceDueAt"], dispute["version"]) == ("9.00", None, 2)


async def test_two_disputes_of_a_payment_stop_it_until_both_have_ended(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market)
    await answered(market, reference="du_2")
    await answered(market, D.WON)
    assert (await refund_of(market, id))["disputed"] is True
    await answered(market, D.WON, reference="du_2")
    assert (await refund_of(market, id))["disputed"] is False
    assert await market.rows('select disputed from "order"') == [{"disputed": False}]


async def test_the_dispute_of_one_payment_does_not_stop_the_refund_of_another(market: Market, bank: Book) -> None:
    _, first = await owed(market, bank)
    _, second = await owed(market, bank)
    await answered(market)
    await later(market)
    assert [(await plan_of(market, id))["refundState"] for id in (first, second)] == ["DISPUTED", "DONE"]


async def test_what_nobody_can_record_is_left_alone(market: Market, bank: Book) -> None:
    """Of a payment that no order has, or with a name that cannot be stored."""
    await owed(market, bank)
    for more in (
        {"payments": ("ch_of_nobody",)},
        {"payments": ()},
        {"reference": "x" * 201},
        {"reference": ""},
        {"reference": "du\0"},
        {"payments": ("a\0b",)},
    ):
        for status in D:
            assert not await answered(market, status, **more)
    assert await market.rows("select id from dispute") == []


@pytest.mark.parametrize("status", [D.INQUIRY, D.OPEN])
@pytest.mark.parametrize(
    ("more", "stored"),
    [
        ({"currency": "USD"}, {"amount_minor": 2840, "currency": "USD"}),
        ({"amount": 0}, {"amount_minor": 0}),
        ({"amount": -5}, {"amount_minor": 0}),
        ({"amount": 2**80}, {"amount_minor": 2**53}),
        ({"reason": "a\0b\ud800"}, {"reason": "ab"}),
        ({"reason": "x" * 500}, {"reason": "x" * 80}),
        ({"payments": ("a\0b", PAYMENT)}, {}),
    ],
    ids=["another currency", "nothing", "less", "too much", "a reason that cannot be printed", "long", "a name"],
)
async def test_a_dispute_stops_its_payment_whatever_it_is_about(
    market: Market, bank: Book, more: dict[str, Any], stored: dict[str, Any], status: DisputeStatus
) -> None:
    _, id = await owed(market, bank)
    assert await answered(market, status, **more)
    (row,) = await market.rows("select * from dispute")
    assert {name: row[name] for name in stored} == stored
    await later(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == (("PENDING", True) if status is D.OPEN else ("SUCCEEDED", False))


async def test_the_money_of_a_dispute_is_in_the_currency_that_the_bank_disputes(market: Market, bank: Book) -> None:
    order, _ = await owed(market, bank)
    await answered(market, amount=3100, currency="JPY")
    shown = "query O($id: ID!) { order(id: $id) { payments { disputes { amount { amount currency } } } } }"
    (payment,) = (await market.data(OWNER, shown, id=order.id))["order"]["payments"]
    assert payment["disputes"] == [{"amount": {"amount": "3100", "currency": "JPY"}}]


LOST_IN_DOLLARS: dict[str, Any] = {"amount": 3100, "currency": "USD"}


@pytest.mark.parametrize("known", [True, False])
async def test_what_is_lost_in_another_currency_stops_refunds_until_the_owner_says_what_was_taken(
    market: Market, bank: Book, known: bool
) -> None:
    _, id = await owed(market, bank)
    if known:
        await answered(market, **LOST_IN_DOLLARS)
    bank.disputed = [disputed(D.LOST, **LOST_IN_DOLLARS)]
    since, commands = market.clock() - timedelta(days=90), market.worker.commands
    assert await record_all(commands, market.worker.gateways, since) == (0 if known else 1)
    await later(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"], bank.asked) == ("PENDING", True, [])
    found = await reconcile(market.worker.gateways, market.clock())
    (uncounted,) = [one for one in found.differences if one.kind == "DISPUTE_UNCOUNTED"]
    assert "31.00 USD" in uncounted.sentence
    assert "--record --taken du_1=" in uncounted.sentence
    for wrong in ("28.401", "0", "-1", "NaN", "1e30"):
        with pytest.raises(TakenRefused):
            await record_all(commands, market.worker.gateways, since, taken={"du_1": Decimal(wrong)})
    assert await market.rows("select id from external_movement") == []
    assert await record_all(commands, market.worker.gateways, since, taken={"du_1": Decimal("28.40")})
    plan = await plan_of(market, id)
    assert (plan["status"], sums(plan), bank.asked) == ("COMPLETED", ("28.40", "0.00", "28.40", "0.00"), [])
    assert [one["status"] for one in (await refund_of(market, id))["payment"]["disputes"]] == ["LOST"]
    await sound(market, bank)
    assert not await record_all(commands, market.worker.gateways, since)  # the same news again


async def test_what_the_owner_says_changes_nothing_of_what_can_be_counted(market: Market, bank: Book) -> None:
    await owed(market, bank)
    bank.disputed = [disputed(D.LOST, 1000)]
    since = market.clock() - timedelta(days=90)
    await record_all(market.worker.commands, market.worker.gateways, since, taken={"du_1": Decimal("28.40")})
    assert await market.rows("select amount_minor from external_movement") == [{"amount_minor": 1000}]


async def test_news_halfway_after_the_owner_has_said_what_was_taken_completes_it(market: Market, bank: Book) -> None:
    """The movement was recorded, and then the process was killed."""
    _, id = await owed(market, bank)
    await answered(market, **LOST_IN_DOLLARS)
    await record(market.worker.commands, "stripe", by_hand("du_1", 2840), kind=MovementKind.DISPUTE)
    assert await answered(market, D.LOST, **LOST_IN_DOLLARS)
    assert [one["status"] for one in (await refund_of(market, id))["payment"]["disputes"]] == ["LOST"]


async def test_a_dispute_about_nothing_that_is_lost_takes_nothing(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market, D.LOST, 0)
    bank.disputed = [disputed(D.LOST, 0)]
    await later(market)
    assert (await plan_of(market, id))["refundState"] == "DONE"
    await sound(market, bank, "CREDIT_MISSING")  # this bank's book shows no credits


async def test_the_journal_and_the_webhooks_tell_what_happened(market: Market, bank: Book) -> None:
    await owed(market, bank)
    await answered(market)
    await answered(market, D.WON)
    assert [tuple(row.values()) for row in await market.rows(_EVENTS)] == [
        ("DISPUTE", "OPEN_DISPUTE", None, "OPEN"),
        ("REFUND", "BLOCK_REFUND", "PENDING", "PENDING"),
        ("DISPUTE", "WIN_DISPUTE", "OPEN", "WON"),
        ("REFUND", "UNBLOCK_REFUND", "PENDING", "PENDING"),
    ]


async def test_lists_find_what_is_disputed_and_sellers_see_no_dispute(market: Market, bank: Book) -> None:
    order, _ = await owed(market, bank)
    await owed(market, bank)
    assert await disputed_orders(market, OWNER) == []
    await answered(market)
    assert await disputed_orders(market, OWNER) == ["N-1"]
    assert await disputed_orders(market, customer(order.customer)) == ["N-1"]
    stated = "{ plans(filter: { refundState: [DISPUTED] }) { totalCount } }"
    assert (await market.data(OWNER, stated))["plans"]["totalCount"] == 1
    shown = "query O($id: ID!) { order(id: $id) { disputed payments { disputes { reference evidenceDueAt status } } } }"
    theirs = (await market.data(customer(order.customer), shown, id=order.id))["order"]
    assert theirs["payments"][0]["disputes"] == [{"reference": None, "evidenceDueAt": None, "status": "OPEN"}]
    assert (await market.data(seller(order, "north"), shown, id=order.id))["order"]["payments"] == []
    events = "{ events(filter: { subject: DISPUTE }) { nodes { action } } }"
    for actor, seen in ((OWNER, 1), (customer(order.customer), 1), (seller(order, "north"), 0)):
        assert len((await market.data(actor, events))["events"]["nodes"]) == seen
    await answered(market, D.WON)
    assert await disputed_orders(market, OWNER) == []


async def disputed_orders(market: Market, actor: Any) -> list[str]:
    found = await market.data(actor, "{ orders(filter: { disputed: true }) { nodes { number } } }")
    rest = await market.data(actor, "{ orders(filter: { disputed: false }) { nodes { number } } }")
    numbers = [row["number"] for row in found["orders"]["nodes"]]
    assert not set(numbers) & {row["number"] for row in rest["orders"]["nodes"]}
    return numbers


async def test_money_that_somebody_pays_back_by_hand_pays_a_stopped_refund(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market)
    assert await record(market.worker.commands, "stripe", by_hand("re_hand", 2840))
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("SETTLED_MANUALLY", False)


async def test_what_the_gateway_lists_is_recorded_once(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    bank.disputed = [disputed(), disputed(D.LOST, payments=("ch_of_nobody",), reference="du_2")]
    await sound(market, bank, "DISPUTE_UNKNOWN")
    since = market.clock() - timedelta(days=90)
    counts = [await record_all(market.worker.commands, market.worker.gateways, since) for _ in range(2)]
    assert counts == [1, 0]
    assert (await refund_of(market, id))["disputed"] is True
    await sound(market, bank)
    bank.disputed = [replace(bank.disputed[0], status=D.LOST)]
    assert await record_all(market.worker.commands, market.worker.gateways, since) == 1
    assert (await plan_of(market, id))["status"] == "COMPLETED"
    await sound(market, bank)


PLANTED = {
    "ORDER_DISPUTED": 'update "order" set disputed = not disputed',
    "REFUND_DISPUTED": "update refund set disputed = not disputed",
    "DISPUTE_AMOUNT": "update dispute set amount_minor = amount_minor + 1",
    "DISPUTE_MISSING": "update dispute set reference = reference || '0'",
}


async def test_reconcile_finds_each_planted_difference(market: Market, bank: Book) -> None:
    await owed(market, bank)
    await answered(market)
    bank.disputed = [disputed()]
    await sound(market, bank)
    for kind, sql in PLANTED.items():
        await market.rows(sql)
        found = await kinds(market)
        assert kind in found, kind
        await market.rows(UNDO[kind])
    await sound(market, bank)
    await answered(market, D.LOST)
    bank.disputed = [disputed(D.LOST)]
    await sound(market, bank)
    await market.rows("update external_movement set reference = 'du_9'")
    assert {"DISPUTE_MOVEMENT", "MOVEMENT_DISPUTE"} <= set(await kinds(market))


UNDO = {
    **PLANTED,
    "DISPUTE_AMOUNT": "update dispute set amount_minor = amount_minor - 1",
    "DISPUTE_MISSING": "update dispute set reference = 'du_1'",
}


async def kinds(market: Market) -> list[str]:
    found = await reconcile(market.worker.gateways, market.clock())
    return [one.kind for one in found.differences]


class Silent(Book):
    async def disputes(self, since: datetime) -> Any:
        async for dispute in super().disputes(since):
            yield dispute
        raise GatewayUnknown("down")


async def test_a_payment_that_was_refunded_and_lost_as_well_is_a_difference(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.SUCCEEDED)
    refund = (await plan_of(market, id))["refunds"][0]
    bank.by_hand = [by_hand(refund["externalReference"], 2840, key=refund["id"])]
    bank.disputed = [disputed(D.LOST, 1)]
    await answered(market, D.LOST, 1)
    await sound(market, bank, "CREDIT_EXCEEDS")


async def test_a_gateway_that_does_not_show_its_disputes_is_a_difference(market: Market, bank: Book) -> None:
    await owed(market, bank)

    market.worker.gateways = {"stripe": Silent("stripe")}
    assert "DISPUTES_SILENT" in await kinds(market)
