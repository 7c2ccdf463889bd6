"""One idempotency key and sixteen clients at once, at two servers that are killed and started again."""

import asyncio
import random
import signal
from collections.abc import Callable
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest

from domain.facts import Actor
from domain.words import Role
from tests.faults.load import order
from tests.faults.sizes import size
from tests.live.scenes import asked
from tests.live.scenes import order as sold
from tests.live.site import Site
from tests.market import INPUTS, OWNER, customer

TWINS = 16
ROUNDS = size(2, 30)
_SHOWN = {
    "createOrder": "order { id number }",
    "requestReturn": "requests { id number }",
    "withdrawRequest": "request { id }",
}
_numbers = count(1)


async def answered(site: Site, actor: Actor, mutation: str, **values: Any) -> dict[str, Any]:
    """The payload, asked for again and again at either server until one answers."""
    text = f"mutation M($i: {INPUTS[mutation]}!) {{ {mutation}(input: $i) {{ {_SHOWN[mutation]} {_ALWAYS} }} }}"
    async with asyncio.timeout(30):
        while True:
            try:
                data = await random.choice(site.servers).data(actor, text, i=values)
            except (httpx.TransportError, RuntimeError):  # killed, and its client closed
                await asyncio.sleep(0.05)
            else:
                return dict(data[mutation])


_ALWAYS = "replayed userErrors { code }"


def once(payload: dict[str, Any]) -> dict[str, Any]:
    """An answer without what tells the first from the others."""
    return {name: value for name, value in payload.items() if name != "replayed"}


async def commanded(site: Site, n: int) -> tuple[Actor, str, dict[str, Any], dict[str, Any]]:
    """Who asks what, and the same with another body."""
    number = f"K-{next(_numbers)}"
    if n % 2:
        values = order(number)
        return OWNER, "createOrder", values, {**values, "placedAt": "2026-03-02T10:00:00Z"}
    values = {**asked(await sold(site.servers[0], number)), "idempotencyKey": number}
    return customer("ada"), "requestReturn", values, {**values, "items": [{**values["items"][0], "note": "Other"}]}


async def stored(site: Site, key: str) -> list[str]:
    """The callers whose answers are kept under a key."""
    connection = await asyncpg.connect(site.url)
    try:
        rows = await connection.fetch("select caller from idempotency_record where key = $1", key)
    finally:
        await connection.close()
    return [row["caller"] for row in rows]


@pytest.mark.timeout(600)
async def test_a_key_is_one_command_despite_repetitions_and_kills(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    firsts: list[tuple[Actor, str, dict[str, Any], dict[str, Any]]] = []
    kills = 0
    for n in range(ROUNDS):
        actor, mutation, values, other = await commanded(site, n)
        twins = [asyncio.create_task(answered(site, actor, mutation, **values)) for _ in range(TWINS)]
        if n % 5 == 1:
            kills += 1
            await asyncio.wait(twins, timeout=0.01)  # some are under way
            await site.restart(kills % 2, signal.SIGKILL)
        answers = await asyncio.gather(*twins)
        assert all(once(answer) == once(answers[0]) for answer in answers)
        assert [error["code"] for error in answers[0]["userErrors"]] == []
        assert len(await stored(site, values["idempotencyKey"])) == 1
        assert sum(not answer["replayed"] for answer in answers) <= 1, "at most one: a killed server's answer is lost"
        refused = await answered(site, actor, mutation, **other)
        assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
        firsts.append((actor, mutation, values, answers[0]))
    for actor, mutation, values, first in firsts:
        again = await answered(site, actor, mutation, **values)
        assert again["replayed"]
        assert once(again) == once(first)
    record_property("twins", f"{ROUNDS} rounds × {TWINS}, {kills} SIGKILLs: each stored once, one answer")


async def test_a_key_belongs_to_one_caller_and_one_operation(site: Site) -> None:
    asking = await sold(site.servers[0], f"K-{next(_numbers)}")
    key = f"K-{next(_numbers)}"
    request = await answered(site, customer("ada"), "requestReturn", **asked(asking), idempotencyKey=key)
    assert (request["replayed"], request["userErrors"]) == (False, [])
    withdrawal = {"requestId": request["requests"][0]["id"], "idempotencyKey": key}
    withdrawn = await answered(site, customer("ada"), "withdrawRequest", **withdrawal)
    assert (withdrawn["replayed"], withdrawn["userErrors"]) == (False, [])
    for owner in (OWNER, Actor(Role.OWNER, "oscar")):
        made = await answered(site, owner, "createOrder", **{**order(f"K-{next(_numbers)}"), "idempotencyKey": key})
        assert (made["replayed"], made["userErrors"]) == (False, [])
    assert len(await stored(site, key)) == 4
