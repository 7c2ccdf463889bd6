"""The rules of one version, indexed: the first rule that matches an item, in about the same time for one as for many.

Every rule has a bit, the first one the lowest. For each value of each condition the index has the rules that the value
satisfies, as one integer; the rules that match an item are the bits that all of its values have in common. Prices are
cut where any range begins or ends: between two cuts the same rules match.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from domain.returns import ReturnTerms
from domain.terms import NAMED, Matcher, PriceRange, SoldItem, TermsRule

Index: TypeAlias = tuple[dict[str | None, int], int]
"""By value, the rules that it satisfies, a bit each; and the rules that ask nothing."""


class Rulebook:
    """The rules of one version of the terms. `number` is that of the version, None of a draft."""

    __slots__ = ("_named", "_outcomes", "_prices", "_tags", "_without_price", "number", "rules", "specific")

    def __init__(self, rules: Sequence[TermsRule], number: int | None = None) -> None:
        self.rules, self.number = tuple(rules), number
        self._outcomes = [replace(rule.outcome, version=number, rule=rule.name) for rule in rules]
        self.specific = is_specific(rules)
        self._named = [_index([rule.matcher.named(condition) for rule in rules]) for condition in NAMED]
        self._tags = _index([rule.matcher.tags for rule in rules])
        self._without_price = _bits(n for n, rule in enumerate(rules) if rule.matcher.price is None)
        self._prices = self._cut()

    def first(self, item: SoldItem) -> TermsRule | None:
        """The rule that decides on an item: the first one that matches; None if none does."""
        found = self.matching(item)
        return self.rules[(found & -found).bit_length() - 1] if found else None

    def terms_of(self, item: SoldItem) -> ReturnTerms | None:
        """The terms of a return of an item, with their version and rule; None if no rule matches."""
        found = self.matching(item)
        return self._outcomes[(found & -found).bit_length() - 1] if found else None

    def matching(self, item: SoldItem) -> int:
        """All rules that match an item, a bit each."""
        markets, sellers, countries, categories, bases = self._named
        found = (
            sellers[0].get(item.seller, sellers[1])
            & markets[0].get(item.market, markets[1])
            & countries[0].get(item.country, countries[1])
            & categories[0].get(item.category, categories[1])
            & bases[0].get(item.basis, bases[1])
        )
        by_tag, tagged = self._tags
        for tag in item.tags:
            tagged |= by_tag.get(tag, 0)
        return found & tagged & self._priced(item.currency, item.price_minor)

    def covering(self, matcher: Matcher) -> int:
        """The rules of which each alone matches everything that a matcher matches, a bit each."""
        found = self._over_prices(matcher.price, and_) if matcher.price else self._without_price
        for wanted, (by_value, unconditional) in self._conditions(matcher):
            values = [by_value.get(value, unconditional) for value in wanted or ()]
            found &= reduce(and_, values) if values else unconditional
        return found

    def touching(self, matcher: Matcher) -> int:
        """The rules that match something of what a matcher matches, a bit each."""
        found = (1 << len(self.rules)) - 1
        if matcher.price:
            found = self._over_prices(matcher.price, or_)
        for wanted, (by_value, unconditional) in self._conditions(matcher):
            if wanted is not None:
                found &= reduce(or_, [by_value.get(value, unconditional) for value in wanted], 0)
        return found

    def _conditions(self, matcher: Matcher) -> Iterator[tuple[frozenset[str] | None, Index]]:
        yield from zip(map(matcher.named, NAMED), self._named, strict=True)
        yield matcher.tags, self._tags

    def _over_prices(self, price: PriceRange, together: Callable[[int, int], int]) -> int:
        """What the rules for each price of a range come to."""
        if price.currency not in self._prices:
            return self._without_price
        cuts, found = self._prices[price.currency]
        first = bisect_right(cuts, price.from_minor or 0)
        last = len(cuts) if price.to_minor is None else bisect_right(cuts, price.to_minor)
        return reduce(together, found[first : last + 1], found[first])

    def _priced(self, currency: str, minor: int) -> int:
        if currency not in self._prices:
            return self._without_price
        cuts, found = self._prices[currency]
        return found[bisect_right(cuts, minor)]

    def _cut(self) -> dict[str, tuple[list[int], list[int]]]:
        """By currency: the prices at which other rules begin to match, and the rules between them."""
        starts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for n, rule in enumerate(self.rules):
            price = rule.matcher.price
            if price is None or price.is_empty:
                continue
            starts[price.currency][price.from_minor or 0] ^= 1 << n
            if price.to_minor is not None:
                starts[price.currency][price.to_minor + 1] ^= 1 << n
        return {currency: self._between(changes) for currency, changes in starts.items()}

    def _between(self, changes: dict[int, int]) -> tuple[list[int], list[int]]:
        cuts, found = sorted(changes), [self._without_price]
        for cut in cuts:
            found.append(found[-1] ^ changes[cut])
        return cuts, found


def is_specific(rules: Iterable[TermsRule]) -> bool:
    """Whether the rules ask for more than the seller, or restrict what can be asked for: then an item is read whole."""
    return any(not rule.matcher.only_sellers or rule.outcome.restricts for rule in rules)


def _index(wanted: Sequence[frozenset[str] | None]) -> Index:
    """By value, the rules that it satisfies; and the rules that ask nothing, which every other value satisfies."""
    unconditional = _bits(n for n, values in enumerate(wanted) if values is None)
    found: dict[str | None, int] = {}
    for n, values in enumerate(wanted):
        for value in values or ():
            found[value] = found.get(value, unconditional) | 1 << n
    return found, unconditional


def _bits(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits
