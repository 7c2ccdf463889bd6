"""The terms of an item as lists show them: the rule that decides on it, in the version that is in force."""

from datetime import datetime
from typing import NamedTuple, TypeAlias

from domain.returns import ReturnTerms
from domain.terms import SoldItem
from engine.conditions import Column, Fragment
from resolvers.context import Context
from services.facts import window_end
from services.rulebooks import TERMS_IN_FORCE

Traits: TypeAlias = tuple[str, str, int, str | None, str | None, str | None, str | None, str | None]
"""Of an item: seller, currency, price, market, country, category, tags as lines, and when its package was delivered."""
TRAITS = Fragment(
    f"case when ({TERMS_IN_FORCE}->>'specific')::boolean then (select json_build_array(",
    *(Column("seller_id"), ", ", Column("currency"), ", ", Column("unit_price_minor"), ", o.market, o.country, "),
    *(Column("category"), ", ", Column("tags"), ', p.delivered_at) from "order" o, package p where o.id = '),
    *(Column("order_id"), " and p.id = ", Column("package_id"), ") end"),
)
"""What the rules of the terms read of an item. Null, at no cost, if they ask for sellers alone, or there are none."""


class ItemTerms(NamedTuple):
    """What the terms change of what can be asked for an item: until when, and whether not at all, and why."""

    terms: ReturnTerms | None
    until: str | None


def shown(traits: Traits | None, until: str | None, context: Context) -> ItemTerms:
    """The terms of an item whose package says that the window closes at `until`."""
    rulebook = context.reference.rulebook
    if traits is None or rulebook is None:
        return ItemTerms(None, until)
    terms = rulebook.terms_of(sold(traits))
    if terms is None or not terms.windows or traits[-1] is None:
        return ItemTerms(terms, until)
    delivered_at = datetime.fromisoformat(traits[-1])
    end = window_end(terms, None, delivered_at, context.commands.terms.calendar)
    return ItemTerms(terms, end.isoformat() if end else until)


def sold(traits: Traits) -> SoldItem:
    """An item as rules read it."""
    seller_id, currency, minor, market, country, category, tags, _ = traits
    return SoldItem(
        *(seller_id, currency, minor, market, country, category), frozenset(tags.split("\n")) if tags else frozenset()
    )


def takes_goods_back(seller_id: str, traits: Traits | None, context: Context) -> bool:
    """Whether a rule is for an item, so that goods of it are received."""
    rulebook = context.reference.rulebook
    if rulebook is None:
        return False
    return rulebook.first(sold(traits) if traits else SoldItem(seller_id, "", 0)) is not None
