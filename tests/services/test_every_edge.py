"""Every edge of the tables is taken by each role that they name: `transitions` publishes none that nobody can take.

The scenes speak to the API and the worker as anybody does; what they took stands in the journal.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection

from domain.tables import TABLE, Edge
from domain.words import AtDeadline, DisputeStatus, PackageStatus, Role, Subject
from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, ShownDispute
from services.acts.refunds import GatewayReport, apply_report
from services.intake.importing.entries import FilePosition, Sold
from services.intake.importing.jsonl import order_of
from services.worker.gateway_reports import record, tell_dispute
from tests import figures
from tests.adjusted import adjustment, allowed
from tests.every_return import goods_go_every_way
from tests.labels import labels_go_every_way
from tests.market import OWNER, POLICY, Market, Order, customer, seller
from tests.services.intake.files import import_entries, order_line
from tests.services.worker.test_clocks import choose
from tests.services.worker.test_refunds import Bank, approved, bank, leased, shown
from tests.withdrawals import withdrawals_go_every_way

__all__ = ["bank"]  # a fixture
K = PackageStatus
SAME_FOR_BOTH = (Subject.REFUND, Subject.RETURN_SHIPMENT)
_TAKEN = """
select e.subject, e.action, e.from_status, e.to_status, e.actor_role, q.transaction
from event e left join cancellation_request q on q.id = e.request_id group by 1, 2, 3, 4, 5, 6
"""
_REFUND = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id where t.id = $1 for no key update of o
"""


async def moved(market: Market, order: Order, status: str, by: Role) -> None:
    actor = OWNER if by is Role.OWNER else seller(order, "north")
    given: dict[str, Any] = {"packageId": order.packages["north"], "despiteRequests": True}
    assert (await market.do(actor, "updatePackageStatus", **given, status=status))["userErrors"] == []


async def packages_go_everywhere(market: Market) -> None:
    """A package goes all ways that people may move it, by the seller and by the owner."""
    there_and_back = ("READY_TO_SHIP", "PREPARING", "SHIPPED", "DELIVERY_FAILED", "SHIPPED", "DELIVERY_FAILED")
    for by in (Role.SELLER, Role.OWNER):
        for way in (
            there_and_back,
            ("READY_TO_SHIP", "SHIPPED", "DELIVERED"),
            ("SHIPPED", "DELIVERY_FAILED", "DELIVERED"),
        ):
            order = await market.order()
            for status in way:
                await moved(market, order, status, by)


async def changes_are_taken_back(market: Market) -> None:
    """Every change that people may make of a package is taken back by the seller and by the owner."""
    ways: tuple[tuple[str | None, ...], ...] = (
        ("READY_TO_SHIP", None, "SHIPPED", None, "READY_TO_SHIP", "PREPARING", None, "SHIPPED", None),
        ("SHIPPED", "DELIVERED", None, "DELIVERY_FAILED", None),
        ("SHIPPED", "DELIVERY_FAILED", "SHIPPED", None, "DELIVERED", None),
    )
    for by in (Role.SELLER, Role.OWNER):
        for way in ways:
            order = await market.order()
            for status in way:
                await (moved(market, order, status, by) if status else taken_back(market, order, by))
        order = await market.order()
        await moved(market, order, "SHIPPED", by)
        market.clock.now = await shipped_long_ago(order)
        await market.work()
        for corrected in ("DELIVERED", "DELIVERY_FAILED", "SHIPPED"):
            await moved(market, order, corrected, by)
            await taken_back(market, order, by)
    order = await market.order()
    await market.apply(await market.request(order, lamp=2))
    await market.move(order, "north", "SHIPPED")
    await later(market)
    await taken_back(market, order, Role.SELLER)


async def taken_back(market: Market, order: Order, by: Role) -> None:
    actor = OWNER if by is Role.OWNER else seller(order, "north")
    payload = await market.do(actor, "revertPackageStatus", packageId=order.packages["north"])
    assert payload["userErrors"] == [], payload


async def packages_are_split(market: Market) -> None:
    for by in (Role.SELLER, Role.OWNER):
        for status in ("PREPARING", "READY_TO_SHIP"):
            order = await market.order()
            if status == "READY_TO_SHIP":
                await moved(market, order, status, by)
            actor = OWNER if by is Role.OWNER else seller(order, "north")
            items = [{"orderItemId": order.items["lamp"], "quantity": 1}]
            payload = await market.do(actor, "splitPackage", packageId=order.packages["north"], items=items)
            assert payload["userErrors"] == []


async def packages_come_in_from_files(market: Market) -> None:
    """A file has packages that stand anywhere."""
    found = []
    for status in (K.PREPARING, K.READY_TO_SHIP, K.SHIPPED, K.DELIVERED, K.DELIVERY_FAILED):
        line = order_line(f"file-{status}")
        package = line["sellerOrders"][0]["packages"][0]
        package["status"] = status
        found.append(Sold(order_of(line), FilePosition(Path("a file"), 1)))
    report, _ = await import_entries(found)
    assert report.imported == len(found)


async def orders_come_in_with_a_past(market: Market) -> None:
    """Units were canceled and returned before their orders came in, by the API and from a file."""
    await market.do(OWNER, "createOrder", **with_past(order_line("with a past"), "canceledBefore", "changed_mind"))
    found = []
    for field, reason in (("canceledBefore", "changed_mind"), ("returnedBefore", "does_not_fit")):
        line = with_past(order_line(field), field, reason)
        line["sellerOrders"][0]["packages"][0]["status"] = "DELIVERED"
        found.append(Sold(order_of(line), FilePosition(Path("a file"), 1)))
    report, problems = await import_entries(found)
    assert (report.imported, problems) == (2, [])


def with_past(line: dict[str, Any], field: str, reason: str) -> dict[str, Any]:
    """The same order, of which a unit went back and nothing was paid back."""
    line["sellerOrders"][0]["packages"][0]["items"][0][field] = {"quantity": 1, "reason": reason, "amount": "0"}
    return line


async def deliveries_are_assumed_and_corrected(market: Market) -> None:
    """Nobody reports a delivery for a long time; then somebody does, or something else."""
    for by in (Role.SELLER, Role.OWNER):
        for status in ("DELIVERED", "DELIVERY_FAILED", "SHIPPED"):
            order = await market.order()
            await moved(market, order, "SHIPPED", by)
            market.clock.now = await shipped_long_ago(order)
            await market.work()
            await moved(market, order, status, by)
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    await shipped_long_ago(order, more="delivered_at = null")  # as orders of before 0.2.0 could come in
    await market.work()


async def shipped_long_ago(order: Order, more: str = "delivered_at = delivered_at") -> Any:
    """Make a package's hand-over old, by the database's clock as well; the present."""
    db = get_connection("default")
    await db.execute_query(
        f"update package set shipped_at = now() - interval '90 days', {more} where id = $1", [order.packages["north"]]
    )
    return (await db.execute_query_dict("select now() as now"))[0]["now"]


async def a_ready_package_is_emptied(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "READY_TO_SHIP")
    await market.apply(await market.request(order, lamp=2, bulb=1))
    await later(market)


async def later(market: Market) -> None:
    market.clock.pass_by(seconds=3)
    await market.work()


async def requests_open_and_end(market: Market) -> None:
    """Requests are opened, withdrawn, converted, rejected and confirmed by everybody who may."""
    for by in ("CUSTOMER", "OWNER"):
        for sent in (False, True):
            order, id = await opened_by(market, by, sent=sent)
            await ends(market, customer("ada") if by == "CUSTOMER" else OWNER, "withdrawRequest", id)
        order, id = await opened_by(market, by, sent=False)
        await market.move(order, "north", "SHIPPED")
        await ends(market, customer("ada") if by == "CUSTOMER" else OWNER, "convertToReturn", id)
        for actor in (seller(order, "north"), OWNER):
            order, id = await opened_by(market, by, sent=True)
            actor = OWNER if actor is OWNER else seller(order, "north")
            await ends(market, actor, "rejectRequest", id, reason="No")
        _, id = await opened_by(market, by, sent=False)
        await ends(market, OWNER, "rejectRequest", id, reason="No")
    order, id = await opened_by(market, "SELLER", sent=False)
    await ends(market, seller(order, "north"), "withdrawRequest", id)
    for by_owner in (False, True):
        order, id = await opened_by(market, "CUSTOMER", sent=True)
        note = {"note": "The seller is silent."} if by_owner else {}
        await ends(market, OWNER if by_owner else seller(order, "north"), "confirmRequest", id, **note)
    await later(market)


async def opened_by(market: Market, by: str, *, sent: bool) -> tuple[Order, str]:
    order = await market.order()
    if sent:
        await market.move(order, "north", "SHIPPED")
    actor = {"CUSTOMER": customer("ada"), "OWNER": OWNER, "SELLER": seller(order, "north")}[by]
    reason = "sold_out" if by == "SELLER" else "does_not_fit" if sent else "changed_mind"
    items = [{"orderItemId": order.items["lamp"], "quantity": 2, "reason": reason}]
    policy = {"policyVersion": POLICY} if by == "CUSTOMER" else {}
    payload = await market.do(actor, "requestReturn", "requests { id }", orderId=order.id, items=items, **policy)
    assert payload["userErrors"] == [], payload
    return order, payload["requests"][0]["id"]


async def ends(market: Market, actor: Any, mutation: str, id: str, **more: Any) -> None:
    payload = await market.do(actor, mutation, requestId=id, **more)
    assert payload["userErrors"] == [], (mutation, payload)


async def the_owner_cancels_and_returns_by_itself(market: Market) -> None:
    for sent in (False, True):
        order = await market.order()
        if sent:
            await market.move(order, "north", "SHIPPED")
        item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit" if sent else "changed_mind"}
        way: dict[str, Any] = {
            "transaction": "REFUND" if sent else "CANCEL",
            "confirm": True,
            "orderId": order.id,
            "items": [item],
        }
        assert (await market.do(OWNER, "applyCancellation", **way))["userErrors"] == []
    await later(market)


async def a_request_is_decided_in_part(market: Market) -> None:
    for transaction, sent in (("CANCEL", False), ("REFUND", True)):
        order = await market.order()
        if sent:
            await market.move(order, "north", "SHIPPED")
        request = await market.request(order, lamp=2)
        part = [{"orderItemId": order.items["lamp"], "quantity": 1}]
        if sent:
            await ends(market, seller(order, "north"), "confirmRequest", request["id"], items=part, rest="KEEP_WAITING")
        else:
            way: dict[str, Any] = {"transaction": transaction, "confirm": True, "accept": part, "rest": "KEEP_WAITING"}
            await ends(market, OWNER, "applyCancellation", request["id"], **way)


async def the_owner_pays_an_allowance(market: Market) -> None:
    order = await market.order()
    await allowed(market, order, adjustment("ALLOWANCE", "1.00", orderItemId=order.items["lamp"]))
    await market.work()


async def packages_leave_meanwhile(market: Market) -> None:
    """A cancellation is put to the seller, before it is applied or after, and ends in each way."""
    decisions: list[tuple[Any, str, dict[str, Any]]] = [
        ("seller", "confirmRequest", {}),
        ("owner", "confirmRequest", {"note": "The seller is silent."}),
        ("seller", "rejectRequest", {"reason": "Too late"}),
        ("customer", "withdrawRequest", {}),
    ]
    for early in (True, False):
        for who, mutation, more in decisions:
            order = await market.order()
            request = await market.request(order, lamp=2, bulb=1)
            if early:
                await market.apply(request)
            await market.move(order, "north", "SHIPPED")
            if not early:
                await market.apply(request)
            await later(market)
            actor = {"seller": seller(order, "north"), "owner": OWNER, "customer": customer("ada")}[who]
            await ends(market, actor, mutation, request["id"], **more)
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await ends(market, customer("ada"), "withdrawRequest", request["id"])


async def deadlines_pass(market: Market) -> None:
    """Each choice is made at each step at which a request can wait."""
    for choice in AtDeadline:
        waiting = []
        for step in ("cancel.owner", "cancel.seller", "return.seller"):
            order = await market.order()
            if step == "return.seller":
                await market.move(order, "north", "SHIPPED")
            request = await market.request(order, lamp=2, bulb=1)
            if step == "cancel.seller":
                await market.move(order, "north", "SHIPPED")
                await market.apply(request)
            waiting.append(request["id"])
        await get_connection("default").execute_query(
            "update cancellation_request set due_at = now() - interval '1 day' where id = any($1)", [waiting]
        )
        choose(market, choice)
        market.clock.now = (await market.rows("select now() as now"))[0]["now"]
        await market.work()
    await later(market)


async def refunds_go_every_way(market: Market, bank: Bank) -> None:
    """Answers are lost, late, negative or taken back."""
    lost, no, yes = GatewayUnknown("down"), Outcome.FAILED, Outcome.SUCCEEDED
    for script in ([lost, no], [lost, None, yes], [lost, yes], [Outcome.PENDING, Outcome.PENDING, yes]):
        bank.script = list(script)
        await approved(market)
        for _ in range(4):
            await market.work()
            market.clock.pass_by(days=1)
    await approved(market)
    call = await leased(market)
    market.clock.pass_by(seconds=61)
    assert await leased(market) is None
    bank.script = [yes]
    await market.worker.execute(call)
    ways: list[tuple[list[Any], str, dict[str, str]]] = [
        ([lost], "settleRefund", {"reference": "Cheque 1"}),
        ([yes], "retryRefund", {}),
    ]
    for answers, mutation, more in ways:
        refund_id = await sent(market, bank, answers)
        await answered(market, refund_id, no)
        assert (await market.do(OWNER, mutation, refundId=refund_id, **more))["userErrors"] == []
    refund_id = await sent(market, bank, [lost])
    assert (await market.do(OWNER, "settleRefund", refundId=refund_id, reference="Cheque 2"))["userErrors"] == []


async def money_goes_back_elsewhere(market: Market, bank: Bank) -> None:
    """Somebody pays back at the gateway by hand: before a decision, before a refund is sent, after, and once the bank
    has sent it back."""
    for script in ([], [Outcome.FAILED], [GatewayUnknown("down")]):
        bank.script = script
        order, _ = await approved(market)
        if script:
            await market.work()
        await moved_by_hand(market, order, 2840)
        market.clock.pass_by(days=1)
        await market.work()
    for paid_before in (True, False):
        canceled, returned = await market.order(), await market.order()
        for order in (canceled, returned) if paid_before else ():
            await moved_by_hand(market, order, 9999)
        await market.apply(await market.request(canceled, lamp=2))
        await market.move(returned, "north", "SHIPPED", "DELIVERED")
        request = await market.request(returned, lamp=2)
        await market.do(seller(returned, "north"), "confirmRequest", requestId=request["id"])
        await later(market)
        for order in (canceled, returned):
            for refund in await market.rows("select id from refund where order_id = $1", order.id):
                await answered(market, refund["id"], Outcome.FAILED)
                await moved_by_hand(market, order, 1)
            (plan,) = await market.rows("select id from cancellation_plan where order_id = $1", order.id)
            reference = f"re_{order.number}" if paid_before else f"Cheque for {order.number}"
            payload = await market.do(OWNER, "settleShortfall", planId=plan["id"], reference=reference)
            assert payload["userErrors"] == [], payload


async def payments_are_disputed(market: Market, bank: Bank) -> None:
    """Customers dispute payments: under refunds in every status, and with every order of news."""
    for script in ([], [Outcome.PENDING], [Outcome.FAILED], [GatewayUnknown("down")]):
        bank.script = []
        await market.work()
        order, _ = await approved(market)
        bank.script = script
        if script:
            await market.work()
        for status in (DisputeStatus.OPEN, DisputeStatus.WON):
            assert await disputed(market, order, status)
    inquiry, taken, won, lost = DisputeStatus
    for news in ((inquiry, inquiry, taken, taken, lost), (inquiry, won), (inquiry, lost), (won,), (lost,)):
        order = await market.order()
        for minutes, status in enumerate(news):
            assert await disputed(market, order, status, minutes)


async def disputed(market: Market, order: Order, status: DisputeStatus, minutes: int = 0) -> bool:
    now = market.clock()
    shown = ShownDispute(
        reference=f"du_{order.number}",
        payments=(f"{order.number}/0",),
        status=status,
        amount_minor=100 + minutes,
        currency="EUR",
        opened_at=now,
        shown_at=now + timedelta(minutes=minutes),
    )
    return await tell_dispute(market.worker.commands, "ledger", shown)


async def moved_by_hand(market: Market, order: Order, minor: int) -> None:
    credit = Credit(
        key=None,
        reference=f"re_{order.number}",
        payment_reference=f"{order.number}/0",
        amount_minor=minor,
        currency="EUR",
        outcome=Outcome.SUCCEEDED,
    )
    assert await record(market.worker.commands, "ledger", credit)


async def sent(market: Market, bank: Bank, script: list[Any]) -> str:
    """A refund that was sent, and what came of it stands in the script."""
    bank.script = []
    await market.work()
    _, id = await approved(market)
    bank.script = script
    while (await shown(market, id))[1]["status"] == "PENDING":
        assert await market.worker.send_one(market.clock())
    return str((await shown(market, id))[1]["id"])


async def answered(market: Market, refund_id: str, outcome: Outcome) -> None:
    """The gateway reports of a refund by itself."""
    (row,) = await market.rows(
        "select external_reference as ref, retry_count as retry from refund where id = $1", refund_id
    )
    report = GatewayReport(row["retry"], Answer(outcome, row["ref"]))
    assert await market.worker.commands.work_on_due(_REFUND, [refund_id], lambda at, row: apply_report(at, row, report))


def parted(edge: Edge) -> Iterator[tuple[str, ...]]:
    """An edge as the journal has it, once for each role and type."""
    both: list[str | None] = ["CANCEL", "REFUND"]
    of_subject: dict[Subject, list[str | None]] = {
        Subject.PACKAGE: [None],
        Subject.LABEL: ["REFUND"],
        Subject.DISPUTE: [None],
        Subject.WITHDRAWAL: [None],
    }
    types = of_subject.get(edge.subject, both)
    for role in edge.roles:
        for transaction in [edge.transaction] if edge.transaction else types:
            yield tuple(map(str, (edge.subject, edge.action, transaction, edge.source, edge.target, role)))


@pytest.mark.timeout(240)
async def test_every_edge_is_taken_by_each_of_its_roles(market: Market, bank: Bank) -> None:
    await packages_go_everywhere(market)
    await packages_come_in_from_files(market)
    await goods_go_every_way(market)
    await changes_are_taken_back(market)
    await packages_are_split(market)
    await orders_come_in_with_a_past(market)
    await a_ready_package_is_emptied(market)
    await requests_open_and_end(market)
    await the_owner_cancels_and_returns_by_itself(market)
    await a_request_is_decided_in_part(market)
    await the_owner_pays_an_allowance(market)
    await packages_leave_meanwhile(market)
    await figures.counted(market)
    await refunds_go_every_way(market, bank)
    await money_goes_back_elsewhere(market, bank)
    await payments_are_disputed(market, bank)
    bank.script = []
    await deadlines_pass(market)
    await deliveries_are_assumed_and_corrected(market)
    await labels_go_every_way(market)
    await withdrawals_go_every_way(market)
    taken = {
        tuple(str(row[name]) for name in ("subject", "action", "transaction", "from_status", "to_status", "actor_role"))
        for row in await market.rows(_TAKEN)
    }
    either = {(*step[:2], "*", *step[3:]) for step in taken}
    missing = [
        step
        for edge in TABLE
        for step in parted(edge)
        # what is about money or goods is the same for both types, so one of them is enough
        if step not in taken and not (edge.subject in SAME_FOR_BOTH and (*step[:2], "*", *step[3:]) in either)
    ]
    assert missing == []
    await figures.hold(market)
