"""uvicorn and websockets are what engine/uvicorn/, the room of everything that reaches into them, takes them for."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import httptools
import pytest
import uvicorn
import uvicorn._types
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.protocol import State
from websockets.server import ServerProtocol


class Transport(asyncio.Transport):
    """Takes everything, and says that it did."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 1), "peername": ("127.0.0.1", 2)})
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def resume_reading(self) -> None:
        """It never stops."""

    def pause_reading(self) -> None:
        """It never stops."""


async def nothing(_scope: object, _receive: object, _send: object) -> None:
    """An application that answers nothing."""


def config() -> uvicorn.Config:
    made = uvicorn.Config(nothing, log_config=None, lifespan="off", ws=WebSocketsSansIOProtocol)
    made.load()
    return made


@pytest.fixture
async def http() -> AsyncIterator[HttpToolsProtocol]:
    protocol = HttpToolsProtocol(config=config(), server_state=ServerState(), app_state={})
    protocol.connection_made(Transport())
    yield protocol
    protocol.connection_lost(None)  # stops its timers, which would hold it


@pytest.fixture
async def socket() -> AsyncIterator[WebSocketsSansIOProtocol]:
    protocol = WebSocketsSansIOProtocol(config=config(), server_state=ServerState(), app_state={})
    protocol.connection_made(Transport())
    yield protocol
    protocol.connection_lost(None)  # stops its timers, which would hold it


async def test_the_protocol_of_http_calls_what_is_overridden(http: HttpToolsProtocol) -> None:
    called: list[str] = []

    def noting(name: str, whole: Callable[[], None]) -> Callable[[], None]:
        def method() -> None:
            called.append(name)
            whole()

        return method

    for name in ("on_message_begin", "on_headers_complete", "_unset_keepalive_if_required"):
        setattr(http, name, noting(name, getattr(http, name)))
    http.parser = httptools.HttpRequestParser(http)
    http.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert called == ["_unset_keepalive_if_required", "on_message_begin", "on_headers_complete"]


async def test_what_is_no_http_is_answered_by_the_method_that_is_overridden(
    http: HttpToolsProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(http, "send_400_response", said.append)
    http.data_received(b"\x16\x03\x01\x02\x00")
    assert len(said) == 1


async def test_the_protocol_of_http_has_the_attributes_that_are_used(http: HttpToolsProtocol) -> None:
    request: object = http.cycle
    assert request is None  # before the first one, whatever uvicorn's annotation says
    assert len(http.pipeline) == 0
    assert http.server_state.total_requests == 0
    assert http.transport is not None
    assert callable(http.timeout_keep_alive_handler)
    assert callable(http.flow.resume_reading)
    assert list(inspect.signature(http._start_asgi_task).parameters) == ["cycle", "app"]
    paused = [http.flow.write_paused]
    for turn in (http.pause_writing, http.resume_writing):
        turn()
        paused.append(http.flow.write_paused)
    assert paused == [False, True, False]


async def test_a_cycle_calls_back_when_its_answer_is_complete(
    http: HttpToolsProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "on_response" in inspect.signature(RequestResponseCycle).parameters
    done: list[bool] = []
    monkeypatch.setattr(http, "on_response_complete", lambda: done.append(True))
    http.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    await http.cycle.send({"type": "http.response.start", "status": 200, "headers": []})
    await http.cycle.send({"type": "http.response.body", "body": b""})
    assert done == [True]


async def test_the_protocol_of_sockets_has_the_attributes_that_are_used(socket: WebSocketsSansIOProtocol) -> None:
    assert not hasattr(socket, "scope")  # it comes with the handshake
    assert (socket.close_sent, socket.close_timer) == (False, None)
    assert socket.frames == []
    assert socket.curr_msg_data_type in ("text", "bytes")
    assert socket.writable.is_set()
    assert isinstance(socket.conn, ServerProtocol)
    assert socket.conn.state is State.CONNECTING
    assert callable(socket.conn.parser.close)
    assert callable(socket.conn.send_close)
    assert callable(socket.conn.fail)
    assert (socket.ping_interval, socket.ping_timeout) == (20.0, 20.0)
    assert (socket.pong_timer, socket.pending_ping_payload) == (None, None)
    assert callable(socket.handle_parser_exception)


async def test_the_handshake_of_a_socket_makes_a_scope_with_extensions(socket: WebSocketsSansIOProtocol) -> None:
    lines = (
        b"GET / HTTP/1.1",
        b"host: x",
        b"upgrade: websocket",
        b"connection: upgrade",
        b"sec-websocket-version: 13",
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    socket.data_received(b"\r\n".join([*lines, b"", b""]))
    assert isinstance(socket.scope["extensions"], dict)
    assert isinstance(socket.conn.extensions, list | tuple)
    await asyncio.sleep(0)  # the application ends at once


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("handle_connect", ["event"]),
        ("connection_lost", ["exc"]),
        ("send_receive_event_to_app", []),
        ("send", ["message"]),
        ("keepalive_timeout", []),
        ("shutdown", []),
    ],
)
def test_the_protocol_of_sockets_has_the_methods_that_are_overridden(name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(WebSocketsSansIOProtocol, name)).parameters)[1:] == parameters


def test_a_message_to_send_has_a_type_of_its_own() -> None:
    assert hasattr(uvicorn._types, "ASGISendEvent")


def test_a_server_closes_its_sockets_in_a_method_that_can_be_preceded() -> None:
    assert list(inspect.signature(uvicorn.Server.shutdown).parameters) == ["self", "sockets"]
    assert inspect.iscoroutinefunction(uvicorn.Server.shutdown)
    assert "self.servers" in inspect.getsource(uvicorn.Server.startup)
    assert uvicorn.Config(nothing, timeout_graceful_shutdown=8).timeout_graceful_shutdown == 8
