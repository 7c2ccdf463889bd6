"""A preview is the command itself, not written: the same amounts, the same refusals, and nothing left behind."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Actor
from domain.words import Role
from tests import goods
from tests.databases import fresh
from tests.examples import examples
from tests.market import OWNER, POLICY, Market, Order, Part, customer, opened, seller

LINES = "lines { orderItem { id sku } quantity %s }" % " ".join(  # noqa: UP031 - braces all over
    f"{share} {{ amount currency }}"
    for share in ("base", "discountShare", "taxShare", "shippingShare", "rounding", "total")
)
PLAN = f"transaction seller {{ handle }} total {{ amount currency }} {LINES}"
TENDERS = "tenders { payment { id position } method amount { amount } }"
REFUNDS = "refunds { payment { id position method } amount { amount } }"
ERRORS = "userErrors { code field message blockers { code message } }"
KEPT = {"rest": "KEEP_WAITING"}
KINDS = {
    "previewReturn": "RequestReturnInput",
    "previewCancellation": "ApplyCancellationInput",
    "previewConfirmation": "ConfirmRequestInput",
}


async def previewed(market: Market, actor: Actor, name: str, *, tenders: str = TENDERS, **values: Any) -> Any:
    """A preview, having made sure that it changed nothing."""
    before = await market.fingerprint()
    text = f"query P($input: {KINDS[name]}!) {{ {name}(input: $input) {{ plans {{ {PLAN} {tenders} }} {ERRORS} }} }}"
    found = (await market.data(actor, text, input=values))[name]
    assert await market.fingerprint() == before
    return found


async def made(market: Market, order: Order, *, refunds: str = REFUNDS) -> list[Any]:
    """The order's plans as they really came to be, told as a preview tells them."""
    text = f"query O($id: ID!) {{ order(id: $id) {{ plans {{ {PLAN} {refunds} }} }} }}"
    plans: list[Any] = (await market.data(OWNER, text, id=order.id))["order"]["plans"]
    for plan in plans:
        plan["tenders"] = [
            {
                "payment": {key: one["payment"][key] for key in ("id", "position")},
                "method": one["payment"]["method"],
                "amount": one["amount"],
            }
            for one in plan.pop("refunds")
        ]
    return plans


async def settled(market: Market) -> None:
    """Let everything happen that happens by itself."""
    market.clock.pass_by(seconds=3)
    await market.work()


def wanted(order: Order, reason: str, **units: int) -> list[dict[str, Any]]:
    return [{"orderItemId": order.items[sku], "quantity": n, "reason": reason} for sku, n in units.items()]


async def test_the_owner_sees_the_plan_before_applying(market: Market) -> None:
    order = await market.order(paid=("20.00", "8.40"))
    request = await market.request(order, lamp=2)
    asked: dict[str, Any] = {"transaction": "CANCEL", "requestId": request["id"], "confirm": True}
    seen = await previewed(market, OWNER, "previewCancellation", **asked, expectedVersion=request["version"])
    await market.apply(request)
    await settled(market)
    assert seen == {"plans": await made(market, order), "userErrors": []}
    assert [one["amount"]["amount"] for one in seen["plans"][0]["tenders"]] == ["20.00"]


async def test_the_owner_sees_the_plan_for_items_that_nobody_has_asked_about(market: Market) -> None:
    order = await market.order()
    asked: dict[str, Any] = {"orderId": order.id, "transaction": "CANCEL", "confirm": True}
    items = wanted(order, "changed_mind", lamp=2, bulb=1)
    seen = await previewed(market, OWNER, "previewCancellation", items=items, **asked)
    await market.do(OWNER, "applyCancellation", items=items, **asked)
    await settled(market)
    assert seen["plans"] == await made(market, order)


async def test_a_seller_sees_a_return_before_confirming_it_but_not_how_it_was_paid(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=2, bulb=1)
    part = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    asked: dict[str, Any] = {"requestId": request["id"], "items": part, "restReason": "It was used."}
    seen = await previewed(market, seller(order, "north"), "previewConfirmation", **asked)
    await market.do(seller(order, "north"), "confirmRequest", **asked)
    real = await made(market, order)
    assert real[0]["tenders"]
    assert seen["plans"] == [real[0] | {"tenders": []}]


async def test_the_preview_of_a_return_counts_on_those_whose_money_waits_before_it(market: Market) -> None:
    """The second of two lamps brings the shipping as well, in the preview and in the quote."""
    await goods.settings(market, "ON_RECEIPT", fees=[{"name": "Restocking", "percent": 1000}])
    order = await goods.delivered(market)
    await goods.confirmed(market, order, lamp=1)
    request = await market.request(order, lamp=1)
    seen = await previewed(market, OWNER, "previewConfirmation", requestId=request["id"], note="For the seller.")
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    quoted = next(plan for plan in await made(market, order) if plan["lines"][0]["shippingShare"]["amount"] != "0.00")
    (tender,) = seen["plans"][0].pop("tenders")
    assert tender["amount"]["amount"] == quoted["total"]["amount"]
    assert seen["plans"] == [{key: quoted[key] for key in seen["plans"][0]}]


PAST = {"quantity": 1, "reason": "changed_mind", "amount": "9.00", "shipping": "1.00"}


@pytest.mark.parametrize("included", [True, False])
async def test_the_preview_of_an_order_with_a_past_is_what_comes_of_it(market: Market, included: bool) -> None:
    """A unit of three went back before, for less than it cost; prices include the tax, or the tax is added."""
    lamp = {"sku": "lamp", "name": "Lamp", "quantity": 3, "unitPrice": "10.01", "discount": "0.50", "tax": "4.79"}
    sold = {"seller": "north", "sellerName": "North", "shipping": "2.00"}
    cost = 3153 if included else 3632
    card = {"method": "card", "captured": "20.00", "reference": "card"}
    voucher = {"method": "voucher", "captured": f"{(cost - 2000) / 100:.2f}", "reference": "voucher"}
    order = await market.order(
        sellerOrders=[sold | {"packages": [{"items": [lamp | {"canceledBefore": PAST}]}]}],
        payments=[card | {"paidBackBefore": [{"reference": "re-1", "amount": "10.00"}]}, voucher],
        taxIncluded=included,
    )
    totals = []
    for _ in range(2):
        items = [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}]
        asked: dict[str, Any] = {"transaction": "CANCEL", "confirm": True, "orderId": order.id, "items": items}
        seen = await previewed(market, OWNER, "previewCancellation", **asked)
        done = await market.do(OWNER, "applyCancellation", **asked)
        assert done["userErrors"] == seen["userErrors"] == []
        await settled(market)
        real = (await made(market, order))[-1]
        assert seen["plans"] == [real]
        totals.append(sum(round(float(tender["amount"]["amount"]) * 100) for tender in real["tenders"]))
    share = (cost - 200) // 3  # of the unit that went back before: what was not paid of it is kept
    assert sum(totals) == cost - share - 100


@pytest.mark.parametrize("rest", [{"restReason": "No"}, {"rest": "RELEASE", "restReason": "No"}, KEPT])
async def test_the_preview_of_a_part_is_what_comes_of_it(market: Market, rest: dict[str, Any]) -> None:
    parts = Part("north", {"lamp": (3, "10.01"), "bulb": (1, "3.33")}, "2.00")
    for ships in (False, True):
        order = await market.order(parts, paid=("20.00", "15.55"))
        if ships:
            await market.move(order, "north", "SHIPPED")
        request = await market.request(order, lamp=3, bulb=1)
        units = [
            {"orderItemId": order.items["lamp"], "quantity": 2},
            {"orderItemId": order.items["bulb"], "quantity": 1},
        ]
        asked: dict[str, Any] = {"requestId": request["id"], **rest}
        asked |= {"items": units} if ships else {"accept": units, "transaction": "CANCEL", "confirm": True}
        names = ("previewConfirmation", "confirmRequest") if ships else ("previewCancellation", "applyCancellation")
        actor = seller(order, "north") if ships else OWNER
        seen = await previewed(market, actor, names[0], **asked)
        done = await market.do(actor, names[1], **asked)
        assert done["userErrors"] == seen["userErrors"] == []
        await settled(market)
        (real,) = await made(market, order)
        assert seen["plans"] == [real | {"tenders": []} if ships else real]
        assert [line["quantity"] for line in real["lines"]] == [2, 1]


async def test_a_preview_beside_a_cancellation_that_waits_is_the_plan_that_opens_and_what_is_paid(
    market: Market,
) -> None:
    """The one that was applied before confirms itself first, so the last unit brings the shipping back."""
    order = await market.order(Part("north", {"lamp": (1, "5.00"), "bulb": (1, "6.00")}, "3.33"))
    asked: dict[str, Any] = {"orderId": order.id, "transaction": "CANCEL", "confirm": True}
    totals = []
    for sku in ("lamp", "bulb"):
        items = wanted(order, "changed_mind", **{sku: 1})
        seen = await previewed(market, OWNER, "previewCancellation", items=items, **asked)
        opened = await market.do(OWNER, "applyCancellation", "plans { total { amount } }", items=items, **asked)
        totals.append((seen["plans"][0]["total"]["amount"], opened["plans"][0]["total"]["amount"]))
        market.clock.pass_by(seconds=1)
    await settled(market)
    paid = [plan["total"]["amount"] for plan in await made(market, order)]
    assert totals == [("5.00", "5.00"), ("9.33", "9.33")]
    assert sorted(paid) == ["5.00", "9.33"]


async def test_a_plan_that_waits_for_its_seller_is_not_counted_before_it_has_gone(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (1, "5.00"), "bulb": (1, "6.00")}, "3.33", apart=("bulb",)))
    request = await market.request(order, lamp=1)
    await market.move(order, "north", "SHIPPED")
    await market.apply(request)
    asked: dict[str, Any] = {"orderId": order.id, "transaction": "CANCEL", "confirm": True, "override": True}
    asked |= {"note": "Out of stock.", "items": wanted(order, "changed_mind", bulb=1)}
    seen = await previewed(market, OWNER, "previewCancellation", **asked)
    opened = await market.do(OWNER, "applyCancellation", "plans { total { amount } }", **asked)
    assert opened["userErrors"] == []
    await settled(market)
    paid = [plan["total"]["amount"] for plan in await made(market, order)]
    assert seen["plans"][0]["total"]["amount"] == opened["plans"][0]["total"]["amount"] == "6.00"
    assert "6.00" in paid


async def test_the_preview_of_a_part_that_is_refused_says_what_the_mutation_says(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    asked: dict[str, Any] = {"requestId": request["id"], "transaction": "CANCEL", "confirm": True}
    wrongs: list[dict[str, Any]] = [
        {"accept": []},
        {"accept": [{"orderItemId": order.items["lamp"], "quantity": 1}]},
        {"accept": [{"orderItemId": order.items["bulb"], "quantity": 1}], **KEPT},
        {"restReason": "No"},
    ]
    for wrong in wrongs:
        seen = await previewed(market, OWNER, "previewCancellation", **asked, **wrong)
        refused = await market.do(OWNER, "applyCancellation", **asked, **wrong)
        assert seen == {"plans": [], "userErrors": refused["userErrors"]}
        assert refused["userErrors"]


async def test_a_customer_sees_what_comes_back_from_each_seller_before_asking(market: Market) -> None:
    order = await market.order(
        Part("north", {"lamp": (3, "10.01")}, "2.00"),
        Part("south", {"chair": (1, "30.00")}, "5.00"),
        paid=("33.33", "33.70"),
    )
    await market.move(order, "south", "SHIPPED", "DELIVERED")
    items = wanted(order, "changed_mind", lamp=2) + wanted(order, "does_not_fit", chair=1)
    asked: dict[str, Any] = {"orderId": order.id, "items": items, "policyVersion": POLICY}
    seen = await previewed(market, customer("ada"), "previewReturn", **asked)
    assert {(plan["transaction"], plan["seller"]["handle"]) for plan in seen["plans"]} == {
        ("CANCEL", "north"),
        ("REFUND", "south"),
    }
    payload = await market.do(customer("ada"), "requestReturn", "requests { id transaction }", **asked)
    for one in payload["requests"]:
        await agree(market, order, one)
    assert sorted(seen["plans"], key=str) == sorted(await made(market, order), key=str)


async def agree(market: Market, order: Order, request: dict[str, Any]) -> None:
    """Let whose turn it is say yes."""
    if request["transaction"] == "CANCEL":
        await market.apply(request)
    else:
        (row,) = await market.rows(
            "select s.handle from cancellation_request r join seller s on s.id = r.seller_id where r.id = $1",
            request["id"],
        )
        payload = await market.do(seller(order, row["handle"]), "confirmRequest", requestId=request["id"])
        assert payload["userErrors"] == []
    await settled(market)


async def test_a_refused_preview_says_what_the_mutation_says(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.move(order, "north", "SHIPPED")
    inputs: list[tuple[Actor, str, str, dict[str, Any]]] = [
        (OWNER, "previewCancellation", "applyCancellation", {"transaction": "CANCEL", "requestId": request["id"]}),
        (OWNER, "previewCancellation", "applyCancellation", {"transaction": "CANCEL"}),
        (OWNER, "previewConfirmation", "confirmRequest", {"requestId": request["id"]}),
        (OWNER, "previewConfirmation", "confirmRequest", {"requestId": request["id"], "note": "Silent."}),
        (customer("ada"), "previewConfirmation", "confirmRequest", {"requestId": request["id"]}),
        (customer("eve"), "previewReturn", "requestReturn", {"orderId": order.id, "items": []}),
        (
            customer("ada"),
            "previewReturn",
            "requestReturn",
            {"orderId": order.id, "items": wanted(order, "x" * 201, lamp=9), "policyVersion": "2025-01"},
        ),
        (
            Actor(Role.SELLER, "west", "seller_00000000000000000000000000"),
            "previewConfirmation",
            "confirmRequest",
            {"requestId": request["id"], "expectedVersion": 1},
        ),
        (seller(order, "north"), "previewConfirmation", "confirmRequest", {"requestId": "request_0"}),
        (
            seller(order, "north"),
            "previewConfirmation",
            "confirmRequest",
            {"requestId": request["id"], "expectedVersion": 7},
        ),
    ]
    for actor, preview, mutation, values in inputs:
        seen = await previewed(market, actor, preview, **values)
        refused = await market.do(actor, mutation, **values)
        assert refused["userErrors"], (mutation, values)
        assert seen == {"plans": [], "userErrors": refused["userErrors"]}


async def test_a_preview_can_be_asked_for_little(market: Market) -> None:
    order = await market.order()
    text = """query P($input: RequestReturnInput!) { previewReturn(input: $input) {
      plans { tenders { method } lines { quantity orderItem { package { status } } } } } }"""
    asked = {"orderId": order.id, "items": wanted(order, "changed_mind", bulb=1), "policyVersion": POLICY}
    seen = (await market.data(customer("ada"), text, input=asked))["previewReturn"]
    lines = [{"quantity": 1, "orderItem": {"package": {"status": "PREPARING"}}}]
    assert seen["plans"] == [{"tenders": [{"method": "card"}], "lines": lines}]


async def test_who_shows_no_token_previews_nothing(market: Market) -> None:
    answer = await market.ask(
        None, '{ previewConfirmation(input: {requestId: "request_0"}) { plans { transaction } userErrors { code } } }'
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


# Random orders.


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


cents = st.integers(0, 5000)
line = st.fixed_dictionaries(
    {"quantity": st.integers(1, 4), "unitPrice": cents, "discount": st.integers(0, 300), "tax": st.integers(0, 900)}
)
part = st.fixed_dictionaries({"lines": st.lists(line, min_size=1, max_size=3), "shipping": cents})
ASKS = st.lists(st.dictionaries(st.integers(0, 5), st.integers(1, 4), min_size=1, max_size=4), min_size=1, max_size=3)


@given(
    parts=st.lists(part, min_size=1, max_size=2),
    shares=st.lists(st.integers(0, 100), min_size=1, max_size=3),
    off=st.sampled_from([0, 0, -7, 13]),
    sent=st.sets(st.integers(0, 1)),
    inputs=ASKS,
)
@settings(max_examples=examples(15), deadline=None)
async def test_on_random_orders_every_preview_is_what_then_happens(
    bazaar: Market, parts: list[Any], shares: list[int], off: int, sent: set[int], inputs: list[dict[int, int]]
) -> None:
    order = await taken_in(bazaar, parts, shares, off)
    for n in sent & set(range(len(parts))):
        await bazaar.move(order, f"seller{n}", "SHIPPED")
    happened = 0
    for ask in inputs:
        items = [
            {"orderItemId": id, "quantity": ask[n], "reason": "changed_mind" if left else "does_not_fit"}
            for n, (id, left) in enumerate(await standing(bazaar, order))
            if n in ask
        ]
        values: dict[str, Any] = {"orderId": order.id, "items": items, "policyVersion": POLICY}
        seen = await previewed(bazaar, customer("ada"), "previewReturn", **values)
        payload = await bazaar.do(customer("ada"), "requestReturn", "requests { id transaction }", **values)
        assert seen["userErrors"] == payload["userErrors"]
        for request in payload["requests"]:
            await agree(bazaar, order, request)
        real = await made(bazaar, order)
        assert sorted(map(str, seen["plans"])) == sorted(map(str, real[happened:]))
        happened = len(real)


async def standing(market: Market, order: Order) -> list[tuple[str, bool]]:
    """The items in order, and whether each can still be canceled."""
    rows = await market.rows(
        "select i.id, p.status in ('PREPARING', 'READY_TO_SHIP', 'CANCELED') as here from order_item i"
        " join package p on p.id = i.package_id where i.order_id = $1 order by i.position",
        order.id,
    )
    return [(row["id"], row["here"]) for row in rows]


def money(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))


async def taken_in(market: Market, parts: list[Any], shares: list[int], off: int) -> Order:
    """An order of these parts, paid by so many tenders, with a little too much or too little."""
    total = sum(
        one["shipping"]
        + sum(each["quantity"] * each["unitPrice"] - discount(each) + each["tax"] for each in one["lines"])
        for one in parts
    )
    total = max(0, total + off)
    number = f"R-{next(market._numbers)}"
    cuts = [total * share // max(1, sum(shares)) for share in shares]
    cuts[-1] += total - sum(cuts)
    values = {
        "number": number,
        "currency": "EUR",
        "placedAt": market.clock().isoformat(),
        "customer": {"subject": "ada", "name": "Ada"},
        "payments": [
            {"method": f"tender{n}", "captured": money(cut), "reference": f"{number}/{n}"} for n, cut in enumerate(cuts)
        ],
        "sellerOrders": [
            {
                "seller": f"seller{n}",
                "sellerName": "S",
                "shipping": money(one["shipping"]),
                "packages": [{"items": [item(n, k, each) for k, each in enumerate(one["lines"])]}],
            }
            for n, one in enumerate(parts)
        ],
    }
    text = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { message }
      order { id number items { id sku } packages { id seller { id handle } } } } }"""
    payload = (await market.data(OWNER, text, input=values))["createOrder"]
    assert payload["userErrors"] == []
    one = payload["order"]
    return Order(
        one["id"],
        one["number"],
        {row["sku"]: row["id"] for row in one["items"]},
        {row["seller"]["handle"]: row["id"] for row in one["packages"]},
        {row["seller"]["handle"]: row["seller"]["id"] for row in one["packages"]},
        "ada",
    )


def discount(line: dict[str, int]) -> int:
    return min(line["discount"], line["quantity"] * line["unitPrice"])


def item(part: int, position: int, line: dict[str, int]) -> dict[str, Any]:
    return {
        "sku": f"sku{part}{position}",
        "name": "Thing",
        "quantity": line["quantity"],
        "unitPrice": money(line["unitPrice"]),
        "discount": money(discount(line)),
        "tax": money(line["tax"]),
    }
