"""Connecting to one of several hosts: a primary and those that may take its place.

asyncpg knows addresses of several hosts. But a machine that has lost its power answers nothing, not even a refusal, and
asyncpg would wait for it until the caller's time is over, each time. So every host gets a moment of its own here, and
the host that served last is asked first.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

HOST_TIMEOUT = 1.5
"""Seconds for one of several hosts to let us in: three of them fit into the time that a caller waits for."""
CANNOT_CONNECT = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.TargetServerAttributeNotMatched,  # an internal error of the client to asyncpg
)
_served: dict[str, int] = {}
"""The place of the host that served last, by address."""


async def connect(dsn: str, **options: Any) -> asyncpg.Connection:
    """A connection to the first host that lets us in, and is what `target_session_attrs` asks for.

    Takes the options of `asyncpg.connect`. Raises what it raises, for several hosts what the last one raised.
    """
    hosts = addresses_of(dsn)
    if len(hosts) == 1:
        return await asyncpg.connect(dsn, **options)
    first = _served.get(dsn, 0)
    failed: Exception = OSError("no host was asked")
    async with asyncio.timeout(options.pop("timeout", 60.0)):
        for place in (*range(first, len(hosts)), *range(first)):
            try:
                connection = await asyncpg.connect(hosts[place], timeout=HOST_TIMEOUT, **options)
            except CANNOT_CONNECT as error:
                failed = error
            else:
                _served[dsn] = place
                return connection
    raise failed


def addresses_of(url: str) -> list[str]:
    """The address of each host that an address names, in their order; `prefer-standby` is left to asyncpg."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if query.get("target_session_attrs") == "prefer-standby":
        return [url]
    user, at, named = parts.netloc.rpartition("@")
    if "," in named:
        return [parts._replace(netloc=f"{user}{at}{host}").geturl() for host in named.split(",")]
    hosts, ports = query.get("host", "").split(","), query.get("port", "").split(",")
    if len(hosts) == 1:
        return [url]
    if len(ports) not in (1, len(hosts)):
        return [url]  # asyncpg says what is wrong with it
    if len(ports) == 1:
        ports *= len(hosts)
    each = [query | {"host": host} | ({"port": port} if port else {}) for host, port in zip(hosts, ports, strict=True)]
    return [parts._replace(query=urlencode(one)).geturl() for one in each]


def is_unsure_of_its_host(url: str) -> bool:
    """Whether an address of several hosts leaves open that a connection may lead to one that only reads."""
    wanted = dict(parse_qsl(urlsplit(url).query)).get("target_session_attrs")
    return len(addresses_of(url)) > 1 and wanted not in ("read-write", "primary")
