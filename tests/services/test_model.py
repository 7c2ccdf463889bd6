"""Random commands against a plain model of the ledger and the statuses, and the invariants after each walk."""

import os
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import Actor
from tests.market import OWNER, POLICY, Market, Order, Part, customer, opened, seller
from tests.services.model import SENT, Choice, Line, OneOrder, Overriding

WALKS = int(os.environ.get("RETOUR_WALKS", "40"))
SKUS = ("lamp", "bulb")
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

some_units = st.dictionaries(st.sampled_from(SKUS), st.integers(0, 3), min_size=1)
which = st.integers(0, 3)
few_units = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 2), min_size=1)
any_units = st.dictionaries(st.sampled_from(SKUS), st.integers(-1, 4))
rests: "st.SearchStrategy[Literal['RELEASE', 'KEEP_WAITING']]" = st.sampled_from(["RELEASE", "KEEP_WAITING"])
parts = st.builds(Choice, few_units, rests, st.just(True))
choices = st.just(Choice()) | parts | st.builds(Choice, st.none() | any_units, st.none() | rests, st.booleans())
asks = st.tuples(st.just("ask"), st.just({"lamp": 3, "bulb": 2}) | few_units, st.just("CUSTOMER"))
overridings = st.builds(Overriding, st.booleans(), st.booleans())
statuses = ["READY_TO_SHIP", "PREPARING", "SHIPPED", "DELIVERED", "DELIVERY_FAILED"]
sides = st.sampled_from(["SELLER", "OWNER"])
moves = st.tuples(st.just("move"), st.sampled_from(SKUS), st.sampled_from(statuses), sides, st.booleans())
commands = st.one_of(
    st.tuples(st.just("ask"), some_units, st.sampled_from(["CUSTOMER", "SELLER"])),
    asks,
    moves,
    st.tuples(st.just("apply"), which, choices, overridings),
    st.tuples(st.just("convert"), which, st.sampled_from(["CUSTOMER", "OWNER"])),
    st.tuples(
        st.just("confirm"),
        which,
        choices,
        st.sampled_from(["SELLER", "OWNER"]),
        st.sampled_from(["", "The seller is silent."]),
    ),
    st.tuples(st.just("reject"), which, st.sampled_from(["SELLER", "OWNER"])),
    st.tuples(st.just("withdraw"), which, st.sampled_from(["CUSTOMER", "SELLER", "OWNER"])),
    st.tuples(st.just("tick")),
)


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for all walks; each walk has an order of its own."""
    from tests.databases import fresh

    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


def begins(*steps: tuple[Any, ...]) -> "st.SearchStrategy[list[tuple[Any, ...]]]":
    """A walk that begins with these steps, a request and a decision on a part of it."""
    confirmed = st.tuples(st.just("confirm"), st.just(0), parts, st.just("SELLER"), st.just(""))
    applied = st.tuples(st.just("apply"), st.just(0), parts, overridings)
    walk = st.tuples(asks, st.one_of(confirmed if steps else applied), st.lists(commands, min_size=4, max_size=14))
    return walk.map(lambda drawn: [*steps, *drawn[:2], *drawn[2]])


def overtaken() -> "st.SearchStrategy[list[tuple[Any, ...]]]":
    """A walk on which a package leaves while a cancellation waits, and somebody deals with that."""
    everything = {"lamp": 3, "bulb": 2}
    whole = st.sampled_from([{"lamp": 3}, {"bulb": 2}, everything, {"lamp": 1}])
    moved = st.tuples(st.just("move"), st.sampled_from(SKUS), st.just("SHIPPED"), sides, st.just(True))
    dealt = st.one_of(
        st.tuples(st.just("apply"), st.just(0), st.just(Choice()) | parts, overridings),
        st.tuples(st.just("convert"), st.just(0), st.sampled_from(["CUSTOMER", "OWNER"])),
    )
    walk = st.tuples(
        st.tuples(st.just("ask"), whole, st.just("CUSTOMER")), moved, dealt, st.lists(commands, min_size=2, max_size=10)
    )
    return walk.map(lambda drawn: [*drawn[:3], *drawn[3]])


SHIPS = ("move", "lamp", "SHIPPED", "SELLER", False)


@given(
    walk=st.lists(commands, min_size=4, max_size=16) | begins() | begins(SHIPS) | overtaken() | overtaken(),
    apart=st.booleans(),
)
@settings(
    max_examples=WALKS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_random_commands_do_what_the_model_says(bazaar: Market, walk: list[tuple[Any, ...]], apart: bool) -> None:
    items = {"lamp": (3, "10.00"), "bulb": (2, "3.33")}
    order = await bazaar.order(Part("north", items, "4.90", apart=("bulb",) if apart else ()))
    where = {"lamp": "north", "bulb": "bulb" if apart else "north"}
    model = OneOrder({"lamp": Line(3), "bulb": Line(2)}, where)
    ids: list[str] = []
    for step in walk:
        expected, accepted = await take(bazaar, order, model, ids, step)
        assert accepted == expected, (step, walk)
    assert await picture(bazaar, order, ids) == model.picture()
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
        sku, status, by, despite = args
        package, actor = model.where[sku], OWNER if by == "OWNER" else seller(order, "north")
        given = {"packageId": order.packages[package], "status": status, "despiteRequests": despite}
        moved = await market.do(actor, "updatePackageStatus", **given)
        return model.move(package, status, by, despite=despite), not moved["userErrors"]
    if name == "ask":
        accepted = await ask(market, order, model, ids, args[0], args[1])
        return model.ask(dict(args[0]), args[1]), accepted
    if not ids:
        return True, True
    one, id = model.asked[args[0] % len(ids)], ids[args[0] % len(ids)]
    if name == "apply":
        asked = {"transaction": "CANCEL", "confirm": True, "requestId": id, **decision(order, "accept", args[1])}
        asked |= {"override": args[2].override, "note": "It is still here." if args[2].note else None}
        payload = await market.do(OWNER, "applyCancellation", "requests { successors { id } }", **asked)
        ids.extend(rest["id"] for one in payload["requests"] for rest in one["successors"])
        return model.apply(one, args[1], args[2]), not payload["userErrors"]
    if name == "convert":
        actor = OWNER if args[1] == "OWNER" else customer("ada")
        payload = await market.do(actor, "convertToReturn", "returnRequest { id } rest { id }", requestId=id)
        ids.extend(opened["id"] for opened in (payload["rest"], payload["returnRequest"]) if opened)
        return model.convert(one), not payload["userErrors"]
    if name == "confirm":
        asked = {"requestId": id, "note": args[3], **decision(order, "items", args[1])}
        actor = OWNER if args[2] == "OWNER" else seller(order, "north")
        payload = await market.do(actor, "confirmRequest", "request { successors { id } }", **asked)
        ids.extend(rest["id"] for rest in (payload["request"] or {"successors": []})["successors"])
        return model.confirm(one, args[1], args[2], args[3]), not payload["userErrors"]
    if name == "reject":
        actor = OWNER if args[1] == "OWNER" else seller(order, "north")
        payload = await market.do(actor, "rejectRequest", requestId=id, reason="No")
        return model.reject(one, args[1]), not payload["userErrors"]
    payload = await market.do(actors(order)[args[1]], "withdrawRequest", requestId=id)
    return model.withdraw(one, args[1]), not payload["userErrors"]


def decision(order: Order, units: str, choice: Choice) -> dict[str, Any]:
    """The inputs of a decision; `units` is the name of the list of accepted units."""
    accepted = (choice.units or {}).items()
    items = [{"orderItemId": order.items[sku], "quantity": n} for sku, n in accepted]
    return {
        units: None if choice.units is None else items,
        "rest": choice.rest,
        "restReason": "Not these." if choice.explained else None,
    }


def actors(order: Order) -> dict[str, Actor]:
    """Who acts, by the role."""
    return {"CUSTOMER": customer("ada"), "SELLER": seller(order, "north"), "OWNER": OWNER}


async def ask(market: Market, order: Order, model: OneOrder, ids: list[str], units: dict[str, int], by: str) -> bool:
    reasons = {
        sku: "does_not_fit" if model.packages[package] in SENT else "changed_mind"
        for sku, package in model.where.items()
    }
    items = [{"orderItemId": order.items[sku], "quantity": n, "reason": reasons[sku]} for sku, n in units.items()]
    if by == "SELLER":
        items = [item | {"reason": "sold_out"} for item in items]
    payload = await market.do(
        actors(order)[by], "requestReturn", "requests { id }", orderId=order.id, items=items, policyVersion=POLICY
    )
    ids.extend(one["id"] for one in payload["requests"])
    return not payload["userErrors"]


async def picture(market: Market, order: Order, ids: list[str]) -> dict[str, Any]:
    """How everything stands by the API, in the model's terms; requests in the order of their ids."""
    text = """query Q($id: ID!) { order(id: $id) {
      items { sku active cancelHeld returnHeld canceled returned package { status } }
      requests { id transaction status plan { status } } } }"""
    found = (await market.data(OWNER, text, id=order.id))["order"]
    return {
        "packages": {one["sku"]: one["package"]["status"] for one in found["items"]},
        "lines": {
            one["sku"]: (one["active"], one["cancelHeld"] + one["returnHeld"], one["canceled"], one["returned"])
            for one in found["items"]
        },
        "requests": [
            (one["transaction"], one["status"], one["plan"] and one["plan"]["status"])
            for one in sorted(found["requests"], key=lambda one: ids.index(one["id"]))
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
        "select i.id from order_item i left join (select l.order_item_id,"
        " sum(coalesce(l.accepted_quantity, l.quantity)) filter (where q.transaction = 'CANCEL') as to_cancel,"
        " sum(coalesce(l.accepted_quantity, l.quantity)) filter (where q.transaction = 'REFUND') as to_return"
        " from request_item l join cancellation_request q on q.id = l.request_id"
        " where q.status = 'WAITING' or (q.status = 'APPROVED' and q.transaction = 'REFUND') group by 1"
        ") h on h.order_item_id = i.id where i.order_id = $1"
        " and (i.cancel_held, i.return_held) <> (coalesce(h.to_cancel, 0), coalesce(h.to_return, 0))",
        order.id,
    )
    assert held == []
    await plans_are_for_what_was_accepted(market, order)
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
        " join request_item l on l.request_id = q.id and coalesce(l.accepted_quantity, l.quantity) > 0"
        " join order_item i on i.id = l.order_item_id"
        " join event d on d.subject_id = i.package_id and d.to_status = 'DELIVERED' and d.id < c.id"
        " where c.order_id = $1 and c.to_status = 'APPROVED'",
        order.id,
    )
    assert arrived_then_canceled == []
    await the_journal_tells_every_status(market, order)


async def plans_are_for_what_was_accepted(market: Market, order: Order) -> None:
    """Each plan has a line for each item of which units were accepted, and what was asked for is as it was."""
    wrong = await market.rows(
        "select l.id from request_item l join cancellation_plan p on p.request_id = l.request_id"
        " left join plan_line a on a.plan_id = p.id and a.order_item_id = l.order_item_id"
        " where p.order_id = $1 and coalesce(a.quantity, 0) is distinct from l.accepted_quantity",
        order.id,
    )
    assert wrong == []
    lost = await market.rows(
        "select q.id from cancellation_request q join cancellation_request s on s.predecessor_id = q.id"
        " where q.order_id = $1 and (s.predecessor_id <> q.id or s.number = q.number"
        " or s.submitted_at <> coalesce(q.submitted_at, q.created_at)"
        " or q.status <> 'CONVERTED' and (select sum(quantity - accepted_quantity) from request_item"
        "  where request_id = q.id)"
        "  <> (select sum(quantity) from request_item where request_id = s.id))",
        order.id,
    )
    assert lost == []
    converted = await market.rows(
        "select q.id from cancellation_request q where q.order_id = $1 and q.status = 'CONVERTED' and"
        " (select sum(l.quantity) from request_item l join cancellation_request s on s.id = l.request_id"
        "  where s.predecessor_id = q.id) not between"
        " (select sum(coalesce(accepted_quantity, quantity)) from request_item where request_id = q.id)"
        " and (select sum(quantity) from request_item where request_id = q.id)",
        order.id,
    )
    assert converted == []


async def the_journal_tells_every_status(market: Market, order: Order) -> None:
    """Replay: each row goes on from where the last one of its subject ended, and ends at the present status."""
    received: dict[str, str] = {}
    for row in await market.rows("select * from event where order_id = $1 order by xid, id", order.id):
        assert received.get(row["subject_id"]) == row["from_status"], row
        received[row["subject_id"]] = row["to_status"]
    stands: dict[str, str] = {}
    for table in ("package", "cancellation_request", "cancellation_plan", "refund"):
        rows = await market.rows(f'select id, status from "{table}" where order_id = $1', order.id)
        stands |= {row["id"]: row["status"] for row in rows}
    assert received == stands
