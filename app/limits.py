"""The limits of callers, from the settings to the engine's types; and what counts as one caller."""

from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network

from domain.facts import Actor
from engine import ConnectionLimits, Limits, RateLimiter
from settings import Settings


def limits(settings: Settings) -> Limits:
    """The limits of one request."""
    return Limits(
        tokens=settings.max_tokens,
        depth=settings.max_depth,
        aliases=settings.max_aliases,
        cost=settings.max_cost,
        selects=settings.max_selects,
        answer_bytes=settings.max_answer,
        body_bytes=settings.max_body,
        body_seconds=settings.body_timeout,
        operation_seconds=settings.operation_timeout,
    )


def connection_limits(settings: Settings) -> ConnectionLimits:
    """The limits of WebSocket connections."""
    return ConnectionLimits(
        message_bytes=settings.max_body,
        operations=settings.max_connection_operations,
        connections=settings.max_connections,
        caller_connections=settings.max_caller_connections,
    )


def rate_limiter(settings: Settings) -> RateLimiter | None:
    """The rate limit of one caller; None if there is none."""
    return RateLimiter(settings.rate_limit, settings.rate_burst) if settings.rate_limit else None


def caller(viewer: Actor | None, address: str) -> tuple[str, str]:
    """The caller that limits count for: the actor of a token, or else the address."""
    if viewer is not None:
        of = viewer.seller_id or viewer.order_id
        return viewer.role, viewer.id if of is None else f"{of}/{viewer.id}"
    return "", network_of(address)


LONGEST_NAME = 64
"""Characters of a caller's name that is no address."""


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """An IPv4 address itself; of an IPv6 address its /64, which one household is assigned.

    What is no address, as a proxy may pass it on (`unknown`, `_hidden`, `name:port`), is a name.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_NAME]
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))
