"""Random walks of goods and money under every trigger, with adjustments and bounces, against plain models."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateways.payments.port import Answer, Outcome
from services.acts.refunds import GatewayReport, apply_report
from services.worker.reconcile import reconcile
from tests import goods
from tests.adjusted import adjustment, foreseen, part
from tests.examples import examples
from tests.market import OWNER, START, Market, Order, Part, customer, opened, seller
from tests.shelf import TRIGGERS, Shelf, Shipment

LAMPS = 4
MOST_TIME = timedelta(days=120)
"""A deadline has passed only if the database's own clock says so, too: walks stay in its past."""
FEES: list[dict[str, Any]] = [
    {"name": "Restocking", "percent": 1000},
    {"name": "Handling", "amount": "1.50", "currency": "EUR"},
]
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


which, few = st.integers(0, 3), st.integers(0, 2)
amounts = st.sampled_from([1, 100, 250, 490, 999, 1998, 3996])
steps = st.one_of(
    st.tuples(st.just("open"), st.integers(1, 3)),
    st.tuples(st.just("send"), which, st.sampled_from(["CUSTOMER", "SELLER"])),
    st.tuples(st.just("receive"), which, few, st.integers(0, 1)),
    st.tuples(st.just("receive"), which, st.integers(1, 2), st.just(0)),
    st.tuples(st.just("inspect"), which, st.integers(0, 1), st.sampled_from([0, 0, 250])),
    st.tuples(st.just("lose"), which, st.sampled_from([None, "CARRIER"])),
    st.tuples(st.just("waive"), which),
    st.tuples(st.just("withdraw"), which),
    st.tuples(st.just("unannounced"), st.integers(1, 2)),
    st.tuples(st.just("wait")),
    st.tuples(st.just("work")),
    st.tuples(st.just("allow"), st.sampled_from(["ALLOWANCE", "SHIPPING", "REVERSAL"]), which, amounts),
    st.tuples(st.just("adjust"), st.integers(1, 2), st.sampled_from(["ALLOWANCE", "DEDUCTION", "FEE"]), amounts),
    st.tuples(st.just("bounce"), which),
)
begun = st.tuples(st.just(("open", 3)), st.just(("send", 0, "CUSTOMER")), st.just(("receive", 0, 1, 1)))
walks = st.lists(steps, min_size=3, max_size=12).map(lambda drawn: [("open", 2), *drawn]) | st.tuples(
    begun, st.lists(steps, min_size=2, max_size=9)
).map(lambda drawn: [*drawn[0], *drawn[1]])


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for all walks; each walk has an order of its own."""
    from tests.databases import fresh

    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


@given(walk=walks, trigger=st.sampled_from(TRIGGERS), fees=st.booleans(), to_sender=st.booleans())
@hypothesis_settings(max_examples=examples(20), deadline=None, suppress_health_check=CALM)
async def test_random_walks_of_goods_do_what_the_model_says(
    bazaar: Market, walk: list[tuple[Any, ...]], trigger: str, fees: bool, to_sender: bool
) -> None:
    bazaar.clock.now = START
    await goods.settings(bazaar, trigger, fees=FEES if fees else None)
    order = await bazaar.order(Part("north", {"lamp": (LAMPS, "9.99")}, "4.90"), paid=("20.01", "24.85"))
    await bazaar.move(order, "north", "SHIPPED", "DELIVERY_FAILED" if to_sender else "DELIVERED")
    shelf, ids = Shelf(trigger, units=LAMPS, to_sender=to_sender), list[str]()
    if fees:
        shelf.share, shelf.once = 1000, 150
    for step in walk:
        expected, accepted = await take(bazaar, order, shelf, ids, step)
        assert accepted == expected, (step, walk)
        await sound(bazaar, order, shelf)
    await agreed(bazaar)
    await everything_back(bazaar, order, shelf, ids)
    if not any(step[0] in ("allow", "adjust") for step in walk):  # what people add or keep is not on the shelf
        assert await goods.paid_back(bazaar, order) == shelf.owed
    await agreed(bazaar)


async def take(market: Market, order: Order, shelf: Shelf, ids: list[str], step: tuple[Any, ...]) -> tuple[bool, bool]:
    """Take one step in both worlds; whether the model and the server accept it."""
    name, *args = step
    clerk = seller(order, "north")
    if name == "work":
        await market.work()
        return True, True
    if name == "wait":
        if market.clock() > START + MOST_TIME:
            return True, True
        shelf.wait()
        shelf.closed = not shelf.to_sender
        market.clock.pass_by(days=40)
        await market.work()
        return True, True
    if name == "open":
        return shelf.open(args[0]), await open_return(market, order, ids, args[0])
    if name == "adjust":
        return await open_adjusted(market, order, shelf, ids, *args)
    if name == "allow":
        return await allow(market, order, *args)
    if name == "bounce":
        return await bounce(market, order, args[0])
    if name == "unannounced":
        line = {"orderItemId": order.items["lamp"], "quantity": args[0], "reason": "does_not_fit"}
        given = {"orderId": order.id, "items": [line]}
        payload = await market.do(clerk, "receiveUnannounced", "returnShipment { id }", **given)
        if payload["returnShipment"]:
            ids.append(payload["returnShipment"]["id"])
        return shelf.unannounced(args[0]), not payload["userErrors"]
    if not ids:
        return True, True
    one, named = shelf.shipments[args[0] % len(ids)], {"returnId": ids[args[0] % len(ids)]}
    if name == "send":
        actor = clerk if args[1] == "SELLER" else customer("ada")
        payload = await market.do(actor, "sendReturn", trackingNumber="1Z", **named)
        return shelf.send(one, args[1]), not payload["userErrors"]
    if name == "receive":
        items = [{"orderItemId": order.items["lamp"], "received": args[1], "wrong": args[2]}]
        payload = await market.do(clerk, "receiveReturn", "missing { id }", items=items, **named)
        if payload["missing"]:
            ids.append(payload["missing"]["id"])
        return shelf.receive(one, args[1], args[2]), not payload["userErrors"]
    if name == "inspect":
        return await inspect(market, order, shelf, one, named, min(args[1], one.ungraded), args[2])
    if name == "lose":
        payload = await market.do(OWNER, "loseReturn", bearer=args[1], **named)
        return shelf.lose(one, args[1]), not payload["userErrors"]
    if name == "waive":
        payload = await market.do(clerk, "waiveReturn", **named)
        return shelf.waive(one), not payload["userErrors"]
    request = (await goods.shown(market, named["returnId"]))["request"]["id"]
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=request)
    return shelf.withdraw(one), not payload["userErrors"]


WORTH = {"ALLOWANCE": 3996, "SHIPPING": 490}
"""What was paid for the lamps and for their shipping."""
LEFT = """
with p as (select * from cancellation_plan where order_id = $1 and status not in ('VOIDED', 'REJECTED'))
select (select coalesce(sum(l.total_minor - l.shipping_share_minor), 0) from plan_line l join p on p.id = l.plan_id)
         as lamps,
       (select coalesce(sum(l.shipping_share_minor), 0) from plan_line l join p on p.id = l.plan_id) as shipping,
       (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a join p on p.id = a.plan_id
          where a.kind = 'ALLOWANCE') as allowed,
       (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a join p on p.id = a.plan_id
          where a.kind = 'SHIPPING') as shipped
"""
KEPT = """
select k.id, (-k.amount_minor - coalesce((
    select sum(r.amount_minor) from plan_adjustment r join cancellation_plan q on q.id = r.plan_id
    where r.reverses_id = k.id and q.status <> 'VOIDED'), 0))::bigint as kept
from plan_adjustment k join cancellation_plan p on p.id = k.plan_id
where p.order_id = $1 and k.kind in ('FEE', 'DEDUCTION') and p.status in ('APPROVED', 'COMPLETED') and not p.held
order by k.id
"""


async def left(market: Market, order: Order) -> dict[str, int]:
    """What is left of the lamps and of their shipping, by a plain look at all rows."""
    (row,) = await market.rows(LEFT, order.id)
    return {
        "ALLOWANCE": WORTH["ALLOWANCE"] - int(row["lamps"]) - int(row["allowed"]),
        "SHIPPING": WORTH["SHIPPING"] - int(row["shipping"]) - int(row["shipped"]),
    }


async def allow(market: Market, order: Order, kind: str, nth: int, amount: int) -> tuple[bool, bool]:
    """Pay an allowance; the plain look says whether there is enough left."""
    if kind == "REVERSAL":
        kept = await market.rows(KEPT, order.id)
        if not kept:
            return True, True
        one = kept[nth % len(kept)]
        most, about = int(one["kept"]), {"reversesId": one["id"]}
    else:
        most = (await left(market, order))[kind]
        about = {"sellerOrderId": await part(market, order)} if kind == "SHIPPING" else lamps(order)
    asked = [adjustment(kind, f"{amount / 100:.2f}", **about)]
    payload = await market.do(OWNER, "refundAllowance", orderId=order.id, adjustments=asked)
    return amount <= most, not payload["userErrors"]


def lamps(order: Order) -> dict[str, str]:
    return {"orderItemId": order.items["lamp"]}


async def open_adjusted(
    market: Market, order: Order, shelf: Shelf, ids: list[str], units: int, kind: str, amount: int
) -> tuple[bool, bool]:
    """Return units with an adjustment by the owner; its preview says what comes of it, to the cent."""
    if shelf.closed or units > shelf.active:
        return True, True
    request = await market.request(order, lamp=units)
    named = {"requestId": request["id"], "note": "Agreed."}
    (plan,) = (await foreseen(market, OWNER, "confirmRequest", **named))["plans"]
    brings = sum(minor(line["total"]) - minor(line["shippingShare"]) for line in plan["lines"])
    most = {"DEDUCTION": brings, "ALLOWANCE": (await left(market, order))["ALLOWANCE"] - brings}
    asked = [adjustment(kind, f"{amount / 100:.2f}", **({} if kind == "FEE" else lamps(order)))]
    before = await foreseen(market, OWNER, "confirmRequest", **named, adjustments=asked)
    payload = await market.do(
        OWNER, "confirmRequest", "plan { refundState total { amount } }", **named, adjustments=asked
    )
    accepted = not payload["userErrors"]
    assert accepted is not bool(before["userErrors"])
    if accepted and payload["plan"]["refundState"] != "HELD":  # of one that is held, the preview shows the release
        assert before["plans"][0]["total"] == payload["plan"]["total"]
    if not accepted:
        await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    shelf.open(units)
    ids.append((await goods.of_request(market, request["id"]))["id"])
    return amount <= most.get(kind, amount), accepted


def minor(money: dict[str, str]) -> int:
    return round(float(money["amount"]) * 100)


async def bounce(market: Market, order: Order, nth: int) -> tuple[bool, bool]:
    """The bank sends a paid refund back, the owner sends it again, and a worker takes note of what the ledger shows."""
    paid = await market.rows(
        "select id, external_reference as ref, retry_count as retry from refund where order_id = $1 and"
        " status = 'SUCCEEDED' order by id",
        order.id,
    )
    if not paid:
        return True, True
    one = paid[nth % len(paid)]
    report = GatewayReport(one["retry"], Answer(Outcome.FAILED, one["ref"]))
    back = await market.worker.commands.work_on_due(
        REFUND, [one["id"]], lambda transition, row: apply_report(transition, row, report)
    )
    payload = await market.do(OWNER, "retryRefund", refundId=one["id"])
    await market.work()
    return True, bool(back) and not payload["userErrors"]


async def open_return(market: Market, order: Order, ids: list[str], units: int) -> bool:
    items = [{"orderItemId": order.items["lamp"], "quantity": units, "reason": "does_not_fit"}]
    asked = await market.do(
        customer("ada"), "requestReturn", "requests { id }", orderId=order.id, items=items, policyVersion="2026-01"
    )
    if asked["userErrors"]:
        return False
    request = asked["requests"][0]["id"]
    await market.do(seller(order, "north"), "confirmRequest", requestId=request)
    ids.append((await goods.of_request(market, request))["id"])
    return True


PREVIEW = """query P($input: InspectReturnInput!) { previewInspection(input: $input) {
  plans { total { amount } adjustments { amount { amount } } } userErrors { code } } }"""


async def inspect(
    market: Market,
    order: Order,
    shelf: Shelf,
    one: Shipment,
    named: dict[str, str],
    back: int,
    deduction: int,
) -> tuple[bool, bool]:
    """Inspect, and see that the preview has said what would come of it."""
    kept = one.ungraded - back
    minor = deduction if kept else 0
    grades = [goods.grade(order, back, condition="USED", disposition="SEND_BACK", reason="Used.")] if back else []
    if kept:
        more = {"deduction": f"{minor / 100:.2f}", "reason": "Worn."} if minor else {}
        grades.append(goods.grade(order, kept, **more))
    given: dict[str, Any] = {"grades": grades, **named}
    foreseen = (await market.data(seller(order, "north"), PREVIEW, input=given))["previewInspection"]
    waited = one.held
    payload = await market.do(seller(order, "north"), "inspectReturn", **given)
    assert bool(foreseen["userErrors"]) == bool(payload["userErrors"])
    expected = shelf.inspect(one, back, minor)
    if waited and expected:
        plan = (await goods.shown(market, named["returnId"]))["request"]["plan"]
        became = [plan["total"]["amount"]] if one.units else []
        assert [each["total"]["amount"] for each in foreseen["plans"]] == became
    return expected, not payload["userErrors"]


async def sound(market: Market, order: Order, shelf: Shelf) -> None:
    """The units as the model has them, and nothing of the money twice."""
    units = await goods.ledger(market, order)
    assert units["active"] == shelf.active
    assert units["return_held"] + units["returned"] == LAMPS - shelf.active
    found = await market.rows(
        "select s.status, p.held from return_shipment s join cancellation_plan p on p.request_id = s.request_id"
        " where s.order_id = $1",
        order.id,
    )
    assert sorted((row["status"], row["held"]) for row in found) == shelf.picture()
    (money,) = await market.rows(
        "select o.captured_minor, (select sum(allocated_minor) from payment where order_id = o.id)::bigint as back,"
        " (select coalesce(sum(total_minor), 0) from cancellation_plan where order_id = o.id and held)::bigint as held"
        ' from "order" o where o.id = $1',
        order.id,
    )
    assert money["back"] + money["held"] <= money["captured_minor"]
    assert min((await left(market, order)).values()) >= 0
    assert min((row["kept"] for row in await market.rows(KEPT, order.id)), default=0) >= 0


SUMS = """
with p as (select id from cancellation_plan where order_id = $1 and status = 'COMPLETED')
select (select coalesce(sum(l.total_minor), 0) from plan_line l join p on p.id = l.plan_id)::bigint as goods,
       (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a join p on p.id = a.plan_id
          where a.kind in ('ALLOWANCE', 'SHIPPING'))::bigint as allowed,
       (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a join p on p.id = a.plan_id
          where a.kind not in ('ALLOWANCE', 'SHIPPING'))::bigint as kept
"""
REFUND = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id where t.id = $1 for no key update of o
"""


async def everything_back(market: Market, order: Order, shelf: Shelf, ids: list[str]) -> None:
    """However the walk went: if all else comes back at once, lines and allowances are all that was captured."""
    for one, id in zip(shelf.shipments, ids, strict=True):
        if one.held and shelf.waive(one):
            assert not (await market.do(OWNER, "waiveReturn", returnId=id))["userErrors"]
    if shelf.active:
        await take(market, order, shelf, ids, ("unannounced", shelf.active))
        if shelf.shipments[-1].held:
            await take(market, order, shelf, ids, ("inspect", len(ids) - 1, 0, 0))
    await market.work()
    await sound(market, order, shelf)
    assert (await goods.ledger(market, order))["returned"] == LAMPS
    (sums,) = await market.rows(SUMS, order.id)
    assert sums["goods"] + sums["allowed"] == 4486
    assert await goods.paid_back(market, order) == 4486 + sums["kept"]


async def agreed(market: Market) -> None:
    """Wherever the goods are, nothing differs, but that other walks' goods are never sent."""
    differences = (await reconcile(market.worker.gateways, market.clock())).differences
    assert [found for found in differences if found.kind != "STUCK"] == []
