"""Clients of a server that is killed now and then: each sends a command until it is answered, and writes it down."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, TypeVar

import asyncpg
import httpx

from domain.facts import Actor
from tests.crash.rig import Rig
from tests.market import INPUTS
from tests.shelf import Shelf

PATIENCE = 100.0
"""Seconds for an operation to be acknowledged at last, and for everything to be paid once peace is back."""
NO_SERVER = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a client of the database says that has lost it, or finds none of several hosts that takes writes."""
T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What the storm did, and what it found broken afterwards."""

    operations: int = 0
    refused: int = 0
    retried: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    restarts: int = 0
    refunds: int = 0
    credits: int = 0
    returned: int = 0
    stood: int = 0
    restored: int = 0
    goods: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    by_hand: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    untyped: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def table(self) -> str:
        """It for people."""
        rows = {
            "operations acknowledged": self.operations,
            "  of them refused by the rules": self.refused,
            "sent again": f"{self.retried.total()} {dict(self.retried)}",
            "SIGKILLs of the server": self.kills,
            "immediate restarts of PostgreSQL": self.restarts,
            "refunds": self.refunds,
            "credits at the gateways": self.credits,
            "credits that the bank sent back": self.returned,
            "  of them first refused, then found paid": self.stood,
            "refunds that a restored backup forgot": self.restored,
            "steps of goods": f"{self.goods.total()} {dict(self.goods)}",
            "labels": f"{dict(self.labels)}",
            "paid back by hand": f"{dict(self.by_hand)}",
            "acknowledged and lost": self.lost,
            "done twice": self.doubled,
            "stuck": self.stuck,
            "untyped errors": f"{len(self.untyped)} {self.untyped[:3]}",
            "differences": f"{len(self.differences)} {self.differences[:5]}",
        }
        return "\n".join(f"{name:<34} {value}" for name, value in rows.items())

    @property
    def clean(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.lost or self.doubled or self.stuck or self.untyped or self.differences)


@dataclass(slots=True)
class Caller:
    """Whatever is acknowledged is written down by its id, to be looked for later: orders by their number, requests with
    their order, plans and return shipments with their request. `owed` is the money that goes back of an order, and
    `shelves` says by item what the goods must have come to.
    """

    retried_codes: ClassVar[set[str]] = {"UNAVAILABLE", "THROTTLED"}
    """Codes after which a client tries again."""
    rig: Rig
    over: bool = field(default=False, kw_only=True)
    tally: Tally = field(default_factory=Tally, kw_only=True)
    orders: dict[str, str] = field(default_factory=dict, kw_only=True)
    requests: dict[str, str] = field(default_factory=dict, kw_only=True)
    plans: dict[str, str] = field(default_factory=dict, kw_only=True)
    returns: dict[str, str] = field(default_factory=dict, kw_only=True)
    owed: Counter[str] = field(default_factory=Counter, kw_only=True)
    shelves: dict[str, Shelf] = field(default_factory=dict, kw_only=True)
    numbers: "count[int]" = field(default_factory=lambda: count(1), kw_only=True)

    async def twice(self, actor: Actor, mutation: str, shows: str, **values: Any) -> Any:
        """The same command from two clients at once, under one key: one answer."""
        key = f"key-{next(self.numbers)}"
        one, two = await asyncio.gather(*(self.act(actor, mutation, shows, key=key, **values) for _ in range(2)))
        if {**one, "replayed": None} != {**two, "replayed": None}:
            self.tally.doubled += 1
        return one

    async def act(self, actor: Actor, mutation: str, shows: str, *, key: str | None = None, **values: Any) -> Any:
        """Send a command that nothing speaks against until it is acknowledged; its payload."""
        payload = await self.send(actor, mutation, shows, key=key, **values)
        assert not payload["userErrors"], (mutation, payload["userErrors"])
        return payload

    async def send(self, actor: Actor, mutation: str, shows: str, *, key: str | None = None, **values: Any) -> Any:
        """Send a command until it is answered, always under the same key; its payload."""
        values["idempotencyKey"] = key or f"key-{next(self.numbers)}"
        fields = f"{shows} replayed userErrors {{ code message }}"
        text = f"mutation M($input: {INPUTS[mutation]}!) {{ {mutation}(input: $input) {{ {fields} }} }}"
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.rig.ask(actor, text, input=values)
                except (httpx.TransportError, json.JSONDecodeError, RuntimeError) as error:
                    self.tally.retried[type(error).__name__] += 1
                    await asyncio.sleep(0.1)
                    continue
                codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
                if not codes:
                    break
                self.tally.untyped += [str(answer["errors"]) for code in codes if code not in self.retried_codes]
                self.tally.retried[codes[0]] += 1
                await asyncio.sleep(0.1)
        self.tally.operations += 1
        payload = answer["data"][mutation]
        self.tally.refused += bool(payload["userErrors"])
        return payload

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask again while the server or PostgreSQL is away."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await ask()
                except (OSError, httpx.TransportError, asyncpg.PostgresError, *NO_SERVER):
                    await asyncio.sleep(0.1)
