"""An identity provider's public keys: cached, read again when they age or when an unknown one is named."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from engine.errors import Unauthenticated

log = logging.getLogger(__name__)

ALGORITHMS = frozenset({"RS256", "ES256"})
LIFETIME = 300.0  # seconds after which the keys are read again: how long a withdrawn key still counts
PAUSE = 10.0  # seconds between two attempts, however many tokens name unknown keys
KEEP = 3600.0  # seconds for which the last good keys serve while their source does not answer
LARGEST = 1_000_000  # bytes


class KeysUnavailable(Unauthenticated):
    """The source of the keys does not answer: the caller may be right, nobody can tell."""

    code = "UNAVAILABLE"
    http_status = 503


class KeySet:
    """The keys of one source, an http(s) URL or a file. `clock` counts seconds and never goes back."""

    def __init__(self, source: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._keys: list[PyJWK] = []
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._reading = asyncio.Lock()

    async def find(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The key of that id, of the algorithm's own type; without an id, the only one of that type.

        Raises KeysUnavailable when no keys could be read.
        """
        if self._age(self._read_at) >= LIFETIME:
            await self._refresh()
        if self._age(self._read_at) >= KEEP:
            raise KeysUnavailable("The keys that tokens are checked with cannot be read at the moment.")
        key = self._look_up(kid, algorithm)
        if key is None:
            await self._refresh()
            key = self._look_up(kid, algorithm)
        return key

    def _look_up(self, kid: str | None, algorithm: str) -> PyJWK | None:
        fitting = [key for key in self._keys if key.algorithm_name == algorithm]
        if kid is not None:
            fitting = [key for key in fitting if key.key_id == kid]
        return fitting[0] if len(fitting) == 1 else None

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    async def _refresh(self) -> None:
        async with self._reading:
            if self._age(self._tried_at) < PAUSE:
                return
            self._tried_at = self._clock()
            try:
                self._keys = _usable(await self._read())
            except Exception as error:  # whatever it is, the last good keys serve on
                log.warning("The keys at %s could not be read: %s: %s", self._source, type(error).__name__, error)
            else:
                self._read_at = self._tried_at

    async def _read(self) -> bytes:
        if not self._source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._source).read_bytes)
        import httpx  # a tenth of a second that most starts do not need

        async with httpx.AsyncClient(timeout=5.0) as client:
            answer = await client.get(self._source, headers={"accept": "application/json"})
            answer.raise_for_status()
        if len(answer.content) > LARGEST:
            raise ValueError("the answer is too large")
        return answer.content


def _usable(document: bytes) -> list[PyJWK]:
    """The keys that may check a signature of ours. Others, such as symmetric ones, are passed over.

    Raises ValueError for what is no key set at all.
    """
    read = orjson.loads(document)
    if not isinstance(read, dict) or not isinstance(read.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    return [key for one in read["keys"] if isinstance(one, dict) and (key := _key(one)) is not None]


def _key(one: dict[str, Any]) -> PyJWK | None:
    if one.get("use", "sig") != "sig" or "d" in one:
        return None
    try:
        return PyJWK(one)  # bound to one algorithm, which must fit the type of the key
    except PyJWTError:
        return None
