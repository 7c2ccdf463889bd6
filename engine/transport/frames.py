"""The messages of graphql-transport-ws; those of a client are checked before they are handled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.transport.request import PERSISTED_QUERY

PROTOCOL = "graphql-transport-ws"
LONGEST_ID = 1_000
"""Characters: every payload repeats its id."""

ACK = '{"type":"connection_ack"}'


class BadFrame(Exception):
    """A message that is not of the protocol; the text is the reason of the close."""


@dataclass(frozen=True, slots=True)
class Init:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    id: str
    payload: Mapping[str, Any]
    """Its members have the types that the protocol gives them; `GraphQLRequest.of` reads it as HTTP does."""


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


Frame = Init | Ping | Pong | Subscribe | Complete


def read(text: str) -> Frame:
    """A client's message; raises BadFrame."""
    try:
        message = orjson.loads(text)
    except ValueError:
        raise BadFrame("Invalid message: not JSON") from None
    if not isinstance(message, dict):
        raise BadFrame("Invalid message: not an object")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        raise BadFrame("Invalid message: unknown type")
    return _READERS[kind](message)


def _subscribe(message: dict[str, Any]) -> Subscribe:
    payload = message.get("payload")
    if not isinstance(payload, dict):
        raise BadFrame("Invalid message: payload is not an object")
    extensions = _optional(payload, "extensions", dict) or {}
    for name, kind in (("query", str), ("documentId", str), ("operationName", str), ("variables", dict)):
        _optional(payload, name, kind)
    if payload.get("query") is None and payload.get("documentId") is None and PERSISTED_QUERY not in extensions:
        raise BadFrame("Invalid message: payload needs a query")
    return Subscribe(id=_id(message), payload=payload)


def _id(message: dict[str, Any]) -> str:
    value = message.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise BadFrame("Invalid message: id is not a string of sensible length")
    return value


def _optional(place: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = place.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadFrame(f"Invalid message: {name} has the wrong type")
    return value


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "connection_init": lambda message: Init(_optional(message, "payload", dict)),
    "ping": lambda message: Ping(_optional(message, "payload", dict)),
    "pong": lambda message: Pong(_optional(message, "payload", dict)),
    "subscribe": _subscribe,
    "complete": lambda message: Complete(_id(message)),
}


def pong(payload: Mapping[str, Any] | None) -> str:
    return _text({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def complete(id_: str) -> str:
    return _text({"id": id_, "type": "complete"})


def error(id_: str, errors: list[Any]) -> str:
    return _text({"id": id_, "type": "error", "payload": errors})


def before_payload(id_: str) -> str:
    """A `next` message up to its payload; the payload and one closing brace follow."""
    return f'{{"id":{_text(id_)},"type":"next","payload":'


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
