"""Subscriptions as server-sent events."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.types import Message

from engine.subscriptions.streams import Payload
from engine.transport.sse import EventStream
from tests.engine.conftest import Toy

EVENTS = {"accept": "text/event-stream"}


@dataclass
class Event:
    name: str
    id: str | None
    data: Any


async def events_of(answer: httpx.Response) -> AsyncIterator[Event]:
    """What a browser would make of the bytes: blocks end with an empty line, lines with LF alone."""
    block = b""
    async for chunk in answer.aiter_bytes():
        assert b"\r" not in chunk
        block += chunk
        while b"\n\n" in block:
            lines, _, block = block.partition(b"\n\n")
            fields = dict(line.split(": ", 1) for line in lines.decode().split("\n") if ": " in line)
            if "event" in fields:
                data = json.loads(fields["data"]) if "data" in fields else None
                yield Event(fields["event"], fields.get("id"), data)


@asynccontextmanager
async def listening(toy: Toy, query: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    body = {"query": query}
    async with toy.http.stream("POST", "/graphql", json=body, headers={**EVENTS, **headers}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_of(answer)


async def notify(toy: Toy, count: int = 1) -> int:
    answer = await toy.http.post("/graphql", json={"query": f"mutation {{ notify(count: {count}) }}"})
    return int(answer.json()["data"]["notify"])


async def take(events: AsyncIterator[Event], count: int) -> list[Event]:
    async with asyncio.timeout(5):
        return [await anext(events) for _ in range(count)]


async def until(condition: Callable[[], bool]) -> None:
    """Until something in the server's thread is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # there is no event to wait for across threads
            await asyncio.sleep(0.005)


async def joined(toy: Toy, subscribers: int) -> None:
    """Until so many subscribers are held and have replayed."""
    await until(lambda: sum(len(group.members) for group in (*toy.hub._groups.values(),)) == subscribers)


async def test_a_subscription_replays_goes_live_and_numbers_its_events(toy: Toy) -> None:
    last = await notify(toy, 2)
    async with listening(toy, f'subscription {{ ticks(after: "c{last - 2}") }}') as events:
        replayed = await take(events, 2)
        await notify(toy)
        [live] = await take(events, 1)
    seen = [(event.name, event.id, event.data["data"]["ticks"]) for event in [*replayed, live]]
    assert seen == [("next", f"c{n}", n) for n in (last - 1, last, last + 1)]


RESUMABLE = {
    "without a cursor": ("subscription { ticks }", {}),
    "with a cursor in its text": ('subscription S { ticks(after: "c0") }', {}),
    "with a variable": ("subscription ($from: String) { ticks(after: $from) }", {"from": "c0"}),
    "in a fragment": (
        "subscription ($step: Int!) { ...F } fragment F on Subscription { ticks(step: $step) }",
        {"step": 1},
    ),
}


@pytest.mark.parametrize(("query", "variables"), RESUMABLE.values(), ids=RESUMABLE)
async def test_last_event_id_is_where_the_stream_goes_on(toy: Toy, query: str, variables: dict[str, Any]) -> None:
    last = await notify(toy, 3)
    headers = {**EVENTS, "last-event-id": f"c{last - 2}"}
    body = {"query": query, "variables": variables}
    async with toy.http.stream("POST", "/graphql", json=body, headers=headers) as answer:
        seen = await take(events_of(answer), 2)
    assert [event.data["data"]["ticks"] for event in seen] == [last - 1, last]


async def test_a_browser_s_event_source_comes_by_get(toy: Toy) -> None:
    last = await notify(toy)
    params = {
        "query": "subscription ($after: String) { ticks(after: $after) }",
        "variables": f'{{"after": "c{last - 1}"}}',
    }
    async with toy.http.stream("GET", "/graphql", params=params, headers=EVENTS) as answer:
        [event] = await take(events_of(answer), 1)
    assert event.id == f"c{last}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "BAD_INPUT"),
        ("subscription { nonsense }", "BAD_INPUT"),
        ('subscription { ticks(after: "rubbish") }', "BAD_INPUT"),
        ("{ things(first: 1000000) { nodes { id } } }", "TOO_COMPLEX"),
        ("{ broken }", "INTERNAL"),
    ],
)
async def test_errors_are_events_for_event_source_reads_nothing_else(toy: Toy, query: str, code: str) -> None:
    async with listening(toy, query) as events:
        event, complete = await take(events, 2)
    assert event.data["errors"][0]["extensions"]["code"] == code
    assert (event.name, complete.name) == ("next", "complete")


async def test_a_query_is_one_event_and_a_mutation_needs_post(toy: Toy) -> None:
    async with listening(toy, "{ hello }") as events:
        event, complete = await take(events, 2)
    assert event.data["data"] == {"hello": "hello world"}
    assert complete.name == "complete"
    refused = await toy.http.get("/graphql", params={"query": "mutation { notify }"}, headers=EVENTS)
    assert refused.status_code == 405


async def test_the_stream_ends_with_an_error_when_the_token_expires(toy: Toy) -> None:
    async with listening(toy, "subscription { ticks }", authorization="Bearer brief") as events:
        event, complete = await take(events, 2)
    assert event.data["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert complete.name == "complete"


async def test_a_silent_stream_says_that_it_is_alive(toy: Toy) -> None:
    body = {"query": "subscription { ticks }"}
    async with toy.http.stream("POST", "/graphql", json=body, headers=EVENTS) as answer, asyncio.timeout(5):
        received = b""
        async for chunk in answer.aiter_bytes():
            received += chunk
            if received.count(b":\n\n") >= 3:
                break
    assert received == b":\n\n" * received.count(b":\n\n")


async def test_a_client_that_leaves_is_forgotten_without_a_trace(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    await joined(toy, 0)
    before = len(asyncio.all_tasks(toy.loop))
    async with listening(toy, "subscription { ticks }"), listening(toy, "subscription { ticks }"):
        await joined(toy, 2)
        assert len(asyncio.all_tasks(toy.loop)) > before
        await notify(toy)
    await joined(toy, 0)
    await until(lambda: len(asyncio.all_tasks(toy.loop)) <= before)
    assert toy.hub.subscribers == toy.hub.groups == 0
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_stream_that_breaks_says_so_in_an_event_and_ends() -> None:
    async def broken() -> AsyncIterator[Payload]:
        yield Payload.of(b"{}", cursor="c1")
        raise RuntimeError("select password from secrets")

    sent: list[bytes] = []

    async def receive() -> Message:
        return await asyncio.Event().wait() and {}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))
        assert message.get("more_body", True) == (not sent[-1].endswith(b"event: complete\ndata:\n\n"))

    await EventStream(receive, send, 1.0).send_all(broken())
    answer = b"".join(sent)
    assert b"id: c1" in answer
    assert b"INTERNAL" in answer
    assert b"select" not in answer
    assert answer.endswith(b"event: complete\ndata:\n\n")
