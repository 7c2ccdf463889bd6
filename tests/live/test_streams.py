"""Subscriptions on real server processes: every status with its cursor, and every event once, whatever breaks."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.facts import Actor
from domain.words import Role
from tests.live.process import Server, Socket, serving, socket, working
from tests.live.scenes import PLANS, UPDATES, apply, ask
from tests.market import OWNER, customer

_EVENTS = (
    "query E($after: Cursor) { events(after: $after, first: 100, filter: {subject: REQUEST}) { nodes { cursor to } } }"
)


@pytest.fixture
def url(database_url: str) -> str:
    """The address of a migrated database."""
    return database_url


async def until_completed(live: Socket, field: str) -> list[dict[str, Any]]:
    """The items of one subscription up to the first that leads to COMPLETED."""
    items: list[dict[str, Any]] = []
    while not items or items[-1]["to"] != "COMPLETED":
        items.append((await live.item())[field])
    return items


async def answered(server: Server, after: str | None = None) -> list[dict[str, Any]]:
    """The journal's own list of what happened to requests."""
    nodes: list[dict[str, Any]] = (await server.data(OWNER, _EVENTS, after=after))["events"]["nodes"]
    return nodes


async def test_a_subscriber_sees_waiting_approved_completed_each_with_its_cursor(url: str, tmp_path: Path) -> None:
    async with (
        serving(url, tmp_path) as server,
        socket(server, OWNER) as requests,
        socket(server, OWNER) as plans,
    ):
        await requests.subscribe(UPDATES)
        await plans.subscribe(PLANS)
        await requests.settled()
        await plans.settled()
        await apply(server, await ask(server, "N-1"))
        seen = await until_completed(requests, "requestUpdates")
        assert [(one["from"], one["to"]) for one in seen] == [
            (None, "WAITING"), ("WAITING", "WAITING"), ("WAITING", "APPROVED"), ("APPROVED", "COMPLETED"),
        ]  # fmt: skip
        assert [one["cursor"] for one in seen] == [one["cursor"] for one in await answered(server)]
        assert [one["to"] for one in await until_completed(plans, "planUpdates")] == [
            "WAITING",
            "APPROVED",
            "COMPLETED",
        ]


async def test_after_a_kill_a_reconnect_with_after_shows_every_event_once(url: str, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    async with serving(url, tmp_path) as server, socket(server, OWNER) as live:
        await live.subscribe(UPDATES)
        await live.settled()
        first = await ask(server, "N-1")
        seen.append((await live.item())["requestUpdates"])
        await server.kill()
    async with serving(url, tmp_path) as server:
        await ask(server, "N-2")  # while nobody listens
        async with socket(server, OWNER) as live:
            await live.subscribe(UPDATES, after=seen[-1]["cursor"])
            await apply(server, first)
            seen += await until_completed(live, "requestUpdates")
        everything = await answered(server)
    assert [one["cursor"] for one in seen] == [one["cursor"] for one in everything]
    assert len(everything) == 5


async def test_subscribers_of_one_process_see_what_another_process_does(url: str, tmp_path: Path) -> None:
    async with (
        serving(url, tmp_path, WORKER="off") as one,
        serving(url, tmp_path) as other,
        socket(one, OWNER) as here,
        socket(other, OWNER) as there,
    ):
        for live in (here, there):
            await live.subscribe(UPDATES)
            await live.settled()
        await apply(one, await ask(one, "N-1"))
        seen = [await until_completed(live, "requestUpdates") for live in (here, there)]
        for items in seen:  # the request itself is as it stands when it is read, so it may be ahead of the event
            assert items[-1]["request"]["status"] == "COMPLETED"
        events = [[{k: v for k, v in item.items() if k != "request"} for item in items] for items in seen]
        assert events[0] == events[1]
        assert [event["to"] for event in events[0]] == ["WAITING", "WAITING", "APPROVED", "COMPLETED"]


async def test_a_worker_in_its_own_process_does_what_is_due(url: str, tmp_path: Path) -> None:
    async with serving(url, tmp_path, WORKER="off") as server, socket(server, OWNER) as live:
        await live.subscribe(UPDATES)
        await live.settled()
        await apply(server, await ask(server, "N-1"))
        assert [(await live.item())["requestUpdates"]["to"] for _ in range(2)] == ["WAITING", "WAITING"]
        async with working(url, tmp_path):
            assert [one["to"] for one in await until_completed(live, "requestUpdates")] == ["APPROVED", "COMPLETED"]


async def test_a_customer_and_a_seller_are_pushed_only_what_is_theirs(url: str, tmp_path: Path) -> None:
    async with (
        serving(url, tmp_path) as server,
        socket(server, customer("bob")) as bob,
        socket(server, Actor(Role.SELLER, "clerk", "seller_00000000000000000000000000")) as stranger,
        socket(server, customer("ada")) as ada,
    ):
        for live in (bob, stranger, ada):
            await live.subscribe(UPDATES)
            await live.settled()
        await apply(server, await ask(server, "N-1"))
        assert len(await until_completed(ada, "requestUpdates")) == 4
        for live in (bob, stranger):  # what they get next is the answer to their own ping
            await live.settled()


async def test_a_subscription_without_an_order_reports_every_visible_order(url: str, tmp_path: Path) -> None:
    async with (
        serving(url, tmp_path, WORKER="off") as server,
        socket(server, OWNER) as owner,
        socket(server, customer("ada")) as ada,
        socket(server, customer("bob")) as bob,
    ):
        for live in (owner, ada, bob):
            await live.subscribe("subscription { orderUpdates { action order { number } } }")
            await live.settled()
        await ask(server, "N-1")
        await ask(server, "N-2")
        for live in (owner, ada):
            answered = [(await live.item())["orderUpdates"] for _ in range(4)]
            assert [(one["order"]["number"], one["action"]) for one in answered] == [
                ("N-1", "CREATE_ORDER"), ("N-1", "REQUEST_RETURN"), ("N-2", "CREATE_ORDER"), ("N-2", "REQUEST_RETURN"),
            ]  # fmt: skip
        await bob.settled()


async def test_a_stream_ends_when_its_token_does(url: str, tmp_path: Path) -> None:
    async with serving(url, tmp_path) as server, socket(server, OWNER, ttl=-58.5) as live:
        await live.subscribe(UPDATES)
        await live.connection.wait_closed()
        assert live.connection.close_code == 4403


async def test_an_invalid_cursor_says_what_to_do(url: str, tmp_path: Path) -> None:
    async with serving(url, tmp_path) as server, socket(server, OWNER) as live:
        for cursor in ("x", "", "AAAA", "____", "AgL0Bg" * 20):
            await live.subscribe(UPDATES, after=cursor)
            frame = await live.frame()
            assert frame["type"] == "error"
            assert frame["payload"][0]["extensions"]["code"] in ("CURSOR_MALFORMED", "CURSOR_EXPIRED", "BAD_INPUT")
        await live.subscribe(UPDATES)  # the socket's other streams live on
        await live.settled()


async def test_events_come_as_server_sent_events_too_and_resume_by_last_event_id(url: str, tmp_path: Path) -> None:
    async with serving(url, tmp_path) as server:
        request = await ask(server, "N-1")
        start = (await answered(server))[0]["cursor"]
        headers = {
            "authorization": f"Bearer {server.token(OWNER)}",
            "accept": "text/event-stream",
            "last-event-id": start,
        }
        async with (
            httpx.AsyncClient(timeout=20) as http,
            http.stream("POST", f"{server.address}/graphql", json={"query": UPDATES}, headers=headers) as response,
        ):
            assert response.headers["content-type"].startswith("text/event-stream")
            plan = asyncio.create_task(apply(server, request))
            seen: list[tuple[str, str]] = []
            id = ""
            async for line in response.aiter_lines():
                if line.startswith("id:"):
                    id = line[3:].strip()
                if line.startswith("data:") and len(line) > 6:
                    item = json.loads(line[5:])["data"]["requestUpdates"]
                    assert item["cursor"] == id
                    seen.append((item["cursor"], item["to"]))
                    if item["to"] == "COMPLETED":
                        break
            await plan
        assert seen == [(one["cursor"], one["to"]) for one in await answered(server, start)]
        assert [to for _, to in seen] == ["WAITING", "APPROVED", "COMPLETED"]
