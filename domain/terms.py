"""Terms: rules in an order, of which the first one that matches an item says how its return goes.

A rule is a matcher and an outcome. A matcher names what an item must have; what it leaves out, it does not ask about.
The outcome is `domain.returns.ReturnTerms`, which a request freezes. Rules are stored as JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.law import Basis, Exemption
from domain.returns import Json, ReturnTerms

MOST_RULES = 1000


class SoldItem(NamedTuple):
    """What rules read of an item: where and by whom it was sold, what it is, and the price of a unit."""

    seller: str
    currency: str
    price_minor: int
    market: str | None = None
    country: str | None = None
    category: str | None = None
    tags: frozenset[str] = frozenset()
    basis: Basis = Basis.VOLUNTARY


class PriceRange(NamedTuple):
    """Prices of a unit in one currency, both ends included; None is open."""

    currency: str
    from_minor: int | None = None
    to_minor: int | None = None

    def includes(self, currency: str, minor: int) -> bool:
        """Whether a price is one of these."""
        return (
            currency == self.currency
            and (self.from_minor is None or minor >= self.from_minor)
            and (self.to_minor is None or minor <= self.to_minor)
        )

    @property
    def is_empty(self) -> bool:
        """Whether no price is one of these."""
        return self.from_minor is not None and self.to_minor is not None and self.from_minor > self.to_minor


NAMED = ("markets", "sellers", "countries", "categories", "bases")
"""The conditions of which an item has one value: it must be one of those that are named."""
TRAITS = ("market", "seller", "country", "category", "basis")
"""The same of an item."""
CONDITIONS = (*NAMED, "tags", "price")


@dataclass(frozen=True, slots=True)
class Matcher:
    """What an item must have. None asks nothing; of `tags` the item must have at least one."""

    markets: frozenset[str] | None = None
    sellers: frozenset[str] | None = None
    countries: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    bases: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    price: PriceRange | None = None

    def failures(self, item: SoldItem) -> tuple[str, ...]:
        """The conditions that an item does not satisfy."""
        failed = [
            name
            for name, trait in zip(NAMED, TRAITS, strict=True)
            if (wanted := self.named(name)) is not None and getattr(item, trait) not in wanted
        ]
        if self.tags is not None and not self.tags & item.tags:
            failed.append("tags")
        if self.price is not None and not self.price.includes(item.currency, item.price_minor):
            failed.append("price")
        return tuple(failed)

    def matches(self, item: SoldItem) -> bool:
        """Whether an item satisfies every condition."""
        return not self.failures(item)

    def named(self, condition: str) -> frozenset[str] | None:
        """The values that a condition names; None if it asks nothing."""
        values: frozenset[str] | None = getattr(self, condition)
        return values

    @property
    def only_sellers(self) -> bool:
        """Whether it asks for no more than the seller."""
        return self == Matcher(sellers=self.sellers)

    def to_json(self) -> dict[str, Json]:
        """The matcher as it is stored; what it does not ask about is left out."""
        named: dict[str, Json] = {
            name: sorted(map(str, values)) for name in (*NAMED, "tags") if (values := self.named(name)) is not None
        }
        return named if self.price is None else {**named, "price": dict(self.price._asdict())}

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "Matcher":
        """The matcher as it was stored."""
        price = stored.get("price")
        return cls(
            **{name: _texts(stored[name]) for name in (*NAMED, "tags") if name in stored},
            price=_price(price) if isinstance(price, Mapping) else None,
        )


@dataclass(frozen=True, slots=True)
class TermsRule:
    """A rule under its name, which is its own within a version.

    `revision` counts how often a rule of this name was changed from version to version, last at `changed_at`.
    """

    name: str
    matcher: Matcher
    outcome: ReturnTerms
    revision: int = 1
    changed_at: datetime | None = None

    def to_json(self) -> dict[str, Json]:
        """The rule as it is stored."""
        return {
            "name": self.name,
            "matcher": self.matcher.to_json(),
            "outcome": self.outcome.to_json(),
            "revision": self.revision,
            "changedAt": self.changed_at.isoformat() if self.changed_at else None,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Json]) -> "TermsRule":
        """The rule as it was stored."""
        matcher, outcome, changed_at = stored["matcher"], stored["outcome"], stored["changedAt"]
        assert isinstance(matcher, Mapping), stored
        assert isinstance(outcome, Mapping), stored
        revision = stored["revision"]
        assert isinstance(revision, int), stored
        return cls(
            name=str(stored["name"]),
            matcher=Matcher.of_json(matcher),
            outcome=ReturnTerms.of_json(outcome),
            revision=revision,
            changed_at=datetime.fromisoformat(changed_at) if isinstance(changed_at, str) else None,
        )


class Contradiction(NamedTuple):
    """Why rules cannot be published: the sentence, and the place in the list of rules."""

    message: str
    rule: int
    about: tuple[str, ...]


def contradictions(rules: Sequence[TermsRule]) -> Iterator[Contradiction]:
    """What cannot hold at once, in a rule or between two."""
    names: dict[str, int] = {}
    matchers: dict[Matcher, int] = {}
    for n, rule in enumerate(rules):
        first = names.setdefault(rule.name, n)
        if first != n:
            yield Contradiction("Another rule has this name: give each rule its own.", n, ("name",))
        same = matchers.setdefault(rule.matcher, n)
        if same != n and rules[same].outcome != rule.outcome:
            message = (
                f'This rule contradicts "{rules[same].name}": both match the same items and say something else of'
                " them. Remove one of the two."
            )
            yield Contradiction(message, n, ("matcher",))
        if rule.outcome.exemption is not None and rule.outcome.windows.get(Basis.VOLUNTARY):
            message = "An item that is exempt has no window for voluntary returns: leave one of the two out."
            yield Contradiction(message, n, ("terms", "exemption"))
        if rule.outcome.exemption is Exemption.FINAL_SALE and Basis.STATUTORY in (rule.matcher.bases or ()):
            message = "The law knows no final sale: name the ground that the law exempts the item for."
            yield Contradiction(message, n, ("terms", "exemption"))


def _texts(value: Json) -> frozenset[str]:
    assert isinstance(value, Sequence), value
    return frozenset(map(str, value))


def _price(stored: Mapping[str, Json]) -> PriceRange:
    low, high = stored["from_minor"], stored["to_minor"]
    return PriceRange(
        str(stored["currency"]), low if isinstance(low, int) else None, high if isinstance(high, int) else None
    )
