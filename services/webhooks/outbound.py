"""Posting to addresses that somebody typed in: only to the public internet, and only where the name led when checked.

A name is resolved once, what it leads to is checked, and exactly that is connected to, so a name that changes its
mind in between gains nothing. Redirects are not followed.
"""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore

SECONDS = 15.0
"""For one post, from the name to the end of the answer."""
LONGEST_ANSWER = 16 * 1024
"""Bytes of an answer that are read; nothing in it matters but its status."""
_ORDINARY = IPv6Network("2000::/3")  # beyond it lie translated, mapped and local addresses
_ASSIGNMENTS = ip_network("192.0.0.0/24")
_FAILURES = (
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


class AddressRefused(Exception):
    """An address that is not to be called; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a post: the status, or why there is none."""

    status: int | None
    message: str | None = None

    @property
    def taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def check_url(url: str, *, private: bool) -> None:
    """Raise AddressRefused for what no name lookup is needed to refuse. `private` allows plain http and local hosts."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("This is no URL.") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise AddressRefused("A webhook's address begins with https://.")
    if not host or not url.isascii() or any(sign <= " " for sign in url):
        raise AddressRefused("This is no URL of a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("A webhook's address has no user, password or fragment.")
    if not private and _is_literal(host) and not is_public(host):
        raise AddressRefused("This address is not on the public internet.")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and is not another one in disguise."""
    one: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(one, IPv6Address) and (one not in _ORDINARY or one.sixtofour or one.teredo):
        return False
    if isinstance(one, IPv4Address) and one in _ASSIGNMENTS:
        return False
    return one.is_global and not one.is_multicast


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class _Door(httpcore.AsyncNetworkBackend):
    """The way out: looks a name up, checks all that it leads to, and connects to one of those."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if not self._private and not all(map(is_public, addresses)):
            raise AddressRefused("The name leads to an address that is not on the public internet.")
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return await self._inner.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused("Only addresses of the internet are called.")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class Outbound:
    """Posts. `private` allows addresses that are not on the public internet, and plain http."""

    def __init__(self, *, private: bool = False, seconds: float = SECONDS) -> None:
        self._private = private
        self._seconds = seconds
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=50, keepalive_expiry=30, network_backend=_Door(private=private)
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """What came of it; never raises for anything that the other side does."""
        try:
            check_url(url, private=self._private)
            async with asyncio.timeout(self._seconds):
                return await self._post(url, headers, body)
        except AddressRefused as refused:
            return Reply(None, str(refused))
        except TimeoutError:
            return Reply(None, f"No answer within {self._seconds:g} seconds.")
        except _FAILURES as failure:
            return Reply(None, f"{type(failure).__name__}: {failure}"[:500])

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        length, lines = 0, [(name.encode(), value.encode()) for name, value in (headers | _framing(url, body)).items()]
        async with self._pool.stream("POST", url, headers=lines, content=body) as answer:
            async for part in answer.aiter_stream():
                length += len(part)
                if length > LONGEST_ANSWER:
                    break
        return Reply(answer.status, None if 200 <= answer.status < 300 else f"Answered {answer.status}.")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.aclose()


def _framing(url: str, body: bytes) -> dict[str, str]:
    parts = urlsplit(url)
    return {"host": parts.netloc, "content-length": str(len(body))}
