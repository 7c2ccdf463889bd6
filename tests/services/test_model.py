"""Random commands against a plain model of the ledger and the statuses, and the invariants after each walk."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import Actor
from tests.market import OWNER, POLICY, Market, Order, customer, opened, seller
from tests.services.model import Line, OneOrder

WALKS = int(os.environ.get("RETOUR_WALKS", "40"))
SKUS = ("lamp", "bulb")
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

some_units = st.dictionaries(st.sampled_from(SKUS), st.integers(0, 3), min_size=1)
which = st.integers(0, 3)
commands = st.one_of(
    st.tuples(st.just("ask"), some_units, st.sampled_from(["CUSTOMER", "SELLER"])),
    st.tuples(
        st.just("move"), st.sampled_from(["READY_TO_SHIP", "PREPARING", "SHIPPED", "DELIVERED", "DELIVERY_FAILED"])
    ),
    st.tuples(st.just("apply"), which),
    st.tuples(st.just("confirm"), which, st.none() | some_units),
    st.tuples(st.just("reject"), which, st.sampled_from(["SELLER", "OWNER"])),
    st.tuples(st.just("withdraw"), which, st.sampled_from(["CUSTOMER", "SELLER", "OWNER"])),
    st.tuples(st.just("tick")),
)


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for all walks; each walk has an order of its own."""
    from tests.conftest import fresh

    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


@given(walk=st.lists(commands, min_size=4, max_size=16))
@settings(
    max_examples=WALKS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_random_commands_do_what_the_model_says(bazaar: Market, walk: list[tuple[Any, ...]]) -> None:
    order = await bazaar.order()
    model = OneOrder({"lamp": Line(2), "bulb": Line(1)})
    ids: list[str] = []
    for step in walk:
        expected, accepted = await take(bazaar, order, model, ids, step)
        assert accepted == expected, (step, walk)
    assert await picture(bazaar, order) == model.picture()
    await invariants(bazaar, order)


async def take(
    market: Market, order: Order, model: OneOrder, ids: list[str], step: tuple[Any, ...]
) -> tuple[bool, bool]:
    """Take one step in both worlds; whether the model and the server accept it."""
    name, *args = step
    if name == "tick":
        model.tick()
        market.clock.pass_by(seconds=3)
        await market.work()
        return True, True
    if name == "move":
        moved = await market.do(
            seller(order, "north"), "updatePackageStatus", packageId=order.packages["north"], status=args[0]
        )
        return model.move(args[0]), not moved["userErrors"]
    if name == "ask":
        return model.ask(dict(args[0]), args[1]), await ask(market, order, ids, args[0], args[1])
    if not ids:
        return True, True
    one, id = model.asked[args[0] % len(ids)], ids[args[0] % len(ids)]
    if name == "apply":
        payload = await market.do(OWNER, "applyCancellation", transaction="CANCEL", confirm=True, requestId=id)
        return model.apply(one), not payload["userErrors"]
    if name == "confirm":
        items = [{"orderItemId": order.items[sku], "quantity": n} for sku, n in (args[1] or {}).items()]
        payload = await market.do(seller(order, "north"), "confirmRequest", requestId=id, items=items)
        return model.confirm(one, args[1]), not payload["userErrors"]
    if name == "reject":
        actor = OWNER if args[1] == "OWNER" else seller(order, "north")
        payload = await market.do(actor, "rejectRequest", requestId=id, reason="No")
        return model.reject(one, args[1]), not payload["userErrors"]
    payload = await market.do(actors(order)[args[1]], "withdrawRequest", requestId=id)
    return model.withdraw(one, args[1]), not payload["userErrors"]


def actors(order: Order) -> dict[str, Actor]:
    """Who acts, by the role."""
    return {"CUSTOMER": customer("ada"), "SELLER": seller(order, "north"), "OWNER": OWNER}


async def ask(market: Market, order: Order, ids: list[str], units: dict[str, int], by: str) -> bool:
    package = (await market.rows("select status from package where order_id = $1", order.id))[0]["status"]
    reason = "does_not_fit" if package in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED") else "changed_mind"
    items = [{"orderItemId": order.items[sku], "quantity": n, "reason": reason} for sku, n in units.items()]
    if by == "SELLER":
        items = [item | {"reason": "sold_out"} for item in items]
    payload = await market.do(
        actors(order)[by], "requestReturn", "requests { id }", orderId=order.id, items=items, policyVersion=POLICY
    )
    ids.extend(one["id"] for one in payload["requests"])
    return not payload["userErrors"]


async def picture(market: Market, order: Order) -> dict[str, Any]:
    """How everything stands by the API, in the model's terms."""
    text = """query Q($id: ID!) { order(id: $id) { packages { status }
      items { sku active cancelHeld returnHeld canceled returned }
      requests { transaction status plan { status } } } }"""
    found = (await market.data(OWNER, text, id=order.id))["order"]
    return {
        "package": found["packages"][0]["status"],
        "lines": {
            one["sku"]: (one["active"], one["cancelHeld"] + one["returnHeld"], one["canceled"], one["returned"])
            for one in found["items"]
        },
        "requests": [
            (one["transaction"], one["status"], one["plan"] and one["plan"]["status"]) for one in found["requests"]
        ],
    }


async def invariants(market: Market, order: Order) -> None:
    """I1 to I4, I6, I7 and I12 on everything of the order."""
    (ledger,) = await market.rows(
        "select bool_and(quantity = active + cancel_held + canceled + return_held + returned"
        " and least(active, cancel_held, canceled, return_held, returned) >= 0) as whole"
        " from order_item where order_id = $1",
        order.id,
    )
    assert ledger["whole"]
    held = await market.rows(
        "select i.id from order_item i left join (select l.order_item_id, sum(l.quantity) n from request_item l"
        " where l.open group by 1) h on h.order_item_id = i.id"
        " where i.order_id = $1 and i.cancel_held + i.return_held < coalesce(h.n, 0)",
        order.id,
    )
    assert held == []
    (money,) = await market.rows(
        "select p.captured_minor, p.allocated_minor, coalesce(sum(r.amount_minor), 0)::bigint as refunds,"
        " (select coalesce(sum(total_minor), 0)::bigint from cancellation_plan where order_id = $1"
        "  and status in ('APPROVED', 'COMPLETED')) as plans"
        " from payment p left join refund r on r.payment_id = p.id where p.order_id = $1 group by p.id",
        order.id,
    )
    assert money["allocated_minor"] == money["refunds"] == money["plans"] <= money["captured_minor"]
    arrived_then_canceled = await market.rows(
        "select 1 from event c join cancellation_request q on q.id = c.subject_id and q.transaction = 'CANCEL'"
        " join event d on d.order_id = c.order_id and d.to_status = 'DELIVERED' and d.id < c.id"
        " where c.order_id = $1 and c.to_status = 'APPROVED'",
        order.id,
    )
    assert arrived_then_canceled == []
    await the_journal_tells_every_status(market, order)


async def the_journal_tells_every_status(market: Market, order: Order) -> None:
    """Replay: each row goes on from where the last one of its subject ended, and ends at the present status."""
    told: dict[str, str] = {}
    for row in await market.rows("select * from event where order_id = $1 order by xid, id", order.id):
        assert told.get(row["subject_id"]) == row["from_status"], row
        told[row["subject_id"]] = row["to_status"]
    stands: dict[str, str] = {}
    for table in ("package", "cancellation_request", "cancellation_plan", "refund"):
        rows = await market.rows(f'select id, status from "{table}" where order_id = $1', order.id)
        stands |= {row["id"]: row["status"] for row in rows}
    assert told == stands
