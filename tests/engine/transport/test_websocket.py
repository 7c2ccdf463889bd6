"""graphql-transport-ws, MUST by MUST, with a client that sends what it likes to a real server."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from engine.transport.frames import LONGEST_ID, PROTOCOL
from engine.transport.websocket import ConnectionLimits
from tests.engine.subscriptions.feed import SAID, Client, Service, build, eventually, live, served

SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": "{ hello }"}}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with served(build()) as service:
        yield service


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[Service]:
    """One service for tables whose rows leave nothing behind."""
    async with served(build()) as service:
        yield service


def subscribe(**changes: Any) -> dict[str, Any]:
    return {**SUBSCRIBE, **changes}


def asking(**changes: Any) -> dict[str, Any]:
    return subscribe(payload={"query": "{ hello }", **changes})


INVALID: dict[str, Any] = {
    "nothing": "",
    "no JSON": "hello",
    "half of JSON": '{"type":',
    "NaN": '{"type":"ping","payload":{"a":NaN}}',
    "half of a surrogate pair": '{"type":"ping","payload":{"a":"\\ud800"}}',
    "JSON nested beyond sense": '{"type":"ping","payload":' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
    "bytes": b'{"type":"ping"}',
    "null": None,
    "a list": [],
    "a number": 5,
    "a string": "ping",
    "true": True,
    "an object without type": {},
    "a type of null": {"type": None},
    "a type that is a number": {"type": 1},
    "a type that is an object": {"type": {}},
    "a type that is a list": {"type": ["ping"]},
    "an unknown type": {"type": "iamnew"},
    "an empty type": {"type": ""},
    "a type in capitals": {"type": "PING"},
    "the server's ack": {"type": "connection_ack"},
    "the server's next": {"id": "1", "type": "next", "payload": {"data": None}},
    "the server's error": {"id": "1", "type": "error", "payload": []},
    "the older protocol's start": {"id": "1", "type": "start", "payload": {"query": "{ hello }"}},
    "the older protocol's stop": {"id": "1", "type": "stop"},
    "the older protocol's terminate": {"type": "connection_terminate"},
    "an init payload that is a string": {"type": "connection_init", "payload": "token"},
    "an init payload that is a list": {"type": "connection_init", "payload": []},
    "an init payload that is false": {"type": "connection_init", "payload": False},
    "a ping payload that is a string": {"type": "ping", "payload": "x"},
    "a ping payload that is a number": {"type": "ping", "payload": 0},
    "a pong payload that is a list": {"type": "pong", "payload": []},
    "a subscribe without id": {"type": "subscribe", "payload": {"query": "{ hello }"}},
    "a subscribe id of null": subscribe(id=None),
    "a subscribe id that is a number": subscribe(id=1),
    "a subscribe id that is an object": subscribe(id={}),
    "an empty subscribe id": subscribe(id=""),
    "a subscribe id without end": subscribe(id="i" * (LONGEST_ID + 1)),
    "a subscribe without payload": {"id": "1", "type": "subscribe"},
    "a subscribe payload of null": subscribe(payload=None),
    "a subscribe payload that is a list": subscribe(payload=[]),
    "a subscribe payload that is a string": subscribe(payload="{ hello }"),
    "a subscribe without query": subscribe(payload={}),
    "a query of null": asking(query=None),
    "a query that is a number": asking(query=5),
    "a query that is an object": asking(query={}),
    "an operationName that is a number": asking(operationName=5),
    "an operationName that is an object": asking(operationName={}),
    "variables that are a string": asking(variables="{}"),
    "variables that are a list": asking(variables=[]),
    "variables that are false": asking(variables=False),
    "extensions that are a string": asking(extensions="x"),
    "extensions that are a list": asking(extensions=[]),
    "extensions that are a number": asking(extensions=0),
    "a documentId that is a number": subscribe(payload={"documentId": 5}),
    "a complete without id": {"type": "complete"},
    "a complete id that is a number": {"type": "complete", "id": 1},
    "an empty complete id": {"type": "complete", "id": ""},
}


@pytest.mark.parametrize("name", INVALID)
async def test_a_message_that_is_not_of_the_protocol_closes_with_4400(shared: Service, name: str) -> None:
    message = INVALID[name]
    async with shared.client() as client:
        if isinstance(message, bytes) or (isinstance(message, str) and name != "a string"):
            await client.connection.send(message)
        else:
            await client.say(message)
        code, reason = await client.closed()
        assert code == 4400
        assert (reason or "").startswith("Invalid message: ")


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"other": [1]}, "extra": 1},
    ],
)
async def test_an_init_needs_no_payload_of_its_own(service: Service, message: dict[str, Any]) -> None:
    headers = {"Authorization": "Bearer alice"}
    protocols = [Subprotocol(PROTOCOL)]
    async with connect(service.url, subprotocols=protocols, additional_headers=headers) as connection:
        client = Client(connection)
        await client.say(message)
        assert await client.receive() == {"type": "connection_ack"}


class TestHandshake:
    async def test_the_sub_protocol_is_confirmed(self, service: Service) -> None:
        async with service.client(None) as client:
            assert client.connection.subprotocol == PROTOCOL

    @pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["something-else"]])
    async def test_any_other_sub_protocol_is_closed_with_4406(
        self, service: Service, offered: list[Subprotocol] | None
    ) -> None:
        async with connect(service.url, subprotocols=offered) as connection:
            assert (await Client(connection).closed())[0] == 4406
            assert connection.subprotocol is None

    async def test_of_several_sub_protocols_ours_is_chosen(self, service: Service) -> None:
        offered = [Subprotocol("graphql-ws"), Subprotocol(PROTOCOL)]
        async with connect(service.url, subprotocols=offered) as connection:
            assert connection.subprotocol == PROTOCOL

    async def test_a_foreign_page_is_refused_before_the_handshake(self, service: Service) -> None:
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(service.url, origin="https://elsewhere.example"):  # type: ignore[arg-type]  # a NewType of str
                pass

    async def test_a_page_of_the_same_host_is_welcome(self, service: Service) -> None:
        origin = f"http://127.0.0.1:{service.port}"
        protocols = [Subprotocol(PROTOCOL)]
        async with connect(service.url, origin=origin, subprotocols=protocols) as connection:  # type: ignore[arg-type]  # a NewType of str
            await Client(connection).init()


class TestInitialisation:
    async def test_an_init_is_acknowledged(self, service: Service) -> None:
        async with service.client(None) as client:
            await client.init()

    async def test_silence_is_closed_with_4408(self, service: Service) -> None:
        async with service.client(None) as client:
            assert await client.closed() == (4408, "Connection initialisation timeout")

    async def test_an_acknowledged_client_may_be_silent(self, service: Service) -> None:
        async with service.client() as client:
            await asyncio.sleep(0.7)  # longer than a client may take to initialise
            await client.sync()

    async def test_a_second_init_is_closed_with_4429(self, service: Service) -> None:
        async with service.client() as client:
            await client.say({"type": "connection_init"})
            assert await client.closed() == (4429, "Too many initialisation requests")

    async def test_a_second_init_while_the_first_is_checked_is_closed_with_4429(self, service: Service) -> None:
        async with service.client(None) as client:
            await client.say({"type": "connection_init", "payload": {"authorization": "Bearer slow"}})
            await service.counters.started.wait()
            await client.say({"type": "connection_init"})
            assert (await client.closed())[0] == 4429

    async def test_an_operation_before_the_acknowledgement_is_closed_with_4401(self, service: Service) -> None:
        async with service.client(None) as client:
            await client.say(SUBSCRIBE)
            assert await client.closed() == (4401, "Unauthorized")

    async def test_an_operation_before_its_acknowledgement_is_closed_with_4401(self, service: Service) -> None:
        async with service.client(None) as client:
            await client.say({"type": "connection_init", "payload": {"authorization": "Bearer slow"}})
            await service.counters.started.wait()
            await client.say(SUBSCRIBE)
            assert (await client.closed())[0] == 4401

    @pytest.mark.parametrize("payload", [None, {}, {"authorization": "nonsense"}, {"authorization": 5}])
    async def test_a_missing_or_wrong_token_is_closed_with_4403(self, service: Service, payload: Any) -> None:
        async with service.client(None) as client:
            await client.say({"type": "connection_init", "payload": payload})
            assert await client.closed() == (4403, "Forbidden: A bearer token is needed.")

    async def test_a_fault_of_ours_is_closed_with_4500_and_says_nothing(
        self, service: Service, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with service.client(None) as client:
            await client.say({"type": "connection_init", "payload": {"authorization": "Bearer bug"}})
            assert await client.closed() == (4500, "Internal server error")
        assert "nobody should read" in caplog.text

    @pytest.mark.parametrize("token", ["away", "keyless"])
    async def test_a_database_that_is_away_is_closed_with_1013_for_clients_never_return_after_4500(
        self, service: Service, token: str
    ) -> None:
        async with service.client(None) as client:
            await client.say({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            code, reason = await client.closed()
            assert code == 1013
            assert "try again" in str(reason)

    async def test_a_ping_before_the_acknowledgement_is_answered(self, service: Service) -> None:
        async with service.client(None) as client:
            await client.sync()

    async def test_the_token_may_expire_at_any_time_and_closes_with_4403(self, service: Service) -> None:
        async with service.client("alice/reader/0.1") as client:
            code, reason = await client.closed()
            assert code == 4403
            assert "expired" in str(reason)


class TestPingAndPong:
    async def test_a_ping_is_answered_with_its_payload(self, service: Service) -> None:
        async with service.client() as client:
            await client.say({"type": "ping", "payload": {"a": [1, None]}})
            assert await client.receive() == {"type": "pong", "payload": {"a": [1, None]}}

    @pytest.mark.parametrize("message", [{"type": "pong"}, {"type": "pong", "payload": {"a": 1}}])
    async def test_an_unrequested_pong_is_ignored(self, service: Service, message: dict[str, Any]) -> None:
        async with service.client() as client:
            await client.say(message)
            await client.sync()


class TestSingleResults:
    async def test_a_query_is_one_next_and_complete(self, service: Service) -> None:
        async with service.client() as client:
            await client.say(SUBSCRIBE)
            message = await client.receive()
            assert (message["id"], message["type"]) == ("1", "next")
            assert message["payload"]["data"] == {"hello": "hello alice"}
            assert await client.receive() == {"id": "1", "type": "complete"}

    async def test_a_mutation_is_one_next_and_complete(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("m", 'mutation { say(text: "a") }')
            assert (await client.receive())["payload"]["data"] == {"say": "c1"}
            assert await client.receive() == {"id": "m", "type": "complete"}

    @pytest.mark.parametrize("name", ["operationName", "variables", "extensions"])
    async def test_null_is_as_good_as_nothing(self, service: Service, name: str) -> None:
        async with service.client() as client:
            await client.say(asking(**{name: None}))
            assert (await client.receive())["type"] == "next"

    async def test_the_operation_is_chosen_by_name(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", "query A { a: hello } query B { b: hello }", operationName="B")
            assert "b" in (await client.receive())["payload"]["data"]

    async def test_an_error_of_a_field_is_part_of_the_result_and_masked(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", "{ broken hello }")
            payload = (await client.receive())["payload"]
            assert payload["data"] == {"broken": None, "hello": "hello alice"}
            assert payload["errors"][0]["extensions"]["code"] == "INTERNAL"
            assert "nobody should read" not in str(payload)
            assert await client.receive() == {"id": "1", "type": "complete"}

    async def test_a_query_that_the_client_completed_sends_nothing_more(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", "{ slow }")
            await service.counters.started.wait()
            await client.say({"id": "1", "type": "complete"})
            await client.sync()
            service.counters.released.set()
            await client.sync()

    async def test_slow_and_quick_operations_do_not_wait_for_each_other(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("slow", "{ slow }")
            await service.counters.started.wait()
            await client.subscribe("quick", "{ hello }")
            assert (await client.receive())["id"] == "quick"
            assert (await client.receive())["id"] == "quick"
            service.counters.released.set()
            assert (await client.receive())["payload"]["data"] == {"slow": "done"}


BAD_DOCUMENTS = {
    "that is no GraphQL": {"query": "{"},
    "that is empty": {"query": ""},
    "that asks for an unknown field": {"query": "{ nothing }"},
    "without the operation that is named": {"query": "{ hello }", "operationName": "Other"},
    "with two operations and no name": {"query": "query A { hello } query B { hello }"},
    "with variables of the wrong type": {
        "query": "subscription ($t: String) { said(topic: $t) { text } }",
        "variables": {"t": 5},
    },
    "with variables that are missing": {"query": "query ($a: Boolean!) { hello @include(if: $a) }"},
    "that is forbidden": {"query": 'subscription { said(topic: "forbidden") { text } }'},
    "that resumes after nonsense": {"query": 'subscription { said(after: "nonsense") { text } }'},
    "that is unknown by its identifier": {"documentId": "sha256:" + "0" * 64},
}


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
async def test_a_bad_document_is_an_error_for_its_id_and_for_nothing_else(service: Service, name: str) -> None:
    """Another stream goes on, and the id is free again."""
    async with service.client() as client:
        await client.subscribe("other", SAID)
        await client.live(service, 1)
        await client.say({"id": "1", "type": "subscribe", "payload": BAD_DOCUMENTS[name]})
        message = await client.receive()
        assert (message["id"], message["type"]) == ("1", "error")
        assert all(error["message"] and error["extensions"]["code"] for error in message["payload"])
        await client.sync()
        service.chat.say("still here")
        assert (await client.receive())["id"] == "other"
        await client.say(SUBSCRIBE)
        assert (await client.receive())["type"] == "next"


class TestSubscriptions:
    async def test_every_item_is_a_next_with_its_cursor(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("s", SAID)
            await client.live(service, 1)
            service.chat.say("a")
            assert await client.receive() == {
                "id": "s",
                "type": "next",
                "payload": {"data": {"said": {"cursor": "c1", "text": "a", "reader": "reader"}}},
            }

    async def test_items_of_every_length_arrive_whole_and_in_order(self, service: Service) -> None:
        frame = len('{"id":"1","type":"next","payload":{"data":{"said":{"text":""}}}}')
        sizes = [0, *(edge - frame for edge in (125, 126, 65_535, 65_536)), 300_000, 1]  # where frames' heads change
        async with service.client() as client:
            await client.subscribe("1", "subscription { said { text } }")
            await client.live(service, 1)
            for size in sizes:
                service.chat.say("x" * size)
            got = [(await client.receive())["payload"]["data"]["said"]["text"] for _ in sizes]
            assert [len(text) for text in got] == sizes
            await client.sync()

    async def test_ids_that_need_escaping_come_back_as_they_were(self, service: Service) -> None:
        id_ = 'a"\\\n\u2028é🙂'
        async with service.client() as client:
            await client.subscribe(id_, SAID)
            await client.live(service, 1)
            service.chat.say("a")
            assert (await client.receive())["id"] == id_

    async def test_a_cut_client_resumes_after_its_cursor(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", SAID)
            await client.live(service, 1)
            service.chat.say("a")
            cursor = (await client.receive())["payload"]["data"]["said"]["cursor"]
            client.connection.transport.abort()
        service.chat.say("b")
        async with service.client() as client:
            await client.subscribe("1", SAID, variables={"after": cursor})
            assert (await client.receive())["payload"]["data"]["said"]["text"] == "b"

    async def test_an_id_in_use_is_closed_with_4409(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", SAID)
            await client.live(service, 1)
            await client.subscribe("1", SAID)
            assert await client.closed() == (4409, "Subscriber for 1 already exists")

    async def test_an_id_of_a_query_under_way_is_in_use(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", "{ slow }")
            await service.counters.started.wait()
            await client.subscribe("1", "{ hello }")
            assert (await client.closed())[0] == 4409

    async def test_an_id_can_be_used_again_when_the_client_has_completed(self, service: Service) -> None:
        async with service.client() as client:
            for text in ("a", "b", "c"):
                await client.subscribe("1", SAID)
                await client.live(service, 1)
                service.chat.say(text)
                assert (await client.receive())["payload"]["data"]["said"]["text"] == text
                await client.say({"id": "1", "type": "complete"})
                await client.live(service, 0)

    async def test_an_id_can_be_used_again_when_the_server_has_completed(self, service: Service) -> None:
        async with service.client() as client:
            for _ in range(3):
                await client.say(SUBSCRIBE)
                assert (await client.receive())["type"] == "next"
                assert (await client.receive())["type"] == "complete"

    async def test_nothing_comes_after_the_client_has_completed(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("1", SAID)
            await client.subscribe("2", SAID)
            await client.live(service, 2)
            await client.say({"id": "1", "type": "complete"})
            await client.live(service, 1)
            service.chat.say("a")
            assert (await client.receive())["id"] == "2"
            await client.sync()

    async def test_queued_payloads_are_dropped_when_the_client_completes(self) -> None:
        """The client reads nothing until it has completed, so most of it waits in the outbox."""
        limits = ConnectionLimits(outbox_bytes=1 << 26)
        async with served(build(connection=limits)) as service, service.client() as client:
            await client.subscribe("1", SAID)
            await client.live(service, 1)
            client.connection.transport.pause_reading()
            for _ in range(300):
                service.chat.say("x" * 60_000)
            (connection,) = service.sockets._connections
            await eventually(lambda: len(connection._outbox) > 100)
            await client.say({"id": "1", "type": "complete"})
            await live(service, 0)
            await client.say({"type": "ping"})
            client.connection.transport.resume_reading()
            received = 0
            while (await client.receive())["type"] != "pong":
                received += 1
            assert received < 250

    async def test_completing_an_unknown_id_is_ignored(self, service: Service) -> None:
        async with service.client() as client:
            await client.say({"id": "never", "type": "complete"})
            await client.sync()


HASH = hashlib.sha256(b"{ hello }").hexdigest()
WRONG = "0" * 64


def persisted(digest: Any = HASH, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


class TestPersistedQueries:
    """As over HTTP: what is wrong with one operation is an error for its id, and the socket lives on."""

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"query": "{ hello }", "extensions": persisted(WRONG)}, "BAD_INPUT"),
            ({"query": "{ hello }", "extensions": persisted(HASH.upper())}, "BAD_INPUT"),
            ({"query": "{ hello }", "extensions": persisted(version=2)}, "BAD_INPUT"),
            ({"query": "{ hello }", "extensions": {"persistedQuery": "x"}}, "BAD_INPUT"),
            ({"query": "{ hello }", "extensions": persisted(5)}, "BAD_INPUT"),
            ({"query": "{ hello }", "documentId": f"sha256:{WRONG}"}, "BAD_INPUT"),
            ({"documentId": f"sha256:{WRONG}", "extensions": persisted()}, "BAD_INPUT"),
            ({"extensions": persisted(WRONG)}, "PERSISTED_QUERY_NOT_FOUND"),
            ({"documentId": f"sha256:{WRONG}"}, "PERSISTED_QUERY_NOT_FOUND"),
            ({"extensions": {"persistedQuery": {}}}, "BAD_INPUT"),
        ],
    )
    async def test_a_wrong_one_is_an_error_of_its_id(
        self, service: Service, payload: dict[str, Any], code: str
    ) -> None:
        async with service.client() as client:
            await client.say({"id": "1", "type": "subscribe", "payload": payload})
            message = await client.receive()
            assert (message["id"], message["type"]) == ("1", "error")
            assert message["payload"][0]["extensions"]["code"] == code
            await client.sync()

    async def test_the_right_one_is_executed_with_its_query_and_then_without(self, service: Service) -> None:
        async with service.client() as client:
            for id, payload in (
                ("1", {"query": "{ hello }", "extensions": persisted()}),
                ("2", {"extensions": persisted()}),
                ("3", {"documentId": f"sha256:{HASH}"}),
                ("4", {"query": "{ hello }", "documentId": f"sha256:{HASH}", "extensions": persisted()}),
                ("5", {"query": "{ hello }", "extensions": {"persistedQuery": None}}),
            ):
                await client.say({"id": id, "type": "subscribe", "payload": payload})
                message = await client.receive()
                assert (message["id"], message["type"]) == (id, "next")
                assert message["payload"]["data"] == {"hello": "hello alice"}
                assert (await client.receive())["type"] == "complete"
