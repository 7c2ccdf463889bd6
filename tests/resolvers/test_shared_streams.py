"""One execution for all who may see the same, and never a payload for who may not."""

import asyncio
import json
from typing import Any

from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from engine.subscriptions.streams import End, Payload
from tests.market import OWNER, SECRET, Market, customer, seller

UPDATES = "subscription { requestUpdates { cursor to request { id order { payments { id } } } } }"


class Inbox:
    """What one client has been sent."""

    def __init__(self) -> None:
        self.payloads: asyncio.Queue[Payload] = asyncio.Queue()

    def push(self, payload: Payload) -> None:
        self.payloads.put_nowait(payload)

    async def room(self) -> None:
        """There is always room."""

    def end(self, end: End) -> None:
        """Nobody ends these streams."""

    async def next(self) -> Payload:
        async with asyncio.timeout(10):
            return await self.payloads.get()


async def subscribed(market: Market, actor: Actor, updates: str = UPDATES) -> tuple[Any, Inbox]:
    """A subscription, to all requests if nothing else is said, live, as the connection of this actor holds it."""
    engine, inbox = market.one.engine, Inbox()
    context = await market.one.context({"authorization": f"Bearer {mint(SECRET, actor, ttl=3600)}"}, None)
    stream = market.one.hub.stream(engine.operation(engine.document(updates), None, {}, context))
    await stream.listen(inbox)
    return stream, inbox


async def test_owners_share_one_execution_and_seats_never_share_a_payload(market: Market) -> None:
    order = await market.order()
    seats = [OWNER, Actor(Role.OWNER, "otto"), seller(order, "north"), customer("ada"), customer("bob")]
    seats.append(Actor(Role.OWNER, "otto", actions=frozenset()))
    opened = [await subscribed(market, actor) for actor in seats]
    assert (market.one.hub.subscribers, market.one.hub.groups) == (6, 5)

    request = await market.request(order, lamp=1)
    olga, otto, north, ada = [await inbox.next() for _, inbox in opened[:4]]
    assert olga is otto
    assert len({bytes(one) for one in (olga, north)}) == 2
    for payload in (olga, north, ada):
        assert json.loads(payload)["data"]["requestUpdates"]["request"]["id"] == request["id"]
    paid = [json.loads(one)["data"]["requestUpdates"]["request"]["order"]["payments"] for one in (olga, north, ada)]
    assert [bool(one) for one in paid] == [True, False, True]

    mine = await market.request(await market.order(customer="bob"), lamp=1)
    first = json.loads(await opened[4][1].next())["data"]["requestUpdates"]["request"]
    assert first["id"] == mine["id"]  # and not ada's, which came before
    for stream, _ in opened:
        stream.leave()
    assert market.one.hub.groups == 0


NOTHING = [
    *("requestUpdates(filter: {status: []})", "requestUpdates(filter: {waitingOn: []})"),
    *('requestUpdates(filter: {numberStartsWith: ""})', 'requestUpdates(filter: {orderId: ""})'),
    *('requestUpdates(filter: {sellerId: ""})', 'requestUpdates(filter: {customerId: ""})'),
    *('requestUpdates(filter: {submissionId: ""})', "planUpdates(filter: {status: []})", 'orderUpdates(orderId: "")'),
    *("planUpdates(filter: {refundState: []})", 'planUpdates(filter: {sellerId: ""})'),
    'planUpdates(filter: {orderId: ""})',
]


async def test_a_stream_with_an_empty_condition_tells_nothing(market: Market) -> None:
    order = await market.order()
    everything = [
        await subscribed(market, OWNER, f"subscription {{ {name} {{ cursor }} }}")
        for name in ("requestUpdates", "planUpdates", "orderUpdates", "requestUpdates(filter: {status: null})")
    ]
    nothing = [await subscribed(market, OWNER, f"subscription {{ {one} {{ cursor }} }}") for one in NOTHING]
    for sku in ("lamp", "bulb"):  # with the second event, the first has gone its way through every stream
        await market.apply(await market.request(order, **{sku: 1}))
        for _, inbox in everything:
            await inbox.next()
    for text, (stream, inbox) in zip(NOTHING, nothing, strict=True):
        assert inbox.payloads.empty(), text
        stream.leave()
    for stream, _ in everything:
        stream.leave()


EVENTS = "{ events(first: 100) { nodes { cursor order { id } request { id } } } }"


async def test_an_order_that_a_viewer_may_no_longer_see_stops_coming_and_its_past_goes_with_it(market: Market) -> None:
    other = await market.order(customer="bob")
    order = await market.order(customer="ada")
    opened = {name: await subscribed(market, customer(name)) for name in ("ada", "bob")}
    request = await market.request(order, lamp=1)
    assert json.loads(await opened["ada"][1].next())["data"]["requestUpdates"]["request"]["id"] == request["id"]

    handed = "customer_id = (select id from customer where subject = 'bob')"
    await market.rows(f'update "order" set {handed} where id = $1', order.id)
    await market.apply(request)
    assert json.loads(await opened["bob"][1].next())["data"]["requestUpdates"]["request"]["id"] == request["id"]

    mine = await market.request(await market.order(customer="ada"), lamp=1)
    assert json.loads(await opened["ada"][1].next())["data"]["requestUpdates"]["request"]["id"] == mine["id"]
    received = (await market.data(customer("ada"), EVENTS))["events"]["nodes"]
    assert {one["request"]["id"] for one in received if one["request"]} == {mine["id"]}
    assert other.id not in {one["order"]["id"] for one in received}
    for stream, _ in opened.values():
        stream.leave()


async def test_the_latest_cursor_is_where_a_viewer_can_go_on_without_a_gap(market: Market) -> None:
    assert (await market.data(customer("ada"), "{ latestCursor }"))["latestCursor"] is None
    await market.request(await market.order(), lamp=1)
    cursor = (await market.data(customer("ada"), "{ latestCursor }"))["latestCursor"]
    request = await market.request(await market.order(), bulb=1)
    received = (
        "query Q($after: Cursor) { events(after: $after, filter: {subject: REQUEST}) { nodes { to request { id } } } }"
    )
    (event,) = (await market.data(customer("ada"), received, after=cursor))["events"]["nodes"]
    assert event == {"to": "WAITING", "request": {"id": request["id"]}}
    refused = await market.ask(None, "{ latestCursor }")
    assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
