"""Rules of terms: the first match wins, in no time; what decides on nothing is found; what contradicts is refused."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import reach
from domain.law import Basis, Exemption
from domain.reach import IdleRule, findings
from domain.returns import AnswerTerms, Fee, Place, ReturnTerms, WorkingDays
from domain.rulebook import Rulebook
from domain.terms import Matcher, PriceRange, SoldItem, TermsRule, contradictions
from domain.terms_page import page
from domain.words import AtDeadline, Bearer, RefundTrigger, ReturnMethod, TermsDeadline, TermsFault
from tests.examples import examples

OUTCOME = ReturnTerms(RefundTrigger.ON_RECEIPT, ReturnMethod.MAIL, 14, 3, 7, 21)


def rules_of(*matchers: Matcher) -> list[TermsRule]:
    """Rules with these matchers, named by their places."""
    return [TermsRule(f"rule {n}", matcher, OUTCOME) for n, matcher in enumerate(matchers)]


def linear(rules: Sequence[TermsRule], item: SoldItem) -> TermsRule | None:
    """What the index is to find, as the sentence says it."""
    return next((rule for rule in rules if rule.matcher.matches(item)), None)


def some(*values: str) -> st.SearchStrategy[frozenset[str] | None]:
    """A condition on some of these values, or none."""
    return st.none() | st.frozensets(st.sampled_from(values), min_size=1)


PRICES = st.none() | st.builds(
    PriceRange, st.sampled_from(["EUR", "USD"]), st.none() | st.integers(0, 4), st.none() | st.integers(0, 4)
)
MATCHERS = st.builds(
    Matcher,
    markets=some("de", "fr"),
    sellers=some("north", "south"),
    countries=some("DE", "AT"),
    categories=some("shoes", "food"),
    bases=some(*Basis),
    tags=some("sale", "sealed"),
    price=PRICES,
)
ITEMS = st.builds(
    SoldItem,
    seller=st.sampled_from(["north", "south", "west"]),
    currency=st.sampled_from(["EUR", "USD", "GBP"]),
    price_minor=st.integers(0, 6),
    market=st.sampled_from(["de", "fr", None]),
    country=st.sampled_from(["DE", "AT", None]),
    category=st.sampled_from(["shoes", "food", None]),
    tags=st.frozensets(st.sampled_from(["sale", "sealed", "new"])),
    basis=st.sampled_from(Basis),
)


@settings(max_examples=examples(300))
@given(st.lists(MATCHERS, max_size=12), ITEMS)
def test_the_index_finds_the_first_rule_that_matches(matchers: list[Matcher], item: SoldItem) -> None:
    rules = rules_of(*matchers)
    assert Rulebook(rules).first(item) is linear(rules, item)
    matching = Rulebook(rules).matching(item)
    assert [bool(matching >> n & 1) for n in range(len(rules))] == [rule.matcher.matches(item) for rule in rules]


SMALL = st.builds(
    Matcher,
    markets=some("de"),
    categories=some("shoes", "food"),
    tags=some("sale", "sealed"),
    price=st.none()
    | st.builds(PriceRange, st.just("EUR"), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3)),
)
WORLD = [
    SoldItem("north", currency, price, market, None, category, frozenset(tags))
    for currency, price, market, category, tags in product(
        ["EUR", "USD"],
        range(5),
        ["de", None],
        ["shoes", "food", None],
        [(), ("sale",), ("sealed",), ("sale", "sealed")],
    )
]


@settings(max_examples=examples(200))
@given(st.lists(SMALL, max_size=6))
def test_a_rule_is_found_to_decide_on_nothing_exactly_if_it_does(matchers: list[Matcher]) -> None:
    rules = rules_of(*matchers)
    decides = {rule.name for item in WORLD if (rule := linear(rules, item)) is not None}
    found = findings(rules)
    assert {rules[each.rule].name for each in found} == {rule.name for rule in rules} - decides
    for each in found:
        kept = [rules[n] for n in each.by]
        matched = [item for item in WORLD if rules[each.rule].matcher.matches(item)]
        assert all(linear(kept, item) for item in matched)
        assert (each.fault is TermsFault.EMPTY) == (not matched)
        assert len(each.by) == 1 or each.fault is not TermsFault.SHADOWED


def test_a_finding_says_which_earlier_rules_are_the_reason() -> None:
    shoes, cheap = frozenset({"shoes"}), PriceRange("EUR", None, 1000)
    rules = rules_of(
        Matcher(tags=frozenset({"sale"})),
        Matcher(categories=shoes, price=cheap),
        Matcher(categories=shoes, price=PriceRange("EUR", 1001)),
        Matcher(categories=shoes, price=PriceRange("EUR", 500, 2000)),
        Matcher(categories=shoes, price=PriceRange("EUR", 500, 900)),
        Matcher(price=PriceRange("EUR", 2, 1)),
        Matcher(categories=shoes),
    )
    assert findings(rules) == [
        IdleRule(3, TermsFault.UNREACHABLE, (1, 2)),
        IdleRule(4, TermsFault.SHADOWED, (1,)),
        IdleRule(5, TermsFault.EMPTY),
    ]


@pytest.mark.parametrize(
    ("limit", "most", "expected"),
    [
        ("MOST_PIECES", 0, []),
        ("MOST_PIECES", 1, [(3, (1, 2)), (4, (1, 2))]),
        ("MOST_STEPS", 6, []),
        ("MOST_STEPS", 7, [(3, (0, 1, 2))]),
        ("MOST_STEPS", 11, [(3, (0, 1, 2)), (4, (0, 1, 2))]),
        ("MOST_STEPS", 13, [(3, (1, 2)), (4, (0, 1, 2))]),
        ("MOST_STEPS", 17, [(3, (1, 2)), (4, (1, 2))]),
    ],
)
def test_the_search_ends_first_with_reasons_too_many_then_with_findings_too_few(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, expected: list[tuple[int, tuple[int, ...]]]
) -> None:
    shoes = frozenset({"shoes"})
    rules = rules_of(
        Matcher(tags=frozenset({"sale"})),
        Matcher(categories=shoes, price=PriceRange("EUR", None, 1000)),
        Matcher(categories=shoes, price=PriceRange("EUR", 1001)),
        Matcher(categories=shoes, price=PriceRange("EUR", 500, 2000)),
        Matcher(categories=shoes, price=PriceRange("EUR", 400, 3000)),
    )
    monkeypatch.setattr(reach, limit, most)
    assert findings(rules) == [IdleRule(n, TermsFault.UNREACHABLE, by) for n, by in expected]


@given(MATCHERS)
def test_a_rule_is_read_as_it_was_stored(matcher: Matcher) -> None:
    outcome = replace(
        OUTCOME,
        fees=(Fee("Label", Bearer.SELLER, percent=500), Fee("Box", Bearer.OWNER, amount_minor=100, currency="EUR")),
        windows={Basis.VOLUNTARY: 30, Basis.CONFORMITY: 730},
        free_label=False,
        response_days=2,
        at_deadline=AtDeadline.APPROVE,
        working_days=WorkingDays(Place("DE", "BE"), frozenset({TermsDeadline.SHIP_BY, TermsDeadline.WINDOW})),
        cancellation=AnswerTerms(1, AtDeadline.REJECT),
        version=3,
        rule="shoes",
    )
    rule = TermsRule("shoes", matcher, outcome, 4, datetime(2026, 11, 30, tzinfo=UTC))
    assert TermsRule.of_json(rule.to_json()) == rule
    exempt = replace(rule, outcome=replace(OUTCOME, exemption=Exemption.HYGIENE), changed_at=None)
    assert TermsRule.of_json(exempt.to_json()) == exempt


def test_terms_without_anything_new_are_stored_as_ever() -> None:
    assert set(OUTCOME.to_json()) == {
        *("trigger", "method", "shipByDays", "graceDays", "inspectionDays", "transitDays", "fees", "address")
    }


def test_what_cannot_hold_at_once_is_named() -> None:
    final, shoes = replace(OUTCOME, exemption=Exemption.FINAL_SALE), frozenset({"shoes"})
    rules = [
        TermsRule("one", Matcher(categories=shoes), OUTCOME),
        TermsRule("one", Matcher(tags=shoes), OUTCOME),
        TermsRule("two", Matcher(categories=shoes), final),
        TermsRule("three", Matcher(categories=shoes), OUTCOME),
        TermsRule("four", Matcher(), replace(final, windows={Basis.VOLUNTARY: 30})),
        TermsRule("five", Matcher(bases=frozenset({Basis.STATUTORY})), final),
        TermsRule("six", Matcher(bases=frozenset({Basis.VOLUNTARY})), replace(final, windows={Basis.VOLUNTARY: 0})),
    ]
    assert [(each.rule, each.about) for each in contradictions(rules)] == [
        (1, ("name",)),
        (2, ("matcher",)),
        (4, ("terms", "exemption")),
        (5, ("terms", "exemption")),
    ]


def test_what_an_item_lacks_is_named_condition_by_condition() -> None:
    matcher = Matcher(
        markets=frozenset({"de"}),
        sellers=frozenset({"north"}),
        tags=frozenset({"sale"}),
        price=PriceRange("EUR", 100, 200),
    )
    item = SoldItem("north", "EUR", 200, "de", tags=frozenset({"sale"}))
    assert matcher.failures(item) == ()
    assert matcher.failures(item._replace(price_minor=201)) == ("price",)
    assert matcher.failures(item._replace(price_minor=99, market=None)) == ("markets", "price")
    assert matcher.failures(item._replace(currency="USD", seller="south", tags=frozenset())) == (
        "sellers",
        "tags",
        "price",
    )


@pytest.mark.parametrize("earlier", [0, 1], ids=["without an earlier rule", "with one"])
def test_rules_that_ask_for_sellers_alone_are_not_specific(earlier: int) -> None:
    settings_of_issue_d = rules_of(Matcher(sellers=frozenset({"north"})), Matcher())
    assert not Rulebook(settings_of_issue_d).specific
    special = TermsRule("special", Matcher(), replace(OUTCOME, windows={Basis.VOLUNTARY: 30}))
    assert Rulebook([*settings_of_issue_d[:earlier], special]).specific
    assert Rulebook([*settings_of_issue_d[:earlier], *rules_of(Matcher(tags=frozenset({"sale"})))]).specific


def _thousand() -> list[TermsRule]:
    """Rules that differ in all they ask for, so that no index over one condition alone would do."""
    return rules_of(
        *(
            Matcher(
                sellers=frozenset({f"seller {n % 97}"}) if n % 3 else None,
                categories=frozenset({f"category {n % 31}"}) if n % 2 else None,
                tags=frozenset({f"tag {n % 11}"}) if n % 5 else None,
                price=PriceRange("EUR", n, n + 400) if n % 7 else None,
                countries=frozenset({"DE", "AT"}),
            )
            for n in range(1000)
        )
    )


def _seconds(rulebook: Rulebook, items: list[SoldItem]) -> float:
    """Seconds for one item: the least of several rounds, so that other programs do not count."""
    rounds = []
    for _ in range(7):
        start = time.perf_counter()
        for item in items:
            rulebook.first(item)
        rounds.append((time.perf_counter() - start) / len(items))
    return min(rounds)


def test_a_thousand_rules_take_about_as_long_as_one() -> None:
    rules = _thousand()
    items = [
        SoldItem(
            f"seller {n % 101}", "EUR", n % 1500, "de", "DE", f"category {n % 33}", frozenset({f"tag {n % 13}", "new"})
        )
        for n in range(500)
    ]
    many = _seconds(Rulebook(rules), items)
    assert many < 8 * _seconds(Rulebook(rules[:1]), items)
    assert many < 100e-6


def test_the_printed_page_is_the_table() -> None:
    printed = Path(__file__).parents[2] / "docs" / "terms-fields.md"
    assert printed.read_text() == page(), "Run: python server.py docs"
