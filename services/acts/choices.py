"""What commands choose of an order: lists of its items."""

from collections.abc import Sequence

from domain.errors import refuse
from domain.refusals import Refusal


def refuse_twice(items: Sequence[str], about: str) -> None:
    """Raise `Refused` if a list, the input `about`, names an item twice."""
    seen: set[str] = set()
    for n, item in enumerate(items):
        if item in seen:
            raise refuse(Refusal.DUPLICATE_ITEM, about=(about, str(n), "orderItemId"))
        seen.add(item)
