"""Delays: one timer for all waiters; each is called back at its time, or not at all."""

import asyncio
from collections.abc import Callable

import pytest

from engine.timing.delays import Delay


@pytest.fixture
async def armed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each timer that is asked for."""
    loop, asked = asyncio.get_running_loop(), []
    whole: Callable[..., asyncio.TimerHandle] = loop.call_later

    def call_later(seconds: float, *rest: object) -> asyncio.TimerHandle:
        asked.append(seconds)
        return whole(seconds, *rest)

    monkeypatch.setattr(loop, "call_later", call_later)
    return asked


async def test_each_is_called_once_in_the_order_of_coming_and_not_before_its_time() -> None:
    loop, delay, called = asyncio.get_running_loop(), Delay(0.05), []
    done = asyncio.Event()
    came = {}
    for name in "abc":
        came[name] = loop.time()
        delay.add(name, lambda name=name: called.append((name, loop.time())))  # type: ignore[misc]  # bound at once
        await asyncio.sleep(0.01)
    delay.add("last", done.set)
    await done.wait()
    assert [name for name, _ in called] == ["a", "b", "c"]
    assert all(at - came[name] > 0.049 for name, at in called)
    assert len(delay) == 0


async def test_a_discarded_waiter_is_not_called_and_the_others_are() -> None:
    delay, called, done = Delay(0.01), [], asyncio.Event()
    for name in "abc":
        delay.add(name, lambda name=name: called.append(name))  # type: ignore[misc]  # bound at once
    delay.add("last", done.set)
    delay.discard("a")
    delay.discard("nobody")
    await done.wait()
    assert called == ["b", "c"]


async def test_a_waiter_that_is_added_again_waits_anew() -> None:
    loop, delay, done = asyncio.get_running_loop(), Delay(0.05), asyncio.Event()
    called: list[str] = []
    delay.add("a", lambda: called.append("too early"))
    delay.add("b", lambda: called.append("b"))
    await asyncio.sleep(0.02)
    again = loop.time()
    delay.add("a", done.set)
    await done.wait()
    assert called == ["b"]
    assert loop.time() - again > 0.049


async def test_a_waiter_that_raises_does_not_keep_the_others_waiting() -> None:
    loop, delay, done = asyncio.get_running_loop(), Delay(0.01), asyncio.Event()
    raised: list[object] = []
    loop.set_exception_handler(lambda _loop, context: raised.append(context["exception"]))
    try:
        delay.add("a", lambda: 1 / 0)  # type: ignore[arg-type]  # it never returns
        delay.add("b", done.set)
        await done.wait()
    finally:
        loop.set_exception_handler(None)
    assert [type(one) for one in raised] == [ZeroDivisionError]


async def test_many_share_a_timer(armed: list[float]) -> None:
    delay = Delay(30)
    for n in range(1_000):
        delay.add(n, lambda: None)
        delay.discard(n)
    assert len(armed) == 1
    assert len(delay) == 0


def test_a_delay_outlives_its_loop() -> None:
    delay = Delay(0.01)

    async def wait(name: str) -> None:
        done = asyncio.Event()
        delay.add("left behind", lambda: None)
        delay.add(name, done.set)
        await done.wait()
        delay.add("also left", lambda: None)

    asyncio.run(asyncio.wait_for(wait("first"), 5))
    asyncio.run(asyncio.wait_for(wait("second"), 5))
