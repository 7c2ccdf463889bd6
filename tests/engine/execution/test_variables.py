"""Variables are coerced as graphql-core coerces them, whatever is sent, and what is right without its help."""

from typing import Any

import pytest
from graphql import GraphQLError, GraphQLInputObjectType, GraphQLNonNull, GraphQLScalarType, Undefined, build_schema
from graphql import parse as parse_document
from graphql.execution import Executor
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compat.graphql_core import MOST_VARIABLE_ERRORS
from engine.execution.prepared import PreparedExecutors
from engine.execution.variables import Fallback, coercer
from tests.examples import examples

SCHEMA = build_schema("""
  scalar Even
  scalar Nothing
  scalar Loose
  enum Size { SMALL LARGE }
  input Item { id: ID!, count: Int! = 1, note: String, size: Size = SMALL, even: Even, tags: [String!] }
  input Order { number: String!, items: [Item!]!, grid: [[Int]], gift: Boolean, first: Item = { id: "x" } }
  input Tree { name: String!, children: [Tree!] }
  input OneOf @oneOf { a: String, b: Int }
  type Query { take(order: Order, tree: Tree, one: OneOf, nothing: Nothing, loose: Loose, items: [Item!]): String }
""")


def _even(value: Any) -> Any:
    if not isinstance(value, int) or value % 2:
        raise GraphQLError("not even")
    return value // 2


def _scalar(name: str) -> GraphQLScalarType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


_scalar("Even").coerce_input_value = _even
_scalar("Nothing").coerce_input_value = lambda _: Undefined

WORDS = st.sampled_from(["a", "SMALL", "LARGE", "7", ""])
LEAVES = st.none() | st.booleans() | st.sampled_from([-(2**31) - 1, 0, 1, 2, 2**31 - 1, 2**31, 1.0, 2.5]) | WORDS
ITEMS = st.fixed_dictionaries(
    {"id": WORDS},
    optional={"count": LEAVES, "note": LEAVES, "size": LEAVES, "even": LEAVES, "tags": LEAVES | st.lists(WORDS)},
)
ORDERS = st.fixed_dictionaries(
    {"number": WORDS, "items": st.lists(ITEMS, max_size=3) | ITEMS},
    optional={"grid": st.lists(st.lists(LEAVES) | LEAVES), "gift": LEAVES, "first": ITEMS | LEAVES, "more": LEAVES},
)
TREES = st.recursive(
    st.fixed_dictionaries({"name": WORDS}),
    lambda inner: st.fixed_dictionaries({"name": WORDS, "children": st.lists(inner, max_size=2)}),
)
ONES = st.dictionaries(st.sampled_from("ab"), LEAVES)
VALUES = {
    "Order": ORDERS,
    "Tree": TREES,
    "OneOf": ONES,
    "Nothing": LEAVES,
    "Loose": LEAVES,
    "[Item!]": st.lists(ITEMS) | ITEMS,
}


def answered(found: Any) -> Any:
    """Values as they can be compared, or what is wrong with them."""
    if isinstance(found, list):
        return [one.message for one in found]
    values: VariableValues = found if isinstance(found, VariableValues) else found.variable_values
    return [(name, repr(one.value)) for name, one in values.sources.items()], repr(values.coerced)


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize("declared", VALUES)
def test_any_value_is_coerced_as_graphql_core_does(declared: str, optional: bool) -> None:
    document = parse_document(f"query Q($v: {declared}{'' if optional else '!'}) {{ take }}")
    operation: Any = document.definitions[0]
    executors = PreparedExecutors(SCHEMA, Executor)
    executors.executor(document, "Q", {"v": _RIGHT.get(declared)}, None)

    @settings(max_examples=examples(300), deadline=None)
    @given(VALUES[declared] | LEAVES | st.just({}))
    def compare(value: Any) -> None:
        sent = {"v": value}
        stock = get_variable_values(SCHEMA, operation.variable_definitions, sent, max_errors=MOST_VARIABLE_ERRORS)
        assert answered(executors.executor(document, "Q", sent, None)) == answered(stock)

    compare()
    assert answered(executors.executor(document, "Q", {}, None)) == answered(
        get_variable_values(SCHEMA, operation.variable_definitions, {})
    )


_ITEM = {"id": "a", "size": "LARGE", "even": 4, "tags": ["x"]}
_RIGHT: dict[str, Any] = {
    "Order": {"number": "1", "items": [_ITEM], "grid": [[1, None]], "gift": True},
    "Tree": {"name": "a"},
    "OneOf": {"a": "b"},
    "Loose": 1,
    "[Item!]": [_ITEM],
}


def test_a_valid_value_is_coerced_without_graphql_core() -> None:
    order = SCHEMA.type_map["Order"]
    assert isinstance(order, GraphQLInputObjectType)
    found = coercer(GraphQLNonNull(order))(_RIGHT["Order"])
    assert found["items"] == [{"id": "a", "count": 1, "size": "LARGE", "even": 2, "tags": ["x"]}]
    assert found["first"] == {"id": "x", "count": 1, "size": "SMALL"}


@pytest.mark.parametrize("name", ["Tree", "OneOf"])
def test_types_that_are_not_foreseen_are_left_to_graphql_core(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLInputObjectType)
    with pytest.raises(Fallback):
        coercer(kind)
