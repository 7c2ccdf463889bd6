"""Limits: each one's border, and that nothing of 16 kB takes long."""

import gc
from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest
from graphql import get_introspection_query

from engine.documents.limits import Limits
from engine.documents.registry import Document, Documents, RequestErrors
from engine.errors import TooComplex
from tests.engine.toy import make_schema

SCHEMA = make_schema()
DOCUMENTS = Documents(SCHEMA)


def cost(query: str, **variables: object) -> int:
    return DOCUMENTS.get(query).cost(None, variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ hello }", 1),  # a tenth, rounded up
        ("{ thing { id } }", 2),
        ("{ thing { parent { parent { id } } } }", 4),
        ("{ things { totalCount } }", 2),
        ("{ things { nodes { name } } }", 1 + 20 + 2),  # first is 20 where it is not given
        ("{ things(first: 7) { nodes { id } edges { node { id } } } }", 1 + 8 + 14 + 1),
        ("{ things(first: 2) { nodes { children { children { id } } } } }", 1 + 2 * (1 + 5 * (1 + 5)) + 5),
        ("{ thing { priced } }", 51),
        ("{ thing { tags } }", 2),
        ("{ thing { ...F ...F } } fragment F on Thing { parent { name } }", 3),
        (
            "{ things(first: 3) { ...C } } fragment C on ThingConnection { nodes { ...F } } fragment F on Thing { id }",
            5,
        ),
        ("{ thing { ... on Thing { parent { id } } } }", 3),
        ("{ things(first: -5) { nodes { id } } }", 1),
        ("{ __schema { types { name fields { name } } } }", 0),
    ],
)
def test_the_cost_counts_objects_lists_by_their_size_and_leaves_by_tenths(query: str, expected: int) -> None:
    assert cost(query) == expected


def test_a_page_s_length_in_a_variable_counts_as_it_is_sent() -> None:
    query = "query ($n: Int = 30, $skip: Boolean = false) { things(first: $n) { nodes { id @skip(if: $skip) } } }"
    assert cost(query) == cost(query, skip=True) == 34
    assert cost(query, n=10) == 12
    assert cost(query, n=None) == cost("{ things { nodes { id } } }")
    odd: list[object] = ["x", [1], {}, 1e300, True]
    assert all(cost(query, n=value) < 100 for value in odd)
    with pytest.raises(TooComplex):
        cost(query, n=1_000_000)


def test_a_fragment_s_page_takes_its_variable_from_the_operation() -> None:
    query = "query A($n: Int = 4) { ...F } query B($n: Int = 8) { ...F } "
    document = DOCUMENTS.get(query + "fragment F on Query { things(first: $n) { nodes { parent { id } } } }")
    assert document.cost("A", {}) == 1 + 8 + 1
    assert document.cost("B", {}) == 1 + 16 + 1
    assert document.cost("A", {"n": 8}) == document.cost("B", {})


def many(count: int, of: str) -> str:
    return "{" + of * count + "}"


def deep(levels: int) -> str:
    return "{ thing " + "{ parent " * (levels - 2) + "{ id }" + "}" * (levels - 1)


def introspections(count: int) -> str:
    """The standard introspection so many times in one operation."""
    standard = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )
    query, _, fragments = standard.partition("fragment")
    schema = query[query.index("__schema") : query.rindex("}")]
    return "{" + "".join(f"a{n}: {schema}" for n in range(count)) + "} fragment" + fragments


BORDERS: dict[str, tuple[Limits, Callable[[int], str], int]] = {
    "tokens": (Limits(tokens=50), lambda n: many(n, " hello"), 48),
    "depth": (Limits(depth=9), deep, 9),
    "depth in fragments": (
        Limits(depth=9),
        lambda n: "{ thing { ...F } } fragment F on Thing " + "{ parent " * (n - 2) + "{ id }" + "}" * (n - 2),
        9,
    ),
    "aliases": (Limits(aliases=5), lambda n: "{" + "".join(f"a{i}: hello " for i in range(n)) + "}", 5),
    "repeats": (Limits(repeats=45), lambda n: many(n, " hello"), 10),
    "spreads": (Limits(repeats=45), lambda n: many(n, " ...F") + "fragment F on Query { hello }", 10),
    "introspection": (Limits(introspections=2), introspections, 2),
    "cost": (Limits(cost=20), lambda n: f"{{ things(first: {n}) {{ nodes {{ id }} }} }}", 17),
}


@pytest.mark.parametrize(("limits", "query", "most"), BORDERS.values(), ids=BORDERS)
def test_each_limit_lets_its_number_pass_and_no_more(limits: Limits, query: Callable[[int], str], most: int) -> None:
    documents = Documents(SCHEMA, limits)

    def run(count: int) -> Document:
        document = documents.get(query(count))
        document.cost(None, {})
        return document

    assert run(most)
    try:
        run(most + 1)
    except RequestErrors as refused:
        codes = [(error.extensions or {})["code"] for error in refused.errors]
    except TooComplex as refused:
        codes = [refused.code]
    assert codes == ["TOO_COMPLEX"]


def test_the_standard_introspection_passes_however_small_the_other_limits() -> None:
    documents = Documents(SCHEMA, Limits(depth=2, cost=1, aliases=0))
    for options in ({}, {"input_value_deprecation": True, "specified_by_url": True}):
        document = documents.get(get_introspection_query(**options))
        assert document.cost(None, {}) == 0
    with pytest.raises(RequestErrors):
        DOCUMENTS.get(
            "{"
            + "".join(
                f"a{n}: __schema {{ types {{ fields {{ name args {{ name type {{ name }} }} }} }} }}" for n in range(30)
            )
            + "}"
        )


def chain(length: int, body: str, last: str = "id") -> str:
    """Fragments F0, F1 … that each hold `body`, with F for the next one's name."""
    links = "".join(f"fragment F{n} on Thing {{{body.replace('F', f'F{n + 1}')}}}" for n in range(length))
    return f"{{ thing {{ ...F0 }} }} {links} fragment F{length} on Thing {{{last}}}"


BOMBS = {
    "one field again and again": many(2_600, " hello"),
    "as often as is allowed": many(100, " hello"),
    "and merged two deep": many(38, "thing{parent{parent{children{id name}}}}"),
    "fragments that double": chain(40, "a: parent{...F} b: parent{...F}"),
    "fragments that double in place": chain(180, "...F ...F"),
    "a long chain of fragments": chain(270, "...F"),
    "fields that double": chain(12, "...F parent{...F}"),
    "all fragments in each": "".join(
        [
            "{ thing {" + "".join(f"...F{n} " for n in range(30)) + "} }",
            *(f"fragment F{n} on Thing {{ id {''.join(f'...F{m} ' for m in range(n + 1, 30))} }}" for n in range(30)),
        ]
    ),
    "pairs of spreads": "{"
    + "".join(f"thing{{...F{n % 20} ...F{n * 3 % 20}}}" for n in range(100))
    + "}"
    + "".join(f"fragment F{n} on Thing{{id}}" for n in range(20)),
    "many operations": " ".join(f"query q{n}{{ hello }}" for n in range(390)),
    "many operations of many fragments": " ".join(f"query q{n}{{thing{{...F0}}}}" for n in range(100))
    + chain(90, "...F").split("}", 2)[2],
    "many variables": "query (" + "".join(f"$v{n}: Int " for n in range(600)) + ") { hello }",
    "deep selections": "{thing" + "{parent" * 190 + "{id}" + "}" * 191,
    "deep lists": "{ whole(n: " + "[" * 15_000 + ") }",
    "deep objects": "{ nest(nest: " + "{inner: " * 190 + "null" + "}" * 190 + ") }",
    "unknown fields": "{" + "".join(f" x{n}" for n in range(1_900)) + "}",
    "one unknown field": many(100, " x"),
    "directives": "{ hello " + "@skip(if: true) " * 380 + "}",
    "inline fragments": many(1_900 // 4, "... {hello}"),
    "introspection": "{" + "".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(25)) + "}",
    "introspection of itself": "{ __schema { types { fields { type { fields { type { fields { name }}}}}}}}",
    "a long name": "{" + "a" * 15_900 + "}",
    "a long integer": "{ whole(n: " + "1" * 15_900 + ") }",
    "a long page": "{ things(first: " + "1" * 15_900 + ") { nodes { id } } }",
    "a long exponent": "{ whole(n: 1e" + "9" * 15_900 + ") }",
    "a long string": '{ hello(name: "' + "a" * 15_900 + '") }',
    "a block string": '{ hello(name: """' + "\n  a" * 3_900 + '""") }',
    "comments": "#\n" * 7_900 + "{ hello }",
    "commas": "," * 15_900 + "{ hello }",
    "a cycle": "{ thing { ...A } } fragment A on Thing { ...B } fragment B on Thing { ...A parent { ...B } }",
}


@pytest.mark.parametrize("query", BOMBS.values(), ids=BOMBS)
def test_no_document_of_16_kb_takes_half_a_second(query: str) -> None:
    assert len(query) <= 16_384
    documents = Documents(SCHEMA)
    gc.collect()
    gc.disable()  # what other tests have left behind is not the document's
    try:
        began = process_time()
        with suppress(RequestErrors, TooComplex):
            documents.get(query).cost(None, {})
        assert process_time() - began < 0.5
    finally:
        gc.enable()
