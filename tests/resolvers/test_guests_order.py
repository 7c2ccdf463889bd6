"""A guest sees one order and all that belongs to it, and nothing else of the same customer.

The tests read the schema: a new list, stream or type is tried without a line here.
"""

from typing import Any

import models
from domain.facts import Actor
from domain.words import Role
from engine.compat.tortoise import table_name
from resolvers.queries import NODES
from tests import goods
from tests.market import POLICY, Market, Order, customer
from tests.resolvers.test_foreign_ids import (
    SCHEMA,
    UNKNOWN,
    World,
    list_document,
    lists,
    root_fields,
    streamed,
    two_sellers,
)
from tests.services.messages.rows import written

TREE = """query Tree($id: ID!) { order(id: $id) {
  id number status totals { captured { amount } refunded { amount } } customer { id name email phone subject }
  payments { id captured { amount } } sellerOrders { id seller { handle } } packages { id number status }
  items { id sku eligibility { transaction blockers { code } } } shippingAddress { city }
  requests { id status items { quantity } allowedActions { action enabled blockers { code } }
    messages { id address text } plan { id total { amount } lines { quantity } refunds { id amount { amount } } }
    returnShipment { id status labels { id } } }
  plans { id } timeline { action subject } allowedActions { action enabled } } }"""
_ANOTHER = """
insert into message select (jsonb_populate_record(m, jsonb_build_object(
  'id', 'message_other', 'order_id', $1::text, 'request_id', null, 'event_id', 0))).*
from message m where audience = 'CUSTOMER' limit 1
"""
HIDDEN = {"email": None, "phone": None, "subject": ""}


def guest_of(order: Order) -> Actor:
    return Actor(Role.CUSTOMER, "access_1", order_id=order.id)


async def test_a_guest_sees_all_of_its_order_and_nothing_of_the_next(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    first = await two_sellers(market, "ada")
    await market.rows("update customer set email = 'ada@example.org', phone = '+49 30 1'")
    await written(market)
    ada, guest, eve = customer("ada"), guest_of(first), customer("eve")
    own, answered = await ids(market), await answers(market, guest)
    tree = (await market.data(ada, TREE, id=first.id))["order"]
    assert tree["customer"]["email"] == "ada@example.org"
    assert (await market.data(guest, TREE, id=first.id))["order"] == tree | {"customer": tree["customer"] | HIDDEN}
    after = (await market.data(ada, "{ latestCursor }"))["latestCursor"]
    adas = await answers(market, ada)

    second = await two_sellers(market, "ada")
    await market.rows(_ANOTHER, second.id)
    assert (await market.data(guest, TREE, id=second.id))["order"] is None
    assert await answers(market, guest) == answered
    assert {name for name, shown in (await answers(market, ada)).items() if shown != adas[name]} >= {
        "orders",
        "requests",
        "plans",
        "events",
    }, "the control"
    of_second = await ids(market) - own
    assert await seen(market, guest, of_second) == set()
    assert len(await seen(market, ada, of_second)) > 10, "the control"
    adas_own = await seen(market, ada, own)
    assert await seen(market, guest, own) == adas_own
    assert await seen(market, eve, own) < adas_own
    world = World(market, {}, {})
    for root in root_fields(SCHEMA.subscription_type):
        assert await streamed(world, guest, root, {}, after) == [], root
    assert await streamed(world, ada, "orderUpdates", {}, after), "the control"


async def ids(market: Market) -> set[str]:
    """The ids of all that a client can look up."""
    found: set[str] = set()
    for name in set(NODES.values()):
        table = table_name(getattr(models, name))
        found |= {row["id"] for row in await market.rows(f'select id from "{table}"')}
    return found


async def seen(market: Market, actor: Actor, wanted: set[str]) -> set[str]:
    """Those of some ids that an actor can look up."""
    found = set()
    for id in wanted:
        if (await market.data(actor, "query N($id: ID!) { node(id: $id) { id } }", id=id))["node"]:
            found.add(id)
    return found


async def answers(market: Market, actor: Actor) -> dict[str, str]:
    """What each list says without a filter."""
    return {name: str(await market.ask(actor, list_document(name))) for name, _ in lists()}


async def test_a_guest_can_act_on_its_order_only(market: Market) -> None:
    first, second = [await market.order(customer="ada") for _ in range(2)]
    guest = guest_of(first)
    payloads = [await wish(market, guest, order) for order in (second, first)]
    assert [error["code"] for error in payloads[0]["userErrors"]] == ["NOT_FOUND"]
    assert payloads[1]["userErrors"] == []
    adas = (await wish(market, customer("ada"), second))["requests"][0]["id"]
    refused = await market.do(guest, "withdrawRequest", requestId=adas)
    nobodys = await market.do(guest, "withdrawRequest", requestId=f"request{UNKNOWN}")
    assert refused == nobodys
    own = payloads[1]["requests"][0]["id"]
    assert (await market.do(guest, "withdrawRequest", requestId=own))["userErrors"] == [], "the control"


async def wish(market: Market, actor: Actor, order: Order, **more: Any) -> dict[str, Any]:
    items = [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}]
    wanted = {"orderId": order.id, "items": items, "policyVersion": POLICY, **more}
    return dict(await market.do(actor, "requestReturn", "requests { id }", **wanted))


async def test_the_keys_of_a_guest_are_no_customers(market: Market) -> None:
    """A customer whose subject is the id of a guest's link never meets the guest's answers."""
    ada, access = [await market.order(customer=name) for name in ("ada", "access_1")]
    first = await wish(market, guest_of(ada), ada, idempotencyKey="k")
    others = await wish(market, customer("access_1"), access, idempotencyKey="k")
    assert (others["userErrors"], others["replayed"]) == ([], False)
    assert await wish(market, guest_of(ada), ada, idempotencyKey="k") == first | {"replayed": True}, "the control"
