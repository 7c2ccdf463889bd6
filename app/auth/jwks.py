"""An identity provider's public keys, cached, and read again if they are old or a token names an unknown one.

They are renewed in the background: a token whose key is known waits for nobody, however slow the source has become.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from engine import Unauthenticated

if TYPE_CHECKING:  # loaded when it is first needed
    import httpx

log = logging.getLogger(__name__)

ALGORITHMS = frozenset({"RS256", "ES256"})
LIFETIME = 300.0  # seconds after which the keys are read again; a revoked key is accepted until then
EARLY = 240.0  # seconds after which they are read again in the background, while they are used on
PAUSE = 10.0  # seconds between two attempts, however many tokens name unknown keys
KEEP = 3600.0  # seconds for which the last keys are used while their source does not answer
LARGEST = 1_000_000  # bytes
SECONDS = 5.0  # for one attempt, from the address to the last byte


class KeysUnavailable(Unauthenticated):
    """The keys cannot be read, so the token can be neither accepted nor refused."""

    code = "UNAVAILABLE"
    http_status = 503


class KeySet:
    """The keys of one source, an http(s) URL or a file; `clock` is monotonic, in seconds."""

    def __init__(self, source: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._keys: list[PyJWK] = []
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._attempt: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The key with this id and of the algorithm's type; if no id is given, the only key of that type.

        Raises KeysUnavailable if no keys could be read.
        """
        if self._age(self._read_at) >= EARLY:
            idle = self._age(self._tried_at) >= LIFETIME  # no token has come for a while, and nobody has tried
            attempt = self._renew()
            if idle or self._age(self._read_at) >= KEEP:
                await asyncio.shield(attempt)
        if self._age(self._read_at) >= KEEP:
            raise KeysUnavailable("The keys that verify tokens are unavailable at the moment: try again later.")
        key = self._look_up(kid, algorithm)
        if key is None:
            await asyncio.shield(self._renew())
            key = self._look_up(kid, algorithm)
        return key

    def _look_up(self, kid: str | None, algorithm: str) -> PyJWK | None:
        fitting = [key for key in self._keys if key.algorithm_name == algorithm]
        if kid is not None:
            fitting = [key for key in fitting if key.key_id == kid]
        return fitting[0] if len(fitting) == 1 else None

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    def _renew(self) -> "asyncio.Task[None]":
        """The attempt to read the keys that is under way, a new one, or the last one if it was a moment ago."""
        if self._attempt is None or (self._attempt.done() and self._age(self._tried_at) >= PAUSE):
            self._tried_at = self._clock()
            self._attempt = asyncio.create_task(self._try(self._tried_at), name="keys of tokens")
        return self._attempt

    async def _try(self, began: float) -> None:
        try:
            async with _reading(self._source) as read, asyncio.timeout(SECONDS):
                self._keys = _usable(await read())
        except Exception as error:  # whatever it is, the last keys are used on
            log.warning("The keys at %s could not be read: %s: %s", self._source, type(error).__name__, str(error))
        else:
            self._read_at = began


@asynccontextmanager
async def _reading(source: str) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    """What reads a source. The client for a URL is loaded by then, which may take longer than an attempt may."""
    if not source.startswith(("http://", "https://")):
        yield partial(asyncio.to_thread, _read_file, Path(source))
        return
    async with await asyncio.to_thread(_client) as client:
        yield partial(_fetch, client, source)


def _client() -> "httpx.AsyncClient":
    import httpx  # loading it takes a tenth of a second, which most starts can save

    return httpx.AsyncClient(timeout=SECONDS)


async def _fetch(client: "httpx.AsyncClient", address: str) -> bytes:
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    async with client.stream("GET", address, headers=headers) as answer:
        answer.raise_for_status()
        document = bytearray()
        async for part in answer.aiter_raw():  # as it was sent: what is compressed may be of any size
            document += part
            _check_size(document)
    return bytes(document)


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        document = file.read(LARGEST + 1)
    _check_size(document)
    return document


def _check_size(document: bytes | bytearray) -> None:
    if len(document) > LARGEST:
        raise ValueError("the answer is too large")


def _usable(document: bytes) -> list[PyJWK]:
    """The keys that may verify a token; others, such as symmetric keys, are skipped.

    Raises ValueError if the document is not a key set.
    """
    read = orjson.loads(document)
    if not isinstance(read, dict) or not isinstance(read.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    return [key for entry in read["keys"] if isinstance(entry, dict) and (key := _key(entry)) is not None]


def _key(entry: dict[str, Any]) -> PyJWK | None:
    if entry.get("use", "sig") != "sig" or "d" in entry or "verify" not in entry.get("key_ops", ["verify"]):
        return None
    try:
        key = PyJWK(entry)  # bound to one algorithm, which must match the type of the key
    except (PyJWTError, TypeError, ValueError):  # the last two of values of a wrong type
        return None
    if key.Algorithm.check_key_length(key.key) is not None:  # RFC 7518 asks 2,048 bits of an RS256 key
        log.warning("The key %r is not used: it is too short.", entry.get("kid"))
        return None
    return key
