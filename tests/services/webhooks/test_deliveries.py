"""Webhooks out: from the journal to a real receiver, signed, at least once, again after failures, and replayed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError
from tortoise.transactions import in_transaction

from app.workers import now
from domain.facts import Actor
from events.notifier import ProcessNotifier
from services.webhooks import deliveries as services
from services.webhooks.deliveries import LEASE, Deliveries
from services.webhooks.outbound import Outbound
from tests.market import OWNER, Market, customer, opened, seller
from tests.services.webhooks.receiver import Receiver, receiving

CREATE = """mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  userErrors { code field message } secret endpoint { id url actions active } } }"""
UPDATE = """mutation U($input: UpdateWebhookEndpointInput!) { updateWebhookEndpoint(input: $input) {
  userErrors { code field } endpoint { url actions active } } }"""
ROTATE = """mutation R($input: WebhookEndpointInput!) { rotateWebhookSecret(input: $input) {
  userErrors { code field } secret } }"""
DELETE = """mutation D($input: WebhookEndpointInput!) { deleteWebhookEndpoint(input: $input) {
  userErrors { code field } deletedId } }"""
REPLAY = """mutation P($input: ReplayWebhookDeliveriesInput!) { replayWebhookDeliveries(input: $input) {
  userErrors { code field } count } }"""
LIST = """query L($state: [DeliveryState!]) { webhookDeliveries(state: $state) { totalCount nodes {
  id type body state attempts dueAt statusCode message endpoint { url } } } }"""


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that may post to this machine, at the time of this machine: signatures are only good for minutes."""
    async with opened(database_url, webhook_private=True) as one:
        one.clock.now = now()
        yield one


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def sender(market: Market) -> AsyncIterator[Deliveries]:
    outbound = Outbound(private=True, seconds=0.5)
    yield Deliveries(market.clock, ProcessNotifier(), outbound)
    await outbound.close()


async def endpoint(market: Market, receiver: Receiver, *actions: str) -> tuple[str, str]:
    """An endpoint at the receiver: its id and its secret."""
    made = await market.data(OWNER, CREATE, input={"url": receiver.url, "actions": actions or None})
    payload = made["createWebhookEndpoint"]
    assert payload["userErrors"] == []
    return payload["endpoint"]["id"], payload["secret"]


async def flush(sender: Deliveries) -> None:
    """Spread and post all that is due."""
    while await sender.spread():
        pass
    while await sender.once():
        pass


async def listed(market: Market, *states: str) -> list[dict[str, Any]]:
    found = await market.data(OWNER, LIST, state=list(states) or None)
    nodes: list[dict[str, Any]] = found["webhookDeliveries"]["nodes"]
    return nodes


async def test_events_are_delivered_in_order_signed_and_once(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await market.order()  # before there was an endpoint: it is not told of this
    _, secret = await endpoint(market, receiver)
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    await flush(sender)
    journal = await market.rows("select id, action, order_id from event where order_id = $1 order by xid, id", order.id)
    payloads = [got.payload["data"] for got in receiver.got]
    assert {one["orderId"] for one in payloads} == {order.id}
    assert sorted(one["action"] for one in payloads) == sorted(one["action"] for one in journal)
    assert len({got.id for got in receiver.got}) == len(journal)
    for got in receiver.got:
        got.verify(secret)
    assert {"package.shipped"} <= {got.payload["type"] for got in receiver.got}
    await flush(sender)
    assert len(receiver.got) == len(journal)


async def test_a_post_says_for_whom_the_owner_decided_and_why(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "CONFIRM_REQUEST")
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    first, second = await market.request(order, lamp=1), await market.request(order, bulb=1)
    await market.do(OWNER, "confirmRequest", requestId=first["id"], note="The seller is silent.")
    await market.do(seller(order, "north"), "confirmRequest", requestId=second["id"])
    await flush(sender)
    payloads = [got.payload["data"] for got in receiver.got if got.payload["data"]["subject"] == "REQUEST"]
    assert {data["id"]: (data["role"], data["onBehalfOf"], data["note"]) for data in payloads} == {
        first["id"]: ("OWNER", "SELLER", "The seller is silent."),
        second["id"]: ("SELLER", None, None),
    }


async def test_a_post_that_was_tampered_with_does_not_verify(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    _, secret = await endpoint(market, receiver)
    await market.order()
    await flush(sender)
    got = receiver.got[0]
    got.body = got.body.replace(b"package", b"pack_ge")
    with pytest.raises(WebhookVerificationError):
        got.verify(secret)


async def test_deliveries_contain_no_person_and_no_secret(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver)
    request = await market.request(await market.order(customer="ada"), lamp=1)
    await market.apply(request)
    await flush(sender)
    everything = b"".join(got.body for got in receiver.got).lower()
    assert b"apply_cancellation" in everything
    assert b"ada" not in everything
    assert b"olga" not in everything


async def test_an_endpoint_gets_the_actions_that_it_asked_for(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "REQUEST_RETURN")
    await market.request(await market.order(), lamp=1)
    await flush(sender)
    assert [got.payload["data"]["action"] for got in receiver.got] == ["REQUEST_RETURN"]


async def test_a_failed_post_is_repeated_later_under_the_same_id(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    receiver.statuses = [500, 0, None]
    await endpoint(market, receiver, "REQUEST_RETURN")
    await market.request(await market.order(), lamp=1)
    for attempt in range(1, 4):
        await flush(sender)
        (one,) = await listed(market)
        assert (one["state"], one["attempts"]) == ("PENDING", attempt)
        assert one["message"]
        await flush(sender)
        assert len(receiver.got) == attempt, "it is not tried before its time"
        market.clock.pass_by(days=1, hours=5)
    await flush(sender)
    (one,) = await listed(market)
    assert (one["state"], one["attempts"], one["statusCode"], one["dueAt"]) == ("DELIVERED", 4, 204, None)
    assert len({got.id for got in receiver.got}) == 1


async def test_a_delivery_that_is_never_accepted_fails_and_can_be_replayed(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    id, _ = await endpoint(market, receiver, "REQUEST_RETURN")
    await market.request(await market.order(), lamp=1)
    receiver.statuses = [503] * (len(sender.delays) + 1)
    while not await listed(market, "FAILED"):
        await flush(sender)
        market.clock.pass_by(days=2)
    assert len(receiver.got) == len(sender.delays) + 1
    market.clock.pass_by(days=2)
    await flush(sender)
    assert len(receiver.got) == len(sender.delays) + 1, "nothing is tried any more"
    assert (await market.data(OWNER, REPLAY, input={"endpointId": id, "failed": True}))["replayWebhookDeliveries"] == {
        "userErrors": [],
        "count": 1,
    }
    await flush(sender)
    assert [one["state"] for one in await listed(market)] == ["DELIVERED"]
    assert len({got.id for got in receiver.got}) == 1


async def test_accepted_deliveries_can_be_replayed_by_id_and_by_time(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    id, _ = await endpoint(market, receiver, "REQUEST_RETURN")
    before = market.clock().isoformat()
    await market.request(await market.order(), lamp=1)
    await flush(sender)
    (one,) = await listed(market)
    for ask in ({"deliveryIds": [one["id"]]}, {"since": before}):
        await market.data(OWNER, REPLAY, input={"endpointId": id, **ask})
        await flush(sender)
    assert [got.id for got in receiver.got] == [one["id"]] * 3


async def test_an_endpoint_that_is_gone_is_never_called_again(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "REQUEST_RETURN")
    receiver.statuses = [410]
    order = await market.order()
    await market.request(order, lamp=1)
    await flush(sender)
    await market.request(order, bulb=1)
    await flush(sender)
    assert len(receiver.got) == 1
    endpoints = await market.data(OWNER, "{ webhookEndpoints { active } }")
    assert endpoints == {"webhookEndpoints": [{"active": False}]}


async def test_a_new_secret_and_the_old_one_both_verify_for_a_day(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    id, old = await endpoint(market, receiver, "REQUEST_RETURN")
    new = (await market.data(OWNER, ROTATE, input={"endpointId": id}))["rotateWebhookSecret"]["secret"]
    assert new != old
    order = await market.order()
    await market.request(order, lamp=1)
    await flush(sender)
    receiver.got[0].verify(old)
    receiver.got[0].verify(new)
    market.clock.pass_by(days=1, seconds=1)
    await market.request(order, bulb=1)
    await flush(sender)
    assert len(receiver.got[1].headers["webhook-signature"].split()) == 1


async def test_a_delivery_is_posted_again_if_its_sender_dies(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "REQUEST_RETURN")
    receiver.statuses = [None]
    await market.request(await market.order(), lamp=1)
    await sender.spread()
    dying = asyncio.create_task(sender.once())
    await receiver.wait(1)
    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    assert not await sender.once(), "somebody may still be at it"
    market.clock.now += LEASE
    await flush(sender)
    assert [got.id for got in receiver.got] == [receiver.got[0].id] * 2
    assert [one["state"] for one in await listed(market)] == ["DELIVERED"]


async def test_two_concurrent_workers_create_each_delivery_once(market: Market, receiver: Receiver) -> None:
    await endpoint(market, receiver)
    for _ in range(5):
        await market.move(await market.order(), "north", "SHIPPED", "DELIVERED")
    both = [Deliveries(market.clock, ProcessNotifier(), Outbound(private=True)) for _ in range(4)]
    await asyncio.gather(*(one.spread() for one in both))
    while await both[0].spread():
        pass
    count = (await market.rows("select count(*) as n from webhook_delivery"))[0]["n"]
    events = (await market.rows("select count(*) as n from event"))[0]["n"]
    assert count == events


async def test_an_event_that_commits_late_is_not_left_out(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    """The cursor waits for whatever was begun before: by ids alone, the slow one would be lost."""
    await endpoint(market, receiver)
    order = await market.order()
    await flush(sender)
    before = len(receiver.got)
    async with in_transaction() as slow:
        copy = "insert into event (at, subject, subject_id, action, to_status, actor_role, actor_id, order_id,"
        copy += " seller_order_id, seller_id, customer_id, version, data) select at, subject, subject_id, action,"
        copy += " to_status, actor_role, actor_id, order_id, seller_order_id, seller_id, customer_id, 99, data"
        await slow.execute_query(f"{copy} from event order by id limit 1")
        await market.move(order, "north", "SHIPPED")
        await flush(sender)
        assert len(receiver.got) == before
    await flush(sender)
    payloads = [got.payload["data"]["version"] for got in receiver.got[before:]]
    assert 99 in payloads
    assert len(payloads) == 2


async def test_a_slow_endpoint_does_not_keep_another_waiting(market: Market) -> None:
    async with receiving() as slow, receiving() as quick:
        slow.statuses = [None] * 100
        await endpoint(market, slow)
        await endpoint(market, quick, "CREATE_ORDER")
        outbound = Outbound(private=True, seconds=30)
        sender = Deliveries(now, market.one.due, outbound)
        running = asyncio.create_task(sender.run())
        try:
            for _ in range(8):
                await market.move(await market.order(), "north", "SHIPPED")
            await quick.wait(8)
            assert len(slow.got) == services.EACH
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await outbound.close()


async def test_an_inactive_endpoint_gets_no_deliveries(market: Market, receiver: Receiver, sender: Deliveries) -> None:
    id, _ = await endpoint(market, receiver, "REQUEST_RETURN")
    await market.data(OWNER, UPDATE, input={"endpointId": id, "active": False})
    order = await market.order()
    await market.request(order, lamp=1)
    await flush(sender)
    await market.data(OWNER, UPDATE, input={"endpointId": id, "active": True})
    await market.request(order, bulb=1)
    await flush(sender)
    assert len(receiver.got) == 1


async def test_an_endpoint_is_removed_with_its_deliveries(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    id, _ = await endpoint(market, receiver)
    await market.order()
    await sender.spread()
    removed = await market.data(OWNER, DELETE, input={"endpointId": id})
    assert removed["deleteWebhookEndpoint"] == {"userErrors": [], "deletedId": id}
    await flush(sender)
    assert (receiver.got, await listed(market)) == ([], [])


async def test_finished_deliveries_are_deleted_after_a_fortnight_of_the_databases_clock(
    market: Market, receiver: Receiver, sender: Deliveries
) -> None:
    await endpoint(market, receiver, "REQUEST_RETURN")
    await market.request(await market.order(), lamp=1)
    await flush(sender)
    await market.rows("update webhook_delivery set updated_at = now() - interval '13 days 23:59'")
    await sender.clean()
    assert len(await listed(market)) == 1
    await market.rows("update webhook_delivery set updated_at = now() - interval '14 days 00:01'")
    await sender.clean()
    assert await listed(market) == []


@pytest.mark.parametrize("days", [15, -15, 4000])
async def test_no_clock_of_a_process_deletes_a_delivery(
    market: Market, receiver: Receiver, sender: Deliveries, days: int
) -> None:
    market.clock.pass_by(days=days)  # of the process that creates and posts it
    await endpoint(market, receiver, "REQUEST_RETURN")
    await market.request(await market.order(), lamp=1)
    await flush(sender)
    receiver.statuses.append(410)
    await market.request(await market.order(), bulb=1)
    await flush(sender)
    market.clock.pass_by(days=abs(days))  # of the process that cleans
    await sender.clean()
    assert len(await listed(market)) == 2


@pytest.mark.parametrize("who", [customer("ada"), Actor(OWNER.role.SELLER, "clerk", "seller_1")])
async def test_webhooks_are_the_owners_alone(market: Market, receiver: Receiver, who: Actor) -> None:
    id, _ = await endpoint(market, receiver)
    before = await market.fingerprint()
    for text, values in (
        (CREATE, {"url": "https://example.com/"}),
        (UPDATE, {"endpointId": id, "active": False}),
        (ROTATE, {"endpointId": id}),
        (DELETE, {"endpointId": id}),
        (REPLAY, {"endpointId": id, "failed": True}),
    ):
        (payload,) = (await market.data(who, text, input=values)).values()
        assert [one["code"] for one in payload["userErrors"]] == ["ROLE_NOT_ALLOWED"]
    for text in ("{ webhookEndpoints { id } }", "{ webhookDeliveries { nodes { id } } }"):
        assert (await market.ask(who, text))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await market.data(who, "query N($id: ID!) { node(id: $id) { id } }", id=id) == {"node": None}
    assert await market.fingerprint() == before


async def test_no_secret_can_be_read_again(market: Market, receiver: Receiver) -> None:
    _, secret = await endpoint(market, receiver)
    fields = '{ __type(name: "WebhookEndpoint") { fields { name } } }'
    names = {one["name"] for one in (await market.data(OWNER, fields))["__type"]["fields"]}
    assert "secret" not in names
    assert secret not in str(await market.ask(OWNER, "{ webhookEndpoints { id url actions active } }"))


async def test_an_unknown_endpoint_is_not_found(market: Market) -> None:
    for text, more in ((UPDATE, {}), (ROTATE, {}), (DELETE, {}), (REPLAY, {"failed": True})):
        (payload,) = (await market.data(OWNER, text, input={"endpointId": "endpoint_x", **more})).values()
        assert payload["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "endpointId"]}]


async def test_two_endpoints_cannot_have_one_address(market: Market, receiver: Receiver) -> None:
    await endpoint(market, receiver)
    payload = (await market.data(OWNER, CREATE, input={"url": receiver.url}))["createWebhookEndpoint"]
    assert [(one["code"], one["field"]) for one in payload["userErrors"]] == [("ENDPOINT_EXISTS", ["input", "url"])]


async def test_a_private_address_is_refused_unless_it_is_allowed(database_url: str) -> None:
    async with opened(database_url) as market:
        for url in ("http://example.com/", "https://10.0.0.1/", "https://[::1]/x", "https://a:b@example.com/"):
            payload = (await market.data(OWNER, CREATE, input={"url": url}))["createWebhookEndpoint"]
            assert [one["code"] for one in payload["userErrors"]] == ["ADDRESS_NOT_ALLOWED"]


async def test_backoff_grows_to_days(market: Market) -> None:
    assert list(services.DELAYS) == sorted(services.DELAYS)
    assert sum(services.DELAYS, timedelta()) > timedelta(days=3)
