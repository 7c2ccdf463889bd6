"""The hub: one execution for all who ask the same, no gap, no double, no seam."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.subscriptions.hub import Subscription
from engine.subscriptions.streams import BATCH, End, Payload
from tests.engine.subscriptions.feed import SAID, SCHEMA, Service, build, eventually, live, parsed


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = build()
    yield service
    await service.hub.close()


def subscribe(
    service: Service,
    query: str = SAID,
    *,
    scope: str = "reader",
    expires_at: float | None = None,
    name: str | None = None,
    **variables: Any,
) -> Subscription:
    document = service.engine.document(query)
    context = service.reader(scope, expires_at=expires_at)
    stream = service.engine.stream(document, name, variables, context)
    assert isinstance(stream, Subscription)
    return stream


class Listening:
    """Reads a subscription in the background, as a transport does."""

    def __init__(self, stream: Subscription) -> None:
        self.stream = stream
        self.payloads: list[Payload] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for payload in self.stream:
            self.payloads.append(payload)

    @property
    def texts(self) -> list[str]:
        return [parsed(payload)["data"]["said"]["text"] for payload in self.payloads]

    async def until(self, count: int) -> None:
        await eventually(lambda: len(self.payloads) >= count or self.task.done())
        assert len(self.payloads) == count

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.stream.aclose()


async def test_a_hundred_subscribers_of_one_scope_cost_one_source_and_one_execution_an_event(
    service: Service,
) -> None:
    listening = [Listening(subscribe(service, topic="a")) for _ in range(100)]
    await live(service, 100)
    service.chat.say("one", "a")
    for one in listening:
        await one.until(1)
    assert (service.counters.sources, service.counters.selects, service.counters.executions) == (1, 1, 1)
    assert len({id(one.payloads[0]) for one in listening}) == 1, "the payload is not the same object for all"
    for one in listening:
        await one.stop()
    assert (service.hub.groups, service.hub.subscribers) == (0, 0)


async def test_the_journal_is_read_only_while_somebody_listens(service: Service) -> None:
    await service.hub.position()
    service.chat.say("nobody listens yet")
    await eventually(lambda: service.hub.resting)
    service.chat.say("nor now")
    reads = service.chat.reads
    listening = Listening(subscribe(service))
    await live(service, 1)
    assert not service.hub.resting
    service.chat.say("at last")
    await listening.until(1)
    assert listening.texts == ["at last"]
    assert service.chat.reads > reads
    await listening.stop()
    service.chat.say("nobody listens any more")
    await eventually(lambda: service.hub.resting)


async def test_a_stream_resumes_after_its_cursor_when_nobody_has_listened_meanwhile(service: Service) -> None:
    await service.hub.position()
    first = service.chat.say("before")
    await eventually(lambda: service.hub.resting)
    service.chat.say("meanwhile")
    listening = Listening(subscribe(service, after=first.cursor))
    await live(service, 1)
    service.chat.say("afterwards")
    await listening.until(2)
    assert listening.texts == ["meanwhile", "afterwards"]
    await listening.stop()


async def test_after_replays_what_was_missed_and_goes_on_live(service: Service) -> None:
    for text in "abc":
        service.chat.say(text)
    one = Listening(subscribe(service, after="c1"))
    await one.until(2)
    await live(service, 1)
    service.chat.say("d")
    await one.until(3)
    assert one.texts == ["b", "c", "d"]
    assert [payload.cursor for payload in one.payloads] == ["c2", "c3", "c4"]
    await one.stop()


async def test_without_after_a_stream_begins_now(service: Service) -> None:
    service.chat.say("before")
    one = Listening(subscribe(service))
    await live(service, 1)
    service.chat.say("after")
    await one.until(1)
    assert one.texts == ["after"]
    await one.stop()


async def test_subscribers_that_come_back_during_a_storm_miss_nothing_and_get_nothing_twice(
    service: Service,
) -> None:
    """Forty clients, each cut and resumed again and again while two thousand lines are said."""
    last = 2_000

    async def write() -> None:
        for number in range(last):
            service.chat.say(str(number))
            if number % 7 == 0:
                await asyncio.sleep(0)

    async def read(turns: int) -> list[str]:
        texts: list[str] = []
        cursor = "c0"
        while len(texts) < last:
            stream = subscribe(service, after=cursor)
            for _ in range(turns):
                payload = await anext(stream)
                said = parsed(payload)["data"]["said"]
                texts.append(said["text"])
                cursor = said["cursor"]
                if len(texts) == last:
                    break
            await stream.aclose()
        return texts

    writer = asyncio.create_task(write())
    async with asyncio.timeout(60):
        streams = await asyncio.gather(*(read(97 + 41 * number) for number in range(40)))
    await writer
    expected = [str(number) for number in range(last)]
    assert all(texts == expected for texts in streams)


async def test_a_replay_longer_than_the_outbox_waits_for_its_reader(service: Service) -> None:
    for number in range(5 * BATCH):
        service.chat.say(str(number))
    stream = subscribe(service, after="c0")
    first = await anext(stream)
    await asyncio.sleep(0.2)  # the reader is slow; nothing may be lost, and nothing may pile up, meanwhile
    assert stream._pull is not None
    assert len(stream._pull._outbox) <= 1_000
    texts = [parsed(first)["data"]["said"]["text"]]
    while len(texts) < 5 * BATCH:
        texts.append(parsed(await anext(stream))["data"]["said"]["text"])
    assert texts == [str(number) for number in range(5 * BATCH)]
    await stream.aclose()


async def test_a_subscriber_that_does_not_read_has_to_resume_and_no_other_one_waits(service: Service) -> None:
    stalled, reading = subscribe(service), Listening(subscribe(service))
    first = asyncio.ensure_future(anext(stalled))
    await live(service, 2)
    for number in range(1_500):
        service.chat.say(str(number))
    await reading.until(1_500)
    assert parsed(await first)["data"]["said"]["text"] == "0"
    end = parsed(await anext(stalled))
    assert end["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "Resume" in end["errors"][0]["message"]
    with pytest.raises(StopAsyncIteration):
        await anext(stalled)
    await live(service, 1)
    await reading.stop()


class Broken:
    """A sink whose connection fails in a way that nobody thought of."""

    def __init__(self) -> None:
        self.pushes = 0

    def push(self, payload: Payload) -> None:
        self.pushes += 1
        raise KeyError("a fault of this connection alone")

    async def room(self) -> None:
        pass

    def end(self, end: End) -> None:
        raise KeyError("it cannot be told either")


async def test_a_subscriber_that_fails_is_left_and_the_others_go_on(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    broken, well = Broken(), Listening(subscribe(service))
    await subscribe(service).listen(broken)
    last = Listening(subscribe(service))
    await live(service, 3)
    for text in "ab":
        service.chat.say(text)
        await eventually(lambda: len(last.payloads) == len(service.chat.lines))
    await well.until(2)
    assert (broken.pushes, service.hub.subscribers) == (1, 2)
    assert "a subscriber cannot be served" in caplog.text
    for one in (well, last):
        await one.stop()


async def test_a_stream_ends_with_an_error_when_its_token_expires(service: Service) -> None:
    one = Listening(subscribe(service, expires_at=time.time() + 0.1))
    await one.until(1)
    assert parsed(one.payloads[0])["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await one.task
    assert service.hub.subscribers == 0


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"after": "nonsense"}, "BAD_INPUT"),
        ({"topic": "forbidden"}, "FORBIDDEN"),
        ({"topic": 7}, "BAD_INPUT"),
        ({"after": 7}, "BAD_INPUT"),
    ],
)
async def test_a_subscription_that_cannot_start_is_one_payload_with_a_typed_error(
    service: Service, variables: dict[str, Any], code: str
) -> None:
    one = Listening(subscribe(service, **variables))
    await one.until(1)
    await one.task
    refusal = parsed(one.payloads[0])
    assert refusal["errors"][0]["extensions"]["code"] == code
    assert "data" not in refusal
    assert service.hub.groups == 0


async def test_wrong_variables_are_refused_in_a_group_that_exists_too(service: Service) -> None:
    member = Listening(subscribe(service))
    await live(service, 1)
    one = Listening(subscribe(service, after=7))
    await one.until(1)
    assert parsed(one.payloads[0])["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    await member.stop()


async def test_a_journal_that_is_away_for_a_while_loses_nothing(service: Service) -> None:
    one = Listening(subscribe(service))
    await live(service, 1)
    service.chat.broken = 3
    service.chat.say("one")
    two = Listening(subscribe(service, after="c0"))
    await one.until(1)
    await two.until(1)
    assert one.texts == two.texts == ["one"]
    await one.stop()
    await two.stop()


async def test_an_error_of_a_field_is_masked_in_the_payload_and_the_stream_goes_on(service: Service) -> None:
    one = Listening(subscribe(service, "subscription { said { text trouble } }"))
    await live(service, 1)
    service.chat.say("trouble")
    service.chat.say("peace")
    await one.until(2)
    first = parsed(one.payloads[0])
    assert first["data"]["said"]["text"] == "trouble"
    assert first["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "nobody should read" not in one.payloads[0].text
    assert one.texts == ["trouble", "peace"]
    await one.stop()


async def test_the_hub_closes_its_streams_with_a_word_about_where_to_go(service: Service) -> None:
    one = Listening(subscribe(service))
    await live(service, 1)
    await service.hub.close()
    await one.until(1)
    assert "Resume elsewhere" in parsed(one.payloads[0])["errors"][0]["message"]
    await one.stop()


async def test_a_source_ends_with_its_last_subscriber_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    service = build()
    for _ in range(3):
        many = [Listening(subscribe(service, topic=str(number))) for number in range(20)]
        await live(service, 20)
        service.chat.say("one", "3")
        await many[3].until(1)
        for one in many:
            await one.stop()
        assert service.hub.groups == 0
    await service.hub.close()
    assert asyncio.all_tasks() == before


class TestGroups:
    """What is shared, and what must not be."""

    async def joint(self, service: Service, *streams: Subscription) -> int:
        many = [Listening(stream) for stream in streams]
        await live(service, len(many))
        groups = service.hub.groups
        for one in many:
            await one.stop()
        return groups

    async def test_another_scope_is_another_group_and_gets_its_own_bytes(self, service: Service) -> None:
        reader = Listening(subscribe(service, scope="reader"))
        editor = Listening(subscribe(service, scope="editor"))
        await live(service, 2)
        service.chat.say("secret")
        service.chat.say("open")
        await editor.until(2)
        await reader.until(1)
        assert (editor.texts, reader.texts) == (["secret", "open"], ["open"])
        assert all('"reader":"editor"' in payload.text for payload in editor.payloads)
        assert all('"reader":"reader"' in payload.text for payload in reader.payloads)
        await reader.stop()
        await editor.stop()

    async def test_a_caller_cannot_get_the_payload_of_another_scope_by_resuming(self, service: Service) -> None:
        editor = Listening(subscribe(service, scope="editor"))
        await live(service, 1)
        service.chat.say("secret")
        await editor.until(1)
        reader = Listening(subscribe(service, scope="reader", after="c0"))
        await live(service, 2)
        service.chat.say("open")
        await reader.until(1)
        assert reader.texts == ["open"]
        await reader.stop()
        await editor.stop()

    async def test_cursors_share_a_group_and_other_variables_do_not(self, service: Service) -> None:
        service.chat.say("a")
        service.chat.say("b")
        assert (
            await self.joint(
                service, subscribe(service, after="c1"), subscribe(service, after="c2"), subscribe(service)
            )
            == 1
        )
        assert await self.joint(service, subscribe(service, topic="a"), subscribe(service, topic="b")) == 2

    async def test_the_order_of_variables_does_not_matter(self, service: Service) -> None:
        query = "subscription ($a: String, $b: String) { said(topic: $a) { text echo(value: $b) } }"
        one, two = subscribe(service, query, a="x", b="y"), subscribe(service, query, b="y", a="x")
        assert await self.joint(service, one, two) == 1

    async def test_another_document_or_operation_is_another_group(self, service: Service) -> None:
        query = "subscription A { said { text } } subscription B { said { cursor } }"
        assert (
            await self.joint(
                service,
                subscribe(service, query, name="A"),
                subscribe(service, query, name="B"),
                subscribe(service),
            )
            == 3
        )

    @pytest.mark.parametrize(
        "query",
        [
            "subscription ($after: String) { said(after: $after) { text echo(value: $after) } }",
            """subscription ($after: String) { said(after: $after) { text ...E } }
               fragment E on Said { echo(value: $after) }""",
        ],
    )
    async def test_a_cursor_that_is_used_for_something_else_too_stays_in_the_key(
        self, service: Service, query: str
    ) -> None:
        service.chat.say("a")
        one, two = (
            Listening(subscribe(service, query, after="c0")),
            Listening(subscribe(service, query, after="c1")),
        )
        await live(service, 2)
        service.chat.say("b")
        await one.until(2)
        await two.until(1)
        echoes = [parsed(payload)["data"]["said"]["echo"] for payload in (*one.payloads, *two.payloads)]
        assert echoes == ["c0", "c0", "c1"]
        await one.stop()
        await two.stop()

    @pytest.mark.parametrize(
        "query",
        [
            'subscription { said(after: "c1") { text } }',
            'subscription ($from: String = "c1") { said(after: $from) { text } }',
            'subscription { ...R } fragment R on Subscription { ... { said(after: "c1") { text } } }',
        ],
    )
    async def test_the_cursor_is_found_wherever_it_is_written(self, service: Service, query: str) -> None:
        service.chat.say("a")
        service.chat.say("b")
        one = Listening(subscribe(service, query))
        await one.until(1)
        assert one.texts == ["b"]
        await one.stop()


async def test_stock_execution_of_a_stream_replays_and_follows_too(service: Service) -> None:
    service.chat.say("a")
    service.chat.say("b")
    results = await SCHEMA.subscribe(SAID, {"after": "c1"}, service.reader())
    assert text_of(await anext(results)) == "b"
    service.chat.say("c")
    assert text_of(await anext(results)) == "c"
    await results.aclose()


def text_of(result: Any) -> Any:
    return result.data["said"]["text"]
