"""An executor out of a mould is one that was built, in everything."""

from typing import Any

from graphql import build_schema, parse
from graphql.execution import Executor

from engine.moulds import Moulds

SCHEMA = build_schema("type Query { greeting(name: String!): String }")
DOCUMENT = parse("query Q($name: String!) { ...F } fragment F on Query { greeting(name: $name) }")
ATTRIBUTES = tuple(vars(Executor.build(SCHEMA, DOCUMENT, None, None, {"name": "Ada"})))


def state(executor: Any) -> dict[str, Any]:
    """What an executor holds, as far as two can be compared: its containers by their kind and size."""
    values = {name: getattr(executor, name) for name in ATTRIBUTES}
    return {
        name: (type(value), len(value) if isinstance(value, dict | list | set) else None)
        if not isinstance(value, str | bool | None)
        else value
        for name, value in values.items()
    }


def test_it_holds_what_a_built_one_holds() -> None:
    moulds = Moulds(SCHEMA, Executor, hide_suggestions=True)
    _, again = (moulds.executor(DOCUMENT, "Q", {"name": "Ada"}, {"n": n}) for n in range(2))
    built = Executor.build(SCHEMA, DOCUMENT, None, {"n": 1}, {"name": "Ada"}, "Q", hide_suggestions=True)
    assert isinstance(again, Executor)
    assert state(again) == state(built)
    assert again.context_value == {"n": 1}
    assert again.variable_values.coerced == {"name": "Ada"}
    assert again.operation is DOCUMENT.definitions[0]


def test_two_executions_share_nothing_that_they_change() -> None:
    moulds = Moulds(SCHEMA, Executor)
    first, second, third = (moulds.executor(DOCUMENT, "Q", {"name": "Ada"}, None) for _ in range(3))
    shared = ("schema", "fragments", "fragment_definitions", "operation")
    for one, other in ((first, second), (second, third)):
        for name in ATTRIBUTES:
            value = getattr(one, name)
            if isinstance(value, dict | list | set) and name not in shared:
                assert getattr(one, name) is value, name
                assert getattr(other, name) is not value, name
        assert one.collected_errors is not other.collected_errors  # type: ignore[union-attr]  # both are executors


def test_variables_are_looked_at_each_time() -> None:
    moulds = Moulds(SCHEMA, Executor)
    moulds.executor(DOCUMENT, "Q", {"name": "Ada"}, None)
    errors = moulds.executor(DOCUMENT, "Q", {"name": None}, None)
    assert isinstance(errors, list)
    assert "must not be null" in errors[0].message or "non-null" in errors[0].message


def test_operations_of_one_document_are_told_apart() -> None:
    document = parse('query A { greeting(name: "a") } query B { greeting(name: "b") }')
    moulds = Moulds(SCHEMA, Executor)
    for _ in range(2):
        for n, name in enumerate("AB"):
            executor = moulds.executor(document, name, None, None)
            assert isinstance(executor, Executor)
            assert executor.operation is document.definitions[n]
