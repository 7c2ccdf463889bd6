"""A bounded mapping that forgets the entry whose last use is the longest ago."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRU(OrderedDict[K, V]):
    """At most `capacity` entries.

    A lookup does not count as a use, and costs no more than in a dict; `touch` counts one. Without `touch`, the entry
    that was remembered first is forgotten first.
    """

    touch = OrderedDict.move_to_end
    """Count a use of a key that is there."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity

    def remember(self, key: K, value: V) -> None:
        """Keep a value as the one used last, and forget the oldest entry if there are too many."""
        self[key] = value
        self.touch(key)
        if len(self) > self.capacity:
            self.forget()

    def forget(self) -> tuple[K, V]:
        """Take out the oldest entry; raises KeyError if there is none."""
        return self.popitem(last=False)
