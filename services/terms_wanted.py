"""The rules that the owner wants in a version of the terms, checked: all that is wrong with them at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.countries import COUNTRIES
from domain.errors import Blocker, Path
from domain.identifiers import identifier, unseen_character
from domain.law import Basis
from domain.refusals import Refusal
from domain.terms import MOST_RULES, Matcher, PriceRange, TermsRule, contradictions
from domain.terms_table import FIELDS, TermsField
from domain.texts import is_blank
from domain.words import TermsFieldKind
from services.currency import is_currency, parse_minor
from services.outcomes import TermsWanted, outcome, problems


@dataclass(frozen=True, slots=True)
class PriceWanted:
    """Prices of a unit in a currency's main unit, both ends included."""

    currency: str
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MatcherWanted:
    """What an item must have; None asks nothing, an empty list is refused."""

    markets: tuple[str, ...] | None = None
    seller_ids: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    bases: tuple[Basis, ...] | None = None
    price: PriceWanted | None = None


@dataclass(frozen=True, slots=True)
class RuleWanted:
    """A rule as the owner wants it."""

    name: str
    matcher: MatcherWanted
    terms: TermsWanted


def rules_of(wanted: Sequence[RuleWanted] | None) -> tuple[list[TermsRule], list[Blocker]]:
    """The rules, and all that is wrong with them: if anything is, the rules are worth nothing. No list is no rules."""
    if wanted is None:
        return [], []
    if not 0 < len(wanted) <= MOST_RULES:
        message = f"A version has 1 to {MOST_RULES} rules: leave the list out to have none."
        return [], [Blocker(Refusal.INVALID_INPUT, message, ("rules",))]
    found = [problem for n, rule in enumerate(wanted) for problem in _problems(rule, ("rules", str(n)))]
    if found:
        return [], found
    rules = [TermsRule(identifier(rule.name), _matcher(rule.matcher), outcome(rule.terms)) for rule in wanted]
    return rules, [
        Blocker(Refusal.CONTRADICTORY_INPUT, each.message, ("rules", str(each.rule), *each.about))
        for each in contradictions(rules)
    ]


def _problems(rule: RuleWanted, at: Path) -> Iterator[Blocker]:
    name = identifier(rule.name)
    longest = FIELDS["name"].longest or 0
    if is_blank(name) or len(name) > longest or unseen_character(name):
        message = f"A rule has a name of 1 to {longest} visible characters."
        yield Blocker(Refusal.INVALID_INPUT, message, (*at, "name"))
    yield from _problems_of_matcher(rule.matcher, (*at, "matcher"))
    yield from problems(rule.terms, (*at, "terms"))


def _problems_of_matcher(matcher: MatcherWanted, at: Path) -> Iterator[Blocker]:
    for name, values in (
        ("markets", matcher.markets),
        ("sellerIds", matcher.seller_ids),
        ("countries", matcher.countries),
        ("categories", matcher.categories),
        ("tags", matcher.tags),
        ("bases", matcher.bases),
    ):
        yield from _problems_of_values(values, FIELDS[f"matcher.{name}"], (*at, name))
    if matcher.price is not None:
        yield from _problems_of_price(matcher.price, (*at, "price"))


def _problems_of_values(values: Sequence[str] | None, field: TermsField, at: Path) -> Iterator[Blocker]:
    if values is None:
        return
    if not field.holds(len(values)):
        message = f"A condition names 1 to {field.most} values: leave it out to ask nothing."
        yield Blocker(Refusal.INVALID_INPUT, message, at)
    for n, value in enumerate(values[: field.most]):
        if fault := _fault_of_value(value, field):
            yield Blocker(Refusal.INVALID_INPUT, fault, (*at, str(n)))


def _fault_of_value(text: str, field: TermsField) -> str | None:
    """What is wrong with a value of a condition, None if nothing is: one of the choices is sent as such."""
    name = identifier(text)
    if field.kind is TermsFieldKind.COUNTRIES and text.upper() not in COUNTRIES:
        return "This is no country of ISO 3166-1: send its code of two letters, such as DE."
    if field.longest is not None and (is_blank(name) or len(name) > field.longest or unseen_character(name)):
        return f"This is the name of nothing: it has 1 to {field.longest} visible characters."
    return None


def _problems_of_price(price: PriceWanted, at: Path) -> Iterator[Blocker]:
    if not is_currency(price.currency):
        message = "This is not an ISO 4217 currency code with a minor unit."
        yield Blocker(Refusal.INVALID_INPUT, message, (*at, "currency"))
        return
    if price.low is None and price.high is None:
        yield Blocker(Refusal.INVALID_INPUT, "Give a price `from`, `to` or both.", at)
    for name, amount in (("from", price.low), ("to", price.high)):
        if amount is None:
            continue
        try:
            minor = parse_minor(amount, price.currency)
        except ValueError as fault:
            yield Blocker(Refusal.INVALID_INPUT, f"{fault}.", (*at, name))
        else:
            if minor < 0:
                yield Blocker(Refusal.INVALID_INPUT, "A price is zero or more.", (*at, name))


def _matcher(matcher: MatcherWanted) -> Matcher:
    price = matcher.price
    return Matcher(
        markets=_named(matcher.markets),
        sellers=_named(matcher.seller_ids),
        countries=_named(matcher.countries and tuple(code.upper() for code in matcher.countries)),
        categories=_named(matcher.categories),
        tags=_named(matcher.tags),
        bases=_named(matcher.bases),
        price=None
        if price is None
        else PriceRange(price.currency, _minor(price.low, price.currency), _minor(price.high, price.currency)),
    )


def _named(values: Sequence[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(map(identifier, map(str, values)))


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else parse_minor(amount, currency)
