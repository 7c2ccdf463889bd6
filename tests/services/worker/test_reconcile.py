"""The reconciliation report: silent when all is well, and it sees each kind of difference that is planted."""

import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection

from domain.words import ReturnStatus
from gateways.payments.ledger import LedgerGateway
from gateways.payments.port import Credit, GatewayUnknown, Outcome, RefundOrder
from services.worker.reconcile import Difference, Report, reconcile
from services.worker.reconcile.goods import CHECKS
from tests import goods
from tests.market import OWNER, Market, Part, customer, seller
from tests.services import test_adjustments
from tests.services.worker.test_refunds import Bank, approved, shown

ROOT = Path(__file__).parents[3]


async def report(market: Market, **options: Any) -> Report:
    return await reconcile(market.worker.gateways, market.clock(), **options)


async def kinds(market: Market) -> list[str]:
    return [one.kind for one in (await report(market)).differences]


async def paid(market: Market) -> str:
    """A cancellation that was refunded; the refund's id."""
    _, id = await approved(market)
    await market.work()
    return str((await shown(market, id))[1]["id"])


async def test_where_all_is_well_nothing_differs(market: Market) -> None:
    assert await report(market) == Report()
    await paid(market)
    _, waiting = await approved(market)
    assert await report(market) == Report(plans=2, refunds=2, credits=1)
    await market.work()
    await market.request(await market.order(), lamp=1)
    assert (await shown(market, waiting))[0]["status"] == "COMPLETED"
    assert await report(market) == Report(plans=2, refunds=2, credits=2)


PLAN, REQUEST, PAYMENT, REFERENCES, LEDGER = (
    "update cancellation_plan",
    "update cancellation_request",
    "update payment",
    "update payment_reference",
    "ledger_entry",
)
PLANTED: dict[str, tuple[str, str]] = {  # what is planted, and how it is taken out again
    "PLAN_TOTAL": (f"{PLAN} set total_minor = total_minor + 1", f"{PLAN} set total_minor = total_minor - 1"),
    "PLAN_NOT_COMPLETED": (f"{PLAN} set status = 'APPROVED'", f"{PLAN} set status = 'COMPLETED'"),
    "REQUEST_NOT_COMPLETED": (f"{REQUEST} set status = 'APPROVED'", f"{REQUEST} set status = 'COMPLETED'"),
    "PLAN_UNITS": (
        "update request_item set accepted_quantity = 1 where quantity = 2",
        "update request_item set accepted_quantity = 2 where quantity = 2",
    ),
    "UNITS_ENDED": (
        "update order_item set active = 1, canceled = 1 where quantity = 2",
        "update order_item set active = 0, canceled = 2 where quantity = 2",
    ),
    "UNITS_HELD": (
        "update order_item set active = active + canceled - 1, canceled = 0, cancel_held = 1 where quantity = 2",
        "update order_item set active = 0, canceled = 2, cancel_held = 0 where quantity = 2",
    ),
    "REFUND_STATE": (f"{PLAN} set refund_state = 'NEEDS_ATTENTION'", f"{PLAN} set refund_state = 'DONE'"),
    "PAYMENT_ALLOCATED": (f"{PAYMENT} set allocated_minor = 2839", f"{PAYMENT} set allocated_minor = 2840"),
    "ORDER_REFUNDED": ('update "order" set refunded_minor = 2839', 'update "order" set refunded_minor = 2840'),
    "CREDIT_MISSING": (f"update {LEDGER} set created_at = '2020-01-01'", f"update {LEDGER} set created_at = now()"),
    "CREDIT_AMOUNT": (f"update {LEDGER} set amount_minor = 1", f"update {LEDGER} set amount_minor = 2840"),
    "CREDIT_PAYMENT": (
        f"update {LEDGER} set payment_reference = 'x'",
        f"update {LEDGER} set payment_reference = 'N-1/0'",
    ),
    "CREDIT_UNKNOWN": (
        f"insert into {LEDGER} (key, payment_reference, amount_minor, currency) values ('refund_x', 'x', 1, 'EUR')",
        f"delete from {LEDGER} where key = 'refund_x'",
    ),
    "PAID_TWICE": ("update refund set status = 'SETTLED_MANUALLY'", "update refund set status = 'SUCCEEDED'"),
    "NO_GATEWAY": (f"{PAYMENT} set provider = 'a bank'", f"{PAYMENT} set provider = 'ledger'"),
    "STUCK": (
        "update refund set status = 'UNKNOWN', due_at = '2026-03-01T00:00Z'",
        "update refund set status = 'SUCCEEDED', due_at = null",
    ),
    "CREDIT_UNNOTICED": ("update refund set status = 'FAILED'", "update refund set status = 'SUCCEEDED'"),
    "CREDIT_UNNOTICED of a refund that was never sent": (
        "update refund set status = 'PENDING', due_at = '2026-03-02T09:00Z'",
        "update refund set status = 'SUCCEEDED', due_at = null",
    ),
    "STUCK without a time at which it is due": (
        "update refund set status = 'UNKNOWN'",
        "update refund set status = 'SUCCEEDED'",
    ),
    "STUCK plan": (
        f"{PLAN} set status = 'WAITING', due_at = '2026-03-01T00:00Z'",
        f"{PLAN} set status = 'COMPLETED', due_at = null",
    ),
    "PAYMENT_CAPTURED": (f"{REFERENCES} set captured_minor = 2839", f"{REFERENCES} set captured_minor = 2840"),
    "PAYMENT_CAPTURED without a row": (
        f"{REFERENCES} set reference = 'gone'",
        f"{REFERENCES} set reference = 'N-1/0'",
    ),
    "PAYMENT_CAPTURED of another payment": (
        f"{PAYMENT} set reference = 'N-1/1'",
        f"{PAYMENT} set reference = 'N-1/0'",
    ),
    "CREDIT_EXCEEDS": (
        f"insert into {LEDGER} (key, payment_reference, amount_minor, currency) values ('refund_x', 'N-1/0', 1, 'EUR')",
        f"delete from {LEDGER} where key = 'refund_x'",
    ),
}
FOLLOWS = {  # what else is then not as it should be
    "PLAN_TOTAL": {"PLAN_SUM"},
    "PLAN_UNITS": {"UNITS_ENDED"},
    "UNITS_HELD": {"UNITS_ENDED"},
    "PLAN_NOT_COMPLETED": {"REQUEST_NOT_COMPLETED"},
    "STUCK": {"ORDER_REFUNDED", "REFUND_STATE"},
    "STUCK without a time at which it is due": {"ORDER_REFUNDED", "REFUND_STATE"},
    "STUCK plan": {"PLAN_TOTAL", "REFUND_STATE"},
    "CREDIT_UNNOTICED": {"ORDER_REFUNDED", "REFUND_STATE"},
    "CREDIT_UNNOTICED of a refund that was never sent": {"ORDER_REFUNDED", "REFUND_STATE"},
    "CREDIT_EXCEEDS": {"CREDIT_UNKNOWN"},
    "PAYMENT_CAPTURED of another payment": {"CREDIT_PAYMENT", "CREDIT_EXCEEDS"},
    "NO_GATEWAY": {"PAYMENT_CAPTURED", "CREDIT_UNKNOWN"},
}


async def test_every_planted_difference_is_seen_and_no_other(market: Market) -> None:
    await paid(market)
    for what, (plant, take_out) in PLANTED.items():
        kind = what.split()[0]
        await market.rows(plant)
        found = set(await kinds(market))
        assert kind in found, what
        assert found <= {kind} | FOLLOWS.get(what, set()), what
        await market.rows(take_out)
        assert await kinds(market) == [], what


SHIPMENT, LINE = "update return_shipment", "update return_line"
Planted = dict[str, tuple[str, str]]
AT_HOME: Planted = {  # of two lamps that the customer is to send
    "HELD_FOR_NOTHING": (f"{SHIPMENT} set status = 'CANCELED'", f"{SHIPMENT} set status = 'AWAITING'"),
    "HELD_FOR_NOTHING because of the request": (
        f"{REQUEST} set status = 'WITHDRAWN'",
        f"{REQUEST} set status = 'APPROVED'",
    ),
    "REFUND_STATE": (f"{PLAN} set refund_state = 'NONE'", f"{PLAN} set refund_state = 'HELD'"),
    "RELEASED_TOO_EARLY": (
        f"{PLAN} set held = false, refund_state = 'NONE'",
        f"{PLAN} set held = true, refund_state = 'HELD'",
    ),
    "RETURN_STATUS": (f"{REQUEST} set status = 'WITHDRAWN'", f"{REQUEST} set status = 'APPROVED'"),
    "RETURN_LINES": (f"{LINE} set expected = 3", f"{LINE} set expected = 2"),
    "RETURN_LINES that nobody asked for": (
        f"{LINE} set order_item_id = (select id from order_item where sku = 'bulb')",
        f"{LINE} set order_item_id = (select id from order_item where sku = 'lamp')",
    ),
    "RETURN_COUNTS": (f"{LINE} set received = 2", f"{LINE} set received = 0"),
    "STUCK": (f"{SHIPMENT} set due_at = '2026-03-01T00:00Z'", f"{SHIPMENT} set due_at = ship_by"),
    "STUCK without a deadline": (f"{SHIPMENT} set due_at = null", f"{SHIPMENT} set due_at = ship_by"),
}
ON_ITS_WAY: Planted = {
    "RELEASED_TOO_EARLY": AT_HOME["RELEASED_TOO_EARLY"],
    "RETURN_STATUS": (f"{REQUEST} set status = 'EXPIRED'", f"{REQUEST} set status = 'APPROVED'"),
    "RETURN_COUNTS": (f"{LINE} set missing = 2", f"{LINE} set missing = 0"),
    "HELD_AFTER_RELEASE of a package that could not be delivered": (
        f"""{REQUEST} set return_terms = jsonb_set(return_terms::jsonb, '{{trigger}}', '"ON_SHIPMENT"');
        {SHIPMENT} set kind = 'TO_SENDER'""",
        f"""{REQUEST} set return_terms = jsonb_set(return_terms::jsonb, '{{trigger}}', '"ON_INSPECTION"');
        {SHIPMENT} set kind = 'BY_CUSTOMER'""",
    ),
    "STUCK": (f"{SHIPMENT} set due_at = '2026-03-01T00:00Z'", f"{SHIPMENT} set due_at = '2026-12-01T00:00Z'"),
    "STUCK without a deadline": (f"{SHIPMENT} set due_at = null", f"{SHIPMENT} set due_at = '2026-12-01T00:00Z'"),
}
GONE_ASTRAY: Planted = {
    "RELEASED_TOO_EARLY": AT_HOME["RELEASED_TOO_EARLY"],
    "HELD_AFTER_RELEASE": (f"{SHIPMENT} set loss_bearer = 'CARRIER'", f"{SHIPMENT} set loss_bearer = null"),
    "RETURN_STATUS": ON_ITS_WAY["RETURN_STATUS"],
}
ARRIVED: Planted = {
    "PLAN_SUM": (
        "update plan_line set base_minor = base_minor + 1, total_minor = total_minor + 1",
        "update plan_line set base_minor = base_minor - 1, total_minor = total_minor - 1",
    ),
    "HELD_EXCEEDS": (
        'update "order" set captured_minor = captured_minor - 1000',
        'update "order" set captured_minor = captured_minor + 1000',
    ),
    "HELD_AFTER_RELEASE": (
        f"""{REQUEST} set return_terms = jsonb_set(return_terms::jsonb, '{{trigger}}', '"ON_RECEIPT"')""",
        f"""{REQUEST} set return_terms = jsonb_set(return_terms::jsonb, '{{trigger}}', '"ON_INSPECTION"')""",
    ),
    "RELEASED_TOO_EARLY": AT_HOME["RELEASED_TOO_EARLY"],
    "PLAN_UNITS": ("update plan_line set quantity = 1", "update plan_line set quantity = 2"),
    "UNITS_HELD": (
        "update order_item set return_held = 1, active = 1 where sku = 'lamp'",
        "update order_item set return_held = 2, active = 0 where sku = 'lamp'",
    ),
    "UNITS_ENDED": (
        "update order_item set returned = 1, active = 0 where sku = 'bulb'",
        "update order_item set returned = 0, active = 1 where sku = 'bulb'",
    ),
    "RETURN_COUNTS": (f"{LINE} set received = 0", f"{LINE} set received = 2"),
    "RETURN_LINES": (f"{LINE} set expected = 1, received = 1", f"{LINE} set expected = 2, received = 2"),
    "RETURN_GRADES": (f"""{LINE} set grades = '[{{"quantity": 3}}]'""", f"{LINE} set grades = '[]'"),
    "RETURN_DEDUCTIONS": (
        f"""{LINE} set grades = '[{{"quantity": 1, "deductionMinor": 1}}]'""",
        f"{LINE} set grades = '[]'",
    ),
    "STUCK": ON_ITS_WAY["STUCK"],
    "STUCK without a deadline": ON_ITS_WAY["STUCK without a deadline"],
}
GRADED: Planted = {  # and paid
    "HELD_FOR_NOTHING": (
        f"{PLAN} set status = 'APPROVED', held = true; {REQUEST} set status = 'APPROVED'",
        f"{PLAN} set held = false; {PLAN} set status = 'COMPLETED'; {REQUEST} set status = 'COMPLETED'",
    ),
    "UNITS_ENDED": (
        "update order_item set returned = 1, active = 1 where sku = 'lamp'",
        "update order_item set returned = 2, active = 0 where sku = 'lamp'",
    ),
    "RETURN_GRADES": (f"{LINE} set received = 3, expected = 3", f"{LINE} set received = 2, expected = 2"),
    "RETURN_STATUS": (f"{SHIPMENT} set status = 'CANCELED'", f"{SHIPMENT} set status = 'INSPECTED'"),
    "RELEASED_TOO_EARLY": (f"{SHIPMENT} set status = 'EXPIRED'", f"{SHIPMENT} set status = 'INSPECTED'"),
}
WITHDRAWN: Planted = {
    "RETURN_STATUS": (f"{SHIPMENT} set status = 'AWAITING'", f"{SHIPMENT} set status = 'CANCELED'"),
    "UNITS_HELD": (
        "update order_item set return_held = 1, active = 1 where sku = 'lamp'",
        "update order_item set return_held = 0, active = 2 where sku = 'lamp'",
    ),
}
EXPIRED: Planted = {
    "RETURN_STATUS": (f"{REQUEST} set status = 'WITHDRAWN'", f"{REQUEST} set status = 'EXPIRED'"),
    "UNITS_HELD": WITHDRAWN["UNITS_HELD"],
}
WAIVED: Planted = {
    "RETURN_STATUS": (f"{REQUEST} set status = 'WITHDRAWN'", f"{REQUEST} set status = 'COMPLETED'"),
    "RETURN_LINES": (f"{LINE} set expected = 1", f"{LINE} set expected = 2"),
    "RELEASED_TOO_EARLY": (f"{SHIPMENT} set status = 'IN_TRANSIT'", f"{SHIPMENT} set status = 'WAIVED'"),
}
SCENES: dict[str, tuple[tuple[str, ...], Planted]] = {
    "AWAITING": ((), AT_HOME),
    "IN_TRANSIT": (("sendReturn",), ON_ITS_WAY),
    "LOST": (("sendReturn", "loseReturn"), GONE_ASTRAY),
    "RECEIVED": (("receiveReturn",), ARRIVED),
    "INSPECTED": (("receiveReturn", "inspectReturn"), GRADED),
    "WAIVED": (("waiveReturn",), WAIVED),
    "CANCELED": (("withdrawRequest",), WITHDRAWN),
    "EXPIRED": (("expires",), EXPIRED),
}
"""By the status of the goods: how they come there, and what is planted then."""


async def goods_in(market: Market, status: str) -> None:
    """A return of two lamps, with a bulb beside them, whose money goes when they are inspected."""
    await goods.settings(market, "ON_INSPECTION")
    order = await market.order(Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}, "4.00"))
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    shipment = await goods.confirmed(market, order, lamp=2)
    given: dict[str, dict[str, Any]] = {
        "sendReturn": {"trackingNumber": "1Z"},
        "inspectReturn": {"grades": [goods.grade(order, 2)]},
    }
    for step in SCENES[status][0]:
        if step == "expires":
            market.clock.pass_by(days=60)
        elif step == "withdrawRequest":
            await market.do(customer("ada"), step, requestId=shipment["request"]["id"])
        else:
            await goods.act(market, OWNER, step, shipment["id"], **given.get(step, {}))
    await market.work()
    assert (await goods.shown(market, shipment["id"]))["status"] == status


async def written_past_triggers(script: str) -> None:
    """Write what the database's own triggers would refuse."""
    script = f"begin; set local session_replication_role = replica; {script}; commit"
    await get_connection("default").execute_script(script)


@pytest.mark.parametrize("status", SCENES)
async def test_every_difference_that_is_planted_is_seen_wherever_the_goods_are(market: Market, status: str) -> None:
    await goods_in(market, status)
    assert await kinds(market) == []
    for what, (plant, take_out) in SCENES[status][1].items():
        await written_past_triggers(plant)
        assert what.split()[0] in await kinds(market), what
        await written_past_triggers(take_out)
        assert await kinds(market) == [], what


def test_differences_are_planted_wherever_goods_can_be_and_of_each_kind() -> None:
    assert set(SCENES) == set(ReturnStatus)
    planted = {what.split()[0] for _, scene in SCENES.values() for what in scene} | set(test_adjustments.PLANTED)
    assert {check.kind for check in CHECKS} <= planted


async def test_parts_and_their_successors_agree_with_their_items_and_plans(market: Market) -> None:
    order = await market.order()
    for ships in (False, True):
        if ships:
            await market.move(order, "north", "SHIPPED")
        sku = "bulb" if ships else "lamp"
        request = await market.request(order, **({"bulb": 1} if ships else {"lamp": 2}))
        accepted = [{"orderItemId": order.items[sku], "quantity": 1}]
        if ships:
            payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"], items=accepted)
        else:
            asked = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"], "rest": "KEEP_WAITING"}
            payload = await market.do(OWNER, "applyCancellation", **asked, accept=accepted)
        assert payload["userErrors"] == []
        assert await kinds(market) == []
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await kinds(market) == []


@pytest.mark.parametrize("spelling", ["N-1/0", " N-1/0", "N-1/0\u00a0"])
async def test_a_payment_that_an_older_version_let_two_orders_have_is_seen(market: Market, spelling: str) -> None:
    await paid(market)
    await market.order()
    await market.rows("update payment set reference = $1 where reference = 'N-2/0'", spelling)
    found = {one.kind: one for one in (await report(market)).differences}
    assert found.keys() == {"PAYMENT_SHARED", "PAYMENT_CAPTURED"}
    assert (found["PAYMENT_SHARED"].about, found["PAYMENT_SHARED"].sentence) == (
        "ledger:N-1/0",
        "2 orders have this payment, N-1 to N-2, and do not state its total",
    )
    await market.rows("update payment_reference set stated = true, captured_minor = 5680, total_minor = 5680")
    await market.rows("delete from payment_reference where reference = 'N-2/0'")
    assert await kinds(market) == []


async def test_a_plan_that_was_not_confirmed_in_time_is_stuck(market: Market) -> None:
    request = await market.request(await market.order(), lamp=1)
    await market.apply(request)
    market.clock.pass_by(minutes=15, seconds=1)
    assert await kinds(market) == []
    market.clock.pass_by(seconds=2)
    assert await kinds(market) == ["STUCK"]


class TwoBooks(LedgerGateway):
    """A ledger whose book shows what a test adds."""

    def __init__(self, real: LedgerGateway, *more: Credit) -> None:
        super().__init__(real.execute)
        self.more = more

    async def credits(self, since: Any) -> Any:
        async for line in super().credits(since):
            yield line
        for line in self.more:
            yield line


def credit(market_payment: str, key: str | None, outcome: Outcome = Outcome.SUCCEEDED) -> Credit:
    return Credit(
        key=key,
        reference="re_more",
        payment_reference=market_payment,
        amount_minor=2840,
        currency="EUR",
        outcome=outcome,
    )


async def test_two_credits_of_one_refund_and_one_made_by_hand_are_seen(market: Market) -> None:
    refund_id = await paid(market)
    (payment,) = await market.rows("select reference from payment")
    real = market.worker.gateways["ledger"]
    assert isinstance(real, LedgerGateway)
    for more, seen in [
        (credit(payment["reference"], refund_id), ["CREDIT_EXCEEDS", "PAID_TWICE"]),
        (credit(payment["reference"], refund_id, Outcome.FAILED), []),
        (credit(payment["reference"], None), ["CREDIT_EXCEEDS", "CREDIT_UNKNOWN"]),
        (credit("of a shop next door", None), []),
        (credit(payment["reference"], None, Outcome.FAILED), []),
    ]:
        market.worker.gateways = {"ledger": TwoBooks(real, more)}
        assert await kinds(market) == seen


class Silent(Bank):
    async def credits(self, since: Any) -> Any:
        async for line in super().credits(since):
            yield line
        raise GatewayUnknown("down")


async def test_a_gateway_that_shows_no_book_is_a_difference(market: Market) -> None:
    await paid(market)
    market.worker.gateways = {"ledger": Silent()}
    assert (await report(market)).differences == [Difference("GATEWAY_SILENT", "ledger", "down")]


async def test_a_failed_refund_is_no_difference_but_is_counted_as_waiting(market: Market) -> None:
    market.worker.gateways = {"ledger": Bank(script=[Outcome.FAILED])}
    await paid(market)
    found = await report(market)
    assert (found.differences, found.attention) == ([], 1)
    assert "1 failed refunds wait for the owner." in found.text()


async def test_a_difference_that_is_gone_at_the_second_look_is_none(market: Market) -> None:
    await paid(market)
    await market.rows('update "order" set refunded_minor = refunded_minor - 1')
    real = market.worker.gateways["ledger"]
    assert isinstance(real, LedgerGateway)
    market.worker.gateways = {"ledger": Mending(real, lambda: market.rows('update "order" set refunded_minor = 2840'))}
    assert await kinds(market) == []


class Mending(TwoBooks):
    """A ledger that lets something happen after it was read."""

    def __init__(self, real: LedgerGateway, then: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(real)
        self.then = then

    async def credits(self, since: Any) -> Any:
        async for line in super().credits(since):
            yield line
        await self.then()


async def test_it_can_look_at_what_is_recent_only(market: Market) -> None:
    await paid(market)
    await market.rows("delete from ledger_entry")
    assert (await report(market, since=market.clock() - timedelta(days=1))).differences
    assert (await report(market, since=market.clock() + timedelta(days=1))).differences == []


async def test_the_command_prints_every_difference_and_says_so_by_its_exit_code(market: Market) -> None:
    refund_id = await paid(market)
    well = command(market)
    assert (well.returncode, well.stdout) == (
        0,
        "1 plans, 1 refunds and 1 credits of the gateways compared: no differences.\n",
    )
    await market.rows("delete from ledger_entry")
    broken = command(market)
    assert broken.returncode == 1
    assert broken.stdout.splitlines()[0].split()[:2] == ["CREDIT_MISSING", refund_id]


def command(market: Market) -> "subprocess.CompletedProcess[str]":
    environment = {"DATABASE_URL": market.url, "PATH": "", "SECRET": "x" * 32}
    return subprocess.run(
        [sys.executable, "server.py", "reconcile"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_refund_that_was_settled_by_hand_needs_no_credit(market: Market) -> None:
    market.worker.gateways = {"ledger": Bank(script=[Outcome.FAILED])}
    refund_id = await paid(market)
    await market.do(OWNER, "settleRefund", refundId=refund_id, reference="Cheque 9")
    market.worker.gateways = {"ledger": Empty()}
    assert await kinds(market) == []


class Empty(Bank):
    async def refund(self, order: RefundOrder) -> Any:
        raise AssertionError("nothing is due")
