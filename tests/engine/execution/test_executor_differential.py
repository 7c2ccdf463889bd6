"""The compiled executor against stock graphql-core: random documents over random rows, some of them faulty.

`RETOUR_DIFFERENTIAL_DOCUMENTS` sets how many documents each test makes; each is executed ten times.
"""

import asyncio
import inspect
import json
import os
import random
from typing import Any, ClassVar, cast

import pytest
from graphql import DocumentNode, ExecutionResult, StringValueNode, Undefined, execute, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.compat.strawberry import graphql_schema
from engine.execution.executor import CompiledExecutor, Plans
from tests.engine.execution.full_schema import Rows, Surroundings, schema_of
from tests.engine.execution.random_documents import Case, vary

DOCUMENTS = int(os.environ.get("RETOUR_DIFFERENTIAL_DOCUMENTS", "60"))
ROWS_PER_DOCUMENT = 10
SCHEMA = schema_of()
CORE = graphql_schema(SCHEMA)
LITERALS = {"Moment": st.just(StringValueNode(value="x"))}
SEEDS = st.integers(0, 2**32)

relaxed = settings(
    max_examples=DOCUMENTS,
    deadline=None,
    database=None,
    derandomize=DOCUMENTS <= 500,
    suppress_health_check=list(HealthCheck),
)


def documents(operations: Any) -> st.SearchStrategy[Any]:
    return operations(CORE, print_ast=lambda document: document, custom_scalars=LITERALS)  # type: ignore[no-any-return]  # either strategy


class Compiled(CompiledExecutor):
    plans: ClassVar[Plans] = Plans()


def test_queries_over_faultless_rows_are_completed_by_generated_code_and_as_stock_does() -> None:
    """The guard of this file: every other test would pass if everything fell back."""
    compiled = 0

    @relaxed
    @given(document=documents(queries), seed=SEEDS)
    def run(document: DocumentNode, seed: int) -> None:
        nonlocal compiled
        Compiled.plans = Plans()
        case = vary(CORE, document, seed)
        runner.run(_compare(case, seed, faults=0))
        assert Compiled.plans.given_back == 0, case.text
        if "later" not in case.text:  # an async resolver below the root is left to stock
            assert Compiled.plans.unsupported == 0, case.text
            compiled += Compiled.plans.compiled

    with asyncio.Runner() as runner:
        run()
    assert compiled > 5 * DOCUMENTS


@relaxed
@given(document=documents(queries), seed=SEEDS)
async def test_queries_over_broken_rows_give_the_errors_of_stock(document: DocumentNode, seed: int) -> None:
    await _compare(vary(CORE, document, seed), seed, faults=0.02)


@relaxed
@given(document=documents(mutations), seed=SEEDS)
async def test_mutations_run_once_and_give_what_stock_gives(document: DocumentNode, seed: int) -> None:
    await _compare(vary(CORE, document, seed), seed, faults=0.01)


ITEM = {"id": "shopitem_1", "quantity": 1, "seen": [], "extra": 1, "matrix": [], "tags": [], "shop": None}
SHOP = {"id": "shop_1", "name": "a", "hidden_total": {"minor": 1, "text": 1}, "lead": ITEM, "colors": []}


@pytest.mark.parametrize(
    ("selected", "row"),
    [
        ("seen", {"seen": [None]}),
        ("quantity", {"quantity": 2**31}),
        ("quantity", {"quantity": None}),
        ("quantity", {"quantity": "text"}),
        ("extra", {"extra": ValueError("as a value")}),
        ("extra", {"extra": Undefined}),
        ("matrix", {"matrix": {1: 2}}),
        ("matrix", {"matrix": [[1], 7]}),
        ("matrix", {"matrix": "text"}),
        ("tags", {"tags": [object()]}),
        ("tags", {"tags": "text"}),
        ("shop { __typename }", {"shop": ITEM}),
        ("shop { __typename }", {"shop": ValueError("as a value")}),
        ("shop { colors }", {"shop": {**SHOP, "colors": ["green"]}}),
        ("shop { colors }", {"shop": {**SHOP, "colors": [[]]}}),
        ("shop { total { text } }", {"shop": {**SHOP, "hidden_total": {"text": 404}}}),
        ("shop { total { text } }", {"shop": {**SHOP, "hidden_total": {"text": -1}}}),
        ("shop { total { __typename } }", {"shop": {**SHOP, "hidden_total": ValueError("as a value")}}),
        ("shop { twin { id } }", {"shop": {"id": "shop_1"}}),
        ("shop { id }", {"shop": {"id": None}}),
        ("double(by: 3)", {"quantity": None}),
    ],
)
async def test_a_value_that_may_not_be_is_left_to_stock(selected: str, row: dict[str, Any]) -> None:
    Compiled.plans = Plans()
    roots = {"named": [{**ITEM, **row}]}
    document = parse(f"{{ named {{ ... on Item {{ {selected} }} }} }}")
    ours, ran = await _run(Compiled, document, {}, roots)
    stock, _ = await _run(StrawberryGraphQLCoreExecutionContext, document, {}, roots)
    assert _shown(ours) == _shown(stock)
    assert ran == ["named"]
    assert Compiled.plans.given_back == 1


@pytest.mark.parametrize("id_", ["shop", "shop_", "order_1", 5, None])
async def test_a_row_of_no_type_is_left_to_stock(id_: Any) -> None:
    roots = {"named": [{**ITEM, "id": id_}], "node": {"id": id_}}
    document = parse('{ named { __typename } node(id: "x") { __typename } }')
    ours, _ = await _run(Compiled, document, {}, roots)
    stock, _ = await _run(StrawberryGraphQLCoreExecutionContext, document, {}, roots)
    assert _shown(ours) == _shown(stock)


async def _compare(case: Case, seed: int, *, faults: float) -> None:
    document = parse(case.text)
    assert validate(CORE, document) == []
    dice = random.Random(seed)
    for number in range(ROWS_PER_DOCUMENT):
        roots = Rows(SCHEMA, seed + number, faults=faults).roots()
        variables = {**case.variables, **{name: dice.random() < 0.5 for name in case.switches}}
        ours, ran = await _run(Compiled, document, variables, roots)
        stock, expected = await _run(StrawberryGraphQLCoreExecutionContext, document, variables, roots)
        assert _shown(ours) == _shown(stock), (case.text, variables)
        assert ran == expected, case.text


async def _run(
    executor: Any, document: DocumentNode, variables: dict[str, Any], roots: dict[str, Any]
) -> tuple[ExecutionResult, list[str]]:
    context = Surroundings(roots)
    result = execute(
        CORE,
        document,
        context_value=context,
        variable_values=variables,
        executor_class=executor,
        is_awaitable=cast(Any, optimized_is_awaitable),
        operation_extensions=None,
    )
    return (await result if inspect.isawaitable(result) else result), context.ran


def _shown(result: ExecutionResult) -> Any:
    """All that a client sees of a result, the order of keys included, and what each error was made of."""
    data = json.dumps(result.data, default=repr)
    errors = [(error.formatted, repr(error.original_error)) for error in result.errors or []]
    return data, errors, result.extensions
