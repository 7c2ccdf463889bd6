"""An executor that was prepared equals one that was built, in everything."""

import gc
from typing import Any

import pytest
from graphql import build_schema, parse
from graphql.execution import Executor
from graphql.execution.values import VariableValues, get_variable_values

from engine.execution import prepared as module
from engine.execution.prepared import PreparedExecutors

SCHEMA = build_schema("type Query { greeting(name: String!, id: ID, count: Int, size: Float): String }")
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


def test_a_prepared_executor_holds_what_a_built_one_holds() -> None:
    executors = PreparedExecutors(SCHEMA, Executor, hide_suggestions=True)
    _, again = (executors.executor(DOCUMENT, "Q", {"name": "Ada"}, {"n": n}) for n in range(2))
    built = Executor.build(SCHEMA, DOCUMENT, None, {"n": 1}, {"name": "Ada"}, "Q", hide_suggestions=True)
    assert isinstance(again, Executor)
    assert state(again) == state(built)
    assert again.context_value == {"n": 1}
    assert again.variable_values.coerced == {"name": "Ada"}
    assert again.operation is DOCUMENT.definitions[0]


def test_two_executions_share_nothing_that_they_change() -> None:
    executors = PreparedExecutors(SCHEMA, Executor)
    first, second, third = (executors.executor(DOCUMENT, "Q", {"name": "Ada"}, None) for _ in range(3))
    shared = ("schema", "fragments", "fragment_definitions", "operation")
    for one, other in ((first, second), (second, third)):
        for name in ATTRIBUTES:
            value = getattr(one, name)
            if isinstance(value, dict | list | set) and name not in shared:
                assert getattr(one, name) is value, name
                assert getattr(other, name) is not value, name
        assert one.collected_errors is not other.collected_errors  # type: ignore[union-attr]  # both are executors


def test_variables_are_looked_at_each_time() -> None:
    executors = PreparedExecutors(SCHEMA, Executor)
    executors.executor(DOCUMENT, "Q", {"name": "Ada"}, None)
    errors = executors.executor(DOCUMENT, "Q", {"name": None}, None)
    assert isinstance(errors, list)
    assert "must not be null" in errors[0].message or "non-null" in errors[0].message


def test_operations_of_one_document_are_kept_apart() -> None:
    document = parse('query A { greeting(name: "a") } query B { greeting(name: "b") }')
    executors = PreparedExecutors(SCHEMA, Executor)
    for _ in range(2):
        for n, name in enumerate("AB"):
            executor = executors.executor(document, name, None, None)
            assert isinstance(executor, Executor)
            assert executor.operation is document.definitions[n]


ODD: list[Any] = ["Ada", "", "1", 1, 0, -1, True, False, None, 1.0, 2**31 - 1, 2**31, -(2**31) - 1, [], {}, ["a"]]


def values_of(values: VariableValues) -> Any:
    """Everything about the values of variables, as far as two of them can be compared."""
    sources = [(name, str(one.signature.type), repr(one.value)) for name, one in values.sources.items()]
    return sources, [(name, repr(value)) for name, value in values.coerced.items()]


@pytest.mark.parametrize("declared", ["String", "String!", "ID", "ID!", "Int", "Int!", "Boolean!", "Int = 7", "Float"])
def test_variables_are_coerced_as_by_graphql_core(declared: str) -> None:
    document = parse(f'query Q($v: {declared}) {{ greeting(name: "a") }}')
    executors = PreparedExecutors(SCHEMA, Executor)
    ordinary = {"S": "a", "ID": "a", "B": True}
    executors.executor(document, "Q", {"v": next((v for k, v in ordinary.items() if declared.startswith(k)), 1)}, None)
    assert len(executors) == 1
    operation: Any = document.definitions[0]
    for given in ({}, *({"v": value} for value in ODD)):
        found = executors.executor(document, "Q", given, None)
        stock = get_variable_values(SCHEMA, operation.variable_definitions, given)
        if isinstance(stock, VariableValues):
            assert isinstance(found, Executor), given
            assert values_of(found.variable_values) == values_of(stock)
        else:
            assert isinstance(found, list)
            assert [one.message for one in found] == [one.message for one in stock]


def test_the_memory_of_documents_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DOCUMENTS", 3)
    executors = PreparedExecutors(SCHEMA, Executor)
    for _ in range(5):
        executors.executor(parse('{ greeting(name: "a") }'), None, None, None)
    assert len(executors) == 3


def test_a_prepared_executor_is_freed_with_its_last_reference_and_not_by_the_garbage_collector() -> None:
    executors = PreparedExecutors(SCHEMA, Executor)
    executors.executor(DOCUMENT, "Q", {"name": "Ada"}, None)
    gc.collect()
    gc.disable()
    try:
        marks = []
        for _ in range(3):
            executor: Any = executors.executor(DOCUMENT, "Q", {"name": "Ada"}, None)
            assert executor.async_helpers.gather
            marks.append(id(executor.variable_values))
            del executor
        alive = [one for one in gc.get_objects() if isinstance(one, VariableValues) and id(one) in marks]
        assert len(alive) == 0
    finally:
        gc.enable()
