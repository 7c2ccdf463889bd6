"""What one connection may use, and how it ends: limits, clients that do not read, that vanish, a server that stops."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from websockets.server import ServerProtocol

from engine.subscriptions.hub import Subscription
from engine.transport.connection import Connection
from engine.transport.frames import PROTOCOL
from engine.transport.operation import Operation
from engine.transport.websocket import ConnectionLimits
from engine.uvicorn.http_protocol import HttpProtocol
from engine.uvicorn.server import WebSocketProtocol
from tests.engine.subscriptions.feed import SAID, Service, build, eventually, live, served


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with served(build()) as service:
        yield service


class TestLimits:
    async def test_more_operations_than_allowed_are_an_error_for_their_id(self) -> None:
        async with served(build(connection=ConnectionLimits(operations=2))) as service, service.client() as client:
            await client.subscribe("1", SAID)
            await client.subscribe("2", SAID)
            await client.subscribe("3", SAID)
            message = await client.receive()
            assert (message["id"], message["type"]) == ("3", "error")
            assert message["payload"][0]["extensions"]["code"] == "THROTTLED"
            await client.live(service, 2)

    async def test_a_message_that_is_too_long_is_closed_with_1009(self) -> None:
        async with served(build(connection=ConnectionLimits(message_bytes=500))) as service, service.client() as client:
            await client.subscribe("1", "{ hello }" + " " * 500)
            assert (await client.closed())[0] == 1009

    async def test_a_client_that_does_not_read_is_closed_with_1013_and_no_other_client_waits(self) -> None:
        limits = ConnectionLimits(outbox_items=50, close_seconds=0.2)
        async with served(build(connection=limits)) as service:
            async with service.client() as reading:
                await reading.subscribe("1", SAID)
                stalled = await stall(service)
                await live(service, 2)
                text = "x" * 60_000
                for number in range(1, 151):
                    service.chat.say(text)
                    message = await reading.receive()
                    assert message["payload"]["data"]["said"]["cursor"] == f"c{number}"
                await live(service, 1)
                await eventually(lambda: len(service.sockets) == 1)
            await asyncio.to_thread(drained, stalled)

    async def test_a_client_that_reads_late_learns_why_it_was_closed(self) -> None:
        async with served(build(connection=ConnectionLimits(outbox_items=5))) as service, service.client() as client:
            await client.subscribe("1", SAID)
            await client.live(service, 1)
            client.connection.transport.pause_reading()
            for number in range(500):
                service.chat.say(f"{number}" + "x" * 50_000)
                if number % 4 == 0:
                    await asyncio.sleep(0.002)
            await live(service, 0)
            client.connection.transport.resume_reading()
            code, reason = None, None
            try:
                while True:
                    await client.receive()
            except Exception:
                code, reason = await client.closed()
            assert (code, reason) == (1013, "Reading too slowly. Resume after the last cursor.")


async def stall(service: Service) -> socket.socket:
    """A client that subscribes and then reads no more."""
    return await asyncio.to_thread(_stall, service.port)


def _stall(port: int) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.settimeout(5)
    client.connect(("127.0.0.1", port))
    client.sendall(
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: " + PROTOCOL.encode() + b"\r\n\r\n"
    )
    assert b"101" in client.recv(1_000)
    client.sendall(frame(b'{"type":"connection_init","payload":{"authorization":"Bearer bob"}}'))
    assert b"connection_ack" in client.recv(1_000)
    query = b"subscription { said { cursor text reader } }"
    client.sendall(frame(b'{"type":"subscribe","id":"1","payload":{"query":"' + query + b'"}}'))
    return client


def frame(text: bytes) -> bytes:
    """A masked text frame of fewer than 65,536 bytes; the mask is zero."""
    return b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text


def drained(client: socket.socket) -> None:
    """Reads to the end, which has to come."""
    try:
        while client.recv(1 << 20):
            pass
    except ConnectionResetError:
        pass
    client.close()


class TestTheEnd:
    async def test_a_stopping_server_answers_what_is_under_way_and_closes_with_1012(self) -> None:
        service = build()
        async with served(service), service.client() as one, service.client() as two:
            await one.subscribe("s", SAID)
            await one.subscribe("m", 'mutation { say(text: "a", slowly: true) }')
            await service.counters.started.wait()
            await two.subscribe("s", SAID)
            await live(service, 2)
            assert service.server is not None
            stopping = asyncio.create_task(service.server.shutdown())
            code, reason = await two.closed()
            assert (code, reason) == (1012, "Service restart. Resume elsewhere after the last cursor.")
            service.counters.released.set()
            assert (await one.receive())["payload"]["data"] == {"say": "c1"}
            assert (await one.receive())["type"] == "complete"
            assert (await one.closed())[0] == 1012
            await stopping

    async def test_a_mutation_goes_on_when_its_client_has_disconnected(self, service: Service) -> None:
        async with service.client() as client:
            await client.subscribe("m", 'mutation { say(text: "a", slowly: true) }')
            await service.counters.started.wait()
            client.connection.transport.abort()
        await eventually(lambda: len(service.sockets) == 0)
        service.counters.released.set()
        await eventually(lambda: len(service.chat.lines) == 1)

    async def test_vanished_clients_leave_no_trace_in_the_log_and_no_task(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = asyncio.all_tasks()
        with caplog.at_level(logging.INFO):
            async with served(build()) as service:
                for _ in range(3):
                    clients = [service.client() for _ in range(10)]
                    opened = [await client.__aenter__() for client in clients]
                    for client in opened:
                        await client.subscribe("1", SAID)
                        await client.subscribe("2", "{ slow }")
                    await live(service, 10)
                    for client in opened:
                        client.connection.transport.abort()
                    for _ in range(20):
                        service.chat.say("into the void")
                        await asyncio.sleep(0)
                    await eventually(lambda: len(service.sockets) == 0)
                    for context in clients:
                        await context.__aexit__(None, None, None)
                assert service.hub.subscribers == 0
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
        await eventually(lambda: asyncio.all_tasks() == before)

    @pytest.mark.parametrize("leave", ["cut", "close", "complete"])
    async def test_vanished_clients_leave_nothing_for_the_garbage_collector(self, service: Service, leave: str) -> None:
        """It looks at what has lived long once in a blue moon: memory would rise until then."""
        kinds = (Connection, HttpProtocol, Operation, ServerProtocol, Subscription, WebSocketProtocol)
        gc.collect()
        others = {id(held): held for held in gc.get_objects() if type(held) in kinds}  # of servers of other tests

        def alive() -> list[object]:
            return [held for held in gc.get_objects() if type(held) in kinds and id(held) not in others]

        gc.disable()
        try:
            async with service.client() as client:
                await client.subscribe("1", SAID)
                await client.subscribe("2", SAID)
                await client.subscribe("3", SAID, variables={"after": "nowhere"})
                assert (await client.receive())["type"] == "error"
                await client.live(service, 2)
                assert {type(held) for held in alive()} == {*kinds} - {HttpProtocol}
                if leave == "cut":
                    client.connection.transport.abort()
                if leave == "complete":
                    await client.say({"id": "1", "type": "complete"})
                    await client.sync()
            await eventually(lambda: not alive())
        finally:
            gc.enable()
