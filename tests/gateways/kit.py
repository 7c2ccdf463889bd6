"""What the kits of payment gateways and of carriers have in common: faults, a world to enter, and a patient caller."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeAlias, TypeVar

from tests.gateways.payments.fault_proxy import Fault

PATIENCE_S = 0.25
CALLS = 6
"""How often a caller tries before the kit calls it stuck."""

FAULTS = list(Fault)
NEEDING_PATIENCE = {Fault.LATE, Fault.DRIPPING, Fault.STRAYED}
LOST_ANSWERS = [Fault.LATE, Fault.DRIPPING, Fault.DROPPED, Fault.ERROR]


class Breakable(Protocol):
    """What stands behind an adapter, and the way to it."""

    breaks: bool
    """Whether there is a way to it that can break."""

    def next(self, *faults: Fault) -> None:
        """What happens to the next requests that change anything."""

    async def arrive(self) -> None:
        """Let every request arrive that is still on its way."""

    def forget_keys(self) -> None:
        """Our keys are not remembered from now on."""


T = TypeVar("T")
W = TypeVar("W", bound=Breakable)
Enter: TypeAlias = Callable[[float], AbstractAsyncContextManager[W]]
"""Opens a world, given the seconds that its adapter waits for an answer."""


@asynccontextmanager
async def at(worlds: Mapping[str, Enter[W]], name: str, *faults: Fault) -> AsyncIterator[W]:
    """A world whose next requests meet these faults."""
    async with worlds[name](PATIENCE_S if NEEDING_PATIENCE & {*faults} else 10.0) as world:
        world.next(*faults)
        yield world


async def patiently(call: Callable[[int], Awaitable[T]], unknown: type[Exception]) -> T:
    """What a call says at last, as the worker repeats it; `call` is given how many there were before."""
    for before in range(CALLS):
        try:
            return await call(before)
        except unknown:
            continue
    raise AssertionError(f"still unknown after {CALLS} calls")
