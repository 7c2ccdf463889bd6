"""Posts to addresses that users enter, on the public internet only.

A name is resolved once, the addresses are checked, and the connection goes to one of exactly these addresses, so that a
name which changes in between gains nothing. Redirects are not followed.
"""

import asyncio
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore

SECONDS = 15.0
"""Time limit of one post, from resolving the name to the end of the answer."""
LONGEST_ANSWER = 16 * 1024
"""Bytes of an answer that are read; only its status matters."""
_ORDINARY = IPv6Network("2000::/3")  # other ranges have translated, mapped and local addresses
_ASSIGNMENTS = ip_network("192.0.0.0/24")
_PRINTABLE = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{1,254}$)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9_-]{1,63}(?<!-)\.?")
"""A name as name servers have them; the lookup raises odd errors for others."""
_LOCAL = frozenset(
    {
        *("localhost", "localdomain", "localhost6", "localdomain6", "local", "test", "invalid", "onion", "alt", "arpa"),
        *("internal", "intranet", "lan", "home", "corp", "private", "svc"),
    }
)
"""The last labels of names that lead to no receiver on the public internet.

RFC 6761, RFC 6762, RFC 7686, RFC 9476, ICANN's collisions, the names that Linux and Kubernetes give.
"""
_FAILURES = (
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


class AddressRefused(Exception):
    """An address that must not be called; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a post: the status, or why there is none."""

    status: int | None
    message: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver has accepted the post."""
        return self.status is not None and 200 <= self.status < 300


def check_url(url: str, *, private: bool) -> None:
    """Raise AddressRefused for a URL that is refused without a name lookup. `private` allows http and local hosts."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("This is not a URL.") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise AddressRefused("A webhook's address must begin with https://.")
    if "@" in parts.netloc or "#" in url:
        raise AddressRefused("A webhook's address must not have a user, password or fragment.")
    host = host or ""
    literal = _literal(parts.netloc, host)
    named = "[" not in parts.netloc and _NAME.fullmatch(host)
    if not _PRINTABLE.fullmatch(url) or port == 0 or not (literal or named):
        raise AddressRefused("This is not a URL with a host.")
    if not private and not (is_public(literal) if literal else _may_be_public(host)):
        raise AddressRefused("This address is not on the public internet.")


def _literal(netloc: str, host: str) -> str | None:
    """The IP address that a host is, as `ipaddress` reads it, else None; IPv6 stands in brackets and has no zone."""
    try:
        if "[" in netloc:
            return str(IPv6Address(host)) if "%" not in host else None
        return str(IPv4Address(host.removesuffix(".")))
    except ValueError:
        return None


def _may_be_public(name: str) -> bool:
    """Whether a lookup of a name may lead to the public internet.

    It never does for a name of one label, one that is kept for local networks, or a number: resolvers take numbers in
    many spellings (127.1, 0x7f.1, 0177.0.0.1, 2130706433), so whatever ends like a number is one.
    """
    labels = name.removesuffix(".").split(".")
    ends_in_number = labels[-1].isdigit() or labels[-1].startswith("0x")
    return len(labels) > 1 and not ends_in_number and labels[-1] not in _LOCAL


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and does not embed another address."""
    parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and (parsed not in _ORDINARY or parsed.sixtofour or parsed.teredo):
        return False
    if isinstance(parsed, IPv4Address) and parsed in _ASSIGNMENTS:
        return False
    return parsed.is_global and not parsed.is_multicast


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves a name, checks all of its addresses, and connects to one of them."""

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
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not self._private and not all(map(is_public, addresses)):
            raise AddressRefused("The name resolves to an address that is not on the public internet.")
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
        raise AddressRefused("Only internet addresses are called.")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class Outbound:
    """Posts to URLs. `private` allows addresses that are not on the public internet, and plain http."""

    def __init__(self, *, private: bool = False, seconds: float = SECONDS) -> None:
        self._private = private
        self._seconds = seconds
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=50, keepalive_expiry=30, network_backend=_CheckedNetwork(private=private)
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """Post a body; whatever the receiver does is a Reply, never an exception."""
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
        """Close the connections."""
        await self._pool.aclose()


def _framing(url: str, body: bytes) -> dict[str, str]:
    parts = urlsplit(url)
    return {"host": parts.netloc, "content-length": str(len(body))}
