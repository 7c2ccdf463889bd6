"""The owner revokes the tokens of a person: none that was issued until then is accepted, and what is open ends."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from starlette.websockets import WebSocket

from app.auth.tokens import mint
from app.revocations import revoked_ended
from domain.facts import Actor
from domain.words import Role
from engine.context import OperationContext
from engine.subscriptions.hub import EndReason, Subscription
from engine.transport.frames import PROTOCOL
from resolvers.context import Context
from resolvers.reference import Reference
from tests.market import OWNER, SECRET, Market, customer, seller
from tests.resolvers.test_reference import outdated

SAM, NORA = Actor(Role.OWNER, "sam"), Actor(Role.OWNER, "nora")
REVOKED = "The token was revoked."
UPDATES = "subscription { requestUpdates { cursor } }"


def bearing(actor: Actor, **claims: Any) -> dict[str, str]:
    """The header of a request by this actor's token; a claim that is None is left out."""
    made = jwt.decode(mint(SECRET, actor, ttl=3600), SECRET, ["HS256"]) | claims
    token = jwt.encode({name: value for name, value in made.items() if value is not None}, SECRET, "HS256")
    return {"authorization": f"Bearer {token}"}


async def refusal(market: Market, headers: dict[str, str]) -> str | None:
    """Why the caller is not let in; None if it is."""
    answer = await market.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=headers)
    errors = answer.json().get("errors")
    if errors is None:
        return None
    assert errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
    message: str = errors[0]["message"]
    return message


async def revoke(market: Market, subject: str) -> str:
    market.clock.now = datetime.now(UTC)
    payload = await market.do(OWNER, "revokeTokens", "revokedAt", subject=subject)
    assert payload["userErrors"] == []
    revoked_at: str = payload["revokedAt"]
    return revoked_at


async def test_no_token_of_the_person_is_accepted_that_was_issued_until_then(market: Market) -> None:
    order = await market.order()
    clerk = seller(order, "north")
    sam, at_shop = bearing(SAM), bearing(Actor(Role.SELLER, "sam", clerk.seller_id))
    undated = {role: bearing(Actor(role, "sam", clerk.seller_id), iat=None) for role in (Role.OWNER, Role.SELLER)}
    others = [bearing(NORA), bearing(clerk), bearing(OWNER), bearing(customer("sam"))]
    theirs = [sam, at_shop, *undated.values()]
    assert [await refusal(market, headers) for headers in theirs + others] == [None] * 8
    revoked_at = await revoke(market, " sam ")
    assert [await refusal(market, headers) for headers in theirs] == [REVOKED] * 4
    assert [await refusal(market, headers) for headers in others] == [None] * 4
    for path in ("/exports/export_1.csv", "/labels/label_1.pdf", f"/people/{order.customer}/export"):
        answer = await market.http.get(path, headers=sam)
        assert (answer.status_code, REVOKED in answer.text) == (401, True), path
        assert (await market.http.get(path, headers=bearing(NORA))).status_code != 401, "the control"
    assert await refusal(market, bearing(SAM)) is None, "a later token is accepted, also of the same second"
    assert datetime.fromisoformat(revoked_at) == market.clock.now
    (noted,) = await market.rows("select actor_id, action, data from owner_event")
    assert (noted["actor_id"], noted["action"]) == ("olga", "REVOKE_TOKENS")
    assert json.loads(noted["data"])["subject"] == [None, "sam"]


async def test_the_latest_revocation_of_a_person_holds_whichever_is_written_last(market: Market) -> None:
    await revoke(market, "sam")
    between = bearing(SAM, iat=time.time() + 5)
    assert await refusal(market, between) is None
    for seconds in (10, -20):
        market.clock.now = datetime.now(UTC) + timedelta(seconds=seconds)
        await market.do(OWNER, "revokeTokens", subject="sam")
        assert await refusal(market, between) == REVOKED


async def test_every_other_process_knows_within_seconds(market: Market) -> None:
    other = Reference()
    await other.fresh()
    await revoke(market, "sam")
    issued_at = time.time() - 60
    assert not (await other.fresh()).revokes(SAM, issued_at)
    outdated(other)
    assert (await other.fresh()).revokes(SAM, issued_at)
    assert not other.revokes(NORA, issued_at)


async def test_tokens_that_may_not_be_revoked_are_refused(market: Market) -> None:
    order = await market.order()
    before = await market.fingerprint()
    rows: tuple[tuple[Actor, dict[str, Any], str, str | None], ...] = (
        (customer("ada"), {}, "ROLE_NOT_ALLOWED", None),
        (seller(order, "north"), {}, "ROLE_NOT_ALLOWED", None),
        (Actor(Role.OWNER, "sam", actions=frozenset({"ISSUE_TOKEN"})), {}, "ACTION_NOT_ALLOWED", None),
        (OWNER, {"subject": ""}, "INVALID_INPUT", "subject"),
        (OWNER, {"subject": " \u200b "}, "INVALID_INPUT", "subject"),
        (OWNER, {"subject": "a\nb"}, "INVALID_INPUT", "subject"),
        (OWNER, {"subject": "x" * 201}, "INVALID_INPUT", "subject"),
        (OWNER, {"idempotencyKey": " "}, "INVALID_INPUT", "idempotencyKey"),
    )
    for actor, wrong, code, field in rows:
        payload = await market.do(actor, "revokeTokens", "revokedAt", **{"subject": "nora", **wrong})
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == (code, ["input", *([field] if field else [])]), wrong
        assert payload["revokedAt"] is None
    assert await market.fingerprint() == before
    assert await refusal(market, bearing(NORA)) is None


class Socket:
    """A WebSocket of one caller, without a network."""

    def __init__(self, market: Market, headers: dict[str, str]) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": "/graphql",
            "subprotocols": [PROTOCOL],
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self._received.put_nowait({"type": "websocket.connect"})
        self._received.put_nowait({"type": "websocket.receive", "text": '{"type": "connection_init"}'})
        websocket = WebSocket(scope, self._received.get, self._send)
        self.task = asyncio.create_task(market.one.sockets.endpoint(websocket))

    async def _send(self, message: Any) -> None:
        self.sent.put_nowait(message)
        if message["type"] == "websocket.close":
            self._received.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    async def leave(self) -> None:
        self._received.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.task


async def iterated(market: Market, context: Context) -> tuple[Subscription, "asyncio.Future[Any]"]:
    """A stream as server-sent events have it, and its first payload."""
    stream = market.one.hub.stream(market.one.engine.operation(market.one.engine.document(UPDATES), None, {}, context))
    return stream, asyncio.ensure_future(anext(stream))


async def test_what_is_open_by_a_revoked_token_ends_and_nothing_else(market: Market) -> None:
    sockets = [Socket(market, bearing(actor)) for actor in (SAM, NORA)]
    for socket in sockets:
        assert [(await socket.sent.get())["type"] for _ in "ab"] == ["websocket.accept", "websocket.send"]
    contexts = [await market.one.context(bearing(actor), None) for actor in (SAM, NORA, SAM)]
    sam, nora = [await iterated(market, context) for context in contexts[:2]]
    await revoke(market, "sam")
    ended = asyncio.Event()
    end = market.one.hub.revoke

    def noticed(revoked: Callable[[OperationContext], bool]) -> None:
        end(revoked)
        ended.set()

    market.one.hub.revoke = noticed  # type: ignore[method-assign]  # only notices
    async with asyncio.timeout(10), revoked_ended(market.one, every=0.01):
        await ended.wait()
        late = await iterated(market, contexts[2])  # it was about to open when the others were ended
        for _, payload in (sam, late):
            assert json.loads(await payload)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        closed = await sockets[0].sent.get()
    assert (closed["code"], closed["reason"]) == (4403, EndReason.REVOKED.value)
    assert (nora[1].done(), sockets[1].sent.empty(), market.one.hub.subscribers) == (False, True, 1)
    for stream, payload in (sam, nora, late):
        payload.cancel()
        await stream.aclose()
    await sockets[1].leave()
