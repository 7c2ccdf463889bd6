"""Which rules decide on nothing, because earlier ones match all that they match; and which earlier ones.

What a rule matches is a box: for each condition a set of values, or all values but some. Earlier boxes are taken away
from it one by one; if nothing is left, the rule decides on nothing. An item may have several tags, but the one that
fewest earlier rules match has only the tag that the rule asks for, or none: so a tag is a value like any other here.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.rulebook import Rulebook
from domain.terms import NAMED, Matcher, PriceRange, TermsRule
from domain.words import TermsFault

MOST_PIECES = 100
"""So many pieces of one rule are looked at; a rule that earlier ones cut into more counts as one that decides."""
MOST_STEPS = 300_000
"""So often a piece is held against an earlier rule, for all rules together: a second or two.

Beyond that a finding keeps reasons that it does not need, and a rule that nothing was found of counts as one that
decides.
"""


class Values(NamedTuple):
    """Some values of one condition: those that are named, or with `others` all but those."""

    named: frozenset[str]
    others: bool = False

    def minus(self, taken: "Values") -> "Values | None":
        """What is left without these; None if nothing is."""
        if self.others and taken.others:
            left = Values(taken.named - self.named)
        elif self.others:
            left = Values(self.named | taken.named, others=True)
        else:
            left = Values(self.named & taken.named if taken.others else self.named - taken.named)
        return left if left.others or left.named else None

    def shared(self, other: "Values") -> "Values | None":
        """What both have; None if they have nothing in common."""
        if self.others and other.others:
            return Values(self.named | other.named, others=True)
        some, rest = (other, self) if self.others else (self, other)
        found = some.named - rest.named if rest.others else some.named & rest.named
        return Values(found) if found else None


class PriceSpan(NamedTuple):
    """Prices from one to another, both included, in one currency; a `high` of None is without end.

    The currency "" stands for all that no rule names.
    """

    currency: str
    low: int
    high: int | None

    def minus(self, taken: "PriceSpan") -> Iterator["PriceSpan"]:
        """What is left without those that both have."""
        if taken.low > self.low:
            yield PriceSpan(self.currency, self.low, taken.low - 1)
        if taken.high is not None and (self.high is None or taken.high < self.high):
            yield PriceSpan(self.currency, taken.high + 1, self.high)

    def shared(self, other: "PriceSpan") -> "PriceSpan | None":
        """What both have; None if they have nothing in common."""
        low = max(self.low, other.low)
        ends = [high for high in (self.high, other.high) if high is not None]
        high = min(ends) if ends else None
        return PriceSpan(self.currency, low, high) if high is None or low <= high else None


class Box(NamedTuple):
    """Everything whose values are in these, condition by condition, and whose price is in the span."""

    values: tuple[Values, ...]
    span: PriceSpan


class IdleRule(NamedTuple):
    """A rule that decides on nothing: why, and the earlier rules that are the reason, by their places."""

    rule: int
    fault: TermsFault
    by: tuple[int, ...] = ()


def findings(rules: Sequence[TermsRule]) -> list[IdleRule]:
    """The rules that decide on nothing, in order."""
    search = _Search(rules)
    found = [each for n in range(len(rules)) if (each := search.finding(n)) is not None]
    return [search.with_fewest(each) for each in found]


class _Search:
    """What the rules of one version match, and the steps that have been taken through it."""

    def __init__(self, rules: Sequence[TermsRule]) -> None:
        currencies = sorted({rule.matcher.price.currency for rule in rules if rule.matcher.price is not None})
        self._rulebook = Rulebook(rules)
        self._boxes = [list(_boxes(rule.matcher, currencies)) for rule in rules]
        self._steps = 0

    def finding(self, n: int) -> IdleRule | None:
        """Why a rule decides on nothing; None if it decides."""
        if not self._boxes[n]:
            return IdleRule(n, TermsFault.EMPTY)
        matcher, before = self._rulebook.rules[n].matcher, (1 << n) - 1
        if shadows := self._rulebook.covering(matcher) & before:
            return IdleRule(n, TermsFault.SHADOWED, (next(_places(shadows)),))
        by = self._taking(n, [*_places(self._rulebook.touching(matcher) & before)])
        return IdleRule(n, TermsFault.UNREACHABLE, by) if by else None

    def with_fewest(self, found: IdleRule) -> IdleRule:
        """A finding without the reasons that it does not need."""
        by = found.by
        for each in found.by:
            if self._steps > MOST_STEPS:
                break
            by = self._taking(found.rule, [other for other in by if other != each]) or by
        return found._replace(by=by)

    def _taking(self, n: int, earlier: Sequence[int]) -> tuple[int, ...]:
        """Those of some earlier rules that together take away all that one matches; none if it may decide."""
        left, taking = self._boxes[n], []
        for each in earlier:
            before = left
            for taken in self._boxes[each]:
                self._steps += len(left)
                left = [piece for box in left for piece in _minus(box, taken)]
            if left != before:
                taking.append(each)
            if not left:
                return tuple(taking)
            if len(left) > MOST_PIECES or self._steps > MOST_STEPS:
                break
        return ()


def _places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _boxes(matcher: Matcher, currencies: Sequence[str]) -> Iterator[Box]:
    """What a matcher matches, a box for each currency."""
    asked = (*(matcher.named(name) for name in NAMED), matcher.tags)
    values = tuple(Values(frozenset(), others=True) if each is None else Values(each) for each in asked)
    if any(not each.named and not each.others for each in values):
        return
    for span in _spans(matcher.price, currencies):
        yield Box(values, span)


def _spans(price: PriceRange | None, currencies: Sequence[str]) -> Iterator[PriceSpan]:
    if price is None:
        yield from (PriceSpan(currency, 0, None) for currency in (*currencies, ""))
    elif not price.is_empty:
        yield PriceSpan(price.currency, price.from_minor or 0, price.to_minor)


def _shared(box: Box, taken: Box) -> Box | None:
    if box.span.currency != taken.span.currency:
        return None
    span = box.span.shared(taken.span)
    if span is None:
        return None
    found = []
    for mine, other in zip(box.values, taken.values, strict=True):
        both = mine.shared(other)
        if both is None:
            return None
        found.append(both)
    return Box(tuple(found), span)


def _minus(box: Box, taken: Box) -> Iterator[Box]:
    """What is left of a box: pieces that have nothing in common."""
    both = _shared(box, taken)
    if both is None:
        yield box
        return
    values = list(box.values)
    for place, other in enumerate(taken.values):
        if (rest := values[place].minus(other)) is not None:
            yield Box((*values[:place], rest, *values[place + 1 :]), box.span)
        values[place] = both.values[place]
    for span in box.span.minus(taken.span):
        yield Box(tuple(values), span)
