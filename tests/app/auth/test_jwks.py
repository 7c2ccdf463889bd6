"""Identity providers that are slow, endless or away: nobody waits without end, and known keys are used on."""

import asyncio
import gzip
import json
import sys
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.auth import jwks
from app.auth.jwks import EARLY, LARGEST, LIFETIME, PAUSE, KeySet, KeysUnavailable
from tests.app.auth.test_tokens import RSA_KEY, Clock, rsa_jwk

KEYS = json.dumps({"keys": [rsa_jwk(RSA_KEY, "one")]}).encode()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def well(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(KEYS) + KEYS)


async def drip(writer: asyncio.StreamWriter) -> None:
    """Byte by byte, each in time for a limit of the time between two."""
    writer.write(HEAD + b"content-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_heads(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"a: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def endless(writer: asyncio.StreamWriter) -> None:
    """300 MB, without a length."""
    writer.write(HEAD + b"connection: close\r\n\r\n")
    for _ in range(300):
        writer.write(b" " * 1_000_000)
        await writer.drain()


async def elsewhere(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n")


BOMB = gzip.compress(b" " * 30_000_000, 1)


async def compressed(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(BOMB) + BOMB)


class Provider:
    """What it answers is its script; `asked` counts."""

    def __init__(self, script: Script) -> None:
        self.script, self.asked, self.address = script, 0, ""
        self.was_asked = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        self.was_asked.set()
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self.script(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def provider(script: Script) -> AsyncIterator[Provider]:
    one = Provider(script)
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    one.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks"
    try:
        yield one
    finally:
        server.close()


class SlowLoading(MetaPathFinder):
    """Loading the client takes longer than an attempt may, as on a busy machine that has just started."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "httpx":
            sleep(0.6)


async def test_loading_the_client_takes_nothing_from_the_time_of_an_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "SECONDS", 0.5)
    monkeypatch.setattr(sys, "meta_path", [SlowLoading(), *sys.meta_path])
    for name in [name for name in sys.modules if name.partition(".")[0] == "httpx"]:
        monkeypatch.delitem(sys.modules, name)
    async with provider(well) as one:
        assert await KeySet(one.address).find("one", "RS256")
        assert one.asked == 1


BAD = [drip, drip_heads, silent, endless, elsewhere, compressed]


@pytest.mark.parametrize("script", BAD)
async def test_the_first_keys_are_waited_for_within_one_limit(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    async with provider(well) as one:
        assert await KeySet(one.address).find("one", "RS256")  # the client is loaded: neither time nor memory of this
    monkeypatch.setattr(jwks, "SECONDS", 0.5)
    async with provider(script) as one:
        keys = KeySet(one.address)
        began = monotonic()
        tracemalloc.start()
        found = await asyncio.gather(*(keys.find("one", "RS256") for _ in range(20)), return_exceptions=True)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert {type(one) for one in found} == {KeysUnavailable}
        assert monotonic() - began < 3
        assert one.asked == 1
        assert peak < 10 * LARGEST


@pytest.mark.parametrize("script", BAD)
async def test_known_keys_are_used_on_without_waiting_while_they_cannot_be_renewed(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with provider(well) as one:
        keys = KeySet(one.address, clock=clock)
        assert await keys.find("one", "RS256")
        monkeypatch.setattr(jwks, "SECONDS", 0.3)
        one.script = script
        one.was_asked.clear()
        clock.now += EARLY
        assert await _at_once(keys), "the caller waited"
        async with asyncio.timeout(5):
            await one.was_asked.wait()
        for _ in range(5):  # until the keys are almost too old to be used on
            assert await _at_once(keys), "the caller waited"
            clock.now += LIFETIME / 5


async def _at_once(keys: KeySet) -> bool:
    """Whether the key is found without waiting: a coroutine that waits for nothing ends at its first step."""
    finding = keys.find("one", "RS256")
    try:
        finding.send(None)
    except StopIteration as found:
        return found.value is not None
    finding.close()
    return False


async def test_keys_are_renewed_in_the_background(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "jwks"
    path.write_bytes(KEYS)
    keys = KeySet(str(path), clock=clock)
    assert await keys.find("one", "RS256")
    path.write_bytes(KEYS.replace(b'"one"', b'"new"'))
    clock.now += EARLY
    assert await _at_once(keys)
    async with asyncio.timeout(5):
        while await _at_once(keys):  # noqa: ASYNC110 - the attempt goes on meanwhile
            await asyncio.sleep(0)
    assert await keys.find("new", "RS256")


async def test_tokens_with_unknown_keys_share_one_attempt_and_hold_no_other_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with provider(well) as one:
        keys = KeySet(one.address, clock=clock)
        assert await keys.find("one", "RS256")
        monkeypatch.setattr(jwks, "SECONDS", 0.3)
        one.script = drip
        clock.now += PAUSE
        strangers = [asyncio.create_task(keys.find(f"stranger {n}", "RS256")) for n in range(50)]
        await asyncio.sleep(0)
        assert await _at_once(keys)
        assert await asyncio.gather(*strangers) == [None] * 50
        assert one.asked == 2


async def test_a_caller_that_leaves_does_not_end_the_attempt_of_the_others() -> None:
    async with provider(well) as one:
        keys = KeySet(one.address)
        first, second = (asyncio.create_task(keys.find("one", "RS256")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second
        assert one.asked == 1


async def test_a_file_without_end_is_not_read_to_it() -> None:
    with pytest.raises(KeysUnavailable):
        await KeySet("/dev/zero").find("one", "RS256")
