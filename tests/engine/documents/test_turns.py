"""Turns: callers one after the other, the time of each charged to it, and nobody kept waiting by a crowd of one."""

import asyncio

import pytest

from engine.documents import turns as module
from engine.documents.turns import Turns
from engine.errors import Throttled
from engine.rate_limits import RateLimiter


async def take(turns: Turns, caller: str, order: list[str]) -> None:
    """One turn, noted in the order in which it came."""
    async with turns.turn(caller):
        order.append(caller)
        await asyncio.sleep(0)


async def test_a_caller_with_many_documents_delays_another_by_two_at_most() -> None:
    turns, order = Turns(), list[str]()
    crowd = [asyncio.create_task(take(turns, "ada", order)) for _ in range(10)]
    await asyncio.sleep(0)
    other = asyncio.create_task(take(turns, "bob", order))
    await asyncio.gather(*crowd, other)
    assert order.index("bob") <= 3
    assert order.count("ada") == 10
    assert turns.waiting == 0
    assert turns.waited > 0


async def test_the_documents_of_one_caller_that_wait_are_few() -> None:
    turns, order = Turns(most_waiting=3), list[str]()
    crowd = [asyncio.create_task(take(turns, "ada", order)) for _ in range(10)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, Throttled) for answer in answers) == 6
    assert len(order) == 4


async def test_a_waiter_that_is_canceled_leaves_its_place() -> None:
    turns, order = Turns(), list[str]()
    crowd = [asyncio.create_task(take(turns, "ada", order)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in crowd[1:]:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    assert (len(order), turns.waiting) == (1, 0)
    await take(turns, "bob", order)
    assert order[-1] == "bob"


async def test_a_waiter_that_is_canceled_when_its_turn_comes_passes_it_on() -> None:
    turns, order = Turns(), list[str]()
    first = asyncio.create_task(take(turns, "ada", order))
    second = asyncio.create_task(take(turns, "bob", order))
    third = asyncio.create_task(take(turns, "eve", order))
    await asyncio.sleep(0)
    first.add_done_callback(lambda _: second.cancel())
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert "eve" in order
    assert turns.waiting == 0


async def test_after_a_long_turn_the_process_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORT", 0.0)
    loop, turns = asyncio.get_running_loop(), Turns()
    async with turns.turn("ada"):
        began = loop.time()
        await asyncio.sleep(0.02)
        spent = loop.time() - began
    ended = loop.time()
    async with turns.turn("bob"):
        assert loop.time() - ended >= spent


def test_time_is_charged_as_operations_are() -> None:
    now = 0.0
    rates = RateLimiter(10, 20, share=0.5, clock=lambda: now)
    rates.charge("ada", 1.5)  # three of a depth of two seconds
    with pytest.raises(Throttled):
        rates.take("ada")
    with pytest.raises(Throttled):
        rates.check("ada")
    rates.take("bob")
    now = 1.2
    rates.check("ada")
    rates.take("ada")
