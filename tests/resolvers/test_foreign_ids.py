"""A filter looks only at what its caller may see: an id of another's is answered as an id that nobody has.

The tests read the schema: a new list, stream or filter is tried without a line here.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from engine.compat.strawberry import graphql_schema
from schema.build import build
from tests import goods
from tests.market import OWNER, POLICY, SECRET, Market, Order, Part, customer, seller
from tests.resolvers.test_shared_streams import Inbox
from tests.services.messages.rows import written
from tests.withdrawals import declared

SCHEMA = graphql_schema(build())
UNKNOWN = "_00000000000000000000000000"
OTHERS = ("payment", "refund", "seller_order", "package", "order_item")


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a value in the arguments of a root field: `filter.sellerId` of `orders`."""

    root: str
    path: tuple[str, ...]
    definition: GraphQLArgument | GraphQLInputField

    def __str__(self) -> str:
        return f"{self.root}-{'.'.join(self.path)}"

    def arguments(self, value: Any) -> dict[str, Any]:
        """The field's arguments with a value in this place and in no other."""
        type = self.definition.type
        wrapped = [value] if is_list_type(type.of_type if is_non_null_type(type) else type) else value
        for name in reversed(self.path):
            wrapped = {name: wrapped}
        return dict(wrapped)


def root_fields(of: GraphQLObjectType | None) -> dict[str, GraphQLField]:
    assert of is not None
    return dict(of.fields)


def lists() -> Iterator[tuple[str, GraphQLField]]:
    """The root fields that answer with a page."""
    for name, field in root_fields(SCHEMA.query_type).items():
        type = get_named_type(field.type)
        if isinstance(type, GraphQLObjectType) and "pageInfo" in type.fields:
            yield name, field


def places(name: str, field: GraphQLField) -> Iterator[Place]:
    """Every place for a value in a field's arguments but those of the page itself."""
    for argument, definition in field.args.items():
        type = get_named_type(definition.type)
        if isinstance(type, GraphQLInputObjectType):
            yield from (Place(name, (argument, inner), given) for inner, given in type.fields.items())
        elif argument not in ("first", "last", "after", "before", "orderBy"):
            yield Place(name, (argument,), definition)


def takes_id(place: Place) -> bool:
    return get_named_type(place.definition.type).name == "ID"


LISTED = [place for name, field in lists() for place in places(name, field)]
STREAMED = [place for name, field in root_fields(SCHEMA.subscription_type).items() for place in places(name, field)]


def list_document(name: str) -> str:
    """A page of a list with everything that a filter can show by, in each of its orders."""
    field = root_fields(SCHEMA.query_type)[name]
    type = get_named_type(field.type)
    assert isinstance(type, GraphQLObjectType)
    count = "totalCount" if "totalCount" in type.fields else ""
    shown = f"{{ {count} edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
    variables = {argument: given.type for argument, given in field.args.items() if argument not in ("orderBy", "first")}
    declared = ", ".join(f"${argument}: {type}" for argument, type in variables.items())
    passed = " ".join(f"{argument}: ${argument}" for argument in variables)
    orders: list[str] = [""]
    if "orderBy" in field.args:
        ordered = get_named_type(field.args["orderBy"].type)
        assert isinstance(ordered, GraphQLEnumType)
        orders = [f"orderBy: {value}" for value in ordered.values]
    pages = " ".join(f"p{n}: {name}({passed} first: 50 {order}) {shown}" for n, order in enumerate(orders))
    return f"query Q({declared}) {{ {pages} }}"


async def two_sellers(market: Market, buyer: str, sellers: tuple[str, str] = ("north", "south")) -> Order:
    """An order of two sellers with a paid return from each, and something left to cancel at neither."""
    first, second = sellers
    order = await market.order(
        Part(first, {"lamp": (2, "10.00")}, "2.00"), Part(second, {"chair": (2, "30.00")}, "5.00"), customer=buyer
    )
    for handle in sellers:
        await market.move(order, handle, "SHIPPED")
    items = [{"orderItemId": order.items[sku], "quantity": 1, "reason": "does_not_fit"} for sku in ("lamp", "chair")]
    payload = await market.do(
        customer(buyer), "requestReturn", "requests { id seller { handle } }",
        orderId=order.id, items=items, policyVersion=POLICY,
    )  # fmt: skip
    for request in payload["requests"]:
        await market.do(seller(order, request["seller"]["handle"]), "confirmRequest", requestId=request["id"])
    await market.work()
    return order


@dataclass(slots=True)
class World:
    """Two customers, a guest of one of two orders of the first, three sellers; `ids` are those of every table."""

    market: Market
    callers: dict[str, Actor]
    ids: dict[str, list[str]]

    async def foreign(self, caller: Actor, place: Place) -> list[str]:
        """Ids that mean something to others only: all that fit the place, and one of each other table."""
        named = {"orderId": "order", "requestId": "cancellation_request", "planId": "cancellation_plan"}
        named["ids"] = place.root.removesuffix("s")
        table = named.get(place.path[-1], place.path[-1].removesuffix("Id"))
        if table == "seller":  # everybody may see a seller: what is another's are its parts
            return [id for id in self.ids["seller"] if not await self.has_part(caller, id)]
        fitting = self.ids.get({"submission": "submission", "endpoint": "webhook_endpoint"}.get(table, table), [])
        others = [self.ids[other][-1] for other in OTHERS]
        return [id for id in fitting if not await self.sees(caller, id)] + others

    async def sees(self, caller: Actor, id: str) -> bool:
        if id.startswith("submission"):
            mine = {"submissionId": id}
            asked = "query Q($f: RequestFilter) { requests(filter: $f) { totalCount } }"
            return bool((await self.market.data(caller, asked, f=mine))["requests"]["totalCount"])
        found = await self.market.ask(caller, "query N($id: ID!) { node(id: $id) { id } }", id=id)
        return found["data"]["node"] is not None

    async def has_part(self, caller: Actor, seller_id: str) -> bool:
        if caller.role is not Role.CUSTOMER:
            return seller_id == caller.seller_id
        asked = "{ orders(first: 50) { nodes { sellerOrders { seller { id } } } } }"
        nodes = (await self.market.data(caller, asked))["orders"]["nodes"]
        return seller_id in {part["seller"]["id"] for node in nodes for part in node["sellerOrders"]}


@pytest.fixture
async def world(market: Market) -> World:
    await goods.settings(market, "ON_CONFIRM")
    first = await two_sellers(market, "ada")
    second = await two_sellers(market, "eve", ("south", "west"))
    for order in (first, second):
        await declared(market, order)
    await two_sellers(market, "ada", ("south", "west"))
    await written(market)
    tables = (
        "order", "seller_order", "package", "order_item", "payment", "cancellation_request", "cancellation_plan",
        "refund", "customer", "seller",
    )  # fmt: skip
    ids = {name: [row["id"] for row in await market.rows(f'select id from "{name}" order by id')] for name in tables}
    found = await market.rows("select distinct submission_id as id from cancellation_request order by 1")
    ids["submission"] = [row["id"] for row in found]
    callers = {
        "ada": customer("ada"),
        "eve": customer("eve"),
        "guest": Actor(Role.CUSTOMER, "access_1", order_id=first.id),
        "north": seller(first, "north"),
        "south": seller(first, "south"),
        "west": seller(second, "west"),
    }
    return World(market, callers, ids)


def answer_of(response: dict[str, Any], id: str) -> str:
    """The answer as text, without the id that was asked for, should a sentence repeat it."""
    return str({"data": response.get("data"), "errors": response.get("errors")}).replace(id, "ID")


async def test_every_list_answers_an_id_of_anothers_as_an_unknown_one(world: World) -> None:
    asked, shown_to_owner = 0, set()
    for place in filter(takes_id, LISTED):
        text = list_document(place.root)
        for name, caller in world.callers.items():
            for id in await world.foreign(caller, place):
                unknown = id.partition("_")[0] + UNKNOWN
                theirs = await world.market.ask(caller, text, **place.arguments(id))
                nobodys = await world.market.ask(caller, text, **place.arguments(unknown))
                assert answer_of(theirs, id) == answer_of(nobodys, unknown), (str(place), name, id)
                owners = [await world.market.ask(OWNER, text, **place.arguments(given)) for given in (id, unknown)]
                if answer_of(owners[0], id) != answer_of(owners[1], unknown):
                    shown_to_owner.add(str(place))
                asked += 1
    assert asked > 100
    # both are for the owner only; no endpoint is made, and no id of the world is what an owner has set
    without_rows = {"webhookDeliveries-endpointId", "ownerEvents-filter.subjectId"}
    assert shown_to_owner | without_rows == {str(place) for place in LISTED if takes_id(place)}, "the control"


async def streamed(world: World, caller: Actor, root: str, arguments: dict[str, Any], after: str) -> list[bytes]:
    """Everything that a subscription to the past sends, up to now."""
    field = root_fields(SCHEMA.subscription_type)[root]
    declared = ", ".join(f"${argument}: {given.type}" for argument, given in field.args.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    engine, inbox = world.market.one.engine, Inbox()
    context = await world.market.one.context({"authorization": f"Bearer {mint(SECRET, caller, ttl=3600)}"}, None)
    document = engine.document(f"subscription S({declared}) {{ {root}({passed}) {{ cursor to }} }}")
    stream = world.market.one.hub.stream(engine.operation(document, None, arguments | {"after": after}, context))
    await stream.listen(inbox)
    stream.leave()
    return [bytes(inbox.payloads.get_nowait()) for _ in range(inbox.payloads.qsize())]


async def test_every_stream_answers_an_id_of_anothers_as_an_unknown_one(world: World) -> None:
    events = (await world.market.data(OWNER, "{ events(first: 1) { nodes { cursor } } }"))["events"]["nodes"]
    after, shown_to_owner = events[0]["cursor"], set()
    for place in filter(takes_id, STREAMED):
        for name, caller in world.callers.items():
            for id in await world.foreign(caller, place):
                theirs = await streamed(world, caller, place.root, place.arguments(id), after)
                assert theirs == [], (str(place), name, id)
                if await streamed(world, OWNER, place.root, place.arguments(id), after):
                    shown_to_owner.add(str(place))
    assert shown_to_owner == {str(place) for place in STREAMED if takes_id(place)}, "the control"


def values_for(place: Place) -> list[Any]:
    """Every value of an enum or a switch; of the rest none."""
    type = get_named_type(place.definition.type)
    if isinstance(type, GraphQLEnumType):
        return list(type.values)
    return [True, False] if type.name == "Boolean" else []


async def test_no_filter_tells_a_seller_of_a_request_on_anothers_part(world: World) -> None:
    """Every answer of every list, under each value of each filter, is the same before and after the request."""
    market, north = world.market, world.callers["north"]
    order = await market.order(
        Part("north", {"desk": (1, "10.00")}), Part("south", {"sofa": (1, "30.00")}), customer="ada"
    )

    async def answers(actor: Actor) -> dict[str, str]:
        found = {}
        for place in LISTED:
            for value in values_for(place):
                given = place.arguments(value)
                found[f"{place} {value}"] = str(await market.ask(actor, list_document(place.root), **given))
        return found

    before, owners = await answers(north), await answers(OWNER)
    request = await market.request(order, sofa=1)
    assert await answers(north) == before
    owners_now = await answers(OWNER)
    changed = {name for name, shown in owners_now.items() if shown != owners[name]}
    assert {"orders-filter.hasOpenRequest True", "requests-filter.status WAITING"} <= changed, "the control"
    await market.do(customer("ada"), "withdrawRequest", requestId=request["id"])
    assert await answers(north) == before


OPEN = "query Q($f: OrderFilter) { orders(filter: $f) { totalCount nodes { id } } }"


async def test_an_open_request_is_looked_for_among_those_that_the_caller_may_see(market: Market) -> None:
    order = await market.order(
        Part("north", {"lamp": (1, "10.00")}), Part("south", {"chair": (1, "30.00")}), customer="ada"
    )
    await market.request(order, chair=1)
    for actor, is_open in [
        (seller(order, "north"), False),
        (seller(order, "south"), True),
        (customer("ada"), True),
        (OWNER, True),
    ]:
        for wanted in (True, False):
            found = (await market.data(actor, OPEN, f={"hasOpenRequest": wanted}))["orders"]
            assert found["totalCount"] == len(found["nodes"]) == int(wanted is is_open), (actor, wanted)


async def test_an_order_is_looked_for_by_a_seller_whose_part_the_caller_may_see(market: Market) -> None:
    order = await market.order(
        Part("north", {"lamp": (1, "10.00")}), Part("south", {"chair": (1, "30.00")}), customer="ada"
    )
    sees = {"north": ("north",), "south": ("south",)}
    for actor, parts in [
        *[(seller(order, handle), parts) for handle, parts in sees.items()],
        (customer("ada"), ("north", "south")),
        (OWNER, ("north", "south")),
        (customer("eve"), ()),
    ]:
        for handle in ("north", "south"):
            found = (await market.data(actor, OPEN, f={"sellerId": order.sellers[handle]}))["orders"]
            assert found["totalCount"] == len(found["nodes"]) == int(handle in parts), (actor, handle)


def test_filters_name_another_table_only_through_what_the_caller_may_see() -> None:
    """The places that the tests above try, by name: a new one is seen here and tried there."""
    assert {str(place) for place in itertools.chain(LISTED, STREAMED) if takes_id(place)} >= {
        "orders-filter.sellerId", "orders-filter.customerId", "requests-filter.submissionId", "plans-filter.sellerId",
        "events-filter.planId", "refunds-filter.orderId", "webhookDeliveries-endpointId",
        "requestUpdates-filter.sellerId", "planUpdates-filter.orderId", "orderUpdates-orderId",
    }  # fmt: skip
