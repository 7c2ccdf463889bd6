"""What happens because time has passed: at the deadline of a request, and when nobody reports a delivery."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.calendar import Calendar
from domain.deadlines import STEPS
from domain.words import AtDeadline
from events.notifier import ProcessNotifier
from services.transition import Terms
from services.worker.due import Worker
from tests.market import OWNER, Market, Order, customer, seller

RESPONSE = timedelta(days=3)
ASSUMED = timedelta(days=45)
_REQUEST = """query R($id: ID!) { request(id: $id) { status waitingOn dueAt remindedAt escalatedAt version
  plan { status } rejection { by reason } timeline { action from to actor { role } } } }"""
_PACKAGE = """query P($id: ID!) { order(id: $id) { status packages { id status deliveryAssumed shippedAt deliveredAt
  returnUntil version } items { eligibility { quantity until blockers { code } } }
  timeline { action to actor { role } } } }"""


def choose(market: Market, choice: AtDeadline = AtDeadline.ESCALATE, *, calendar: Calendar | None = None) -> None:
    """Let the worker do the same at every step."""
    terms = Terms(at_deadline=dict.fromkeys(STEPS.values(), choice), calendar=calendar or Calendar())
    market.worker.commands = replace(market.worker.commands, terms=terms)


async def waits(market: Market, step: str) -> tuple[Order, str]:
    """A request at a step whose deadline begins now."""
    order = await market.order()
    if step == "return.seller":
        await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=2, bulb=1)
    if step == "cancel.seller":
        await market.apply(request)
        await market.move(order, "north", "SHIPPED")
        market.clock.pass_by(seconds=2)
        await market.work()
    return order, request["id"]


async def shown(market: Market, id: str) -> dict[str, Any]:
    request: dict[str, Any] = (await market.data(OWNER, _REQUEST, id=id))["request"]
    return request


def actions(request: dict[str, Any]) -> list[str]:
    """What the system has done to a request or an order."""
    return [event["action"] for event in request["timeline"] if event["actor"]["role"] == "SYSTEM"]


ENDS = {
    ("cancel.owner", "REMIND"): ("WAITING", "OWNER", None, "REMIND_REQUEST"),
    ("cancel.owner", "ESCALATE"): ("WAITING", "OWNER", None, "ESCALATE_REQUEST"),
    ("cancel.owner", "APPROVE"): ("WAITING", "SYSTEM", "WAITING", "APPLY_CANCELLATION"),
    ("cancel.owner", "REJECT"): ("REJECTED", "NONE", None, "REJECT_REQUEST"),
    ("cancel.owner", "EXPIRE"): ("EXPIRED", "NONE", None, "EXPIRE_REQUEST"),
    ("cancel.seller", "REMIND"): ("WAITING", "SELLER", "CONFIRMATION_WAITING", "REMIND_REQUEST"),
    ("cancel.seller", "ESCALATE"): ("WAITING", "OWNER", "CONFIRMATION_WAITING", "ESCALATE_REQUEST"),
    ("cancel.seller", "APPROVE"): ("COMPLETED", "NONE", "COMPLETED", "CONFIRM_REQUEST"),
    ("cancel.seller", "REJECT"): ("REJECTED", "NONE", "VOIDED", "REJECT_REQUEST"),
    ("cancel.seller", "EXPIRE"): ("EXPIRED", "NONE", "VOIDED", "EXPIRE_REQUEST"),
    ("return.seller", "REMIND"): ("WAITING", "SELLER", None, "REMIND_REQUEST"),
    ("return.seller", "ESCALATE"): ("WAITING", "OWNER", None, "ESCALATE_REQUEST"),
    ("return.seller", "APPROVE"): ("COMPLETED", "NONE", "COMPLETED", "CONFIRM_REQUEST"),
    ("return.seller", "REJECT"): ("REJECTED", "NONE", None, "REJECT_REQUEST"),
    ("return.seller", "EXPIRE"): ("EXPIRED", "NONE", None, "EXPIRE_REQUEST"),
}


@pytest.mark.parametrize(("step", "choice"), ENDS, ids=[f"{step}-{choice}" for step, choice in ENDS])
async def test_at_its_deadline_a_request_goes_where_the_setting_says(market: Market, step: str, choice: str) -> None:
    choose(market, AtDeadline[choice])
    _, id = await waits(market, step)
    before = await shown(market, id)
    market.clock.now = datetime.fromisoformat(before["dueAt"]) - timedelta(microseconds=1)
    await market.work()
    assert await shown(market, id) == before
    market.clock.pass_by(microseconds=1)
    await market.work()
    found = await shown(market, id)
    status, waiting_on, plan, action = ENDS[step, choice]
    assert (found["status"], found["waitingOn"], (found["plan"] or {}).get("status")) == (status, waiting_on, plan)
    assert actions(found)[len(actions(before))] == action
    assert (found["remindedAt"] is not None, found["escalatedAt"] is not None) == (
        choice == "REMIND",
        choice == "ESCALATE",
    )


async def test_by_itself_a_deadline_escalates(market: Market) -> None:
    for step in STEPS:
        _, id = await waits(market, step)
        market.clock.pass_by(days=3)
        await market.work()
        assert actions(await shown(market, id))[-1] == "ESCALATE_REQUEST"


@pytest.mark.parametrize("choice", ["REMIND", "ESCALATE"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_deadline_is_acted_on_once(market: Market, step: str, choice: str) -> None:
    choose(market, AtDeadline[choice])
    _, id = await waits(market, step)
    market.clock.pass_by(days=3)
    await market.work()
    once = await shown(market, id)
    assert once["dueAt"] is not None
    for days in (1, 30, -60, 60):
        market.clock.pass_by(days=days)
        await market.work()
    assert await shown(market, id) == once


async def test_what_the_tables_do_not_offer_goes_to_the_owner(market: Market) -> None:
    choose(market, AtDeadline.APPROVE)
    order, id = await waits(market, "cancel.owner")
    await market.move(order, "north", "SHIPPED")  # it can no longer be canceled
    market.clock.pass_by(days=3)
    await market.work()
    found = await shown(market, id)
    assert (found["status"], found["waitingOn"], actions(found)) == ("WAITING", "OWNER", ["ESCALATE_REQUEST"])


async def test_a_cancellation_that_its_deadline_applies_is_confirmed_like_any_other(market: Market) -> None:
    choose(market, AtDeadline.APPROVE)
    _, id = await waits(market, "cancel.owner")
    market.clock.pass_by(days=3)
    await market.work()
    market.clock.pass_by(seconds=2)
    await market.work()
    found = await shown(market, id)
    assert (found["status"], found["plan"]["status"]) == ("COMPLETED", "COMPLETED")
    assert actions(found)[:2] == ["APPLY_CANCELLATION", "APPLY_CANCELLATION"]


@pytest.mark.parametrize("step", ["return.seller", "cancel.seller"])
async def test_an_escalated_request_can_still_be_decided_by_its_seller(market: Market, step: str) -> None:
    order, id = await waits(market, step)
    market.clock.pass_by(days=3)
    await market.work()
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=id)
    assert payload["userErrors"] == []
    await market.work()
    found = await shown(market, id)
    assert (found["status"], found["waitingOn"], found["dueAt"]) == ("COMPLETED", "NONE", None)
    assert found["escalatedAt"] is None  # the journal says that it was late; the filter finds what still waits


@pytest.mark.parametrize("step", STEPS)
async def test_an_escalated_request_can_be_ended_by_the_owner_and_by_the_customer(market: Market, step: str) -> None:
    for actor, mutation, values in (
        (OWNER, "rejectRequest", {"reason": "The seller did not answer."}),
        (customer("ada"), "withdrawRequest", {}),
    ):
        _, id = await waits(market, step)
        market.clock.pass_by(days=3)
        await market.work()
        assert (await market.do(actor, mutation, requestId=id, **values))["userErrors"] == []


async def test_each_deadline_of_a_request_is_acted_on(market: Market) -> None:
    order, id = await waits(market, "cancel.owner")
    market.clock.pass_by(days=3)
    await market.work()
    await market.apply({"id": id})
    assert (await shown(market, id))["escalatedAt"] is None
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=2)
    await market.work()
    asked = await shown(market, id)
    assert (asked["waitingOn"], asked["escalatedAt"]) == ("SELLER", None)
    assert datetime.fromisoformat(asked["dueAt"]) == market.clock.now + RESPONSE
    market.clock.pass_by(days=3)
    await market.work()
    found = await shown(market, id)
    assert found["waitingOn"] == "OWNER"
    assert actions(found).count("ESCALATE_REQUEST") == 2


async def test_the_customer_reads_in_their_language_why_a_deadline_rejected(market: Market) -> None:
    choose(market, AtDeadline.REJECT)
    _, id = await waits(market, "return.seller")
    market.clock.pass_by(days=3)
    await market.work()
    rejection = (await market.data(customer("ada"), _REQUEST, id=id))["request"]["rejection"]
    assert rejection["by"] == "SYSTEM"
    assert rejection["reason"].startswith("Nobody decided on this request in time")
    (row,) = await market.rows("select rejection_reason from cancellation_request")
    assert row["rejection_reason"] == rejection["reason"]


# Whose clock.


async def test_a_worker_whose_clock_is_ahead_acts_on_no_deadline_too_early(market: Market) -> None:
    order, id = await waits(market, "return.seller")
    await market.rows("update cancellation_request set due_at = now() + interval '1 hour'")
    await market.rows("update package set shipped_at = now() - interval '44 days 23 hours'")
    market.clock.now = datetime.now(UTC) + timedelta(days=8)
    await market.work()
    assert actions(await shown(market, id)) == []
    assert (await package_of(market, order))["status"] == "SHIPPED"
    await market.rows("update cancellation_request set due_at = now() - interval '1 second'")
    await market.rows("update package set shipped_at = now() - interval '45 days 1 second'")
    await market.work()
    assert actions(await shown(market, id)) == ["ESCALATE_REQUEST"]
    assert (await package_of(market, order))["status"] == "DELIVERED"


async def test_a_deadline_is_acted_on_once_however_the_clock_is_stepped(market: Market) -> None:
    for step in STEPS:
        _, id = await waits(market, step)
        begun = market.clock.now
        for days in (2, -5, 3, 1, -2, 1, 1, 4, -1):
            market.clock.pass_by(days=days)
            await market.work()
            acted = market.clock.now >= begun + RESPONSE or "ESCALATE_REQUEST" in actions(await shown(market, id))
            assert actions(await shown(market, id)).count("ESCALATE_REQUEST") == acted


# Several at once.


def workers(market: Market, number: int) -> Iterable[Worker]:
    return [Worker(market.worker.commands, market.worker.gateways, ProcessNotifier()) for _ in range(number)]


async def test_of_eight_workers_one_acts_on_a_deadline(market: Market) -> None:
    requests = [await waits(market, step) for step in (*STEPS, *STEPS)]
    market.clock.pass_by(days=3, seconds=9)

    async def works(worker: Worker) -> None:
        while await worker.once():
            pass

    await asyncio.gather(*(works(worker) for worker in workers(market, 8)))
    await market.work()
    for _, id in requests:
        assert actions(await shown(market, id)).count("ESCALATE_REQUEST") == 1


@pytest.mark.parametrize("choice", ["REJECT", "APPROVE", "EXPIRE"])
async def test_a_deadline_and_a_decision_at_once_have_one_winner(market: Market, choice: str) -> None:
    choose(market, AtDeadline[choice])
    for _ in range(4):
        order, id = await waits(market, "return.seller")
        market.clock.pass_by(days=3)
        actor, mutation, values = random.choice(
            [
                (seller(order, "north"), "confirmRequest", {}),
                (customer("ada"), "withdrawRequest", {}),
                (OWNER, "rejectRequest", {"reason": "No"}),
            ]
        )
        decide = market.do(actor, mutation, requestId=id, **values)
        payload, *_ = await asyncio.gather(decide, *(worker.once() for worker in workers(market, 3)))
        await market.work()
        found = await shown(market, id)
        ended = [event for event in found["timeline"] if event["from"] == "WAITING" and event["to"] != "WAITING"]
        ended = [event for event in ended if event["action"] not in ("CREATE_REFUND", "SEND_REFUND")]
        assert len({event["actor"]["role"] for event in ended}) == 1
        assert (ended[0]["actor"]["role"] == "SYSTEM") is bool(payload["userErrors"])


# Deliveries.


async def package_of(market: Market, order: Order) -> dict[str, Any]:
    found: dict[str, Any] = (await market.data(OWNER, _PACKAGE, id=order.id))["order"]
    return {**found, **found["packages"][0], "order": found["status"], "status": found["packages"][0]["status"]}


async def under_way(market: Market) -> Order:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    return order


async def test_a_package_that_nobody_reports_counts_as_delivered(market: Market) -> None:
    order = await under_way(market)
    shipped = market.clock.now
    market.clock.now = shipped + ASSUMED - timedelta(microseconds=1)
    await market.work()
    before = await package_of(market, order)
    assert (before["status"], before["deliveryAssumed"], before["returnUntil"]) == ("SHIPPED", False, None)
    market.clock.pass_by(days=2)
    await market.work()
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"], found["order"]) == ("DELIVERED", True, "DELIVERED")
    assert datetime.fromisoformat(found["deliveredAt"]) == shipped + ASSUMED
    last_day = (shipped + ASSUMED + timedelta(days=14)).date()
    assert datetime.fromisoformat(found["returnUntil"]) == datetime.combine(last_day, datetime.max.time(), UTC)
    assert actions(found)[-1] == "ASSUME_DELIVERY"
    version = found["version"]
    market.clock.pass_by(days=1)
    await market.work()
    assert (await package_of(market, order))["version"] == version


async def assumed(market: Market) -> Order:
    order = await under_way(market)
    market.clock.now += ASSUMED
    await market.work()
    market.clock.pass_by(days=20)  # the assumed window has closed
    eligible = (await market.data(customer("ada"), _PACKAGE, id=order.id))["order"]["items"][0]["eligibility"]
    assert eligible["blockers"] == [{"code": "RETURN_WINDOW_CLOSED"}]
    return order


async def test_a_report_of_the_delivery_corrects_what_was_assumed(market: Market) -> None:
    order = await assumed(market)
    await market.move(order, "north", "DELIVERED")
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"]) == ("DELIVERED", False)
    assert datetime.fromisoformat(found["deliveredAt"]) == market.clock.now
    eligible = (await market.data(customer("ada"), _PACKAGE, id=order.id))["order"]["items"][0]["eligibility"]
    assert (eligible["quantity"], eligible["until"], eligible["blockers"]) == (2, found["returnUntil"], [])


async def test_a_report_that_the_delivery_failed_takes_back_what_was_assumed(market: Market) -> None:
    order = await assumed(market)
    await market.move(order, "north", "DELIVERY_FAILED")
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"], found["order"]) == ("DELIVERY_FAILED", False, "SHIPPING")
    assert found["deliveredAt"] is found["returnUntil"] is None


async def test_a_package_that_is_sent_again_counts_as_delivered_as_long_after_that(market: Market) -> None:
    order = await assumed(market)
    first = (await package_of(market, order))["shippedAt"]
    await market.move(order, "north", "SHIPPED")
    again = market.clock.now
    await market.work()
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"], found["shippedAt"]) == ("SHIPPED", False, first)
    market.clock.now = again + ASSUMED
    await market.work()
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"]) == ("DELIVERED", True)
    assert datetime.fromisoformat(found["deliveredAt"]) == again + ASSUMED


@pytest.mark.parametrize("status", ["DELIVERED", "DELIVERY_FAILED", "SHIPPED"])
async def test_a_delivery_that_was_reported_is_not_changed(market: Market, status: str) -> None:
    order = await under_way(market)
    await market.move(order, "north", "DELIVERED")
    payload = await market.do(
        seller(order, "north"), "updatePackageStatus", packageId=order.packages["north"], status=status
    )
    assert [error["code"] for error in payload["userErrors"]] == ["WRONG_STATUS"]
    text = "query A($id: ID!) { order(id: $id) { packages { allowedActions { action enabled } } } }"
    (package,) = (await market.data(seller(order, "north"), text, id=order.id))["order"]["packages"]
    offers = {each["action"]: each["enabled"] for each in package["allowedActions"]}
    assert offers["UPDATE_PACKAGE_STATUS"] is False
    assert offers["REVERT_PACKAGE_STATUS"]  # its seller may still take it back


async def test_a_package_that_failed_is_not_assumed_to_be_delivered(market: Market) -> None:
    order = await under_way(market)
    await market.move(order, "north", "DELIVERY_FAILED")
    market.clock.now += ASSUMED * 2
    await market.work()
    assert (await package_of(market, order))["status"] == "DELIVERY_FAILED"
    await market.move(order, "north", "SHIPPED")
    await market.work()
    assert (await package_of(market, order))["status"] == "SHIPPED"  # its days begin anew


async def test_a_marketplace_may_assume_no_delivery(market: Market) -> None:
    choose(market, calendar=Calendar(assumed_after=None))
    order = await under_way(market)
    market.clock.now += ASSUMED * 4
    await market.work()
    assert (await package_of(market, order))["status"] == "SHIPPED"


async def test_a_package_delivered_at_an_unknown_time_gets_a_window(market: Market) -> None:
    """Such rows were stored before 0.2.0; the migration has noted when their order was placed."""
    order = await under_way(market)
    since = market.clock.now - timedelta(days=100)
    await market.rows("update package set status = 'DELIVERED', shipped_at = null, under_way_since = $1", since)
    await market.work()
    found = await package_of(market, order)
    assert (found["status"], found["deliveryAssumed"]) == ("DELIVERED", True)
    assert datetime.fromisoformat(found["deliveredAt"]) == since + ASSUMED
    assert actions(found)[-1] == "ASSUME_DELIVERY"


async def test_a_package_emptied_on_its_way_stops_no_other(market: Market) -> None:
    emptied, other = await under_way(market), None
    request = await market.request(emptied, lamp=2, bulb=1)
    await market.do(seller(emptied, "north"), "confirmRequest", requestId=request["id"])
    await market.work()
    other = await under_way(market)
    market.clock.now += ASSUMED
    await market.work()
    assert [(await package_of(market, order))["status"] for order in (emptied, other)] == ["DELIVERED"] * 2
    assert (await package_of(market, emptied))["order"] == "REFUNDED"


async def test_of_eight_workers_one_assumes_a_delivery(market: Market) -> None:
    orders = [await under_way(market) for _ in range(3)]
    market.clock.now += ASSUMED
    for _ in range(3):
        await asyncio.gather(*(worker.once() for worker in workers(market, 8)))
    for order in orders:
        assert actions(await package_of(market, order)).count("ASSUME_DELIVERY") == 1


async def test_many_old_packages_hold_up_nothing_that_is_due(market: Market) -> None:
    """Each step of the worker takes at most one of them, and one of everything else."""
    for _ in range(6):
        await under_way(market)
    market.clock.now += ASSUMED
    await market.apply(await market.request(await market.order(), lamp=1))
    market.clock.pass_by(seconds=2)
    assert await market.worker.once()
    (found,) = await market.rows(
        "select (select count(*) from package where delivery_assumed) as assumed, (select status from refund) as refund"
    )
    assert found == {"assumed": 1, "refund": "SUCCEEDED"}


async def test_what_a_decision_leaves_of_an_escalated_request_stays_with_the_owner(market: Market) -> None:
    choose(market)
    order, id = await waits(market, "return.seller")
    market.clock.pass_by(days=4)
    await market.rows("update cancellation_request set due_at = now() - interval '1 day' where id = $1", id)
    market.clock.now = (await market.rows("select now() as now"))[0]["now"]
    await market.work()
    part = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    decided = {"requestId": id, "items": part, "rest": "KEEP_WAITING"}
    payload = await market.do(seller(order, "north"), "confirmRequest", "request { successors { id } }", **decided)
    rest = await shown(market, payload["request"]["successors"][0]["id"])
    assert (rest["waitingOn"], rest["escalatedAt"] is not None) == ("OWNER", True)
    assert (await shown(market, id))["escalatedAt"] is None
    await market.work()
    assert "ESCALATE_REQUEST" not in actions(rest)
