"""How much of everything: a little in `make test`, at full size in `make storm`."""

import os
from typing import TypeVar

T = TypeVar("T", int, float)

LONG = os.environ.get("RETOUR_STORM") == "on"


def size(short: T, long: T) -> T:
    """The number for this run."""
    return long if LONG else short
