"""Who may see what: a seller its part, a customer its orders; not yours and not there are one answer."""

import asyncio
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from database.batching import Batching
from database.client import Client
from domain.facts import Actor
from domain.words import Role
from engine.conditions import Condition
from engine.reads.tables import table_of
from services.visibility import visibility_of
from tests.market import OWNER, POLICY, Market, Order, Part, customer, opened, seller

_TREE = """query Tree($id: ID!) { order(id: $id) {
  id status totals { captured { amount } }
  customer { name } payments { id captured { amount } } sellerOrders { seller { handle } shipping { amount } }
  packages { number seller { handle } } items { sku seller { handle } unitPrice { amount } }
  requests { id seller { handle } items { orderItem { sku } }
    plan { total { amount } refunds { id } lines { orderItem { sku } } } }
  plans { seller { handle } } timeline { subject } } }"""

NODE = "query N($id: ID!) { node(id: $id) { __typename id } }"


HOME = {
    "name": "Ada Oak",
    "lines": ["Elm Street 1", "2nd floor"],
    "postalCode": "10115",
    "city": "Berlin",
    "region": None,
    "country": "DE",
}
OFFICE = HOME | {"name": "Oak & Sons", "lines": ["Rue de la Paix 3"], "city": "Paris", "country": "FR"}


async def shared(market: Market, buyer: str = "ada") -> Order:
    """An order of two sellers with a paid return from each."""
    order = await market.order(
        Part("north", {"lamp": (2, "10.00")}, "2.00"), Part("south", {"chair": (1, "30.00")}, "5.00"),
        customer=buyer, shippingAddress=HOME, billingAddress=OFFICE,
    )  # fmt: skip
    await market.move(order, "north", "SHIPPED")
    await market.move(order, "south", "SHIPPED")
    items = [
        {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"},
        {"orderItemId": order.items["chair"], "quantity": 1, "reason": "does_not_fit"},
    ]
    payload = await market.do(
        customer(buyer), "requestReturn", "requests { id seller { handle } }",
        orderId=order.id, items=items, policyVersion=POLICY,
    )  # fmt: skip
    for one in payload["requests"]:
        await market.do(seller(order, one["seller"]["handle"]), "confirmRequest", requestId=one["id"])
    await market.work()
    return order


async def test_a_seller_sees_only_its_own_part_of_an_order(market: Market) -> None:
    order = await shared(market)
    seen = (await market.data(seller(order, "north"), _TREE, id=order.id))["order"]
    assert {part["seller"]["handle"] for part in seen["sellerOrders"]} == {"north"}
    assert {one["seller"]["handle"] for one in seen["packages"] + seen["items"] + seen["plans"]} == {"north"}
    assert [item["sku"] for item in seen["items"]] == ["lamp"]
    (request,) = seen["requests"]
    assert request["items"] == [{"orderItem": {"sku": "lamp"}}]
    assert request["plan"]["lines"] == [{"orderItem": {"sku": "lamp"}}]
    assert (seen["payments"], seen["totals"], request["plan"]["refunds"]) == ([], None, [])
    assert {one["subject"] for one in seen["timeline"]} == {"PACKAGE", "REQUEST", "PLAN"}
    assert "30.00" not in str(seen)


async def test_the_owner_and_the_customer_see_all_of_it(market: Market) -> None:
    order = await shared(market)
    for actor in (OWNER, customer("ada")):
        seen = (await market.data(actor, _TREE, id=order.id))["order"]
        assert len(seen["sellerOrders"]) == len(seen["requests"]) == 2
        assert seen["totals"] == {"captured": {"amount": "57.00"}}
        assert all(one["plan"]["refunds"] for one in seen["requests"])


async def test_callers_that_ask_the_same_at_once_get_their_own_answers(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyers = ["ada", "ben", "cleo"]
    orders = {name: await shared(market, name) for name in buyers}
    inputs: list[tuple[Actor, str, str]] = []
    for name, order in orders.items():
        for actor in (customer(name), seller(order, "north"), seller(order, "south"), customer("eve")):
            inputs += [(actor, _TREE, other.id) for other in orders.values()]
    alone = [await market.data(actor, text, id=id) for actor, text, id in inputs]
    client = get_connection("default")
    assert isinstance(client, Client)
    assert isinstance(client.reading, Batching)
    monkeypatch.setattr(client.reading.delay, "seconds", 5.0)
    at_once = await asyncio.gather(*[market.data(actor, text, id=id) for actor, text, id in inputs])
    assert at_once == alone
    assert client.reading.shared > 1
    assert len({str(one) for one in alone}) > len(buyers)


IDENTITY = "{ id name email phone subject }"
ROADS = [
    f"query Q($o: ID!) {{ order(id: $o) {{ customer {IDENTITY} }} }}",
    f"{{ orders {{ nodes {{ customer {IDENTITY} }} }} }}",
    f"{{ orders {{ edges {{ node {{ sellerOrders {{ order {{ customer {IDENTITY} }} }} }} }} }} }}",
    f"{{ requests {{ nodes {{ customer {IDENTITY} order {{ customer {IDENTITY} }} }} }} }}",
    f"{{ plans {{ nodes {{ request {{ customer {IDENTITY} }} order {{ customer {IDENTITY} }} }} }} }}",
    f"{{ events {{ nodes {{ order {{ customer {IDENTITY} }} request {{ customer {IDENTITY} }} }} }} }}",
    f"query Q($c: ID!) {{ node(id: $c) {{ ... on Customer {IDENTITY} }} }}",
]  # fmt: skip


def customers_in(tree: Any) -> list[dict[str, Any]]:
    """Every customer in an answer."""
    if isinstance(tree, list):
        return [found for part in tree for found in customers_in(part)]
    if not isinstance(tree, dict):
        return []
    return [tree] if "email" in tree else [found for part in tree.values() for found in customers_in(part)]


@pytest.mark.parametrize("shown", [False, True], ids=["as a rule", "SELLERS_SEE_CUSTOMERS"])
async def test_a_seller_reads_of_a_customer_only_the_name_unless_the_marketplace_says_otherwise(
    database_url: str, shown: bool
) -> None:
    async with opened(database_url, sellers_see_customers=shown) as market:
        order = await shared(market)
        await market.rows("update customer set email = 'ada@example.org', phone = '+49 30 1'")
        (row,) = await market.rows("select id from customer")
        full = {"id": row["id"], "name": "Ada", "email": "ada@example.org", "phone": "+49 30 1", "subject": "ada"}
        for actor in (seller(order, "north"), customer("ada"), OWNER):
            sees = shown or actor.role is not Role.SELLER
            for road in ROADS:
                given = {"o": order.id} if "$o" in road else {"c": row["id"]} if "$c" in road else {}
                found = customers_in(await market.data(actor, road, **given))
                assert found, road
                for seen in found:
                    assert seen == (full if sees else full | {"email": None, "phone": None, "subject": ""}), (
                        actor,
                        road,
                    )


_INFORMATION = """query Q($id: ID!) { order(id: $id) {
  customer { name email phone subject } shippingAddress { ...A } billingAddress { ...A }
  payments { method paidAt instrument reference } } }
fragment A on Address { name lines postalCode city region country }"""


@pytest.mark.parametrize("shown", [False, True], ids=["as a rule", "SELLERS_SEE_CUSTOMERS"])
async def test_each_role_reads_of_customer_order_and_payment_what_it_needs(database_url: str, shown: bool) -> None:
    async with opened(database_url, sellers_see_customers=shown) as market:
        payment = {
            "method": "card",
            "captured": "20.00",
            "reference": "ch_1",
            "paidAt": "2026-03-01T08:00:00+00:00",
            "instrument": "Visa •••• 4242",
        }
        order = await market.order(
            Part("north", {"lamp": (2, "10.00")}),
            shippingAddress=HOME, billingAddress=OFFICE, payments=[payment],
        )  # fmt: skip
        await market.rows("update customer set email = 'ada@example.org', phone = '+49 30 901820'")
        identity = {"name": "Ada", "email": "ada@example.org", "phone": "+49 30 901820", "subject": "ada"}
        nameless = {"name": "Ada", "email": None, "phone": None, "subject": ""}
        paid = {name: payment[name] for name in ("method", "paidAt", "instrument", "reference")}
        expected = {
            OWNER: (identity, HOME, OFFICE, [paid]),
            customer("ada"): (identity, HOME, OFFICE, [paid | {"reference": None}]),
            seller(order, "north"): (identity if shown else nameless, HOME, None, []),
        }
        for actor, (person, shipping, billing, payments) in expected.items():
            seen = (await market.data(actor, _INFORMATION, id=order.id))["order"]
            assert seen == {
                "customer": person, "shippingAddress": shipping, "billingAddress": billing, "payments": payments
            }, actor.role  # fmt: skip
        for stranger in strangers(order):
            assert (await market.data(stranger, _INFORMATION, id=order.id))["order"] is None


async def test_an_order_may_say_nothing_of_where_and_how(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (1, "10.00")}))
    seen = (await market.data(OWNER, _INFORMATION, id=order.id))["order"]
    assert (seen["shippingAddress"], seen["billingAddress"], seen["customer"]["phone"]) == (None, None, None)
    assert [(payment["paidAt"], payment["instrument"]) for payment in seen["payments"]] == [(None, None)]


def strangers(order: Order) -> list[Actor]:
    return [customer("eve"), Actor(Role.SELLER, "west-clerk", "seller_00000000000000000000000000")]


async def test_a_stranger_finds_nothing_by_id(market: Market) -> None:
    order = await shared(market)
    tables = (
        "order", "seller_order", "package", "order_item", "payment", "cancellation_request",
        "cancellation_plan", "refund", "customer",
    )  # fmt: skip
    ids = [row["id"] for table in tables for row in await market.rows(f'select id from "{table}"')]
    assert len(ids) >= 15
    for stranger in strangers(order):
        for id in ids:
            assert (await market.ask(stranger, NODE, id=id))["data"] == {"node": None}, id
            assert (await market.ask(stranger, NODE, id=id[:-3] + "000"))["data"] == {"node": None}
    for id in ids:
        assert (await market.data(OWNER, NODE, id=id))["node"]["id"] == id


LISTS = {
    "orders": "{ orders { totalCount nodes { id } } }",
    "packages": "{ packages { totalCount nodes { id } } }",
    "requests": "{ requests { totalCount nodes { id } } }",
    "plans": "{ plans { totalCount nodes { id } } }",
}


@pytest.mark.parametrize("name", LISTS)
async def test_a_stranger_counts_nothing_and_a_party_its_own(market: Market, name: str) -> None:
    order = await shared(market)
    for stranger in strangers(order):
        assert (await market.data(stranger, LISTS[name]))[name] == {"totalCount": 0, "nodes": []}
    assert (await market.data(seller(order, "south"), LISTS[name]))[name]["totalCount"] == 1
    assert (await market.data(OWNER, LISTS[name]))[name]["totalCount"] == (1 if name == "orders" else 2)


async def test_a_stranger_reads_no_event_and_a_seller_only_its_own(market: Market) -> None:
    order = await shared(market)
    text = "{ events { nodes { subject subjectId actor { id } } } }"
    for stranger in strangers(order):
        assert (await market.data(stranger, text))["events"] == {"nodes": []}
    mine = await market.rows(
        "select subject_id from event where seller_id = $1 and subject <> 'REFUND'", order.sellers["north"]
    )
    seen = (await market.data(seller(order, "north"), text))["events"]["nodes"]
    assert sorted(one["subjectId"] for one in seen) == sorted(row["subject_id"] for row in mine)
    assert {one["actor"]["id"] for one in seen} == {None}


async def test_a_filter_by_anothers_id_shows_nothing(market: Market) -> None:
    order = await shared(market)
    text = "query Q($f: RequestFilter) { requests(filter: $f) { totalCount } }"
    given = {"sellerId": order.sellers["south"]}
    assert (await market.data(seller(order, "north"), text, f=given))["requests"] == {"totalCount": 0}


async def test_refunds_are_a_field_for_the_owner_only(market: Market) -> None:
    order = await shared(market)
    text = "{ refunds { totalCount } }"
    assert (await market.data(OWNER, text))["refunds"] == {"totalCount": 2}
    for actor in (customer("ada"), seller(order, "north")):
        (error,) = (await market.ask(actor, text))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


SIGNED_IN = [
    "{ viewer { id } }", "{ orders { totalCount } }", "{ requests { totalCount } }", "{ plans { totalCount } }",
    "{ refunds { totalCount } }", '{ node(id: "order_0") { id } }', '{ order(number: "1") { id } }',
    '{ plan(id: "plan_0") { id } }', "{ events { nodes { at } } }",
    'mutation { withdrawRequest(input: {requestId: "request_0"}) { replayed } }',
]  # fmt: skip


@pytest.mark.parametrize("text", SIGNED_IN)
async def test_a_caller_without_a_token_is_told_so(market: Market, text: str) -> None:
    (error,) = (await market.ask(None, text))["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_reasons_policy_and_tables_need_no_token(market: Market) -> None:
    found: dict[str, Any] = await market.data(
        None, '{ reasons { label(locale: "de-AT") } returnPolicy { version text } transitions { action } }'
    )
    assert [one["label"] for one in found["reasons"]][:2] == ["Anders überlegt", "Something else"]
    assert found["returnPolicy"] == {"version": "2026-01", "text": "Fourteen days."}
    assert len(found["transitions"]) > 40


MIXED_UP = """
update order_item i set package_id = (select p.id from package p where p.order_id <> i.order_id order by p.id limit 1);
update package p set seller_order_id = (select s.id from seller_order s where s.order_id <> p.order_id limit 1);
update request_item r set order_item_id = (select i.id from order_item i join cancellation_request q
  on q.id = r.request_id and q.order_id <> i.order_id where i.seller_id <> r.seller_id order by i.id limit 1);
update cancellation_plan p set order_id = (select o.id from "order" o where o.id <> p.order_id limit 1);
update refund r set order_id = (select o.id from "order" o where o.id <> r.order_id limit 1);
"""
"""Rows that hang together wrongly, as no command would leave them."""


async def seen_through(market: Market, actor: Actor | None, model: type[Model], relation: str) -> tuple[int, int]:
    """Of the rows that visible rows lead to: how many are shown that the table would hide, and the reverse."""
    visibility, related = visibility_of(actor), table_of(model).relations[relation]
    parent, through = visibility.of(model), visibility.through(model, relation, related.target)
    alone = visibility.of(related.target)
    values: list[Any] = []
    texts = [_text(rule, values, alias) for rule, alias in ((parent, "_p"), (through, "_t"), (alone, "_t"))]
    (found,) = await market.rows(
        f"select count(*) filter (where {texts[1]} and not {texts[2]}) as more,"
        f" count(*) filter (where {texts[2]} and not {texts[1]}) as less"
        f" from {table_of(model).name} _p join {table_of(related.target).name} _t"
        f" on _t.{related.there} = _p.{related.here}"
        f" where {texts[0]}",
        *values,
    )
    return found["more"], found["less"]


def _text(condition: Condition | None, values: list[Any], alias: str) -> str:
    if condition is None:
        return "true"
    offset = len(values)
    values.extend(condition.values)
    return f"({condition.fragment.text(alias, parent='_p', offset=offset)})"


@pytest.mark.parametrize("wrong", [False, True], ids=["as commands leave them", "mixed up"])
async def test_what_a_visible_row_leads_to_is_never_more_than_its_table_shows(market: Market, wrong: bool) -> None:
    first = await shared(market)
    await shared(market, "eve")
    if wrong:
        await get_connection("default").execute_script(MIXED_UP)
    looked = 0
    for actor in (customer("ada"), customer("eve"), seller(first, "north"), seller(first, "south"), OWNER, None):
        for model in Tortoise.apps["models"].values():
            for relation in table_of(model).relations:
                more, less = await seen_through(market, actor, model, relation)
                assert not more, (actor, model, relation)
                assert wrong or not less, (actor, model, relation)
                looked += 1
    assert looked > 200


OF_A_SELLER = ("package", "order_item", "cancellation_request", "cancellation_plan")
ASTRAY = [*[(table, "seller_id") for table in OF_A_SELLER], ("cancellation_request", "customer_id")]


@pytest.mark.parametrize(("table", "column"), ASTRAY)
async def test_the_database_holds_what_the_visibility_relies_on(market: Market, table: str, column: str) -> None:
    order = await shared(market)
    strange = await market.order(Part("west", {"lamp": (1, "10.00")}), customer="eve")
    (eve,) = await market.rows('select customer_id as id from "order" where id = $1', strange.id)
    other = {"seller_id": strange.sellers["west"], "customer_id": eve["id"]}[column]
    with pytest.raises(IntegrityError, match="foreign key"):
        await market.rows(f"update {table} set {column} = $1 where order_id = $2", other, order.id)


async def test_a_seller_has_its_orders_in_their_order_when_one_is_dated_anew(market: Market) -> None:
    first, second = await market.order(), await market.order()
    listed = "{ orders(orderBy: PLACED_AT_ASC) { nodes { id } } }"
    for late, days, early in ((second, 1, first), (first, 2, second)):
        await market.rows(f"update \"order\" set placed_at = now() + interval '{days} days' where id = $1", late.id)
        seen = (await market.data(seller(first, "north"), listed))["orders"]["nodes"]
        assert [one["id"] for one in seen] == [early.id, late.id]


async def test_a_request_goes_along_when_its_order_gets_another_customer(market: Market) -> None:
    order = await shared(market)
    await market.order(customer="eve")
    await market.rows(
        "update \"order\" set customer_id = (select id from customer where subject = 'eve') where id = $1", order.id
    )
    assert (await market.data(customer("ada"), LISTS["requests"]))["requests"]["totalCount"] == 0
    assert (await market.data(customer("eve"), LISTS["requests"]))["requests"]["totalCount"] == 2
